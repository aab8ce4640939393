//! The map: which component calls which, and what a session knows of each connection.
//!
//! Knows no screen and no file: it is made of a state of the plan and, where there is one, a session over it.
//!
//! # What is one point
//!
//! A plan may name a connection more than once: in its front matter, above its prompts, with and without a kind, one
//! way or both. The map shows each once, and each prompt under one point only:
//!
//! - The same ends in the same direction and the same kind are one point. Kinds are compared without case.
//! - `a <-> b` and `b <-> a` are the same; `a <-> a` is `a -> a`.
//! - Where only one kind is named between two ends, whoever leaves it out means that one. Where several are, prompts
//!   under a heading without a kind stay a point of their own, and a mere mention without a kind adds nothing.
//! - A mention without prompts that others cover adds nothing: `a -> b` beside `a <-> b`, and `a <-> b` beside `a -> b`
//!   and `b -> a`, if their kinds agree or one of the two names none.

use std::collections::{HashMap, HashSet};

use super::component::{ComponentState, End, Ends};
use super::plan::{NodeIdx, NodeRef, Plan};
use super::point::IntegrationPoint;
use super::progress::Progress;
use super::revision::Revision;
use super::session::{Mark, Session};
use super::time::Timestamp;
use super::verdict::{Counts, Ground, Standing, Verdict};

pub mod graph;
#[cfg(test)]
mod tests;

/// The most stand-ins that a point remembers by name: more would not be read.
const MAX_STAND_INS: usize = 8;

/// Components and the connections between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    components: Vec<Component>,
    points: Vec<Point>,
    cells: Vec<Cell>,
    totals: Totals,
}

/// A part of the system under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// As the plan writes it.
    pub name: String,
    /// What stands there now; without a session, what the plan says.
    pub state: ComponentState,
}

/// A connection, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The component that calls, as an index into [`Map::components`].
    pub from: usize,
    /// The component that is called.
    pub to: usize,
    /// How they talk, where anybody says so.
    pub kind: Option<String>,
    /// Each calls the other.
    pub both_ways: bool,
    /// What is known of it.
    pub tally: Tally,
    /// Its prompts in the session, in file order.
    pub prompts: Vec<NodeIdx>,
    /// Where the plan's headings name it, as indices into the outline's points.
    pub outline_idxs: Vec<usize>,
}

/// All that is known of one component calling another, whatever the kind; both ways is known in two cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The component that calls.
    pub from: usize,
    /// The component that is called.
    pub to: usize,
    /// Which points that are, as indices into [`Map::points`].
    pub points: Vec<usize>,
    /// What is known of them together.
    pub tally: Tally,
    /// How many of them have no prompt.
    pub gap_count: usize,
}

/// What is known of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How the session's prompts stand.
    pub counts: Counts,
    /// How many prompts it has that do not belong to the session.
    pub outside: u32,
    /// What the tests of it rest on, the weakest counting: one made against a fake, else one whose ends nobody stated,
    /// else both ends real. `None` where nothing was tested.
    pub ground: Option<Ground>,
    /// When it was marked last.
    pub newest: Option<Timestamp>,
    /// What stood in, or was absent, when it was tested; each once, not more than a handful.
    pub stand_ins: Vec<End>,
}

/// What a connection counts as in the line of totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The plan has no prompt for it.
    NoPrompt,
    /// Nobody passed, failed or found inconclusive any prompt of it: blocked and skipped is not tested.
    Untested,
    /// Tested, at least once with a fake or absent end.
    Fake,
    /// Tested, at least once with ends of which nobody said what they were.
    Unstated,
    /// Tested, always with both ends real.
    Real,
}

impl Evidence {
    /// All five, in the order in which they are said.
    pub const ALL: [Self; 5] = [Self::Real, Self::Fake, Self::Unstated, Self::Untested, Self::NoPrompt];

    /// For people, behind a number.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Real => "tested, both ends real",
            Self::Fake => "tested against a fake",
            Self::Unstated => "tested, real or fake not said",
            Self::Untested => "untested",
            Self::NoPrompt => "without a prompt",
        }
    }
}

/// How many points count as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals([u32; 5]);

impl Totals {
    /// How many points count as `evidence`.
    #[must_use]
    pub fn of(&self, evidence: Evidence) -> u32 {
        self.0[evidence as usize]
    }

    /// All of them in words: `2 tested, both ends real`, …; what does not occur is left out where it says nothing:
    /// that real and fake were not said is of interest only if so.
    pub fn said(self) -> impl Iterator<Item = (Evidence, u32)> {
        let all = Evidence::ALL.into_iter().map(move |evidence| (evidence, self.of(evidence)));
        all.filter(|(evidence, count)| *count > 0 || *evidence != Evidence::Unstated)
    }
}

/// The worst first, as a list of points is sorted. The greatest is the worst.
pub type Badness = (u8, u8);

