//! Where a session was opened from that was chosen in the grid, and the way back there.

use std::mem;

use super::update::load;
use crate::domain::id::{PromptId, SessionId};
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::Context;
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::walk::state::Walk;

/// The screen that a session was opened from: the grid, and what lies below it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Home or the walk.
    base: Context,
    /// The walk that was open, as it was left.
    walk: Option<Walk>,
    /// What lay over it, the grid on top.
    sheets: Vec<Sheet>,
}

/// The session that was asked for in the grid is open: the way back to it, and the prompt that it was opened at. `before`
/// is the walk that it takes the place of.
pub fn leave(
    model: &mut Model,
    session: SessionId,
    before: Option<Walk>,
) -> Option<(Box<Origin>, Option<PromptId>)> {
    let Some(Sheet::Grid(grid)) = model.sheets.last_mut() else { return None };
    grid.opening.take().filter(|opening| *opening == session)?;
    let prompt = grid.selected_prompt();
    let sheets = mem::take(&mut model.sheets);
    let mut before = before;
    // Over a session that was opened from a grid itself, the way back is the one from there: it gets no longer.
    let origin =
        match before.as_mut().and_then(|walk| walk.origin.take()).filter(|_| model.base == Context::Walk) {
            Some(origin) => origin,
            None => Box::new(Origin { base: model.base, walk: before, sheets }),
        };
    Some((origin, prompt))
}

/// Goes back to the grid that the session was opened from; `None` if it was not, or if changes of it are not saved yet.
pub fn come_back(model: &mut Model) -> Option<Effects> {
    let walk = model.walk.as_mut().filter(|walk| walk.unsaved.is_empty())?;
    let Origin { base, walk: before, sheets } = *walk.origin.take()?;
    let (drafts, answers_begun) = (mem::take(&mut walk.drafts), mem::take(&mut walk.answers_begun));
    match before {
        Some(before) => model.walk = Some(Walk { drafts, answers_begun, ..before }),
        None => (walk.drafts, walk.answers_begun) = (drafts, answers_begun),
    }
    (model.base, model.sheets) = (base, sheets);
    model.refresh_sheets();
    let home = if base == Context::Home { Effects::one(Effect::LoadHome) } else { Effects::none() };
    Some(load(model).and(home))
}
