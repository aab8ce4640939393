//! The sessions of a plan over time: how much was tested, what it was worth, what turned, how long it took.
//!
//! Most of it every session knows of itself. What newly fails, what was fixed, and which integration points nobody tested
//! is read from its verdicts, session by session, the oldest first: see [`Course`]. It may be read in pieces, and no
//! more of it is kept than the last word on each prompt.

use std::sync::Arc;

use super::history::{PastSession, Turn};
use super::id::{IdMap, PromptId};
use super::map::Map;
use super::revision::Revision;
use super::session::Start;
use super::time::Timestamp;
use super::verdict::{Counts, Standing, Verdict};

/// How many heights a sparkline has.
pub const LEVELS: usize = 8;

/// A session with what is known of it without reading its verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who walked, and what the session says of its environment.
    pub session: Arc<PastSession>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it was finished; `None` while it is open.
    pub ended_at: Option<Timestamp>,
    /// How many of the prompts that its plan still has for it have which verdict.
    pub listed: Counts,
    /// Milliseconds walked, without pauses.
    pub walked_ms: u64,
    /// The state of the plan that it was last opened with.
    pub revision: u32,
    /// What its verdicts say; `None` until they were read.
    pub verdicts: Option<Read>,
}

impl Entry {
    /// How many prompts have which verdict. A verdict on a prompt that has left the plan counts as soon as it was read:
    /// deleting a line makes no session better than it was.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = self.listed;
        counts.add_all(&self.verdicts.map(|read| read.unlisted).unwrap_or_default());
        counts
    }
}

/// What a session says of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptResult {
    /// Which prompt.
    pub prompt: PromptId,
    /// Its verdict and what that rests on.
    pub standing: Standing,
    /// It is among those that [`Entry::listed`] counts.
    pub is_listed: bool,
}

/// What is read from the verdicts of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Read {
    /// Verdicts on prompts that [`Entry::listed`] leaves out.
    pub unlisted: Counts,
    /// Prompts that fail and passed when they last said either.
    pub newly_failing: u32,
    /// Prompts that pass and failed when they last said either.
    pub fixed: u32,
    /// Integration points that the session is about, of which a prompt passed, failed or was found inconclusive.
    pub points_tested: u32,
    /// Integration points that the session is about, of which none did.
    pub points_untested: u32,
    /// Integration points that no prompt of the plan touches.
    pub points_without_prompt: u32,
}

/// What is shown over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Passes among all prompts, in per cent.
    Passed,
    /// Provisional passes among the passes, in per cent.
    Provisional,
    /// Fails.
    Failed,
    /// Prompts that newly fail.
    NewlyFailing,
    /// Prompts without a verdict, in per cent.
    Untested,
    /// Integration points without a tested prompt.
    UntestedPoints,
    /// Minutes walked.
    Minutes,
}

