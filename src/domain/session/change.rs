//! What one event changed, and what a reader gets of it: marks, notes, and what the session says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::debrief::Question;
use super::event::{Conditions, NoteText, Start};
use crate::domain::component::{ComponentState, States};
use crate::domain::id::{EventId, PromptId};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Standing, Verdict};

/// A prompt's verdict with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The event that gave it.
    pub event: EventId,
    /// Never `Untested`.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// What the prompt said when it was judged.
    pub wording: &'a str,
    /// What stood at its ends then, and which build.
    pub conditions: &'a Conditions,
    /// For a prompt that is blocked, the failing one that is in its way.
    pub blocked_by: Option<PromptId>,
}

/// Where a mark is in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkPlace(pub(super) u32);

impl Mark<'_> {
    /// The verdict with what it rests on.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.conditions.standing(self.verdict)
    }
}

/// A note that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'a> {
    /// The event that added it.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Kind, text and prompt.
    pub note: &'a NoteText,
}

/// What one event changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) event: EventId,
    pub(super) at: Timestamp,
    pub(super) what: What,
    /// The change that led the decision, itself where it was alone. Only the leader's `counts` is looked at.
    pub(super) leader: u32,
    pub(super) counts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Mark {
        prompt: PromptId,
        verdict: Verdict,
        wording: String,
        /// Shared with the mark before where they are the same, as they are for prompt after prompt of a point: told
        /// for each mark they are most of what a long session takes.
        conditions: Arc<Conditions>,
        blocked_by: Option<PromptId>,
        /// The prompt's previous change.
        before: Option<u32>,
    },
    Clear {
        prompt: PromptId,
        unblocked_by: Option<PromptId>,
        before: Option<u32>,
    },
    Note(NoteText),
    Component {
        component: String,
        state: ComponentState,
    },
    Field {
        name: String,
        value: Option<String>,
    },
    Charter(Option<String>),
    TimeBox(Option<u64>),
    Answer {
        question: Question,
        answer: Option<String>,
    },
}

impl What {
    /// The prompt whose verdict this changes.
    pub(super) fn judged(&self) -> Option<PromptId> {
        match self {
            Self::Mark { prompt, .. } | Self::Clear { prompt, .. } => Some(*prompt),
            _ => None,
        }
    }

    /// True for what the session says of itself: few changes, looked through anew when one comes or goes.
    pub(super) fn is_setting(&self) -> bool {
        !matches!(self, Self::Mark { .. } | Self::Clear { .. } | Self::Note(_))
    }
}

/// What a session says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) states: States,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) charter: Option<String>,
    pub(super) time_box_ms: Option<u64>,
    pub(super) debrief: BTreeMap<Question, String>,
}

impl Settled {
    pub(super) fn at_start(start: &Start) -> Self {
        Self {
            states: start.components.clone(),
            fields: start.fields.clone(),
            charter: start.charter.clone(),
            time_box_ms: start.time_box_ms,
            debrief: BTreeMap::new(),
        }
    }

    pub(super) fn follow(&mut self, what: &What) {
        match what {
            What::Component { component, state } => self.states.set(component.clone(), state.clone()),
            What::Field { name, value } => put(&mut self.fields, name.clone(), value.clone()),
            What::Charter(charter) => self.charter.clone_from(charter),
            What::TimeBox(ms) => self.time_box_ms = *ms,
            What::Answer { question, answer } => put(&mut self.debrief, *question, answer.clone()),
            What::Mark { .. } | What::Clear { .. } | What::Note(_) => {}
        }
    }
}

/// `key` says `value`, or nothing any more.
fn put<K: Ord>(map: &mut BTreeMap<K, String>, key: K, value: Option<String>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

/// What a decision was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// No such decision.
    Nothing,
    /// A note.
    Note,
    /// What stands for this component, and perhaps for others.
    Component(&'a str),
    /// This field, and perhaps others.
    Field(&'a str),
    /// The mission.
    Charter,
    /// How long the session may take.
    TimeBox,
    /// The answer to this question.
    Debrief(Question),
    /// The verdict of this prompt, and of so many others.
    Prompt {
        /// The prompt that comes first.
        first: PromptId,
        /// How many more.
        others: usize,
    },
}

pub(super) fn as_mark(change: &Change) -> Option<Mark<'_>> {
    match &change.what {
        What::Mark { verdict, wording, conditions, blocked_by, .. } => Some(Mark {
            event: change.event,
            verdict: *verdict,
            at: change.at,
            wording,
            conditions,
            blocked_by: *blocked_by,
        }),
        _ => None,
    }
}

pub(super) fn as_note(change: &Change) -> Option<Note<'_>> {
    match &change.what {
        What::Note(note) => Some(Note { event: change.event, at: change.at, note }),
        _ => None,
    }
}
