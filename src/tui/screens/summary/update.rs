//! What keys do in the summary.

use super::state::{CHROME_ROWS, Row, Summary};
use crate::domain::session::Command;
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Sheet};
use crate::tui::overlays;
use crate::tui::screens::walk::filter::Filter;
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;
use crate::tui::screens::{comparison, grid, map, trend};

/// Shows the summary of the walk that is open.
pub fn open(model: &mut Model) {
    if let Some(walk) = &mut model.walk {
        if let Some(origin) = &mut walk.origin {
            // It lies over the walk now.
            origin.is_at_summary = false;
        }
        walk.search_past();
        model.sheets.push(Sheet::Summary(Summary::new(walk)));
    }
}

/// Does `action` in the summary.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let page = model.size.height.saturating_sub(CHROME_ROWS);
    let Some(summary) = model.summary_mut() else { return Effects::none() };
    match action {
        Action::Move(motion) => summary.step(motion.rows(page)),
        Action::Open => jump(model),
        Action::Map => map::update::open(model),
        Action::Grid => return grid::update::open(model),
        Action::Trend => return trend::update::open(model),
        Action::Debrief | Action::SetCharter | Action::SetTimeBox => {
            return crate::tui::screens::walk::update::act(model, action);
        }
        Action::Finish => return submit(model, Command::Close, After::Stay),
        Action::Compare => return comparison::update::open(model),
        Action::Retest => return retest(model),
        Action::Export => overlays::export::open(model),
        Action::Reopen => return submit(model, Command::Reopen, After::Stay),
        _ => {}
    }
    Effects::none()
}

/// Walks once more what did not work in the session that is open.
pub fn retest(model: &mut Model) -> Effects {
    let Some(walk) = &model.walk else { return Effects::none() };
    // Another walk would take the place of what waits.
    if !walk.unsaved.is_empty() || !walk.is_stored {
        model.say("something is not saved yet, and a retest would take its place: save it first");
        return Effects::none();
    }
    Effects::one(Effect::Retest(walk.session.id()))
}

fn jump(model: &mut Model) {
    let target = model.summary_mut().and_then(|s| s.rows().get(s.cursor())).and_then(Row::target);
    let (Some(target), Some(walk)) = (target, &mut model.walk) else {
        model.say("nothing to go to on this line: choose a prompt or a note on one");
        return;
    };
    if !walk.tree.lets_through(target) {
        walk.set_filter(Filter::default());
    }
    walk.tree.go_to(&walk.revision.plan().outline, target);
    model.sheets.clear();
}

/// A click selects; on what is selected it goes there.
pub fn click(model: &mut Model, row: u16) -> Effects {
    let Some(summary) = model.summary_mut() else { return Effects::none() };
    let Some(offset) = row.checked_sub(CHROME_ROWS - 1) else { return Effects::none() };
    let at = summary.top() + usize::from(offset);
    if at == summary.cursor() {
        jump(model);
    } else if at < summary.rows().len() {
        summary.step(at as isize - summary.cursor() as isize);
    }
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    if let Some(summary) = model.summary_mut() {
        summary.step(rows as isize);
    }
}
