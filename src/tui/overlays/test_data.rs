//! The plan's test data: who to log in as, which order to use. Enter copies a value.

use super::Overlay;
use crate::domain::plan::DataRow;
use crate::tui::effect::{Effect, Effects};
use crate::tui::key::{Code, Key};
use crate::tui::keymap::Action;
use crate::tui::model::Model;

/// Which value is selected, counted over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TestData {
    /// Index into [`values`].
    pub selected: usize,
}

/// All values in order, with the index of their row.
pub fn values(data: &[DataRow]) -> impl Iterator<Item = (usize, &(String, String))> {
    data.iter().enumerate().flat_map(|(row, fields)| fields.0.iter().map(move |field| (row, field)))
}

/// Selects, copies, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let page = usize::from(model.size.height.saturating_sub(6));
    let Some(walk) = &model.walk else { return Effects::none() };
    let data = &walk.revision.plan().data;
    let len = values(data).count();
    let Some(Overlay::TestData(list)) = &mut model.overlay else { return Effects::none() };
    let key = match action {
        Some(Action::Move(crate::tui::keymap::Motion::Down)) => Key::plain(Code::Down),
        Some(Action::Move(crate::tui::keymap::Motion::Up)) => Key::plain(Code::Up),
        _ => key,
    };
    if let Some(selected) = super::moved(list.selected, len, page, key) {
        list.selected = selected;
        return Effects::none();
    }
    match key.code {
        Code::Enter => {
            let value = values(data).nth(list.selected).map(|(_, (_, value))| value.clone());
            match value {
                Some(value) => {
                    model.say(format!("copied {value}"));
                    Effects::one(Effect::Copy(value))
                }
                None => Effects::none(),
            }
        }
        Code::Esc => {
            model.overlay = None;
            Effects::none()
        }
        _ if matches!(action, Some(Action::Back | Action::TestData)) => {
            model.overlay = None;
            Effects::none()
        }
        _ => Effects::none(),
    }
}