impl Series {
    /// All of them, in the order in which a reader wants them.
    pub const ALL: [Self; 7] = [
        Self::Passed,
        Self::Failed,
        Self::NewlyFailing,
        Self::Provisional,
        Self::Untested,
        Self::UntestedPoints,
        Self::Minutes,
    ];

    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Provisional => "provisional",
            Self::Failed => "failed",
            Self::NewlyFailing => "newly fail",
            Self::Untested => "untested",
            Self::UntestedPoints => "untested points",
            Self::Minutes => "time",
        }
    }

    /// The value in a session; `None` where it is not known yet.
    #[must_use]
    pub fn of(self, entry: &Entry) -> Option<u64> {
        let counts = entry.counts();
        let share = |part: u32, whole: u32| u64::from(part) * 100 / u64::from(whole.max(1));
        Some(match self {
            Self::Passed => share(counts[Verdict::Pass], counts.total()),
            Self::Provisional => share(counts.provisional(), counts[Verdict::Pass]),
            Self::Failed => u64::from(counts[Verdict::Fail]),
            Self::NewlyFailing => u64::from(entry.verdicts?.newly_failing),
            Self::Untested => share(counts[Verdict::Untested], counts.total()),
            Self::UntestedPoints => {
                let read = entry.verdicts?;
                u64::from(read.points_untested + read.points_without_prompt)
            }
            Self::Minutes => entry.walked_ms / 60_000,
        })
    }

    /// A value in words: `78 %`, `3`, `24 min`.
    #[must_use]
    pub fn said(self, value: u64) -> String {
        match self {
            Self::Passed | Self::Provisional | Self::Untested => format!("{value} %"),
            Self::Failed | Self::NewlyFailing | Self::UntestedPoints => value.to_string(),
            Self::Minutes => format!("{value} min"),
        }
    }

    /// What the highest column of its sparkline stands for: shares are of a hundred, the rest of the most there was.
    #[must_use]
    pub fn ceiling(self, entries: &[Entry]) -> u64 {
        match self {
            Self::Passed | Self::Provisional | Self::Untested => 100,
            Self::Failed | Self::NewlyFailing | Self::UntestedPoints | Self::Minutes => {
                entries.iter().filter_map(|entry| self.of(entry)).max().unwrap_or(0)
            }
        }
    }

    /// True where it says something of these sessions: nothing of fakes is shown where nobody named one, nor of points
    /// where the plan has none.
    #[must_use]
    pub fn is_of(self, entries: &[Entry]) -> bool {
        let any = |is: &dyn Fn(&Entry) -> bool| entries.iter().any(is);
        match self {
            Self::Provisional => any(&|entry| entry.counts().provisional() > 0),
            Self::UntestedPoints => any(&|entry| {
                entry.verdicts.is_some_and(|read| {
                    read.points_tested + read.points_untested + read.points_without_prompt > 0
                })
            }),
            Self::Minutes => any(&|entry| entry.walked_ms >= 60_000),
            Self::Passed | Self::Failed | Self::NewlyFailing | Self::Untested => true,
        }
    }
}

/// How high `value` stands below `ceiling`, from 0 to one less than [`LEVELS`]. Only nothing is 0.
#[must_use]
pub fn level(value: u64, ceiling: u64) -> usize {
    if value == 0 {
        return 0;
    }
    let steps = LEVELS as u64 - 2;
    1 + usize::try_from(value.min(ceiling.max(1)).saturating_mul(steps) / ceiling.max(1)).unwrap_or(0)
}

/// Which integration points a session is about, and which of them each of its prompts asks about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Points {
    of: IdMap<PromptId, u32>,
    /// Parallel to the points of the plan: true if the session is about it.
    is_meant: Vec<bool>,
    without_prompt: u32,
}

impl Points {
    /// The points of a session that was begun so and last opened with that `state` of the plan.
    #[must_use]
    pub fn new(state: &Revision, start: &Start) -> Self {
        let map = Map::new(state, None);
        let mut by_node = vec![u32::MAX; state.plan().outline.len()];
        for (at, point) in (0..).zip(map.points()) {
            for prompt in &point.prompts {
                if let Some(of) = by_node.get_mut(prompt.at()) {
                    *of = at;
                }
            }
        }
        let without_prompt = map.points().iter().filter(|point| point.prompts.is_empty()).count() as u32;
        let mut points =
            Self { of: IdMap::default(), is_meant: vec![false; map.points().len()], without_prompt };
        state.visit_prompts_of(start, |prompt, node| {
            let at = by_node.get(node.idx().at()).copied().unwrap_or(u32::MAX);
            if let Some(is_meant) = points.is_meant.get_mut(at as usize) {
                *is_meant = true;
                points.of.insert(prompt, at);
            }
        });
        points
    }
}

/// The sessions of a plan as they are read, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// The last pass or fail of each prompt.
    spoke: IdMap<PromptId, Verdict>,
    points: Arc<Points>,
    /// Parallel to the points of the session that is read.
    tested: Vec<bool>,
    read: Read,
}

impl Course {
    /// The next session is about `points`.
    pub fn begin(&mut self, points: Arc<Points>) {
        self.tested = vec![false; points.is_meant.len()];
        self.points = points;
        self.read = Read::default();
    }

