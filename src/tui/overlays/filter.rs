//! The list of verdicts and tags to show only: each key takes effect at once.

use super::Overlay;
use crate::domain::verdict::Verdict;
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::screens::walk::filter::tags_in_use;
use crate::tui::screens::walk::state::Walk;

/// The list: first the six verdicts, then the tags in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterList {
    /// Tags with how many prompts have them.
    pub tags: Vec<(String, usize)>,
    /// The selected row, verdicts first.
    pub selected: usize,
}

impl FilterList {
    /// The list for this walk.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        Self { tags: tags_in_use(&walk.revision.plan().outline, &walk.progress), selected: 0 }
    }

    fn len(&self) -> usize {
        Verdict::ALL.len() + self.tags.len()
    }
}

/// Selects, takes a verdict or tag in or out, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let page = usize::from(model.size.height.saturating_sub(6));
    let (Some(Overlay::Filter(list)), Some(walk)) = (&mut model.overlay, &mut model.walk) else {
        return Effects::none();
    };
    let toggled = match (action, key.code) {
        (Some(Action::Mark(verdict)), _) => Some(verdict_row(verdict)),
        (Some(Action::Undo), _) => Some(verdict_row(Verdict::Untested)),
        (_, Code::Char(' ')) => Some(list.selected),
        _ => None,
    };
    if let Some(row) = toggled {
        let mut filter = walk.filter.clone();
        match Verdict::ALL.get(row) {
            Some(verdict) => filter.toggle_verdict(*verdict),
            None => filter.toggle_tag(&list.tags[row - Verdict::ALL.len()].0),
        }
        list.selected = row;
        walk.set_filter(filter);
        return Effects::none();
    }
    let key = match action {
        Some(Action::Move(Motion::Down)) => Key::plain(Code::Down),
        Some(Action::Move(Motion::Up)) => Key::plain(Code::Up),
        _ => key,
    };
    if let Some(selected) = super::moved(list.selected, list.len(), page, key) {
        list.selected = selected;
        return Effects::none();
    }
    match (action, key.code) {
        (_, Code::Esc | Code::Enter) | (Some(Action::Back | Action::Filter), _) => model.overlay = None,
        (Some(Action::Clear), _) => walk.set_filter(crate::tui::screens::walk::filter::Filter::default()),
        _ => {}
    }
    Effects::none()
}

fn verdict_row(verdict: Verdict) -> usize {
    Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0)
}
