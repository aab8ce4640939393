//! The grid: what every prompt of a plan was judged in every session of it.
//!
//! Knows no screen and no file. A cell is one byte, so that 100,000 prompts by 100 sessions, all of them at once, are
//! 10 MB. What takes more than a verdict to know, that a prompt is flaky above all, is asked of [`super::history`] for
//! the rows that somebody looks at.
//!
//! # What a cell says
//!
//! - A verdict with what it rests on, or that the prompt is untested.
//! - Nothing at all where the session was not about the prompt: its plan did not have it, or the session was begun with
//!   a tag or a list of prompts that leave it out. *Untested* is work that was not done; this was never asked for.
//! - How the verdict turned since the last earlier session that says either: newly fails, fixed, flaky.
//!
//! # The rows
//!
//! The prompts of the plan as it is now, in its order, then those that left it. A prompt is the same one through all
//! states of the plan, whatever was reworded or moved.

use std::sync::Arc;

use super::history::{Change, LENGTH, PastMark, PastSession, Turn, change};
use super::id::{IdMap, PromptId};
use super::revision::Revision;
use super::session::Start;
use super::time::Timestamp;
use super::verdict::{Ground, Standing, Verdict};

/// A session as a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Who walked, and what the session says of its environment.
    pub session: Arc<PastSession>,
    /// When it was started.
    pub started_at: Timestamp,
    /// False once it is finished.
    pub is_open: bool,
    /// The state of the plan that it was last opened with.
    pub revision: u32,
}

/// What a cell says beside its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It passed last time.
    NewlyFails,
    /// It failed last time.
    Fixed,
    /// It passed and failed under the same conditions.
    Flaky,
}

impl Sign {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NewlyFails, Self::Fixed, Self::Flaky];

    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NewlyFails => Turn::NewlyFails.words(),
            Self::Fixed => Turn::Fixed.words(),
            Self::Flaky => "flaky",
        }
    }
}

/// What a prompt was judged in a session, and what that means after the earlier ones: three bits for the verdict, two
/// for what it rests on, two for the sign.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell(u8);

impl Cell {
    fn new(standing: Standing) -> Self {
        Self(standing.verdict as u8 | (standing.ground as u8) << 3)
    }

    /// The verdict with what it rests on; `Untested` also where the session was not about the prompt: see [`Members`].
    #[must_use]
    pub fn standing(self) -> Standing {
        let verdict = Verdict::ALL.get(usize::from(self.0 & 7)).copied().unwrap_or_default();
        let ground = Ground::ALL.get(usize::from(self.0 >> 3 & 3)).copied().unwrap_or_default();
        Standing { verdict, ground }
    }

    /// What it means after the earlier sessions.
    #[must_use]
    pub fn sign(self) -> Option<Sign> {
        Sign::ALL.get(usize::from(self.0 >> 5).checked_sub(1)?).copied()
    }

    fn set_sign(&mut self, sign: Option<Sign>) {
        self.0 = self.0 & 0b1_1111 | sign.map_or(0, |sign| sign as u8 + 1) << 5;
    }
}

impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cell").field(&self.standing()).field(&self.sign()).finish()
    }
}

/// A prompt in all sessions, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(Box<[Cell]>);

impl Row {
    /// A prompt that was judged as `found` says, by the numbers of the sessions among `columns`; what is beyond them is
    /// left out.
    #[must_use]
    pub fn new(columns: usize, found: impl IntoIterator<Item = (usize, Standing)>) -> Self {
        let mut cells = vec![Cell::default(); columns].into_boxed_slice();
        for (column, standing) in found {
            if let Some(cell) = cells.get_mut(column) {
                *cell = Cell::new(standing);
            }
        }
        let mut was = Verdict::Untested;
        for cell in &mut cells {
            let is = cell.standing().verdict;
            if matches!(is, Verdict::Pass | Verdict::Fail) {
                cell.set_sign(Turn::of(was, is).map(|turn| match turn {
                    Turn::NewlyFails => Sign::NewlyFails,
                    Turn::Fixed => Sign::Fixed,
                }));
                was = is;
            }
        }
        Self(cells)
    }

    /// What is known of the prompt in that session.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell {
        self.0.get(column).copied().unwrap_or_default()
    }

    /// True if it passed in one session and failed in another: only then it may be flaky.
    #[must_use]
    pub fn may_be_flaky(&self) -> bool {
        let has = |verdict| self.0.iter().any(|cell| cell.standing().verdict == verdict);
        has(Verdict::Pass) && has(Verdict::Fail)
    }

    /// The prompt is flaky in these sessions.
    pub fn set_flaky(&mut self, columns: impl IntoIterator<Item = usize>) {
        for column in columns {
            if let Some(cell) = self.0.get_mut(column) {
                cell.set_sign(Some(Sign::Flaky));
            }
        }
    }
}

