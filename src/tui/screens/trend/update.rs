//! What keys do in the trend, and how one gets there and into a session.

use super::state::{Found, Loaded, Trend};
use crate::domain::id::PlanId;
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::{grid, summary};

/// Asks for the trend of the plan that is walked, that the cursor is on at home, or whose grid is shown.
pub fn open(model: &mut Model) -> Effects {
    match grid::update::plan_shown(model) {
        Some(plan) => load(plan),
        None => {
            model.say("no session to show yet: start with seamwalk PLAN.md");
            Effects::none()
        }
    }
}

/// Asks for what the trend of `plan` begins with.
pub fn load(plan: PlanId) -> Effects {
    Effects::one(Effect::LoadTrend(plan))
}

/// Shows the trend; the one that is shown already begins again with what is on the disk by now.
pub fn loaded(model: &mut Model, loaded: Loaded) {
    let walked = model.walk.as_ref().filter(|_| model.base == Context::Walk).map(|walk| walk.session.id());
    match model.sheets.last_mut() {
        Some(Sheet::Trend(trend)) => **trend = Trend::new(loaded, trend.selected()),
        Some(Sheet::Grid(grid)) => {
            let session = grid.selected_column().map(|column| column.session.id);
            model.sheets.push(Sheet::Trend(Box::new(Trend::new(loaded, session))));
        }
        _ => model.sheets.push(Sheet::Trend(Box::new(Trend::new(loaded, walked)))),
    }
}

/// Takes in a piece of it.
pub fn read(model: &mut Model, found: Found) {
    if let Some(Sheet::Trend(trend)) = model.sheets.last_mut() {
        trend.take_in(found);
    }
}

/// It cannot be read on: said once, and what was read stays.
pub fn broken(model: &mut Model, why: &str) {
    if let Some(Sheet::Trend(trend)) = model.sheets.last_mut() {
        trend.give_up();
    }
    model.say(format!("the sessions cannot be read on: {why}"));
}

/// Does `action` in the trend.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let Some(Sheet::Trend(trend)) = model.sheets.last_mut() else { return Effects::none() };
    let page = u16::try_from(trend.rows_seen()).unwrap_or(u16::MAX);
    match action {
        Action::Move(motion) => trend.step(motion.rows(page)),
        Action::Open => return open_session(model),
        _ => {}
    }
    Effects::none()
}

/// Opens the summary of the selected session; that of the session that is walked already is at hand.
fn open_session(model: &mut Model) -> Effects {
    let Some(Sheet::Trend(trend)) = model.sheets.last_mut() else { return Effects::none() };
    let Some(session) = trend.selected() else {
        model.say("the plan has no session yet");
        return Effects::none();
    };
    match &model.walk {
        Some(walk) if model.base == Context::Walk && walk.session.id() == session => {
            summary::update::open(model);
            Effects::none()
        }
        Some(walk) if !walk.unsaved.is_empty() => {
            model.say(grid::update::UNSAVED);
            Effects::none()
        }
        _ => {
            trend.opening = Some(session);
            Effects::one(Effect::OpenSession(session))
        }
    }
}

/// A click selects; on what is selected it opens.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let Some(Sheet::Trend(trend)) = model.sheets.last_mut() else { return Effects::none() };
    let list = trend.places().list;
    let offset = row.checked_sub(list.y + 1).filter(|_| list.contains(column, row));
    let Some(at) = offset.map(|offset| trend.top() + usize::from(offset)) else { return Effects::none() };
    if at >= trend.entries().len() {
        return Effects::none();
    }
    if at == trend.cursor() {
        return open_session(model);
    }
    trend.go_to(at);
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    if let Some(Sheet::Trend(trend)) = model.sheets.last_mut() {
        trend.step(rows as isize);
    }
}
