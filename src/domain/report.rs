//! What a report tells of a session, whatever form it takes: its prompts with their verdicts, its integration points,
//! and how long each prompt took.
//!
//! Everything is worked out from the events and the plan's state when it is asked for, so that a form can go through a
//! hundred thousand prompts without any of them being copied first. Which words and signs a form uses is its own
//! business.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::course::Timing;
use super::id::{IdMap, PromptId};
use super::plan::NodeRef;
use super::point::IntegrationPoint;
use super::revision::{RemovedPrompt, Revision};
use super::session::{Event, Mark, MarkPlace, Recorded, Session};
use super::verdict::{Counts, Standing, Verdict};

/// A session with the state of its plan that it was last walked with.
#[derive(Debug, Clone)]
pub struct Walked {
    /// What its events add up to.
    pub session: Session,
    /// The plan it was last walked with; sessions of one plan often share it.
    pub revision: Arc<Revision>,
    /// Where the plan was read from.
    pub source: Option<String>,
    /// How long each prompt took.
    pub spent: Spent,
}

/// A prompt of a session, in the plan or no longer.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Which prompt.
    pub id: PromptId,
    walked: &'a Walked,
    place: Place<'a>,
    mark: Option<MarkPlace>,
}

#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    InPlan(NodeRef<'a>),
    Gone(&'a RemovedPrompt),
}

impl<'a> Row<'a> {
    fn new(id: PromptId, walked: &'a Walked, place: Place<'a>) -> Self {
        Self { id, walked, place, mark: walked.session.place_of_mark(id) }
    }

    /// The mark that counts.
    #[must_use]
    pub fn mark(&self) -> Option<Mark<'a>> {
        self.walked.session.mark_at(self.mark?)
    }

    /// What the tester says of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.standing().verdict
    }

    /// The verdict with what it rests on.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.mark().map_or_else(Standing::default, |mark| mark.standing())
    }

    /// The wording that was judged; the plan's while it is untested.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.mark().map_or_else(|| self.plan_text(), |mark| mark.wording)
    }

    /// What the plan says; what it said last, of a prompt that left it.
    #[must_use]
    pub fn plan_text(&self) -> &'a str {
        match self.place {
            Place::InPlan(node) => node.text(),
            Place::Gone(gone) => &gone.text,
        }
    }

    /// What the plan says now, where it still has the prompt.
    #[must_use]
    pub fn node(&self) -> Option<NodeRef<'a>> {
        match self.place {
            Place::InPlan(node) => Some(node),
            Place::Gone(_) => None,
        }
    }

    /// The titles above it, from the top.
    #[must_use]
    pub fn path(&self) -> Vec<&'a str> {
        match self.place {
            Place::InPlan(node) => node.path(),
            Place::Gone(gone) => gone.path.iter().map(String::as_str).collect(),
        }
    }

    /// Its tags, inherited ones first.
    #[must_use]
    pub fn tags(&self) -> Vec<&'a str> {
        self.node().map(NodeRef::tags).unwrap_or_default()
    }

    /// Its integration point.
    #[must_use]
    pub fn point(&self) -> Option<&'a IntegrationPoint> {
        self.node().and_then(NodeRef::point)
    }

    /// The section right above it is its integration point, so that its path tells the point.
    #[must_use]
    pub fn is_under_its_point(&self) -> bool {
        self.node().and_then(NodeRef::parent).is_some_and(NodeRef::names_point)
    }

    /// It was marked, and has left the plan since.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.place, Place::Gone(_))
    }

    /// How long it took.
    #[must_use]
    pub fn spent_ms(&self) -> u64 {
        self.walked.spent.on(self.id)
    }
}

