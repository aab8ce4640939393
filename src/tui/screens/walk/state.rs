//! What a walk holds: the plan, the session, where the tester is, and what is not on the disk yet.

use std::collections::HashMap;

use super::filter::Filter;
use super::tree::Tree;
use crate::domain::id::{PromptId, SessionId};
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::progress::Progress;
use crate::domain::revision::Revision;
use crate::domain::session::{Event, Fresh, NoteKind, Recorded, ReplayError, Session};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;

/// A note that was begun and not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What kind it was going to be.
    pub kind: NoteKind,
    /// What was typed.
    pub text: String,
}

/// What follows once an append was answered, saved or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// To the next untested prompt after this node.
    GoOn(NodeIdx),
    /// Write a note on the prompt at this node, then go on.
    WriteNote(NodeIdx),
    /// Show this prompt.
    Show(PromptId),
    /// Stay.
    Stay,
}

/// One session being walked.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The plan as it is now.
    pub revision: Revision,
    /// Where the plan's file lies, as the tester would write it.
    pub source: String,
    /// What the disk holds, and nothing else.
    pub session: Session,
    /// The session's verdicts over the plan.
    pub progress: Progress,
    /// Rows, folds, cursor.
    pub tree: Tree,
    /// What the outline shows.
    pub filter: Filter,
    /// Events that could not be written yet, in their order.
    pub unsaved: Vec<Fresh>,
    /// The session as it will be once `unsaved` is written; only then `Some`.
    pub intended: Option<Box<Session>>,
    /// Notes begun and not saved, by what they are about; those of walks opened earlier stay with them.
    pub drafts: HashMap<(SessionId, Option<PromptId>), Draft>,
    /// What to do when the append under way is answered.
    pub after: After,
    /// When this walk was opened.
    pub opened_at: Timestamp,
}

impl Walk {
    /// A walk with the cursor on the first untested prompt, else on the first prompt.
    #[must_use]
    pub fn new(revision: Revision, session: Session, source: String, opened_at: Timestamp) -> Self {
        let progress = Progress::new(&revision, &session);
        let filter = Filter::default();
        let outline = &revision.plan().outline;
        let mask = filter.mask(outline, &progress);
        let mut tree = Tree::new(outline, &revision.plan().title, mask);
        let start = progress
            .first_untested(|_| true)
            .or_else(|| outline.prompts().map(NodeRef::idx).find(|idx| progress.verdict(*idx).is_some()));
        if let Some(start) = start {
            tree.go_to(outline, start);
        }
        Self {
            revision,
            source,
            session,
            progress,
            tree,
            filter,
            unsaved: Vec::new(),
            intended: None,
            drafts: HashMap::new(),
            after: After::Stay,
            opened_at,
        }
    }

    /// The node the cursor is on.
    #[must_use]
    pub fn current(&self) -> Option<NodeRef<'_>> {
        self.tree.cursor().and_then(|idx| self.revision.plan().outline.get(idx))
    }

    /// The identity of the prompt the cursor is on; `None` on a section.
    #[must_use]
    pub fn current_prompt(&self) -> Option<PromptId> {
        self.tree.cursor().and_then(|idx| self.revision.id_at(idx))
    }

    /// What commands are decided on: what the disk holds and what is on its way there.
    #[must_use]
    pub fn decided_on(&self) -> &Session {
        self.intended.as_deref().unwrap_or(&self.session)
    }

    /// The verdict that is on its way to the disk for `prompt`, if one is.
    #[must_use]
    pub fn unsaved_verdict(&self, prompt: PromptId) -> Option<Verdict> {
        let intended = self.intended.as_deref()?.verdict(prompt);
        (intended != self.session.verdict(prompt)).then_some(intended)
    }

    /// Milliseconds walked, this sitting included.
    #[must_use]
    pub fn elapsed_ms(&self, now: Timestamp) -> u64 {
        let resting_since = self.session.updated_at().max(self.opened_at);
        self.session.walking_ms() + if self.session.is_open() { now.ms_since(resting_since) } else { 0 }
    }

    /// Takes in events that the disk holds now.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if they do not follow what was known; the rest is then not taken in.
    pub fn take_in(&mut self, recorded: Vec<Recorded>) -> Result<(), ReplayError> {
        for recorded in recorded {
            let mut touched = self.touched_by(&recorded.event);
            self.session.apply(recorded)?;
            touched.drain(..).for_each(|prompt| self.refresh(prompt));
        }
        Ok(())
    }

    /// The prompts whose verdict `event` changes.
    #[must_use]
    pub fn touched_by(&self, event: &Event) -> Vec<PromptId> {
        match event {
            Event::VerdictRecorded { prompt, .. } | Event::VerdictCleared { prompt, .. } => vec![*prompt],
            Event::Undone { event } | Event::Redone { event } => {
                self.session.prompts_changed_by(*event).collect()
            }
            Event::SessionStarted(_)
            | Event::NoteAdded(_)
            | Event::ComponentSet { .. }
            | Event::FieldSet { .. }
            | Event::StrategyChosen(_)
            | Event::CharterSet(_)
            | Event::TimeBoxSet(_)
            | Event::ActivitySwitched(_)
            | Event::Paused
            | Event::Resumed
            | Event::AwayExplained { .. }
            | Event::DebriefAnswered { .. }
            | Event::SessionClosed
            | Event::SessionReopened => Vec::new(),
        }
    }

    fn refresh(&mut self, prompt: PromptId) {
        if let Some(idx) = self.revision.place(prompt) {
            self.progress.set(&self.revision.plan().outline, idx, self.session.standing(prompt));
        }
    }

    /// Keeps `batch` until it can be written, and works out what the session will be then. What cannot follow what is
    /// there, such as an undo of something that was never written, is left out.
    pub fn keep_unsaved(&mut self, batch: Vec<Fresh>) {
        let mut intended = self.session.clone();
        let mut kept = Vec::with_capacity(batch.len());
        for fresh in batch {
            if intended.apply(fresh.clone().at_place(intended.seq() + 1)).is_ok() {
                kept.push(fresh);
            }
        }
        self.intended = (!kept.is_empty()).then(|| Box::new(intended));
        self.unsaved = kept;
    }

    /// The next untested prompt after `from` that the filter shows and no unsaved mark is on its way to.
    #[must_use]
    pub fn next_untested(&self, from: NodeIdx) -> Option<NodeIdx> {
        self.progress.next_untested(from, |idx| self.is_open_to_marks(idx))
    }

    /// The same before `from`.
    #[must_use]
    pub fn previous_untested(&self, from: NodeIdx) -> Option<NodeIdx> {
        self.progress.previous_untested(from, |idx| self.is_open_to_marks(idx))
    }

    fn is_open_to_marks(&self, idx: NodeIdx) -> bool {
        let unsaved = self.revision.id_at(idx).and_then(|id| self.unsaved_verdict(id));
        // A prompt with children may be shown for what is below it only.
        let for_itself = self
            .revision
            .plan()
            .outline
            .get(idx)
            .is_some_and(|node| !node.has_children() || self.filter.fits(node, Verdict::Untested));
        self.tree.lets_through(idx) && for_itself && unsaved.is_none()
    }

    /// Shows what `filter` lets through.
    pub fn set_filter(&mut self, filter: Filter) {
        let outline = &self.revision.plan().outline;
        let mask = filter.mask(outline, &self.progress);
        self.tree.set_mask(outline, mask);
        self.filter = filter;
    }
}
