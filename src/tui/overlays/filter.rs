//! The list of what to show only: verdicts, what earlier sessions make worth a look, tags. Each key takes effect at once.

use super::Overlay;
use crate::domain::verdict::Verdict;
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::screens::walk::filter::{Notable, tags_in_use};
use crate::tui::screens::walk::state::Walk;

/// The list: first the six verdicts, then what earlier sessions make worth a look, then the tags in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterList {
    /// Empty where there is no earlier session.
    pub notable: Vec<Notable>,
    /// Tags with how many prompts have them.
    pub tags: Vec<(String, usize)>,
    /// The selected row.
    pub selected: usize,
}

/// One row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<'a> {
    /// Prompts with this verdict.
    Verdict(Verdict),
    /// Prompts of which earlier sessions say this.
    Notable(Notable),
    /// Prompts with this tag, and how many there are.
    Tag(&'a str, usize),
}

impl FilterList {
    /// The list for this walk.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        let notable = if walk.history.session_count() > 0 { Notable::ALL.to_vec() } else { Vec::new() };
        let tags = tags_in_use(&walk.revision.plan().outline, &walk.progress);
        Self { notable, tags, selected: 0 }
    }

    /// How many rows it has.
    #[expect(clippy::len_without_is_empty, reason = "there are always verdicts")]
    #[must_use]
    pub fn len(&self) -> usize {
        Verdict::ALL.len() + self.notable.len() + self.tags.len()
    }

    /// The row at `at`.
    #[must_use]
    pub fn choice(&self, at: usize) -> Option<Choice<'_>> {
        let verdicts = Verdict::ALL.into_iter().map(Choice::Verdict);
        let notable = self.notable.iter().copied().map(Choice::Notable);
        let tags = self.tags.iter().map(|(tag, count)| Choice::Tag(tag, *count));
        verdicts.chain(notable).chain(tags).nth(at)
    }
}

/// Selects, takes a row in or out, closes.
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
        match list.choice(row) {
            Some(Choice::Verdict(verdict)) => filter.toggle_verdict(verdict),
            Some(Choice::Notable(notable)) => filter.toggle_notable(notable),
            Some(Choice::Tag(tag, _)) => filter.toggle_tag(tag),
            None => {}
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
