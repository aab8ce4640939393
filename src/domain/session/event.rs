//! What happened to a session: facts in the past tense, which are kept for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::clock::{Activity, Away, Lap, Moment};
use super::debrief::Question;
use crate::domain::component::{ComponentState, Ends, States, states_as_text};
use crate::domain::id::{EventId, PlanId, PromptId, SessionId};
use crate::domain::strategy::Strategy;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Standing, Verdict};

/// What kind of remark a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// A remark.
    #[default]
    Note,
    /// Something is broken.
    Bug,
    /// Somebody has to be asked.
    Question,
    /// Something to test or build later.
    Idea,
    /// What was set up, and how.
    Setup,
}

impl NoteKind {
    /// All kinds, in the order in which Tab goes through them.
    pub const ALL: [Self; 5] = [Self::Note, Self::Bug, Self::Question, Self::Idea, Self::Setup];

    /// The word for it, the same in the store, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Bug => "bug",
            Self::Question => "question",
            Self::Idea => "idea",
            Self::Setup => "setup",
        }
    }

    /// The kind after this one, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|k| *k == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a session was started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The plan that is walked.
    pub plan: PlanId,
    /// The plan's title at that time.
    pub plan_title: String,
    /// Who walks.
    pub tester: String,
    /// The mission, in one sentence.
    pub charter: Option<String>,
    /// What the session says of its environment: `build`, `environment`, …
    pub fields: BTreeMap<String, String>,
    /// If set, only prompts with this tag belong to the session.
    pub only: Option<String>,
    /// What stood for each component at the beginning.
    #[serde(default, skip_serializing_if = "States::is_empty", with = "states_as_text")]
    pub components: States,
    /// If set, only these prompts belong to the session: it walks them once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retest: Option<Retest>,
    /// How many milliseconds it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_box_ms: Option<u64>,
}

/// What a session walks once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retest {
    /// The session whose verdicts gave the reason.
    pub of: SessionId,
    /// Which prompts, sorted and each once.
    pub prompts: Vec<PromptId>,
}

impl Start {
    /// True if `prompt`, which has `tags`, inherited ones included, belongs to the session.
    #[must_use]
    pub fn takes_in(&self, prompt: PromptId, has_tag: impl FnOnce(&str) -> bool) -> bool {
        self.retest.as_ref().is_none_or(|retest| retest.prompts.binary_search(&prompt).is_ok())
            && self.only.as_deref().is_none_or(has_tag)
    }

    /// True if every prompt of the plan belongs to the session.
    #[must_use]
    pub fn takes_in_all(&self) -> bool {
        self.only.is_none() && self.retest.is_none()
    }
}

/// A remark about a prompt or about the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteText {
    /// What kind of remark.
    pub kind: NoteKind,
    /// What it says; several lines are fine.
    pub text: String,
    /// The prompt it is about; `None` for the session.
    pub prompt: Option<PromptId>,
}

/// Under what conditions a prompt was judged. A mark keeps them, whatever becomes of the session and the plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Conditions {
    /// What stood at the ends of its integration point; `None` where it is about none.
    pub ends: Option<Ends>,
    /// The session's field `build`.
    pub build: Option<String>,
}

impl Conditions {
    /// What a verdict that was given then rests on.
    #[must_use]
    pub fn ground(&self) -> Ground {
        self.ends.as_ref().map_or(Ground::Unstated, Ends::ground)
    }

    /// `verdict` with what it rests on.
    #[must_use]
    pub fn standing(&self, verdict: Verdict) -> Standing {
        Standing { verdict, ground: self.ground() }
    }
}