/// What the mark at `at` among all marks of a prompt, the oldest first, means after those before it.
#[must_use]
pub fn change_at(marks: &[PastMark], at: usize) -> Option<Change> {
    let is = marks.get(at)?;
    change(&marks[at.saturating_sub(LENGTH)..at], is.finding())
}

/// The marks of a prompt, the oldest first, that make it flaky.
pub fn flaky(marks: &[PastMark]) -> impl Iterator<Item = &PastMark> {
    marks
        .iter()
        .enumerate()
        .filter(|(at, _)| change_at(marks, *at) == Some(Change::Flaky))
        .map(|(_, mark)| mark)
}

/// The prompts of a grid, numbered from 0 in the order of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompts {
    revision: Arc<Revision>,
    /// The numbers of those that left the plan.
    removed: IdMap<PromptId, usize>,
}

impl Prompts {
    /// The prompts of `revision`, then those that it lacks.
    #[must_use]
    pub fn new(revision: Arc<Revision>) -> Self {
        let present = revision.ids().len();
        let removed = (present..).zip(revision.removed()).map(|(number, gone)| (gone.id, number)).collect();
        Self { revision, removed }
    }

    /// The state of the plan.
    #[must_use]
    pub fn revision(&self) -> &Arc<Revision> {
        &self.revision
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revision.ids().len() + self.revision.removed().len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The prompt with that number.
    #[must_use]
    pub fn id(&self, number: usize) -> Option<PromptId> {
        let ids = self.revision.ids();
        let gone = || self.revision.removed().get(number - ids.len()).map(|gone| gone.id);
        ids.get(number).copied().or_else(gone)
    }

    /// The number of a prompt.
    #[must_use]
    pub fn number(&self, prompt: PromptId) -> Option<usize> {
        self.revision.ordinal(prompt).or_else(|| self.removed.get(&prompt).copied())
    }

    /// As [`Prompts::number`], quick if it is `guess`: in states of a plan that are alike, prompts mostly follow each other.
    #[must_use]
    pub fn number_near(&self, prompt: PromptId, guess: usize) -> Option<usize> {
        if self.revision.ids().get(guess) == Some(&prompt) { Some(guess) } else { self.number(prompt) }
    }

    /// Which of them a session is about that was begun so and last opened with that `state` of the plan.
    #[must_use]
    pub fn members(&self, state: &Revision, start: &Start) -> Members {
        let mut members = Members(vec![0; self.len().div_ceil(64)].into_boxed_slice());
        let is_this = state.number() == self.revision.number() && start.takes_in_all();
        if is_this {
            (0..state.ids().len()).for_each(|number| members.take_in(number));
        } else {
            state.visit_prompts_of(start, |prompt, _| {
                if let Some(number) = self.number(prompt) {
                    members.take_in(number);
                }
            });
        }
        members
    }
}

/// Which prompts a session is about, a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members(Box<[u64]>);

impl Members {
    fn take_in(&mut self, number: usize) {
        if let Some(bits) = self.0.get_mut(number / 64) {
            *bits |= 1 << (number % 64);
        }
    }

    /// True if the session is about the prompt with that number.
    #[must_use]
    pub fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::component::{Ends, States};
    use crate::domain::id::{PlanId, SessionId};
    use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
    use crate::domain::revision::RemovedPrompt;
    use crate::domain::session::{Conditions, Retest};

    fn standing(verdict: Verdict, ground: Ground) -> Standing {
        Standing { verdict, ground }
    }

    #[test]
    fn a_cell_is_a_byte_and_gives_back_what_went_in() {
        assert_eq!(size_of::<Cell>(), 1);
        for verdict in Verdict::ALL {
            for ground in Ground::ALL {
                let mut cell = Cell::new(standing(verdict, ground));
                for sign in [None, Some(Sign::NewlyFails), Some(Sign::Flaky), Some(Sign::Fixed), None] {
                    cell.set_sign(sign);
                    assert_eq!((cell.standing(), cell.sign()), (standing(verdict, ground), sign));
                }
            }
        }
        assert_eq!(Cell::default().standing(), Standing::default());
    }

    /// Signs of a row whose verdicts are written as the keys that give them; a dot is untested.
    fn signs(keys: &str) -> String {
        let verdict = |key| match key {
            'p' => Verdict::Pass,
            'f' => Verdict::Fail,
            'b' => Verdict::Blocked,
            's' => Verdict::Skip,
            _ => Verdict::Untested,
        };
        let found = keys.chars().map(|key| standing(verdict(key), Ground::Unstated)).enumerate();
        let row = Row::new(keys.len(), found);
        (0..keys.len())
            .map(|column| match row.cell(column).sign() {
                None => '.',
                Some(Sign::NewlyFails) => '!',
                Some(Sign::Fixed) => '+',
                Some(Sign::Flaky) => '~',
            })
            .collect()
    }