    /// Some of its verdicts, each prompt once.
    pub fn take_in(&mut self, results: &[PromptResult]) {
        for PromptResult { prompt, standing, is_listed } in results {
            let verdict = &standing.verdict;
            if !is_listed && *verdict != Verdict::Untested {
                self.read.unlisted.add(*standing);
            }
            if !matches!(verdict, Verdict::Pass | Verdict::Fail | Verdict::Inconclusive) {
                continue;
            }
            let point = self.points.of.get(prompt);
            if let Some(tested) = point.and_then(|at| self.tested.get_mut(*at as usize)) {
                *tested = true;
            }
            if *verdict == Verdict::Inconclusive {
                continue;
            }
            let was = self.spoke.insert(*prompt, *verdict).unwrap_or_default();
            match Turn::of(was, *verdict) {
                Some(Turn::NewlyFails) => self.read.newly_failing += 1,
                Some(Turn::Fixed) => self.read.fixed += 1,
                None => {}
            }
        }
    }

    /// All of them were read.
    #[must_use]
    pub fn end(&mut self) -> Read {
        let count = |is: bool| {
            let meant = self.points.is_meant.iter().zip(&self.tested);
            meant.filter(|(is_meant, tested)| **is_meant && **tested == is).count() as u32
        };
        Read {
            points_tested: count(true),
            points_untested: count(false),
            points_without_prompt: self.points.without_prompt,
            ..self.read
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::component::States;
    use crate::domain::id::{PlanId, SessionId};
    use crate::domain::plan::{Entry as Node, NodeKind, Outline, Plan};
    use crate::domain::point::IntegrationPoint;
    use crate::domain::verdict::{Ground, Standing};

    fn entry(standings: &[(Verdict, Ground)], walked_ms: u64, verdicts: Option<Read>) -> Entry {
        let mut counts = Counts::default();
        standings
            .iter()
            .for_each(|(verdict, ground)| counts.add(Standing { verdict: *verdict, ground: *ground }));
        let id = SessionId(Uuid::from_u128(1));
        Entry {
            session: Arc::new(PastSession { id, tester: "ana".to_owned(), fields: BTreeMap::new() }),
            started_at: Timestamp::from_unix_ms(1_795_442_400_000, 60).unwrap(),
            ended_at: None,
            listed: counts,
            walked_ms,
            revision: 1,
            verdicts,
        }
    }

    #[test]
    fn what_a_session_knows_of_itself_is_known_at_once() {
        use Ground::{Provisional, Real, Unstated};
        use Verdict::{Fail, Pass, Untested};
        let entry = entry(
            &[(Pass, Provisional), (Pass, Real), (Fail, Unstated), (Untested, Unstated)],
            150_000,
            None,
        );
        let said: Vec<Option<String>> =
            Series::ALL.into_iter().map(|series| series.of(&entry).map(|value| series.said(value))).collect();
        let said: Vec<&str> = said.iter().map(|said| said.as_deref().unwrap_or("-")).collect();
        assert_eq!(said, ["50 %", "1", "-", "50 %", "25 %", "-", "2 min"]);
        assert!(Series::Provisional.is_of(std::slice::from_ref(&entry)));
        assert!(!Series::UntestedPoints.is_of(&[entry]));
    }

    #[test]
    fn an_empty_session_divides_by_nothing() {
        let empty = entry(&[], 0, Some(Read::default()));
        assert!(Series::ALL.into_iter().all(|series| series.of(&empty) == Some(0)));
        assert_eq!(Series::Failed.ceiling(&[]), 0);
        assert!(!Series::Provisional.is_of(&[]) && !Series::Minutes.is_of(&[empty]));
    }

    #[test]
    fn only_nothing_stands_on_the_ground() {
        for (value, ceiling, expected) in
            [(0, 0, 0), (0, 9, 0), (1, 1000, 1), (1, 1, 7), (50, 100, 4), (100, 100, 7), (999, 100, 7)]
        {
            assert_eq!(level(value, ceiling), expected, "{value} of {ceiling}");
        }
        assert!(level(u64::MAX, u64::MAX) < LEVELS);
    }

    fn id(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    /// Prompts 1 and 2 about `a -> b`, 3 about `b -> c`, 4 about nothing; `c -> d` is only declared.
    fn state() -> Revision {
        let point = |from: &str, to: &str| IntegrationPoint {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: None,
            both_ways: false,
        };
        let prompt = |n: u32| Node::new(NodeKind::Prompt, 2, n, format!("prompt {n}"));
        let smoke = Node { tags: vec!["smoke".to_owned()], ..prompt(3) };
        let section = |text: &str| Node::new(NodeKind::Section, 1, 1, text);
        let entries =
            [section("a -> b"), prompt(1), prompt(2), section("b -> c"), smoke, section("Rest"), prompt(4)];
        let outline = Outline::from_entries(&entries, &[]);
        let plan = Plan { outline, connections: vec![point("c", "d")], ..Plan::default() };
        let ids = (1..=4).map(id).collect();
        Revision::new(PlanId(Uuid::from_u128(7)), 1, plan, ids, Vec::new()).unwrap()
    }

    fn start(only: Option<&str>) -> Start {
        Start {
            plan: PlanId(Uuid::from_u128(7)),
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: only.map(str::to_owned),
            components: States::default(),
            retest: None,
            time_box_ms: None,
        }
    }

    fn result(n: u128, verdict: Verdict) -> PromptResult {
        PromptResult { prompt: id(n), standing: verdict.into(), is_listed: n <= 4 }
    }

    #[test]
    fn a_verdict_on_a_prompt_that_has_left_the_plan_counts() {
        use Verdict::{Fail, Pass, Untested};
        let mut course = Course::default();
        course.begin(Arc::default());
        let provisional = Standing { verdict: Pass, ground: Ground::Provisional };
        let hatched = PromptResult { standing: provisional, ..result(8, Pass) };
        course.take_in(&[result(1, Pass), result(9, Fail), hatched, result(7, Untested)]);
        let mut entry = entry(&[(Pass, Ground::Unstated), (Untested, Ground::Unstated)], 0, None);
        assert_eq!((entry.counts().total(), Series::Passed.of(&entry)), (2, Some(50)));
        entry.verdicts = Some(course.end());
        assert_eq!((entry.counts().total(), entry.counts().tested()), (4, 3));
        assert_eq!((Series::Failed.of(&entry), Series::Provisional.of(&entry)), (Some(1), Some(50)));
        // The next session begins anew.
        course.begin(Arc::default());
        assert_eq!(course.end(), Read::default());
    }

    #[test]
    fn turns_and_points_are_read_session_by_session() {
        use Verdict::{Blocked, Fail, Inconclusive, Pass, Untested};
        let all = Arc::new(Points::new(&state(), &start(None)));
        let smoke = Arc::new(Points::new(&state(), &start(Some("smoke"))));
        let mut course = Course::default();
        let mut read = |points: &Arc<Points>, verdicts: &[(u128, Verdict)]| {
            course.begin(Arc::clone(points));
            let results: Vec<PromptResult> =
                verdicts.iter().map(|(n, verdict)| result(*n, *verdict)).collect();
            // In pieces, as it is read.
            results.chunks(1).for_each(|piece| course.take_in(piece));
            let Read {
                unlisted,
                newly_failing,
                fixed,
                points_tested,
                points_untested,
                points_without_prompt,
            } = course.end();
            assert_eq!(unlisted.total(), verdicts.iter().filter(|(n, _)| *n > 4).count() as u32);
            (newly_failing, fixed, points_tested, points_untested, points_without_prompt)
        };
        assert_eq!(read(&all, &[(1, Pass), (2, Fail), (3, Blocked), (4, Pass)]), (0, 0, 1, 1, 1));
        // What says nothing of the system turns nothing; a prompt that no plan has any more counts for no point.
        assert_eq!(read(&all, &[(1, Blocked), (2, Untested), (3, Inconclusive), (9, Pass)]), (0, 0, 1, 1, 1));
        assert_eq!(read(&smoke, &[(3, Pass)]), (0, 0, 1, 0, 1));
        assert_eq!(read(&all, &[(1, Fail), (2, Pass), (3, Fail), (4, Pass)]), (2, 1, 2, 0, 1));
        assert_eq!(read(&all, &[]), (0, 0, 0, 2, 1));
    }
}
