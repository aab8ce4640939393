//! What keys do in the comparison, and how one gets there and into a session.

use super::state::{Comparison, Found, Neighbour, Pair};
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::grid::update::LEFT_THE_PLAN;

/// Shows the comparison of the session that is walked, or that the cursor is on at home, with an earlier one, and has it
/// read: what is short is there in the first frame.
pub fn open(model: &mut Model) -> Effects {
    let session = match (model.base, &model.walk, &model.home) {
        (Context::Home, _, Some(home)) => home.selected_session(),
        (_, Some(walk), _) => Some(walk.session.id()),
        _ => None,
    };
    match session {
        Some(b) => {
            let pair = Pair { b, a: None };
            model.sheets.push(Sheet::Comparison(Box::new(Comparison::new(pair))));
            return Effects::one(Effect::Compare(pair));
        }
        None => model.say("there is no session to compare here yet"),
    }
    Effects::none()
}

/// Shows what was read.
pub fn compared(model: &mut Model, found: Found) {
    if let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() {
        comparison.take_in(found);
    }
}

/// It cannot be read: what was shown before stays; where nothing was, one is back where one came from.
pub fn not_compared(model: &mut Model, why: &str) {
    if let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() {
        comparison.give_up();
        if comparison.found().is_none() {
            model.sheets.pop();
        }
    }
    model.say(why);
}

/// What is in the way of `action`; `None` if nothing is.
#[must_use]
pub fn obstacle(comparison: &Comparison, action: Action) -> Option<&'static str> {
    let Some(found) = comparison.found() else { return Some("the two sessions are being read") };
    match action {
        Action::Open if found.groups.is_empty() => Some("nothing is different: there is nothing to open"),
        _ => None,
    }
}

/// Does `action` in the comparison.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() else { return Effects::none() };
    if let Some(obstacle) = obstacle(comparison, action) {
        model.say(obstacle);
        return Effects::none();
    }
    let neighbour = match action {
        Action::CompareEarlier => Neighbour::Earlier,
        Action::CompareLater => Neighbour::Later,
        Action::Open => return open_selected(model),
        Action::Move(motion) => {
            comparison.step(motion);
            return Effects::none();
        }
        _ => return Effects::none(),
    };
    match comparison.compare_with(neighbour) {
        Ok(pair) => Effects::one(Effect::Compare(pair)),
        Err(why) => {
            model.say(why);
            Effects::none()
        }
    }
}

/// Folds the group whose heading is selected; opens B at the prompt that is. In the session that is walked already, that
/// is just going there.
fn open_selected(model: &mut Model) -> Effects {
    let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() else { return Effects::none() };
    if let Some(group) = comparison.selected_heading() {
        comparison.toggle(group);
        return Effects::none();
    }
    let session = comparison.b();
    let Some((prompt, left_plan)) = comparison.selected().map(|entry| (entry.prompt, entry.left_plan)) else {
        return Effects::none();
    };
    match &mut model.walk {
        _ if left_plan => model.say(LEFT_THE_PLAN),
        Some(walk) if model.base == Context::Walk && walk.session.id() == session => {
            match walk.show(prompt) {
                true => model.sheets.clear(),
                false => model.say(LEFT_THE_PLAN),
            }
        }
        // Another walk would take its place.
        Some(walk) if !walk.unsaved.is_empty() => {
            model.say("changes wait to be saved: another session can be opened once they are");
        }
        _ => {
            comparison.opening = Some(session);
            return Effects::one(Effect::OpenSession(session));
        }
    }
    Effects::none()
}

/// A click selects; on what is selected it opens or folds.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() else { return Effects::none() };
    let list = comparison.places().list;
    if !list.contains(column, row) {
        return Effects::none();
    }
    let Some(at) = comparison.row_at(usize::from(row - list.y)) else { return Effects::none() };
    if at == comparison.cursor() {
        return open_selected(model);
    }
    comparison.go_to(at);
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    if let Some(Sheet::Comparison(comparison)) = model.sheets.last_mut() {
        comparison.step_rows(rows as isize);
    }
}
