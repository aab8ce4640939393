//! What is different between two sessions of one plan: read from A, usually the earlier one, to B.
//!
//! Which group a prompt belongs to follows from its verdict in A (down) and in B (across). *Absent* is a prompt that
//! the session's plan did not have. As everywhere, whatever has a verdict was tested, so that the groups add up with
//! the counts of each session.
//!
//! ```text
//!               absent    untested   pass    fail   blocked  inconclusive  skip
//! absent        –         –          tested  NEWLY  tested   tested        tested
//! untested      –         –          tested  NEWLY  tested   tested        tested
//! pass          removed   no longer  =       NEWLY  changed  changed       changed
//! fail          removed   no longer  FIXED   STILL  changed  changed       changed
//! blocked       removed   no longer  changed NEWLY  =        changed       changed
//! inconclusive  removed   no longer  changed NEWLY  changed  =             changed
//! skip          removed   no longer  changed NEWLY  changed  changed       =
//! ```
//!
//! - Fails come first. One of a prompt that A never judged is tested for the first time *and* fails: it is newly
//!   failing, since that is where whoever decides about a release looks, and in no other group.
//! - Only a pass fixes a fail. What failed and is now blocked, inconclusive or skipped is *changed*: nobody saw it
//!   work. Neither did anybody when its prompt was removed from the plan.
//! - A prompt that left B's plan is removed even if B judged it before, unless that verdict is fail: deleting a line
//!   from a plan hides no failure.
//! - What B was not about, a session of one tag or a retest, is no change, unless B judged it all the same.
//! - Every prompt is in at most one of these groups, and every verdict that differs is in one.
//!
//! *Reworded* goes across them: a prompt that both judged, with other words, is listed there as well as in its group.
//! It is compared letter by letter, since one character (`>` or `<`) can make a verdict be about something else.

use std::collections::HashSet;

use super::id::PromptId;
use super::plan::NodeRef;
use super::revision::{RemovedPrompt, Revision};
use super::session::{Mark, Session};
use super::verdict::Verdict;

/// What became of a prompt from A to B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Fails in B and did not in A: it had another verdict or none.
    NewlyFailing,
    /// Failed in A and passes in B.
    Fixed,
    /// Fails in both.
    StillFailing,
    /// Judged in both, and different in a way that no other group describes.
    Changed,
    /// Judged in B only, and does not fail.
    NewlyTested,
    /// Judged in A, untested in B, and still in the plan.
    NoLongerTested,
    /// Judged in A and no longer in B's plan, which is not fixed.
    Removed,
}

impl Group {
    /// All groups, in the order in which a reader wants them.
    pub const ALL: [Self; 7] = [
        Self::NewlyFailing,
        Self::Fixed,
        Self::StillFailing,
        Self::Changed,
        Self::NewlyTested,
        Self::NoLongerTested,
        Self::Removed,
    ];

    /// The words for it, the same in a heading and in the totals.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NewlyFailing => "newly failing",
            Self::Fixed => "fixed",
            Self::StillFailing => "still failing",
            Self::Changed => "otherwise changed",
            Self::NewlyTested => "newly tested",
            Self::NoLongerTested => "no longer tested",
            Self::Removed => "removed",
        }
    }

    /// The group of a prompt with these verdicts, as the module's table has it; `None` for a verdict is *absent*.
    #[must_use]
    pub fn of(a: Option<Verdict>, b: Option<Verdict>) -> Option<Self> {
        let in_a = a.unwrap_or(Verdict::Untested);
        match (in_a, b) {
            (Verdict::Fail, Some(Verdict::Fail)) => Some(Self::StillFailing),
            (_, Some(Verdict::Fail)) => Some(Self::NewlyFailing),
            (Verdict::Untested, None | Some(Verdict::Untested)) => None,
            (Verdict::Untested, Some(_)) => Some(Self::NewlyTested),
            (_, None) => Some(Self::Removed),
            (_, Some(Verdict::Untested)) => Some(Self::NoLongerTested),
            (Verdict::Fail, Some(Verdict::Pass)) => Some(Self::Fixed),
            (_, Some(in_b)) if in_a == in_b => None,
            (_, Some(_)) => Some(Self::Changed),
        }
    }
}

/// A session with the state of its plan that it was last opened with.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What its events add up to.
    pub session: &'a Session,
    /// The plan it was last walked with.
    pub revision: &'a Revision,
}

