//! The list of prompts that a fail may block: each can be taken in or out, and nothing is marked that was not on the
//! screen.

use std::ops::Range;

use super::Overlay;
use crate::domain::id::PromptId;
use crate::domain::plan::NodeIdx;
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::screens::walk::blocking::{Scope, confirm};

pub mod view;

/// A prompt in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is.
    pub idx: NodeIdx,
    /// True if it is to be marked.
    pub is_in: bool,
    /// True once it was on the screen.
    is_seen: bool,
}

/// The open prompts that `by` may block, by what they have in common with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockList {
    /// What fails.
    pub by: PromptId,
    /// What it says.
    pub about: String,
    /// The name of each scope, the narrowest first.
    pub names: Vec<String>,
    /// Parallel to `names`; never empty.
    lists: Vec<Vec<Candidate>>,
    /// Index of the scope that is shown.
    pub scope: usize,
    /// Index of the selected prompt in it.
    pub selected: usize,
}

impl BlockList {
    /// Everything in the narrowest scope that has anything taken in, and nothing seen.
    #[must_use]
    pub fn new(by: PromptId, about: String, scopes: Vec<Scope>) -> Self {
        let candidate = |idx| Candidate { idx, is_in: true, is_seen: false };
        let (names, lists) = scopes
            .into_iter()
            .map(|scope| (scope.name, scope.prompts.into_iter().map(candidate).collect::<Vec<Candidate>>()))
            .unzip();
        Self { by, about, names, lists, scope: 0, selected: 0 }
    }

    /// The prompts of the scope that is shown.
    #[must_use]
    pub fn shown(&self) -> &[Candidate] {
        self.lists.get(self.scope).map_or(&[], Vec::as_slice)
    }

    /// How many prompts a scope has.
    #[must_use]
    pub fn len_of(&self, scope: usize) -> usize {
        self.lists.get(scope).map_or(0, Vec::len)
    }

    /// How many of those shown are to be marked.
    #[must_use]
    pub fn count_in(&self) -> usize {
        self.shown().iter().filter(|candidate| candidate.is_in).count()
    }

    /// The first that is to be marked and was never on the screen.
    #[must_use]
    pub fn first_unseen(&self) -> Option<usize> {
        self.shown().iter().position(|candidate| candidate.is_in && !candidate.is_seen)
    }

    /// These rows are on the screen.
    pub fn saw(&mut self, rows: Range<usize>) {
        if let Some(list) = self.lists.get_mut(self.scope) {
            let end = rows.end.min(list.len());
            list[rows.start.min(end)..end].iter_mut().for_each(|candidate| candidate.is_seen = true);
        }
    }

    fn toggle(&mut self) {
        if let Some(candidate) = self.lists.get_mut(self.scope).and_then(|list| list.get_mut(self.selected)) {
            candidate.is_in = !candidate.is_in;
        }
    }

    /// Takes all out, or all in if none is.
    fn toggle_all(&mut self) {
        let is_in = self.count_in() == 0;
        if let Some(list) = self.lists.get_mut(self.scope) {
            list.iter_mut().for_each(|candidate| candidate.is_in = is_in);
        }
    }

    fn turn(&mut self, steps: usize) {
        self.scope = (self.scope + steps) % self.names.len().max(1);
        self.selected = 0;
    }
}

/// Selects, takes in or out, shows another scope, marks, closes. Everything else does nothing, verdict keys above all.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let page =
        usize::from(super::view::area(model).inner().height).saturating_sub(view::HEAD_ROWS.into()).max(1);
    let Some(Overlay::Blocking(list)) = &mut model.overlay else { return Effects::none() };
    let last = list.shown().len().saturating_sub(1);
    match (action, key.code) {
        (_, Code::Char(' ')) => list.toggle(),
        (_, Code::Enter) => return enter(model),
        (_, Code::Esc) | (Some(Action::Back | Action::BlockedBy), _) => model.overlay = None,
        (_, Code::Tab) if key.shift => list.turn(list.names.len() - 1),
        (_, Code::Tab) | (Some(Action::Unfold), _) => list.turn(1),
        (Some(Action::Fold), _) => list.turn(list.names.len() - 1),
        (Some(Action::Clear), _) => list.toggle_all(),
        (Some(Action::Move(Motion::Down)), _) => list.selected = (list.selected + 1).min(last),
        (Some(Action::Move(Motion::Up)), _) => list.selected = list.selected.saturating_sub(1),
        (Some(Action::Move(Motion::First)), _) => list.selected = 0,
        (Some(Action::Move(Motion::Last)), _) => list.selected = last,
        _ => {
            if let Some(selected) = super::moved(list.selected, last + 1, page, key) {
                list.selected = selected;
            }
        }
    }
    Effects::none()
}

/// Marks what is taken in, once all of that was on the screen; else shows what was not.
fn enter(model: &mut Model) -> Effects {
    let Some(Overlay::Blocking(list)) = &mut model.overlay else { return Effects::none() };
    if let Some(unseen) = list.first_unseen() {
        list.selected = unseen;
        return Effects::none();
    }
    let by = list.by;
    let chosen: Vec<NodeIdx> = list.shown().iter().filter(|c| c.is_in).map(|c| c.idx).collect();
    model.overlay = None;
    if chosen.is_empty() { Effects::none() } else { confirm(model, by, &chosen) }
}