/// A fact about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The session began. Apart, since it is the first of many and larger than all of them: events are handed on by value.
    SessionStarted(Box<Start>),
    /// A prompt was given a verdict, with the wording it had then.
    VerdictRecorded {
        /// Which prompt.
        prompt: PromptId,
        /// Never `Untested`.
        verdict: Verdict,
        /// What the prompt said when it was judged.
        wording: String,
        /// What stood at its ends, and which build: the same for prompt after prompt of a point.
        conditions: Arc<Conditions>,
        /// For a prompt that is blocked, the failing one that is in its way.
        blocked_by: Option<PromptId>,
    },
    /// A prompt is untested again.
    VerdictCleared {
        /// Which prompt.
        prompt: PromptId,
        /// The prompt that had blocked it and passed; `None` where the tester took the verdict away.
        unblocked_by: Option<PromptId>,
    },
    /// Somebody remarked something.
    NoteAdded(NoteText),
    /// An earlier event no longer counts.
    Undone {
        /// Which one.
        event: EventId,
    },
    /// An undone event counts again.
    Redone {
        /// Which one.
        event: EventId,
    },
    /// Something else stands for a component.
    ComponentSet {
        /// Which component.
        component: String,
        /// What stands for it now.
        state: ComponentState,
    },
    /// The session says something else of its environment.
    FieldSet {
        /// Which field: `build`, …
        name: String,
        /// Its value now; `None` takes the field away.
        value: Option<String>,
    },
    /// The walk goes in another order. Nothing that undo would take back: it changes no verdict.
    StrategyChosen(Strategy),
    /// The mission is another one; `None` takes it away.
    CharterSet(Option<String>),
    /// The session may take so many milliseconds; `None` takes the box away.
    TimeBoxSet(Option<u64>),
    /// The tester does something else from now on. Nothing that undo would take back, as all that is about time: it
    /// has passed.
    ActivitySwitched(Activity),
    /// The tester does nothing from now on.
    Paused,
    /// The tester goes on.
    Resumed,
    /// The tester said what a stretch was in which nothing was pressed. It lies before this event and in no lap.
    AwayExplained {
        /// How long it was.
        ms: u64,
        /// What it was.
        was: Away,
    },
    /// A question of the debrief was answered; `None` takes the answer away.
    DebriefAnswered {
        /// Which question.
        question: Question,
        /// What the tester says.
        answer: Option<String>,
    },
    /// The session is over.
    SessionClosed,
    /// It goes on after all.
    SessionReopened,
}

impl Event {
    /// A verdict on a prompt that is about no integration point.
    #[must_use]
    pub fn verdict(prompt: PromptId, verdict: Verdict, wording: impl Into<String>) -> Self {
        Self::VerdictRecorded {
            prompt,
            verdict,
            wording: wording.into(),
            conditions: Arc::default(),
            blocked_by: None,
        }
    }

    /// A verdict taken away by the tester.
    #[must_use]
    pub fn cleared(prompt: PromptId) -> Self {
        Self::VerdictCleared { prompt, unblocked_by: None }
    }
}

/// An event that is not appended yet, so that it has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// Made by us before it is written, so that a retry never doubles it.
    pub id: EventId,
    /// The first event of the same decision, where that is another one: both count or neither does.
    pub leader: Option<EventId>,
    /// When it happened.
    pub at: Timestamp,
    /// How long after the event before it, where that was measured.
    pub lap: Option<Lap>,
    /// What happened.
    pub event: Event,
}

impl Fresh {
    /// The events of one decision at one moment, in order: the first leads the others, so that one undo takes all back.
    pub fn decided(
        events: Vec<Event>,
        when: impl Into<Moment>,
        mut new_id: impl FnMut() -> EventId,
    ) -> Vec<Self> {
        let Moment { at, mut lap } = when.into();
        let mut first = None;
        let fresh = events.into_iter().map(|event| {
            let id = new_id();
            let leader = first;
            first = first.or(Some(id));
            let fresh = Self { id, leader, at, lap, event };
            // The others come at the same moment.
            lap = lap.map(|_| Lap::default());
            fresh
        });
        fresh.collect()
    }

    /// The same with its place.
    #[must_use]
    pub fn at_place(self, seq: u64) -> Recorded {
        let Self { id, leader, at, lap, event } = self;
        Recorded { id, leader, seq, at, lap, event }
    }
}

/// An event with its place and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Made by us before it is written, so that a retry never doubles it.
    pub id: EventId,
    /// As [`Fresh::leader`].
    pub leader: Option<EventId>,
    /// Its place in the session, from 0, without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// As [`Fresh::lap`].
    pub lap: Option<Lap>,
    /// What happened.
    pub event: Event,
}

/// An event that cannot follow what is there: the file was damaged or made by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The first event is not a start.
    #[error("event {seq} comes before the session's start")]
    NotStarted {
        /// Place of the event.
        seq: u64,
    },
    /// A place is missing or taken twice.
    #[error("event {found} follows where event {expected} should be")]
    OutOfSequence {
        /// The place that should have come.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// A second start.
    #[error("event {seq} starts the session a second time")]
    StartedTwice {
        /// Place of the event.
        seq: u64,
    },
    /// `Undone` or `Redone` names an event that is no change of this session, or is in that state already.
    #[error("event {seq} takes back or restores an event that it cannot")]
    NoSuchChange {
        /// Place of the event.
        seq: u64,
    },
    /// An event follows a leader that did not lead the event before it.
    #[error("event {seq} belongs to a decision that it does not follow")]
    NoSuchLeader {
        /// Place of the event.
        seq: u64,
    },
}