impl<'a> Side<'a> {
    /// `None` if the plan lacks the prompt and it was not judged before it left.
    fn verdict(self, prompt: PromptId) -> Option<Verdict> {
        match self.session.mark(prompt) {
            Some(mark) => Some(mark.verdict),
            None => self.has(prompt).then_some(Verdict::Untested),
        }
    }

    /// The plan has the prompt there, and the session is not about it: it has another tag, or is not retested.
    fn is_about_others(self, id: PromptId, place: Place<'a>) -> bool {
        let start = self.session.start();
        match place {
            Place::InPlan(node) if !start.takes_in_all() && self.has(id) => {
                !start.takes_in(id, |tag| node.tags().contains(&tag))
            }
            Place::InPlan(_) | Place::Gone(_) => false,
        }
    }

    fn has(self, prompt: PromptId) -> bool {
        self.revision.place(prompt).is_some()
    }

    /// What the plan says now.
    fn plan_text(self, prompt: PromptId) -> Option<&'a str> {
        self.revision.place(prompt).map(|idx| self.revision.plan().outline.node(idx).text())
    }
}

/// A prompt with its verdicts in both sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedPrompt<'a> {
    /// Which prompt.
    pub id: PromptId,
    /// The sections above it in B's plan, else in A's, from the top.
    pub path: Vec<&'a str>,
    /// The wording that B judged, else the one that A judged.
    pub text: &'a str,
    /// A's verdict; `None` if A's plan did not have the prompt.
    pub a: Option<Verdict>,
    /// B's verdict; `None` if B's plan does not have the prompt, unless B judged it before it left.
    pub b: Option<Verdict>,
    /// B's plan does not have the prompt.
    pub left_plan: bool,
}

/// A prompt that both sessions judged, with other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewordedPrompt<'a> {
    /// The prompt; where both judged the same words and only the plan's differ, `text` is what B's plan says.
    pub prompt: ComparedPrompt<'a>,
    /// What A judged; what A's plan says, where only the plan's words differ.
    pub was: &'a str,
}

/// The sessions walked different plans, so that no prompt of one is a prompt of the other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "comparing the sessions: one walked the plan {a:?} and the other another plan, {b:?}: \
     name two sessions of one plan"
)]
pub struct DifferentPlans {
    /// The title of A's plan.
    pub a: String,
    /// The title of B's plan; it may be the same.
    pub b: String,
}

/// What is different between two sessions.
///
/// Prompts are in the order of B's plan, then of A's; then come those that had left both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison<'a> {
    /// Parallel to [`Group::ALL`].
    groups: [Vec<ComparedPrompt<'a>>; 7],
    reworded: Vec<RewordedPrompt<'a>>,
    unchanged: usize,
    never_tested: usize,
    outside: usize,
}

impl<'a> Comparison<'a> {
    /// Compares two sessions of one plan.
    ///
    /// # Errors
    ///
    /// [`DifferentPlans`] if they are not.
    pub fn new(a: Side<'a>, b: Side<'a>) -> Result<Self, DifferentPlans> {
        let (start_a, start_b) = (a.session.start(), b.session.start());
        if start_a.plan != start_b.plan {
            return Err(DifferentPlans { a: start_a.plan_title.clone(), b: start_b.plan_title.clone() });
        }
        let mut comparison = Self::default();
        let mut seen = HashSet::new();
        for side in [b, a] {
            for (id, node) in side.revision.prompts().filter(|(id, _)| seen.insert(*id)) {
                comparison.add(a, b, id, Place::InPlan(node));
            }
        }
        for side in [b, a] {
            for gone in side.revision.removed().iter().filter(|gone| seen.insert(gone.id)) {
                comparison.add(a, b, gone.id, Place::Gone(gone));
            }
        }
        Ok(comparison)
    }

    /// The prompts of `group`.
    #[must_use]
    pub fn group(&self, group: Group) -> &[ComparedPrompt<'a>] {
        &self.groups[group as usize]
    }

    /// The prompts that both judged with other words; each is in its group as well, if it has one.
    #[must_use]
    pub fn reworded(&self) -> &[RewordedPrompt<'a>] {
        &self.reworded
    }

    /// How many prompts have the same verdict in both, other than fail.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// How many prompts of B's plan neither session judged.
    #[must_use]
    pub fn never_tested(&self) -> usize {
        self.never_tested
    }

    /// How many prompts of B's plan only A judged, because B was not about them.
    #[must_use]
    pub fn outside(&self) -> usize {
        self.outside
    }