impl Walked {
    /// The session's prompts in the order of the plan, then those that were marked and have left it.
    ///
    /// A prompt belongs to the session if the session was to walk it, or if it was marked: deleting a line of a plan
    /// hides no verdict.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        let start = self.session.start();
        let row = |id, place| Row::new(id, self, place);
        let mut rows = Vec::new();
        if start.takes_in_all() {
            rows.extend(self.revision.prompts().map(|(id, node)| row(id, Place::InPlan(node))));
        } else {
            let mut ids = self.revision.ids().iter();
            self.revision.plan().outline.visit_tagged_prompts(|node, tags| {
                let Some(id) = ids.next() else { return };
                let row = row(*id, Place::InPlan(node));
                if row.mark.is_some() || start.takes_in(*id, |tag| tags.contains(&tag)) {
                    rows.push(row);
                }
            });
        }
        let gone = self.revision.removed().iter().map(|gone| row(gone.id, Place::Gone(gone)));
        rows.extend(gone.filter(|gone| gone.mark.is_some()));
        rows
    }

    /// The row of `prompt`, if the plan has it or had it.
    #[must_use]
    pub fn row(&self, prompt: PromptId) -> Option<Row<'_>> {
        let place = match self.revision.place(prompt) {
            Some(idx) => Place::InPlan(self.revision.plan().outline.node(idx)),
            None => Place::Gone(self.revision.removed().iter().find(|gone| gone.id == prompt)?),
        };
        Some(Row::new(prompt, self, place))
    }

    /// How many of `rows` have each verdict.
    #[must_use]
    pub fn counts(rows: &[Row<'_>]) -> Counts {
        let mut counts = Counts::default();
        rows.iter().for_each(|row| counts.add(row.standing()));
        counts
    }

    /// The plan's integration points, each once, with the verdicts of the prompts in `rows` that are about them.
    #[must_use]
    pub fn points(&self, rows: &[Row<'_>]) -> Vec<PointCounts<'_>> {
        let mut by_direction: HashMap<(&str, &str), Counts> = HashMap::new();
        let in_plan = self.revision.plan().outline.points();
        let mut by_point = vec![Counts::default(); in_plan.len()];
        for row in rows {
            let counts = row.node().and_then(NodeRef::point_idx).and_then(|idx| by_point.get_mut(idx));
            counts.into_iter().for_each(|counts| counts.add(row.standing()));
        }
        for (point, counts) in in_plan.iter().zip(by_point) {
            for direction in directions(point) {
                by_direction.entry(direction).or_default().add_all(&counts);
            }
        }
        let mut listed: BTreeMap<(&str, &str, bool), usize> = BTreeMap::new();
        let mut points: Vec<PointCounts<'_>> = Vec::new();
        for point in self.revision.plan().points() {
            let place = points.len();
            let at = *listed.entry((&point.from, &point.to, point.both_ways)).or_insert(place);
            if at == place {
                let of = |direction| by_direction.get(&direction).copied().unwrap_or_default();
                // Both directions have to be tested for a point that goes both ways: the lesser one tells.
                let counts = directions(point).map(of).min_by_key(exercised).unwrap_or_default();
                points.push(PointCounts { point, counts });
            } else if points[at].point.kind.is_none() {
                points[at].point = point;
            }
        }
        points
    }
}

/// An integration point with the verdicts of its prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointCounts<'a> {
    /// Which point; where the plan names it more than once, in the words that say its kind.
    pub point: &'a IntegrationPoint,
    /// Of the prompts of the session that are about it.
    pub counts: Counts,
}

impl PointCounts<'_> {
    /// Nobody saw it work or fail: no prompt about it passed, failed, or was inconclusive.
    #[must_use]
    pub fn is_untested(&self) -> bool {
        exercised(&self.counts) == 0
    }
}

/// How many prompts somebody looked at: what was blocked or skipped, nobody saw.
fn exercised(counts: &Counts) -> u32 {
    counts[Verdict::Pass] + counts[Verdict::Fail] + counts[Verdict::Inconclusive]
}

fn directions(point: &IntegrationPoint) -> impl Iterator<Item = (&str, &str)> {
    let back = point.both_ways.then_some((point.to.as_str(), point.from.as_str()));
    std::iter::once((point.from.as_str(), point.to.as_str())).chain(back)
}

/// How long each prompt took: what was walked before each event about it, as the session's clock measures it.
///
/// What is said of all prompts and of the session adds up to [`Session::walking_ms`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spent {
    by_prompt: IdMap<PromptId, u64>,
    on_session_ms: u64,
}

impl Spent {
    /// Adds up `events`, all of a session in order.
    #[must_use]
    pub fn of(events: &[Recorded]) -> Self {
        let mut spending = Spending::default();
        events.iter().for_each(|recorded| spending.follow(recorded));
        spending.spent()
    }

    /// Milliseconds on `prompt`.
    #[must_use]
    pub fn on(&self, prompt: PromptId) -> u64 {
        self.by_prompt.get(&prompt).copied().unwrap_or_default()
    }

    /// Milliseconds that ended with something that is about no prompt.
    #[must_use]
    pub fn on_session_ms(&self) -> u64 {
        self.on_session_ms
    }

    /// All of them.
    #[must_use]
    pub fn total_ms(&self) -> u64 {
        self.by_prompt.values().sum::<u64>() + self.on_session_ms
    }
}

/// Adds up [`Spent`], event by event.
#[derive(Debug, Default)]
pub struct Spending {
    spent: Spent,
    timing: Timing,
}

impl Spending {
    /// Follows the next event of the session.
    pub fn follow(&mut self, recorded: &Recorded) {
        let ms = self.timing.follow(recorded);
        match about(&recorded.event) {
            Some(prompt) => *self.spent.by_prompt.entry(prompt).or_default() += ms,
            None => self.spent.on_session_ms += ms,
        }
    }

    /// What the events so far add up to.
    #[must_use]
    pub fn spent(self) -> Spent {
        self.spent
    }
}

/// The prompt that an event is about.
fn about(event: &Event) -> Option<PromptId> {
    match event {
        Event::VerdictRecorded { prompt, .. } | Event::VerdictCleared { prompt, .. } => Some(*prompt),
        Event::NoteAdded(note) => note.prompt,
        _ => None,
    }
}
