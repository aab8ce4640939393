//! Where a session's time goes, and how it is measured.
//!
//! # The rule
//!
//! An event may carry a [`Lap`]: the milliseconds for which the session was attended since the event before it, measured
//! by the program that appends it with a clock that never steps. The first lap after a session was opened reaches back
//! to the event before, as far as [`unmeasured_ms`] allows. A lap goes to the activity of that time, or to the pause.
//! An event without a lap (formats 1 and 2, commands from another terminal) takes what lies between the times of day by
//! [`unmeasured_ms`]: all of it up to a quarter of an hour, nothing beyond or backwards.
//!
//! Why so: a wall clock steps (by hand, by a time server, after a flat battery), a steady clock does not, but starts
//! anew with each program. Inside a sitting only the steady one is believed; between sittings the wall clock is, up to
//! a bound, so that a crash costs next to nothing and a wrong clock a quarter of an hour at most. Each millisecond is
//! claimed by one event, sums only grow, and what undo takes back is a verdict and not the time that it took.
//!
//! While a session is finished, its time is nobody's.

use serde::{Deserialize, Serialize};

use super::event::{Event, NoteKind, NoteText};
use crate::domain::time::Timestamp;

/// A gap that nobody measured and that is longer than this was a break.
pub const LONGEST_GAP_MS: u64 = 15 * 60_000;

/// No sum grows beyond this: what a database can hold.
const MOST_MS: u64 = i64::MAX as u64;

/// What a tester does, as a session sheet asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Designing and carrying out tests within the charter.
    #[default]
    Testing,
    /// Finding out about what looks like a defect, and writing it down.
    BugInvestigation,
    /// Making ready: data, environment, tools.
    SetUp,
    /// Testing that the charter did not ask for.
    OffCharter,
}

impl Activity {
    /// All of them, in the order in which they are offered and shown.
    pub const ALL: [Self; 4] = [Self::Testing, Self::BugInvestigation, Self::SetUp, Self::OffCharter];

    /// The word for it in the store and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Testing => "testing",
            Self::BugInvestigation => "bug_investigation",
            Self::SetUp => "set_up",
            Self::OffCharter => "off_charter",
        }
    }

    /// The word for it on the screen.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::Testing => "testing",
            Self::BugInvestigation => "bug investigation",
            Self::SetUp => "set-up",
            Self::OffCharter => "off charter",
        }
    }

    /// The activity that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|activity| activity.word() == word)
    }
}

/// What a stretch was in which nothing was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Away {
    /// A break: it goes to the pause.
    Break,
    /// Work away from this terminal: it goes to the activity of that time.
    Work,
}

/// What the program that appends an event measured since the event before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Lap {
    /// Milliseconds, without stretches that nobody can vouch for.
    pub ms: u64,
    /// How many of them the note line was open for. At most `ms`.
    pub writing_ms: u64,
}

impl Lap {
    /// A lap in which nothing was written.
    #[must_use]
    pub fn of(ms: u64) -> Self {
        Self { ms, writing_ms: 0 }
    }
}

/// When something was decided: what the wall clock showed, and what a steady one measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The time of day.
    pub at: Timestamp,
    /// The time since the event before; `None` where nobody measured it.
    pub lap: Option<Lap>,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self { at, lap: None }
    }
}

/// How many milliseconds went where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Times {
    by_activity: [u64; 4],
    paused_ms: u64,
}

impl Times {
    /// Milliseconds of each of [`Activity::ALL`], and of pauses.
    #[must_use]
    pub fn new(by_activity: [u64; 4], paused_ms: u64) -> Self {
        Self { by_activity, paused_ms }
    }

    /// Milliseconds of `activity`.
    #[must_use]
    pub fn of(&self, activity: Activity) -> u64 {
        self.by_activity[activity as usize]
    }

    /// Milliseconds of pauses and breaks.
    #[must_use]
    pub fn paused_ms(&self) -> u64 {
        self.paused_ms
    }

    /// Milliseconds walked: of all activities, without pauses.
    #[must_use]
    pub fn walking_ms(&self) -> u64 {
        self.by_activity.iter().fold(0, |sum, ms| added(sum, *ms))
    }

    fn add(&mut self, activity: Activity, ms: u64) {
        let sum = &mut self.by_activity[activity as usize];
        *sum = added(*sum, ms);
    }
}

fn added(sum: u64, ms: u64) -> u64 {
    sum.saturating_add(ms).min(MOST_MS)
}

/// What the events so far say of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Where the time went.
    pub times: Times,
    /// What is being done, or was before the pause.
    pub activity: Activity,
    /// True while nothing is being done.
    pub is_paused: bool,
}

impl Clock {
    /// Follows one event, which came `lap` after the one before it; `is_open` is whether the session was open until then.
    pub fn follow(&mut self, lap: Lap, is_open: bool, event: &Event) {
        if is_open {
            self.spend(lap, event);
        }
        match event {
            Event::ActivitySwitched(activity) => (self.activity, self.is_paused) = (*activity, false),
            Event::Paused => self.is_paused = true,
            // Who judges or writes is at work again.
            Event::Resumed | Event::SessionClosed | Event::VerdictRecorded { .. } | Event::NoteAdded(_) => {
                self.is_paused = false;
            }
            Event::AwayExplained { ms, was: Away::Break } if is_open => {
                self.times.paused_ms = added(self.times.paused_ms, *ms);
            }
            Event::AwayExplained { ms, was: Away::Work } if is_open => self.times.add(self.activity, *ms),
            _ => {}
        }
    }

    fn spend(&mut self, lap: Lap, event: &Event) {
        let (writing_ms, writes) = match event {
            Event::NoteAdded(NoteText { kind: NoteKind::Bug, .. }) => {
                (lap.writing_ms.min(lap.ms), Activity::BugInvestigation)
            }
            Event::NoteAdded(_) => (lap.writing_ms.min(lap.ms), self.activity),
            _ => (0, self.activity),
        };
        self.times.add(writes, writing_ms);
        let rest_ms = lap.ms - writing_ms;
        if self.is_paused {
            self.times.paused_ms = added(self.times.paused_ms, rest_ms);
        } else {
            self.times.add(self.activity, rest_ms);
        }
    }
}

/// How much time lies between two times of day that nobody measured: nothing if that was a break, or if the clock went
/// backwards.
#[must_use]
pub fn unmeasured_ms(before: Timestamp, at: Timestamp) -> u64 {
    let gap_ms = at.ms_since(before);
    if gap_ms <= LONGEST_GAP_MS { gap_ms } else { 0 }
}