impl Tally {
    /// True where the plan has no prompt for it.
    #[must_use]
    pub fn has_no_prompt(&self) -> bool {
        self.counts.total() == 0 && self.outside == 0
    }

    /// The worst verdict; `None` where the plan has no prompt for it. One whose prompts all lie outside the session is
    /// untested in it.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        if self.has_no_prompt() { None } else { Some(self.counts.worst().unwrap_or_default()) }
    }

    /// The same with what it rests on: of passes, a provisional one is the worst.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        if self.has_no_prompt() { None } else { Some(self.counts.worst_standing().unwrap_or_default()) }
    }

    /// What it counts as.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        match self.ground {
            _ if self.has_no_prompt() => Evidence::NoPrompt,
            None => Evidence::Untested,
            Some(Ground::Provisional) => Evidence::Fake,
            Some(Ground::Unstated) => Evidence::Unstated,
            Some(Ground::Real) => Evidence::Real,
        }
    }

    /// How bad it is: as verdicts go, a connection without a prompt between what could not be told and what was not
    /// tested yet; of two that passed the one that rests on less.
    #[must_use]
    pub fn badness(&self) -> Badness {
        let rank = match self.verdict() {
            Some(Verdict::Fail) => 6,
            Some(Verdict::Blocked) => 5,
            Some(Verdict::Inconclusive) => 4,
            None => 3,
            Some(Verdict::Untested) => 2,
            Some(Verdict::Pass) => 1,
            Some(Verdict::Skip) => 0,
        };
        let rests_on = match self.ground {
            Some(Ground::Provisional) => 3,
            Some(Ground::Unstated) | None => 2,
            Some(Ground::Real) => 1,
        };
        (rank, rests_on)
    }

    /// One more prompt of the session, which stands so.
    fn add(&mut self, standing: Standing, mark: Option<Mark<'_>>) {
        self.counts.add(standing);
        let Some(mark) = mark else { return };
        self.newest = self.newest.max(Some(mark.at));
        if !matches!(standing.verdict, Verdict::Pass | Verdict::Fail | Verdict::Inconclusive) {
            return;
        }
        self.ground = Some(self.ground.map_or(standing.ground, |ground| weaker(ground, standing.ground)));
        if standing.ground == Ground::Provisional
            && let Some(Ends { from, to }) = &mark.conditions.ends
        {
            for end in [from, to] {
                self.add_stand_in(end);
            }
        }
    }

    fn add_stand_in(&mut self, end: &End) {
        let stands_in = matches!(end.state, ComponentState::Fake(_) | ComponentState::Absent);
        if stands_in && self.stand_ins.len() < MAX_STAND_INS && !self.stand_ins.contains(end) {
            self.stand_ins.push(end.clone());
        }
    }

    /// What is known of both together.
    pub fn take_in(&mut self, other: &Self) {
        for verdict in Verdict::ALL {
            self.counts.set(verdict, self.counts[verdict] + other.counts[verdict]);
        }
        let (mine, theirs) = (self.counts, other.counts);
        self.counts.set_grounds(
            mine.provisional() + theirs.provisional(),
            mine.passed_for_real() + theirs.passed_for_real(),
        );
        self.outside += other.outside;
        self.newest = self.newest.max(other.newest);
        self.ground = match (self.ground, other.ground) {
            (Some(a), Some(b)) => Some(weaker(a, b)),
            (a, b) => a.or(b),
        };
        other.stand_ins.iter().for_each(|end| self.add_stand_in(end));
    }
}

fn weaker(a: Ground, b: Ground) -> Ground {
    let strength = |ground: Ground| match ground {
        Ground::Provisional => 0,
        Ground::Unstated => 1,
        Ground::Real => 2,
    };
    if strength(b) < strength(a) { b } else { a }
}

impl Map {
    /// The map of a plan: as `walked` knows it, a session with its progress over this very state of the plan; without
    /// one, everything is untested.
    #[must_use]
    pub fn new(revision: &Revision, walked: Option<(&Session, &Progress)>) -> Self {
        let plan = revision.plan();
        let names = plan.component_names();
        let states = walked.map_or(&plan.defaults, |(session, _)| session.states());
        let components =
            names.iter().map(|name| Component { name: (*name).to_owned(), state: states.of(name).clone() });
        let (mut points, place_of) = points_of(plan, &names);
        for (id, prompt) in revision.prompts() {
            let Some(at) = prompt.point_idx().and_then(|idx| place_of[idx]) else { continue };
            let point = &mut points[at];
            match walked {
                None => point.tally.add(Standing::default(), None),
                Some((session, progress)) => match progress.standing(prompt.idx()) {
                    Some(standing) if standing.verdict == Verdict::Untested => {
                        point.tally.add(standing, None);
                    }
                    Some(standing) => point.tally.add(standing, session.mark(id)),
                    None => {
                        point.tally.outside += 1;
                        continue;
                    }
                },
            }
            point.prompts.push(prompt.idx());
        }
        let mut totals = Totals::default();
        for point in &points {
            totals.0[point.tally.evidence() as usize] += 1;
        }
        Self { components: components.collect(), cells: cells_of(&points), points, totals }
    }

