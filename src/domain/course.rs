//! The course of a session: what was judged and remarked, in order, by how much had been walked.
//!
//! Measured by the session's own clock ([`super::session::clock`]), so that a break of three days is no stretch of the
//! picture. What was taken back did not happen, but the time that it took did.

use super::id::{IdMap, PromptId};
use super::session::{Clock, Event, Lap, NoteKind, Recorded, Session, unmeasured_ms};
use super::time::Timestamp;
use super::verdict::{Standing, Verdict};

/// Follows the events of a session, which come in order.
#[derive(Debug)]
pub struct Course<'s> {
    session: &'s Session,
    timing: Timing,
    stands: IdMap<PromptId, Standing>,
    tested: u32,
    passed: u32,
    remarks: usize,
    steps: Vec<Step>,
}

/// Something that happened and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Milliseconds walked until then.
    pub walked_ms: u64,
    /// When that was.
    pub at: Timestamp,
    /// What it was.
    pub what: What,
    /// How many prompts had a verdict afterwards.
    pub tested: u32,
    /// How many of them were passed.
    pub passed: u32,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A prompt was judged; untested, where its verdict was taken away.
    Judged(PromptId, Standing),
    /// Somebody remarked something, on a prompt or on the session. The number is that of the note among
    /// [`Session::notes`].
    Remarked(NoteKind, usize),
}

impl<'s> Course<'s> {
    /// The course of `session` before its first event.
    #[must_use]
    pub fn new(session: &'s Session) -> Self {
        let (timing, stands) = (Timing::default(), IdMap::default());
        Self { session, timing, stands, tested: 0, passed: 0, remarks: 0, steps: Vec::new() }
    }

    /// Follows the next event.
    pub fn follow(&mut self, recorded: &Recorded) {
        self.timing.follow(recorded);
        let what = match &recorded.event {
            _ if self.session.is_taken_back(recorded.id) => return,
            Event::VerdictRecorded { prompt, verdict, conditions, .. } => {
                What::Judged(*prompt, conditions.standing(*verdict))
            }
            Event::VerdictCleared { prompt, .. } => What::Judged(*prompt, Standing::default()),
            Event::NoteAdded(note) => {
                self.remarks += 1;
                What::Remarked(note.kind, self.remarks - 1)
            }
            _ => return,
        };
        if let What::Judged(prompt, standing) = what {
            let before = self.stands.insert(prompt, standing).unwrap_or_default();
            let (is_tested, is_passed) =
                (|s: Standing| s.verdict != Verdict::Untested, |s: Standing| s.verdict == Verdict::Pass);
            self.tested = self.tested + u32::from(is_tested(standing)) - u32::from(is_tested(before));
            self.passed = self.passed + u32::from(is_passed(standing)) - u32::from(is_passed(before));
        }
        let (tested, passed) = (self.tested, self.passed);
        let walked_ms = self.timing.walked_ms();
        self.steps.push(Step { walked_ms, at: recorded.at, what, tested, passed });
    }

    /// What happened, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// Adds up what was walked, event by event.
#[derive(Debug, Default)]
pub(super) struct Timing {
    clock: Clock,
    is_over: bool,
    before: Option<Timestamp>,
}

impl Timing {
    /// Follows the next event, and says how many milliseconds were walked since the one before it.
    pub(super) fn follow(&mut self, recorded: &Recorded) -> u64 {
        let Recorded { at, lap, event, .. } = recorded;
        let walked_ms = self.walked_ms();
        if let Some(before) = self.before {
            let lap = lap.unwrap_or_else(|| Lap::of(unmeasured_ms(before, *at)));
            self.clock.follow(lap, !self.is_over, event);
        }
        match event {
            Event::SessionClosed => self.is_over = true,
            Event::SessionReopened => self.is_over = false,
            _ => {}
        }
        self.before = self.before.max(Some(*at));
        self.walked_ms() - walked_ms
    }

    /// Milliseconds walked so far.
    pub(super) fn walked_ms(&self) -> u64 {
        self.clock.times.walking_ms()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::component::States;
    use crate::domain::id::{EventId, PlanId, SessionId};
    use crate::domain::session::{NoteText, Start};

    #[test]
    fn what_was_taken_back_did_not_happen_but_its_time_did() {
        let prompt = |n| PromptId(Uuid::from_u128(n));
        let start = Start {
            plan: PlanId(Uuid::nil()),
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: None,
            components: States::default(),
            retest: None,
            time_box_ms: None,
        };
        let note = NoteText { kind: NoteKind::Bug, text: "odd".to_owned(), prompt: Some(prompt(1)) };
        let id = |seq: u64| EventId(Uuid::from_u128(u128::from(seq) + 1));
        let minutes_and_events = [
            (0, Event::SessionStarted(start.into())),
            (1, Event::verdict(prompt(1), Verdict::Pass, "a")),
            (2, Event::verdict(prompt(2), Verdict::Fail, "b")),
            (3, Event::Undone { event: id(2) }),
            (4, Event::NoteAdded(note)),
            // Nobody was there.
            (1000, Event::verdict(prompt(1), Verdict::Fail, "a")),
            (1001, Event::cleared(prompt(1))),
        ];
        let recorded = minutes_and_events.into_iter().zip(0..).map(|((minute, event), seq)| Recorded {
            id: id(seq),
            leader: None,
            seq,
            at: Timestamp::from_unix_ms(minute * 60_000, 0).unwrap(),
            lap: None,
            event,
        });
        let events: Vec<Recorded> = recorded.collect();
        let session = Session::replay(SessionId(Uuid::nil()), events.clone()).unwrap();
        let mut course = Course::new(&session);
        events.iter().for_each(|event| course.follow(event));
        let judged = |n, verdict: Verdict| What::Judged(prompt(n), verdict.into());
        let found: Vec<_> =
            course.steps().iter().map(|s| (s.walked_ms / 60_000, s.what, s.tested, s.passed)).collect();
        let expected = [
            (1, judged(1, Verdict::Pass), 1, 1),
            (4, What::Remarked(NoteKind::Bug, 0), 1, 1),
            (4, judged(1, Verdict::Fail), 1, 0),
            (5, judged(1, Verdict::Untested), 0, 0),
        ];
        assert_eq!(found, expected);
        assert_eq!(course.timing.walked_ms(), session.walking_ms());
    }
}
