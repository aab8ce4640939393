//! Where a session was opened from that was chosen among others of its plan, and the way back there.

use std::mem;

use super::{grid, trend};
use crate::domain::id::{PromptId, SessionId};
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::Context;
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::walk::state::Walk;

/// The screen that a session was opened from: grid, trend or comparison, and what lies below it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Home or the walk.
    base: Context,
    /// The walk that was open, as it was left.
    walk: Option<Walk>,
    /// What lay over it, the screen to come back to on top.
    sheets: Vec<Sheet>,
    /// True while the session's summary is what was opened: whoever closes it has seen enough.
    pub is_at_summary: bool,
}

/// What of a session is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// The walk at this prompt, if there is one.
    Prompt(Option<PromptId>),
    /// The summary.
    Summary,
}

/// The session that was asked for in the grid, the trend or a comparison is open: the way back there, and what to show first. `before`
/// is the walk that it takes the place of; it is taken if one comes back to it.
pub fn leave(
    model: &mut Model,
    session: SessionId,
    before: &mut Option<Walk>,
) -> Option<(Box<Origin>, Entrance)> {
    let (opening, entrance) = match model.sheets.last_mut()? {
        Sheet::Grid(grid) => (grid.opening.take(), Entrance::Prompt(grid.selected_prompt())),
        Sheet::Trend(trend) => (trend.opening.take(), Entrance::Summary),
        Sheet::Comparison(comparison) => {
            let (opening, prompt) = comparison.opened();
            (opening, Entrance::Prompt(prompt))
        }
        Sheet::Summary(_) | Sheet::Map(_) => return None,
    };
    opening.filter(|opening| *opening == session)?;
    let sheets = mem::take(&mut model.sheets);
    // Over a session that was opened so itself, the way back is the one from there: it gets no longer.
    let earlier = before.as_mut().and_then(|walk| walk.origin.take()).filter(|_| model.base == Context::Walk);
    let mut origin = match earlier {
        Some(origin) => origin,
        None => Box::new(Origin { base: model.base, walk: before.take(), sheets, is_at_summary: false }),
    };
    origin.is_at_summary = entrance == Entrance::Summary;
    Some((origin, entrance))
}

/// Goes back to where the session was opened from; `None` if it was not, or if changes of it are not saved yet.
pub fn come_back(model: &mut Model) -> Option<Effects> {
    let walk = model.walk.as_mut().filter(|walk| walk.unsaved.is_empty())?;
    let Origin { base, walk: before, sheets, .. } = *walk.origin.take()?;
    let (drafts, answers_begun) = (mem::take(&mut walk.drafts), mem::take(&mut walk.answers_begun));
    match before {
        Some(before) => {
            model.let_go.extend(model.walk.replace(Walk { drafts, answers_begun, ..before }));
        }
        None => (walk.drafts, walk.answers_begun) = (drafts, answers_begun),
    }
    (model.base, model.sheets) = (base, sheets);
    model.refresh_sheets();
    let again = match model.sheets.last() {
        Some(Sheet::Grid(_)) => grid::update::load(model),
        Some(Sheet::Trend(trend)) => trend::update::load(trend.plan()),
        _ => Effects::none(),
    };
    let home = if base == Context::Home { Effects::one(Effect::LoadHome) } else { Effects::none() };
    Some(again.and(home))
}

/// Closes the sheet that is shown; behind a summary that was opened from elsewhere, elsewhere is where one goes.
pub fn close_sheet(model: &mut Model) -> Effects {
    let closed = model.sheets.pop();
    let is_over = matches!(closed, Some(Sheet::Summary(_))) && model.sheets.is_empty();
    let origin = model.walk.as_ref().and_then(|walk| walk.origin.as_ref());
    match is_over && origin.is_some_and(|origin| origin.is_at_summary) {
        true => come_back(model).unwrap_or_default(),
        false => Effects::none(),
    }
}