    /// All components: those declared first, then the ends of points as they appear.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// All points, by the component that calls, then by the one that is called, then as in the plan.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The pairs of components that are connected, by the one that calls, then by the one that is called.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// What is known of `from` calling `to`; `None` if they are not connected in this direction.
    #[must_use]
    pub fn cell(&self, from: usize, to: usize) -> Option<&Cell> {
        self.cell_idx(from, to).ok().map(|at| &self.cells[at])
    }

    /// Where that cell is among [`Map::cells`]; else where it would be.
    ///
    /// # Errors
    ///
    /// The place of the next cell if these two are not connected in this direction.
    pub fn cell_idx(&self, from: usize, to: usize) -> Result<usize, usize> {
        self.cells.binary_search_by_key(&(from, to), |cell| (cell.from, cell.to))
    }

    /// The component called `name`.
    #[must_use]
    pub fn component_idx(&self, name: &str) -> Option<usize> {
        self.components.iter().position(|component| component.name == name)
    }

    /// How many points count as what.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The points, the worst first; what is equally bad stays in the order of the map.
    #[must_use]
    pub fn worst_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.points[*at].tally.badness()));
        order
    }

    /// `point` as a plan writes it.
    #[must_use]
    pub fn written(&self, point: &Point) -> IntegrationPoint {
        IntegrationPoint {
            from: self.components[point.from].name.clone(),
            to: self.components[point.to].name.clone(),
            kind: point.kind.clone(),
            both_ways: point.both_ways,
        }
    }

    /// What to show of `from` calling `to`: what its tests rest on; where nothing was tested, what a test would rest on
    /// now.
    #[must_use]
    pub fn ground(&self, from: usize, to: usize, tally: &Tally) -> Ground {
        tally.ground.unwrap_or_else(|| self.ground_now(from, to))
    }

    fn ground_now(&self, from: usize, to: usize) -> Ground {
        let end = |at: usize| End {
            component: self.components[at].name.clone(),
            state: self.components[at].state.clone(),
        };
        Ends { from: end(from), to: end(to) }.ground()
    }
}

fn cells_of(points: &[Point]) -> Vec<Cell> {
    let mut places: Vec<(usize, usize, usize)> = Vec::with_capacity(points.len());
    for (at, point) in points.iter().enumerate() {
        places.push((point.from, point.to, at));
        if point.both_ways {
            places.push((point.to, point.from, at));
        }
    }
    places.sort_unstable();
    let mut cells: Vec<Cell> = Vec::new();
    for (from, to, at) in places {
        if cells.last().is_none_or(|cell| (cell.from, cell.to) != (from, to)) {
            let (points, tally) = (Vec::new(), Tally::default());
            cells.push(Cell { from, to, points, tally, gap_count: 0 });
        }
        if let Some(cell) = cells.last_mut() {
            cell.points.push(at);
            cell.tally.take_in(&points[at].tally);
            cell.gap_count += usize::from(points[at].tally.has_no_prompt());
        }
    }
    cells
}

/// One place where a plan names a connection.
struct Mention<'p> {
    from: usize,
    to: usize,
    kind: Option<&'p str>,
    both_ways: bool,
    /// Its place among the outline's points; `None` in the front matter.
    outline_idx: Option<usize>,
    has_prompt: bool,
}

/// The points of `plan`, each once and still untold, and for each of the outline's points where its prompts belong.
fn points_of(plan: &Plan, names: &[&str]) -> (Vec<Point>, Vec<Option<usize>>) {
    let number_of: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let mentions = mentions(plan, &number_of);
    // What has the same ends and direction, whatever the kind, in the order of its first mention.
    let mut groups: Vec<Vec<&Mention<'_>>> = Vec::new();
    let mut group_of: HashMap<(usize, usize, bool), usize> = HashMap::new();
    for mention in &mentions {
        let (from, to) = (mention.from, mention.to);
        let key = if mention.both_ways { (from.min(to), from.max(to), true) } else { (from, to, false) };
        let group = *group_of.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(mention);
    }
    let mut drafts: Vec<Draft> = groups.iter().flat_map(|group| by_kind(group)).collect();
    leave_out_covered(&mut drafts);
    drafts.sort_by_key(|draft| (draft.from, draft.to));
    let mut place_of = vec![None; plan.outline.points().len()];
    for (at, draft) in drafts.iter().enumerate() {
        for outline_idx in &draft.outline_idxs {
            place_of[*outline_idx] = Some(at);
        }
    }
    let points = drafts.into_iter().map(|draft| Point {
        from: draft.from,
        to: draft.to,
        kind: draft.kind,
        both_ways: draft.both_ways,
        tally: Tally::default(),
        prompts: Vec::new(),
        outline_idxs: draft.outline_idxs,
    });
    (points.collect(), place_of)
}