    /// How many prompts are where: `2 newly failing, 1 fixed, 12 unchanged, 30 untested in both`. Only the first is said
    /// even if there is none.
    #[must_use]
    pub fn totals(&self) -> String {
        let mut counts: Vec<(usize, &str)> =
            Group::ALL.into_iter().map(|group| (self.group(group).len(), group.words())).collect();
        counts.extend([
            (self.reworded.len(), "reworded"),
            (self.unchanged, "unchanged"),
            (self.outside, "not part of B"),
            (self.never_tested, "untested in both"),
        ]);
        let said = counts
            .into_iter()
            .filter(|(count, words)| *count > 0 || *words == Group::NewlyFailing.words())
            .map(|(count, words)| format!("{count} {words}"));
        said.collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, a: Side<'a>, b: Side<'a>, id: PromptId, place: Place<'a>) {
        let (mark_a, mark_b) = (a.session.mark(id), b.session.mark(id));
        let left_plan = !b.has(id);
        let Some(judged) = mark_b.or(mark_a) else {
            self.never_tested += usize::from(!left_plan);
            return;
        };
        if mark_b.is_none() && b.is_about_others(id, place) {
            self.outside += 1;
            return;
        }
        let (in_a, in_b) = (a.verdict(id), b.verdict(id));
        let taken_back = left_plan && mark_a.is_some() && in_b != Some(Verdict::Fail);
        let group = Group::of(in_a, if taken_back { None } else { in_b });
        let reworded = rewording(a, b, id, mark_a.zip(mark_b));
        self.unchanged += usize::from(group.is_none());
        if group.is_none() && reworded.is_none() {
            return;
        }
        let text = judged.wording;
        let prompt = ComparedPrompt { id, path: place.path(), text, a: in_a, b: in_b, left_plan };
        if let Some((was, text)) = reworded {
            self.reworded.push(RewordedPrompt { prompt: ComparedPrompt { text, ..prompt.clone() }, was });
        }
        if let Some(group) = group {
            self.groups[group as usize].push(prompt);
        }
    }
}

/// What a prompt that both judged said before, and what it says instead.
fn rewording<'a>(
    a: Side<'a>,
    b: Side<'a>,
    prompt: PromptId,
    marks: Option<(Mark<'a>, Mark<'a>)>,
) -> Option<(&'a str, &'a str)> {
    let (in_a, in_b) = marks?;
    let judged = Some((in_a.wording, in_b.wording)).filter(|(was, is)| was != is);
    judged.or_else(|| a.plan_text(prompt).zip(b.plan_text(prompt)).filter(|(was, is)| was != is))
}

