//! What keys do in the grid, and how one gets there and into a session.

use super::state::{Found, Grid, Known, Sessions};
use crate::domain::id::PlanId;
use crate::domain::revision::Revision;
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::{Action, Context, Motion};
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::trend;

/// Asks for the grid of the plan that is walked, or that the cursor is on at home.
pub fn open(model: &mut Model) -> Effects {
    match plan_shown(model) {
        Some(plan) => load_plan(model, plan),
        None => {
            model.say("no session to show yet: start with seamwalk PLAN.md");
            Effects::none()
        }
    }
}

/// The plan whose grid is shown, that is walked, or that the cursor is on at home.
pub fn plan_shown(model: &Model) -> Option<PlanId> {
    match (model.sheets.last(), model.base, &model.walk, &model.home) {
        (Some(Sheet::Grid(grid)), ..) => Some(grid.plan_id()),
        (Some(Sheet::Trend(trend)), ..) => Some(trend.plan()),
        (_, Context::Home, _, Some(home)) => home.selected_plan(),
        (_, _, Some(walk), _) => Some(walk.revision.plan_id()),
        _ => None,
    }
}

/// Asks again for what the grid that is shown begins with.
pub fn load(model: &Model) -> Effects {
    match model.sheets.last() {
        Some(Sheet::Grid(grid)) => load_plan(model, grid.plan_id()),
        _ => Effects::none(),
    }
}

fn load_plan(model: &Model, plan: PlanId) -> Effects {
    let of_walk = model.walk.as_ref().map(|walk| &walk.revision);
    let of_grid = match model.sheets.last() {
        Some(Sheet::Grid(grid)) => Some(grid.sessions().prompts.revision()),
        _ => None,
    };
    let newest = of_walk.into_iter().chain(of_grid).filter(|known| known.plan_id() == plan);
    let known = newest.max_by_key(|known| Revision::number(known)).cloned();
    Effects::one(Effect::LoadGrid { plan, known })
}

/// Shows the grid; the one that is shown already goes on with what is on the disk by now.
pub fn loaded(model: &mut Model, sessions: Sessions) {
    if let Some(Sheet::Grid(grid)) = model.sheets.last_mut() {
        **grid = grid.again(sessions);
        return;
    }
    let walk = model.walk.as_ref().filter(|_| model.base == Context::Walk);
    let session = walk.map(|walk| walk.session.id());
    // On a section, the first prompt below it.
    let prompt = walk.and_then(|walk| {
        let cursor = walk.tree.cursor()?;
        let prompt = walk.revision.plan().outline.prompts().find(|node| node.idx() >= cursor)?;
        walk.revision.id_at(prompt.idx())
    });
    model.sheets.push(Sheet::Grid(Box::new(Grid::new(sessions, prompt, session))));
}

/// Takes in a piece of it.
pub fn read(model: &mut Model, found: Found) {
    if let Some(Sheet::Grid(grid)) = model.sheets.last_mut() {
        grid.take_in(found);
    }
}

/// It cannot be read on: said once, and what was read stays.
pub fn broken(model: &mut Model, why: &str) {
    let Some(Sheet::Grid(grid)) = model.sheets.last_mut() else { return };
    grid.give_up();
    model.say(format!("the grid cannot be read on: {why}"));
}

/// What is in the way of `action`; `None` if nothing is.
#[must_use]
pub fn obstacle(grid: &Grid, action: Action) -> Option<&'static str> {
    if action != Action::Open {
        return None;
    }
    let (prompt, column) = grid.selected();
    match grid.known(prompt, column) {
        _ if grid.selected_column().is_none() => Some("the plan has no session yet"),
        Known::Absent => Some("that session is not about this prompt: choose a cell that is not blank"),
        Known::NotRead | Known::Judged(_) => None,
    }
}

/// Does `action` in the grid.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let Some(Sheet::Grid(grid)) = model.sheets.last_mut() else { return Effects::none() };
    if let Some(obstacle) = obstacle(grid, action) {
        model.say(obstacle);
        return Effects::none();
    }
    match action {
        Action::Move(motion) => grid.step(motion),
        Action::Open => return open_session(model),
        Action::Trend => return trend::update::open(model),
        _ => {}
    }
    Effects::none()
}

/// Opens the selected session at the selected prompt. In the session that is walked already, that is just going there.
fn open_session(model: &mut Model) -> Effects {
    let Some(Sheet::Grid(grid)) = model.sheets.last_mut() else { return Effects::none() };
    let Some(session) = grid.selected_column().map(|column| column.session.id) else {
        return Effects::none();
    };
    let prompt = grid.selected_prompt();
    match &mut model.walk {
        Some(walk) if model.base == Context::Walk && walk.session.id() == session => {
            match prompt.is_some_and(|prompt| walk.show(prompt)) {
                true => model.sheets.clear(),
                false => model.say(LEFT_THE_PLAN),
            }
            Effects::none()
        }
        // Another walk would take its place.
        Some(walk) if !walk.unsaved.is_empty() => {
            model.say(UNSAVED);
            Effects::none()
        }
        _ => {
            grid.opening = Some(session);
            Effects::one(Effect::OpenSession(session))
        }
    }
}

/// Said where another session would take the place of one that is not saved yet.
pub const UNSAVED: &str = "changes wait to be saved: another session can be opened once they are";

/// Said where a session is open and the prompt is not in it.
pub const LEFT_THE_PLAN: &str = "this prompt is no longer in the plan of that session";

/// A click selects; on what is selected it opens the session there.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let Some(Sheet::Grid(grid)) = model.sheets.last_mut() else { return Effects::none() };
    let parts = grid.parts();
    if !parts.inside.contains(column, row) {
        return Effects::none();
    }
    let (top, left) = grid.corner();
    let lines = parts.lines();
    // Above the prompts there are none: a click there chooses a session.
    let line = row.checked_sub(lines.y).map_or(usize::MAX, |at| top + usize::from(at));
    let before = grid.selected();
    let at = parts.column_at(column).map(|at| left + at);
    grid.select(line, at);
    if grid.selected() == before && at.is_some() && grid.number_on(line).is_some() {
        return act(model, Action::Open);
    }
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    let motion = if rows > 0 { Motion::Down } else { Motion::Up };
    if let Some(Sheet::Grid(grid)) = model.sheets.last_mut() {
        for _ in 0..rows.unsigned_abs() {
            grid.step(motion);
        }
    }
}