    #[test]
    fn a_verdict_that_turned_says_so_over_what_says_nothing_of_the_system() {
        for (keys, expected) in [
            ("", ""),
            ("f", "."),
            ("ppp", "..."),
            ("pfp", ".!+"),
            ("ffp", "..+"),
            ("pb.sf", "....!"),
            ("f..p.p", "...+.."),
            (".f.", "..."),
        ] {
            assert_eq!(signs(keys), expected, "{keys}");
        }
    }

    #[test]
    fn what_is_beyond_the_columns_is_left_out() {
        let row = Row::new(1, [(0, Verdict::Pass.into()), (7, Verdict::Fail.into())]);
        assert_eq!(row.cell(0).standing().verdict, Verdict::Pass);
        assert_eq!(row.cell(7), Cell::default());
        assert!(!row.may_be_flaky());
    }

    fn mark(session: u128, verdict: Verdict, build: &str) -> PastMark {
        let id = SessionId(Uuid::from_u128(session));
        PastMark {
            session: Arc::new(PastSession { id, tester: "ana".to_owned(), fields: BTreeMap::new() }),
            verdict,
            at: Timestamp::from_unix_ms(1_795_442_400_000, 60).unwrap(),
            wording: "one".to_owned(),
            conditions: Conditions { ends: None::<Ends>, build: Some(build.to_owned()) },
        }
    }

    #[test]
    fn flaky_is_what_history_calls_so() {
        use Verdict::{Blocked, Fail, Pass};
        let marks = [
            mark(0, Pass, "1"),
            mark(1, Fail, "1"),
            mark(2, Blocked, "1"),
            mark(3, Pass, "2"),
            mark(4, Fail, "1"),
            mark(5, Fail, "2"),
        ];
        let found: Vec<u128> = flaky(&marks).map(|mark| mark.session.id.0.as_u128()).collect();
        assert_eq!(found, [1, 4, 5]);
        assert!(matches!(change_at(&marks, 3), Some(Change::Turned(Turn::Fixed, _))));
        assert_eq!(change_at(&marks, 2), None);
        assert_eq!(change_at(&marks, 6), None);
        let mut row = Row::new(6, marks.iter().map(|mark| mark.verdict.into()).enumerate());
        assert!(row.may_be_flaky());
        row.set_flaky([1, 4, 5, 99]);
        assert_eq!(row.cell(1).sign(), Some(Sign::Flaky));
        assert_eq!(row.cell(3).sign(), Some(Sign::Fixed));
    }

    fn id(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    fn revision(number: u32, ids: &[u128], tagged: &str, removed: &[u128]) -> Revision {
        let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
        entries.extend(ids.iter().map(|n| {
            let tags = if tagged.contains(&n.to_string()) { vec!["smoke".to_owned()] } else { Vec::new() };
            Entry { tags, ..Entry::new(NodeKind::Prompt, 2, 2, format!("prompt {n}")) }
        }));
        let plan = Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
        let gone =
            |n: &u128| RemovedPrompt { id: id(*n), anchor: None, path: Vec::new(), text: "gone".to_owned() };
        let (ids, removed) = (ids.iter().map(|n| id(*n)).collect(), removed.iter().map(gone).collect());
        Revision::new(PlanId(Uuid::from_u128(7)), number, plan, ids, removed).unwrap()
    }

    fn start(only: Option<&str>, retest: Option<&[u128]>) -> Start {
        let of = SessionId(Uuid::from_u128(5));
        Start {
            plan: PlanId(Uuid::from_u128(7)),
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: only.map(str::to_owned),
            components: States::default(),
            retest: retest.map(|ids| Retest { of, prompts: ids.iter().map(|n| id(*n)).collect() }),
            time_box_ms: None,
        }
    }

    #[test]
    fn a_session_is_about_what_its_plan_had_and_it_was_begun_for() {
        let now = Prompts::new(Arc::new(revision(2, &[3, 1, 4], "4", &[9])));
        let before = revision(1, &[1, 9, 3], "9", &[]);
        let members = |state: &Revision, start: &Start| {
            let members = now.members(state, start);
            (0..now.len()).filter(|number| members.has(*number)).collect::<Vec<usize>>()
        };
        let current = revision(2, &[3, 1, 4], "4", &[9]);
        assert_eq!(members(&current, &start(None, None)), [0, 1, 2]);
        assert_eq!(members(&current, &start(Some("smoke"), None)), [2]);
        assert_eq!(members(&current, &start(None, Some(&[1]))), [1]);
        assert_eq!(members(&before, &start(None, None)), [0, 1, 3]);
        assert_eq!(members(&before, &start(Some("smoke"), None)), [3]);
        for (number, n) in [3, 1, 4, 9].into_iter().enumerate() {
            assert_eq!((now.id(number), now.number(id(n))), (Some(id(n)), Some(number)));
        }
        assert_eq!((now.id(4), now.number(id(5))), (None, None));
        let nothing = Prompts::new(Arc::new(revision(1, &[], "", &[])));
        assert!(nothing.is_empty() && !nothing.members(&before, &start(None, None)).has(0));
    }
}