/// Where a prompt is, or was last.
#[derive(Clone, Copy)]
enum Place<'a> {
    InPlan(NodeRef<'a>),
    Gone(&'a RemovedPrompt),
}

impl<'a> Place<'a> {
    fn path(self) -> Vec<&'a str> {
        match self {
            Self::InPlan(node) => node.path(),
            Self::Gone(gone) => gone.path.iter().map(String::as_str).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::component::States;
    use crate::domain::id::{EventId, PlanId, SessionId};
    use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
    use crate::domain::session::{Event, Recorded, Retest, Start};
    use crate::domain::time::Timestamp;

    /// A session and its plan's state, owned.
    struct Walked {
        session: Session,
        revision: Revision,
    }

    impl Walked {
        fn side(&self) -> Side<'_> {
            Side { session: &self.session, revision: &self.revision }
        }
    }

    fn id(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    /// A session whose plan says `texts`, by number, remembers `removed`, and that was marked with `marks`.
    fn walked(texts: &[(u128, &str)], removed: &[u128], marks: &[(u128, Verdict, &str)]) -> Walked {
        walked_plan(7, texts, removed, marks)
    }

    fn walked_plan(
        plan: u128,
        texts: &[(u128, &str)],
        removed: &[u128],
        marks: &[(u128, Verdict, &str)],
    ) -> Walked {
        walked_again(plan, None, texts, removed, marks)
    }

    /// The same, about some prompts only where `retest` names them.
    fn walked_again(
        plan: u128,
        retest: Option<&[u128]>,
        texts: &[(u128, &str)],
        removed: &[u128],
        marks: &[(u128, Verdict, &str)],
    ) -> Walked {
        let plan_id = PlanId(Uuid::from_u128(plan));
        let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
        entries.extend(texts.iter().map(|(_, text)| Entry::new(NodeKind::Prompt, 2, 2, *text)));
        let outline = Outline::from_entries(&entries, &[]);
        let plan = Plan { title: "Shop".to_owned(), outline, ..Plan::default() };
        let gone = |n: &u128| RemovedPrompt {
            id: id(*n),
            anchor: None,
            path: vec!["Gone".to_owned()],
            text: "as last seen".to_owned(),
        };
        let ids = texts.iter().map(|(n, _)| id(*n)).collect();
        let revision = Revision::new(plan_id, 1, plan, ids, removed.iter().map(gone).collect()).unwrap();
        let start = Start {
            plan: plan_id,
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: None,
            components: States::default(),
            retest: retest.map(|prompts| Retest {
                of: SessionId(Uuid::nil()),
                prompts: prompts.iter().copied().map(id).collect(),
            }),
            time_box_ms: None,
        };
        let mark = |(n, verdict, wording): &(u128, Verdict, &str)| Event::verdict(id(*n), *verdict, *wording);
        let events = std::iter::once(Event::SessionStarted(start.into())).chain(marks.iter().map(mark));
        let recorded = events.enumerate().map(|(seq, event)| Recorded {
            id: EventId(Uuid::from_u128(100 + seq as u128)),
            leader: None,
            seq: seq as u64,
            at: Timestamp::from_unix_ms(1_795_442_400_000, 60).unwrap(),
            lap: None,
            event,
        });
        let session = Session::replay(SessionId(Uuid::from_u128(5)), recorded).unwrap();
        Walked { session, revision }
    }

    /// A session in which prompt 1 is absent (`None`), or has a verdict; prompt 2 is always there and untested.
    fn with(verdict: Option<Verdict>) -> Walked {
        let both = [(1, "one"), (2, "two")];
        match verdict {
            None => walked(&both[1..], &[], &[]),
            Some(Verdict::Untested) => walked(&both, &[], &[]),
            Some(verdict) => walked(&both, &[], &[(1, verdict, "one")]),
        }
    }

    /// The groups that hold prompt `n`, in the order of [`Group::ALL`].
    fn groups_of(comparison: &Comparison<'_>, n: u128) -> Vec<Group> {
        let holds = |group: &Group| comparison.group(*group).iter().any(|prompt| prompt.id == id(n));
        Group::ALL.into_iter().filter(holds).collect()
    }

    const PRESENCES: [Option<Verdict>; 7] = [
        None,
        Some(Verdict::Untested),
        Some(Verdict::Pass),
        Some(Verdict::Fail),
        Some(Verdict::Blocked),
        Some(Verdict::Inconclusive),
        Some(Verdict::Skip),
    ];

    #[test]
    fn what_the_later_session_is_not_about_is_no_change() {
        use Verdict::{Fail, Pass};
        let texts = [(1, "one"), (2, "two"), (3, "three"), (4, "four"), (5, "five")];
        let a =
            walked(&texts, &[], &[(1, Fail, "one"), (2, Pass, "two"), (3, Pass, "three"), (4, Fail, "four")]);
        let marks = [(1, Pass, "one"), (3, Fail, "three")];
        let b = walked_again(7, Some(&[1, 4]), &texts, &[], &marks);
        let comparison = Comparison::new(a.side(), b.side()).unwrap();
        assert_eq!(groups_of(&comparison, 1), [Group::Fixed]);
        assert_eq!(groups_of(&comparison, 2), []);
        assert_eq!(groups_of(&comparison, 3), [Group::NewlyFailing], "B judged it all the same");
        assert_eq!(groups_of(&comparison, 4), [Group::NoLongerTested]);
        assert_eq!((comparison.outside(), comparison.never_tested(), comparison.unchanged()), (1, 1, 0));
        assert_eq!(
            comparison.totals(),
            "1 newly failing, 1 fixed, 1 no longer tested, 1 not part of B, 1 untested in both"
        );
        // The other way round everything is part of the later session.
        let back = Comparison::new(b.side(), a.side()).unwrap();
        assert_eq!((groups_of(&back, 2), back.outside()), (vec![Group::NewlyTested], 0));
    }

    #[test]
    fn every_pair_of_verdicts_is_in_exactly_the_group_that_the_table_says() {
        use Group::{Changed, Fixed, NewlyFailing, NewlyTested, NoLongerTested, Removed, StillFailing};
        const NEW: Option<Group> = Some(NewlyFailing);
        const TESTED: Option<Group> = Some(NewlyTested);
        const GONE: Option<Group> = Some(Removed);
        const LESS: Option<Group> = Some(NoLongerTested);
        const ELSE: Option<Group> = Some(Changed);
        // Rows and columns as in PRESENCES.
        let table: [[Option<Group>; 7]; 7] = [
            [None, None, TESTED, NEW, TESTED, TESTED, TESTED],
            [None, None, TESTED, NEW, TESTED, TESTED, TESTED],
            [GONE, LESS, None, NEW, ELSE, ELSE, ELSE],
            [GONE, LESS, Some(Fixed), Some(StillFailing), ELSE, ELSE, ELSE],
            [GONE, LESS, ELSE, NEW, None, ELSE, ELSE],
            [GONE, LESS, ELSE, NEW, ELSE, None, ELSE],
            [GONE, LESS, ELSE, NEW, ELSE, ELSE, None],
        ];
        for (in_a, row) in PRESENCES.into_iter().zip(table) {
            for (in_b, expected) in PRESENCES.into_iter().zip(row) {
                assert_eq!(Group::of(in_a, in_b), expected, "{in_a:?} to {in_b:?}");
                let (a, b) = (with(in_a), with(in_b));
                let comparison = Comparison::new(a.side(), b.side()).unwrap();
                let expected: Vec<Group> = expected.into_iter().collect();
                assert_eq!(groups_of(&comparison, 1), expected, "{in_a:?} to {in_b:?}");
                assert_eq!(groups_of(&comparison, 2), [], "{in_a:?} to {in_b:?}");
                assert_eq!(comparison.reworded(), [], "{in_a:?} to {in_b:?}");
                for prompt in expected.iter().flat_map(|group| comparison.group(*group)) {
                    assert_eq!((prompt.a, prompt.b), (in_a, in_b));
                    assert_eq!((prompt.text, prompt.path.as_slice()), ("one", &["Shop"][..]));
                    assert_eq!(prompt.left_plan, in_b.is_none());
                }
            }
        }
    }

    #[test]
    fn every_verdict_that_differs_is_in_a_group_and_every_other_is_counted() {
        for in_a in PRESENCES {
            for in_b in PRESENCES {
                let (a, b) = (with(in_a), with(in_b));
                let comparison = Comparison::new(a.side(), b.side()).unwrap();
                let untested = |verdict: Option<Verdict>| verdict.is_none_or(|v| v == Verdict::Untested);
                let never = usize::from(untested(in_a) && untested(in_b) && in_b.is_some());
                assert_eq!(comparison.never_tested(), 1 + never, "{in_a:?} to {in_b:?}");
                let same = in_a == in_b && !untested(in_a) && in_a != Some(Verdict::Fail);
                assert_eq!(comparison.unchanged(), usize::from(same), "{in_a:?} to {in_b:?}");
            }
        }
    }

    #[test]
    fn a_prompt_that_left_the_plan_of_b_is_removed_whatever_b_said_unless_it_failed() {
        use Verdict::{Blocked, Fail, Inconclusive, Pass, Skip, Untested};
        for in_a in [Pass, Fail, Blocked, Inconclusive, Skip] {
            for in_b in [Untested, Pass, Fail, Blocked, Inconclusive, Skip] {
                let marks = [(1, in_b, "one")];
                let marks = if in_b == Untested { &marks[..0] } else { &marks[..] };
                let (a, b) = (with(Some(in_a)), walked(&[(2, "two")], &[1], marks));
                let comparison = Comparison::new(a.side(), b.side()).unwrap();
                let expected = match (in_a, in_b) {
                    (Fail, Fail) => Group::StillFailing,
                    (_, Fail) => Group::NewlyFailing,
                    _ => Group::Removed,
                };
                assert_eq!(groups_of(&comparison, 1), [expected], "{in_a} to {in_b}");
                let prompt = &comparison.group(expected)[0];
                assert_eq!(prompt.b, Some(in_b).filter(|v| *v != Untested));
                assert!(prompt.left_plan);
            }
        }
        let (a, b) = (with(None), walked(&[(2, "two")], &[1], &[(1, Pass, "one")]));
        let comparison = Comparison::new(a.side(), b.side()).unwrap();
        assert_eq!(groups_of(&comparison, 1), [Group::NewlyTested]);
    }

    #[test]
    fn what_a_judged_before_it_left_the_plan_of_a_still_counts() {
        let a = walked(&[(2, "two")], &[1], &[(1, Verdict::Fail, "one")]);
        let back = with(Some(Verdict::Pass));
        assert_eq!(groups_of(&Comparison::new(a.side(), back.side()).unwrap(), 1), [Group::Fixed]);
        // It left both plans: it is known from what they remember as removed.
        let gone = walked(&[(2, "two")], &[1], &[]);
        let comparison = Comparison::new(a.side(), gone.side()).unwrap();
        assert_eq!(groups_of(&comparison, 1), [Group::Removed]);
        assert_eq!(comparison.group(Group::Removed)[0].path, ["Gone"]);
    }

    #[test]
    fn prompts_come_in_the_order_of_b_then_of_a_then_those_that_left_both() {
        let fails = |n: u128| (n, Verdict::Fail, "x");
        let a = walked(&[(1, "1"), (2, "2"), (3, "3")], &[9], &[fails(9), fails(1), fails(2), fails(3)]);
        let b = walked(&[(3, "3"), (1, "1")], &[2], &[fails(2), fails(1), fails(3)]);
        let comparison = Comparison::new(a.side(), b.side()).unwrap();
        let order = |group| comparison.group(group).iter().map(|prompt| prompt.id).collect::<Vec<_>>();
        assert_eq!(order(Group::StillFailing), [id(3), id(1), id(2)]);
        assert_eq!(order(Group::Removed), [id(9)]);
    }

    #[test]
    fn a_prompt_that_both_judged_with_other_words_is_reworded_and_in_its_group_as_well() {
        let a = walked(&[(1, "Stock > 0")], &[], &[(1, Verdict::Fail, "Stock > 0")]);
        let b = walked(&[(1, "Stock < 0")], &[], &[(1, Verdict::Pass, "Stock < 0")]);
        let comparison = Comparison::new(a.side(), b.side()).unwrap();
        assert_eq!(groups_of(&comparison, 1), [Group::Fixed]);
        let [reworded] = comparison.reworded() else { panic!("{comparison:?}") };
        assert_eq!((reworded.was, reworded.prompt.text), ("Stock > 0", "Stock < 0"));
        assert_eq!(comparison.group(Group::Fixed)[0].text, "Stock < 0");
    }

    #[test]
    fn words_that_changed_in_the_plan_after_both_judged_count_as_reworded() {
        let a = walked(&[(1, "old")], &[], &[(1, Verdict::Pass, "old")]);
        let b = walked(&[(1, "new")], &[], &[(1, Verdict::Pass, "old")]);
        let comparison = Comparison::new(a.side(), b.side()).unwrap();
        assert_eq!((groups_of(&comparison, 1), comparison.unchanged()), (vec![], 1));
        let [reworded] = comparison.reworded() else { panic!("{comparison:?}") };
        assert_eq!((reworded.was, reworded.prompt.text), ("old", "new"));
    }

    #[test]
    fn a_prompt_that_only_one_judged_is_not_reworded() {
        let judged = walked(&[(1, "old")], &[], &[(1, Verdict::Pass, "old")]);
        let untested = walked(&[(1, "new")], &[], &[]);
        for (a, b) in [(&judged, &untested), (&untested, &judged)] {
            let comparison = Comparison::new(a.side(), b.side()).unwrap();
            assert_eq!(comparison.reworded(), []);
            let told = comparison.group(Group::NoLongerTested).iter();
            for prompt in told.chain(comparison.group(Group::NewlyTested)) {
                assert_eq!(prompt.text, "old", "the words that were judged");
            }
        }
    }

    #[test]
    fn a_session_compared_with_itself_only_still_fails() {
        let marks = [(1, Verdict::Fail, "one"), (2, Verdict::Skip, "two")];
        let walked = walked(&[(1, "one"), (2, "two"), (3, "three")], &[], &marks);
        let comparison = Comparison::new(walked.side(), walked.side()).unwrap();
        for group in Group::ALL {
            let expected = usize::from(group == Group::StillFailing);
            assert_eq!(comparison.group(group).len(), expected, "{group:?}");
        }
        assert_eq!((comparison.unchanged(), comparison.never_tested()), (1, 1));
    }

    #[test]
    fn sessions_of_different_plans_are_refused() {
        let (a, b) = (walked(&[(1, "one")], &[], &[]), walked_plan(8, &[(1, "one")], &[], &[]));
        let refused = Comparison::new(a.side(), b.side()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "comparing the sessions: one walked the plan \"Shop\" and the other another plan, \"Shop\": \
             name two sessions of one plan"
        );
    }

    #[test]
    fn groups_are_kept_in_the_order_they_are_shown() {
        for (idx, group) in Group::ALL.into_iter().enumerate() {
            assert_eq!(group as usize, idx);
        }
    }
}