fn mentions<'p>(plan: &'p Plan, number_of: &HashMap<&str, usize>) -> Vec<Mention<'p>> {
    let mut has_prompt = vec![false; plan.outline.points().len()];
    for idx in plan.outline.prompts().filter_map(NodeRef::point_idx) {
        has_prompt[idx] = true;
    }
    let declared = plan.connections.iter().map(|point| (point, None, false));
    let headings = plan
        .outline
        .points()
        .iter()
        .zip(has_prompt)
        .enumerate()
        .map(|(at, (point, has))| (point, Some(at), has));
    declared
        .chain(headings)
        .filter_map(|(point, outline_idx, has_prompt)| {
            let (from, to) = (*number_of.get(point.from.as_str())?, *number_of.get(point.to.as_str())?);
            // Who calls itself both ways calls itself.
            let both_ways = point.both_ways && from != to;
            Some(Mention { from, to, kind: point.kind.as_deref(), both_ways, outline_idx, has_prompt })
        })
        .collect()
}

/// A point that is being found.
struct Draft {
    from: usize,
    to: usize,
    kind: Option<String>,
    /// The kind for comparing.
    plain_kind: Option<String>,
    both_ways: bool,
    outline_idxs: Vec<usize>,
    has_prompt: bool,
}

/// The points among mentions that have the same ends and direction: one a kind.
fn by_kind(group: &[&Mention<'_>]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_plain_kind: HashMap<Option<String>, usize> = HashMap::new();
    let kinds: HashSet<String> = group.iter().filter_map(|m| m.kind.map(str::to_lowercase)).collect();
    let only_kind = if kinds.len() == 1 { kinds.iter().next() } else { None };
    // Where nobody names a kind, or prompts leave it open which of several they mean.
    let keeps_kindless = kinds.is_empty() || group.iter().any(|m| m.kind.is_none() && m.has_prompt);
    for mention in group {
        let plain_kind = mention.kind.map(str::to_lowercase).or_else(|| only_kind.cloned());
        if plain_kind.is_none() && !keeps_kindless {
            continue;
        }
        let at = *by_plain_kind.entry(plain_kind.clone()).or_insert_with(|| {
            drafts.push(Draft {
                from: group[0].from,
                to: group[0].to,
                kind: None,
                plain_kind,
                both_ways: group[0].both_ways,
                outline_idxs: Vec::new(),
                has_prompt: false,
            });
            drafts.len() - 1
        });
        let draft = &mut drafts[at];
        draft.kind = draft.kind.take().or_else(|| mention.kind.map(str::to_owned));
        draft.outline_idxs.extend(mention.outline_idx);
        draft.has_prompt |= mention.has_prompt;
    }
    drafts
}

/// Takes away what has no prompt and is named by others as well, direction by direction.
fn leave_out_covered(drafts: &mut Vec<Draft>) {
    type Kinds = HashMap<(usize, usize), HashSet<Option<String>>>;
    fn covered(by: &Kinds, pair: (usize, usize), kind: &Option<String>) -> bool {
        by.get(&pair).is_some_and(|kinds| kind.is_none() || kinds.contains(&None) || kinds.contains(kind))
    }
    let mut one_way = Kinds::new();
    for draft in drafts.iter().filter(|draft| !draft.both_ways) {
        one_way.entry((draft.from, draft.to)).or_default().insert(draft.plain_kind.clone());
    }
    // What stands for something that was left out must stay, or both would be gone.
    let mut needed: HashSet<(usize, usize)> = HashSet::new();
    drafts.retain(|draft| {
        let (there, back) = ((draft.from, draft.to), (draft.to, draft.from));
        let kind = &draft.plain_kind;
        let is_covered = covered(&one_way, there, kind) && covered(&one_way, back, kind);
        let stays = draft.has_prompt || !draft.both_ways || !is_covered;
        if !stays {
            needed.extend([there, back]);
        }
        stays
    });
    let mut both_ways = Kinds::new();
    for draft in drafts.iter().filter(|draft| draft.both_ways) {
        both_ways.entry((draft.from, draft.to)).or_default().insert(draft.plain_kind.clone());
        both_ways.entry((draft.to, draft.from)).or_default().insert(draft.plain_kind.clone());
    }
    drafts.retain(|draft| {
        let is_covered = covered(&both_ways, (draft.from, draft.to), &draft.plain_kind);
        draft.has_prompt || draft.both_ways || !is_covered || needed.contains(&(draft.from, draft.to))
    });
}
