//! What keys do at home.

use super::state::{CHROME_ROWS, Home, Selected};
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::screens::{comparison, grid, trend};

/// Does `action` at home.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let page = model.size.height.saturating_sub(CHROME_ROWS);
    let Some(home) = &mut model.home else { return Effects::none() };
    match action {
        Action::Move(motion) => home.step(motion.rows(page)),
        Action::Open => return open(model),
        Action::Grid => return grid::update::open(model),
        Action::Trend => return trend::update::open(model),
        Action::NewSession => match (home.selected_plan(), home.selected()) {
            (Some(plan), _) => return Effects::one(Effect::OpenPlan { plan, new: true }),
            (None, Selected::Sample) => return Effects::one(Effect::OpenSample),
            (None, _) => model.say("start with: seamwalk PLAN.md"),
        },
        Action::Compare => return comparison::update::open(model),
        Action::Retest => match home.selected_session() {
            Some(session) => return Effects::one(Effect::Retest(session)),
            None => model.say("there is no session to retest here yet"),
        },
        _ => {}
    }
    Effects::none()
}

fn open(model: &Model) -> Effects {
    match model.home.as_ref().map(Home::selected) {
        Some(Selected::Session(session)) => Effects::one(Effect::OpenSession(session)),
        Some(Selected::Plan(plan)) => Effects::one(Effect::OpenPlan { plan, new: false }),
        Some(Selected::Sample) => Effects::one(Effect::OpenSample),
        Some(Selected::Nothing) | None => Effects::none(),
    }
}

/// A click selects; on what is selected it opens.
pub fn click(model: &mut Model, row: u16) -> Effects {
    let Some(home) = &mut model.home else { return Effects::none() };
    let Some(offset) = row.checked_sub(CHROME_ROWS - 1) else { return Effects::none() };
    let at = home.top() + usize::from(offset);
    if at == home.cursor() {
        return open(model);
    }
    home.go_to(at);
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    if let Some(home) = &mut model.home {
        home.step(rows as isize);
    }
}
