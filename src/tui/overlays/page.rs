//! Text to read that may be longer than the screen: help, and the current prompt in full.

use super::Overlay;
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Context, Motion};
use crate::tui::model::Model;

/// How far the text is scrolled, in rows. The view knows where it ends, and never shows less than the last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// Rows above the first that is shown.
    pub top: usize,
}

/// Scrolls, closes, or, in the detail, does what the key does in the walk: who reads may mark.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let step = usize::from(model.size.height.saturating_sub(6)).max(1);
    let last = super::view::last_top(model);
    let action = model.settings.keymap.action(model.context(), key);
    let is_detail = matches!(model.overlay, Some(Overlay::Detail(_)));
    let Some(Overlay::Help(page) | Overlay::Detail(page)) = &mut model.overlay else {
        return Effects::none();
    };
    match (action, key.code) {
        (Some(Action::Move(motion)), _) => {
            page.top = match motion {
                Motion::Down => page.top + 1,
                Motion::Up => page.top.saturating_sub(1),
                Motion::PageDown => page.top + step,
                Motion::PageUp => page.top.saturating_sub(step),
                Motion::First => 0,
                Motion::Last => last,
                Motion::NextSection
                | Motion::PreviousSection
                | Motion::NextUntested
                | Motion::PreviousUntested
                | Motion::Left
                | Motion::Right
                | Motion::NextPoint
                | Motion::PreviousPoint
                | Motion::Older
                | Motion::Newer
                | Motion::Oldest
                | Motion::Newest => page.top,
            }
            .min(last);
            Effects::none()
        }
        (_, Code::Esc | Code::Enter) | (Some(Action::Back | Action::Help), _) => {
            model.overlay = None;
            Effects::none()
        }
        (Some(_), _) if is_detail && model.context() == Context::Walk => {
            model.overlay = None;
            crate::tui::update::act_on(model, key)
        }
        (Some(Action::Quit | Action::Suspend | Action::Redraw), _) => crate::tui::update::act_on(model, key),
        _ => Effects::none(),
    }
}
