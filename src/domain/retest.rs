//! What is walked once more after a session: the prompts with certain verdicts, and those that they blocked.
//!
//! A prompt is known by its identity, so that one which was reworded or moved since is walked again as it reads now. One
//! that left the plan cannot be walked: it is named instead.

use std::collections::VecDeque;

use super::id::{IdSet, PromptId};
use super::revision::Revision;
use super::session::Session;
use super::verdict::Verdict;

/// What did not work: retested unless the tester says otherwise.
pub const USUAL: [Verdict; 3] = [Verdict::Fail, Verdict::Blocked, Verdict::Inconclusive];

/// Which prompts are walked once more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Those that the plan has, sorted and each once.
    pub prompts: Vec<PromptId>,
    /// What those said when they were judged that the plan has no longer.
    pub gone: Vec<String>,
}

impl Chosen {
    /// The prompts of `session` that have one of `verdicts`, and those that are blocked by one of these, by one of those,
    /// and so on. `revision` is the plan as it is walked now.
    ///
    /// A prompt that lost the session's tag since counts if it was judged.
    #[must_use]
    pub fn new(session: &Session, revision: &Revision, verdicts: &[Verdict]) -> Self {
        let is_wanted = |prompt: PromptId| verdicts.contains(&session.verdict(prompt));
        let mut wanted: IdSet<PromptId> = session.touched().filter(|id| is_wanted(*id)).collect();
        if verdicts.contains(&Verdict::Untested) {
            revision.visit_prompts_of(session.start(), |id, _| {
                if is_wanted(id) {
                    wanted.insert(id);
                }
            });
        }
        let mut causes: VecDeque<PromptId> = wanted.iter().copied().collect();
        while let Some(cause) = causes.pop_front() {
            let blocked = session.blocked_by(cause).into_iter();
            causes.extend(blocked.filter(|blocked| wanted.insert(*blocked)));
        }
        let said = |id: PromptId| session.mark(id).map(|mark| mark.wording.to_owned());
        let gone = revision.removed().iter().filter(|gone| wanted.contains(&gone.id));
        let gone = gone.filter_map(|gone| said(gone.id)).collect();
        let mut prompts: Vec<PromptId> =
            wanted.into_iter().filter(|id| revision.place(*id).is_some()).collect();
        prompts.sort_unstable();
        Self { prompts, gone }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::component::States;
    use crate::domain::id::{EventId, PlanId, SessionId};
    use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
    use crate::domain::revision::RemovedPrompt;
    use crate::domain::session::{Event, Recorded, Start};
    use crate::domain::time::Timestamp;

    fn id(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    /// A plan with prompts 1 to `len`, of which those in `critical` have that tag; `removed` left it.
    fn plan(len: u128, critical: &[u128], removed: &[u128]) -> Revision {
        let entry = |n: u128| {
            let mut entry = Entry::new(NodeKind::Prompt, 1, n as u32, format!("prompt {n}"));
            entry.tags.extend(critical.contains(&n).then(|| "critical".to_owned()));
            entry
        };
        let here = || (1..=len).filter(|n| !removed.contains(n));
        let entries: Vec<Entry> = here().map(entry).collect();
        let plan = Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
        let gone = |n: &u128| RemovedPrompt {
            id: id(*n),
            anchor: None,
            path: Vec::new(),
            text: "as last seen".to_owned(),
        };
        let ids = here().map(id).collect();
        Revision::new(PlanId(Uuid::nil()), 1, plan, ids, removed.iter().map(gone).collect()).unwrap()
    }

    fn session(only: Option<&str>, events: Vec<Event>) -> Session {
        let start = Start {
            plan: PlanId(Uuid::nil()),
            plan_title: String::new(),
            tester: String::new(),
            charter: None,
            fields: BTreeMap::new(),
            only: only.map(str::to_owned),
            components: States::default(),
            retest: None,
            time_box_ms: None,
        };
        let events = std::iter::once(Event::SessionStarted(start.into())).chain(events).enumerate();
        let recorded = events.map(|(seq, event)| Recorded {
            id: EventId(Uuid::from_u128(100 + seq as u128)),
            leader: None,
            seq: seq as u64,
            at: Timestamp::from_unix_ms(1_795_442_400_000, 60).unwrap(),
            lap: None,
            event,
        });
        Session::replay(SessionId(Uuid::from_u128(5)), recorded).unwrap()
    }

    fn marked(n: u128, verdict: Verdict) -> Event {
        Event::verdict(id(n), verdict, format!("prompt {n} as it was judged"))
    }

    fn blocked(n: u128, by: u128) -> Event {
        let (wording, conditions) = (format!("prompt {n}"), Arc::default());
        let blocked_by = Some(id(by));
        Event::VerdictRecorded { prompt: id(n), verdict: Verdict::Blocked, wording, conditions, blocked_by }
    }

    /// 1 passes, 2 fails, 3 and 4 are blocked (4 by 2), 5 is inconclusive, 6 skipped, 7 untested, 8 blocked by 4.
    fn walked() -> Session {
        use Verdict::{Blocked, Fail, Inconclusive, Pass, Skip};
        let marks = [(1, Pass), (2, Fail), (3, Blocked), (5, Inconclusive), (6, Skip)];
        let mut events: Vec<Event> = marks.map(|(n, verdict)| marked(n, verdict)).into();
        events.extend([blocked(4, 2), blocked(8, 4)]);
        session(None, events)
    }

    #[test]
    fn the_verdicts_choose_and_what_they_blocked_comes_along() {
        use Verdict::{Blocked, Fail, Inconclusive, Pass, Skip, Untested};
        let revision = plan(8, &[], &[]);
        for (verdicts, expected) in [
            (&USUAL[..], &[2, 3, 4, 5, 8][..]),
            (&[Fail], &[2, 4, 8]),
            (&[Blocked], &[3, 4, 8]),
            (&[Inconclusive], &[5]),
            (&[Pass, Skip], &[1, 6]),
            (&[Untested], &[7]),
            (&[Untested, Fail], &[2, 4, 7, 8]),
            (&[], &[]),
        ] {
            let chosen = Chosen::new(&walked(), &revision, verdicts);
            let expected: Vec<PromptId> = expected.iter().copied().map(id).collect();
            assert_eq!((chosen.prompts, chosen.gone), (expected, Vec::new()), "{verdicts:?}");
        }
    }

    #[test]
    fn what_left_the_plan_is_named_and_what_it_blocked_comes_along() {
        let chosen = Chosen::new(&walked(), &plan(8, &[], &[2, 6]), &USUAL);
        assert_eq!(chosen.prompts, [3, 4, 5, 8].map(id));
        assert_eq!(chosen.gone, ["prompt 2 as it was judged"]);
        let chosen = Chosen::new(&walked(), &plan(8, &[], &[2]), &[Verdict::Fail]);
        assert_eq!(chosen.prompts, [4, 8].map(id));
    }

    #[test]
    fn only_the_latest_verdict_counts() {
        let cleared = Event::cleared(id(3));
        let events =
            vec![marked(1, Verdict::Fail), marked(1, Verdict::Pass), marked(3, Verdict::Fail), cleared];
        let chosen = Chosen::new(&session(None, events), &plan(3, &[], &[]), &USUAL);
        assert_eq!(chosen, Chosen::default());
    }

    #[test]
    fn prompts_that_block_each_other_are_chosen_once() {
        let walked = session(None, vec![marked(1, Verdict::Fail), blocked(2, 1), blocked(1, 2)]);
        let chosen = Chosen::new(&walked, &plan(2, &[], &[]), &[Verdict::Blocked]);
        assert_eq!(chosen.prompts, [1, 2].map(id));
    }

    #[test]
    fn untested_is_what_the_session_was_about() {
        let walked = session(Some("critical"), vec![marked(1, Verdict::Pass), marked(4, Verdict::Fail)]);
        let revision = plan(4, &[1, 2], &[]);
        assert_eq!(Chosen::new(&walked, &revision, &[Verdict::Untested]).prompts, [id(2)]);
        assert_eq!(Chosen::new(&walked, &revision, &USUAL).prompts, [id(4)], "it lost its tag");
    }
}
