//! What a walk holds: the plan, the session, where the tester is, and what is not on the disk yet.

use std::collections::HashMap;
use std::sync::Arc;

use super::filter::{Filter, Notable};
use super::history::state::History;
use super::order::Order;
use super::tree::{Folds, Row, Tree};
use crate::domain::id::{IdMap, PromptId, SessionId};
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::progress::Progress;
use crate::domain::revision::Revision;
use crate::domain::session::{Activity, Event, Fresh, NoteKind, Question, Recorded, ReplayError, Session};
use crate::domain::strategy::{Reason, Strategy};
use crate::domain::verdict::Verdict;
use crate::tui::effect::WantedOrder;
use crate::tui::layout::{self, Head, Size, WalkLayout};
use crate::tui::model::Sheet;
use crate::tui::screens::map::state::Form;
use crate::tui::screens::origin::Origin;
use crate::tui::stopwatch::Stopwatch;

/// A note that was begun and not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What kind it was going to be.
    pub kind: NoteKind,
    /// What was typed.
    pub text: String,
}

/// What follows once an append was answered, saved or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// To the next untested prompt after this node.
    GoOn(NodeIdx),
    /// Write a note on the prompt at this node, then go on.
    WriteNote(NodeIdx),
    /// To the next untested prompt, unless the cursor is on one.
    LeaveJudged,
    /// Show this prompt.
    Show(PromptId),
    /// Stay.
    Stay,
}

/// Where the cursor goes when the walk takes up another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the first untested prompt: the tester chose, or comes back.
    First,
    /// Nowhere: somebody else chose.
    Kept,
}

/// Where one was before a connection's prompts were looked at from the map: Esc comes back to it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// What the outline showed.
    pub filter: Filter,
    /// Where the cursor was.
    pub cursor: Option<Row>,
    /// What was folded.
    pub folds: Folds,
    /// What lay over the walk, the map on top.
    pub sheets: Vec<Sheet>,
}

/// How much of a time box is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLeft {
    /// There is no box.
    Unlimited,
    /// More than a fifth.
    Enough,
    /// A fifth or less.
    Little,
    /// Nothing: the session goes on all the same.
    None,
}

/// One session being walked.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The plan as it is now.
    pub revision: Arc<Revision>,
    /// Where the plan's file lies, as the tester would write it.
    pub source: String,
    /// What the disk holds, and nothing else, once `is_stored`.
    pub session: Session,
    /// False between opening and its being written: the first frame does not wait for the disk.
    pub is_stored: bool,
    /// The session's verdicts over the plan.
    pub progress: Progress,
    /// Rows, folds, cursor.
    pub tree: Tree,
    /// What the outline shows.
    pub filter: Filter,
    /// What is known of earlier sessions.
    pub history: History,
    /// Events that could not be written yet, in their order.
    pub unsaved: Vec<Fresh>,
    /// The session as it will be once `unsaved` is written; only then `Some`.
    pub intended: Option<Box<Session>>,
    /// Notes begun and not saved, by what they are about; those of walks opened earlier stay with them.
    pub drafts: HashMap<(SessionId, Option<PromptId>), Draft>,
    /// Answers of the debrief begun and not saved.
    pub answers_begun: HashMap<(SessionId, Question), String>,
    /// True if the latest draft could not be kept on the disk.
    pub has_unkept_drafts: bool,
    /// What to do when the append under way is answered.
    pub after: After,
    /// The verdicts of last time, by what they are about; `None` until an order asked for them.
    pub last_time: Option<Arc<IdMap<PromptId, Verdict>>>,
    /// Set while a connection's prompts are looked at from the map.
    pub visit: Option<Box<Visit>>,
    /// Set if the session was opened from the grid or the trend.
    pub origin: Option<Box<Origin>>,
    /// How the tester wants the map drawn.
    pub map_form: Option<Form>,
    /// The time since the latest event.
    pub stopwatch: Stopwatch,
}

impl Walk {
    /// A walk with the cursor on the first untested prompt, else on the first prompt.
    #[must_use]
    pub fn new(revision: Revision, session: Session, source: String, stopwatch: Stopwatch) -> Self {
        let progress = Progress::new(&revision, &session);
        let filter = Filter::default();
        let outline = &revision.plan().outline;
        let mask = filter.mask(outline, &progress, |_| true);
        let tree = Tree::new(outline, &revision.plan().title, mask);
        let mut walk = Self {
            revision: Arc::new(revision),
            source,
            session,
            is_stored: true,
            progress,
            tree,
            filter,
            history: History::default(),
            unsaved: Vec::new(),
            intended: None,
            drafts: HashMap::new(),
            answers_begun: HashMap::new(),
            has_unkept_drafts: false,
            after: After::Stay,
            last_time: None,
            visit: None,
            origin: None,
            map_form: None,
            stopwatch,
        };
        walk.go_to_first();
        walk
    }

    /// The node the cursor is on.
    #[must_use]
    pub fn current(&self) -> Option<NodeRef<'_>> {
        self.tree.cursor().and_then(|idx| self.revision.plan().outline.get(idx))
    }

    /// The identity of the prompt the cursor is on; `None` on a section.
    #[must_use]
    pub fn current_prompt(&self) -> Option<PromptId> {
        self.tree.cursor().and_then(|idx| self.revision.id_at(idx))
    }

    /// What commands are decided on: what the disk holds and what is on its way there.
    #[must_use]
    pub fn decided_on(&self) -> &Session {
        self.intended.as_deref().unwrap_or(&self.session)
    }

    /// What `prompt` says.
    #[must_use]
    pub fn title_of(&self, prompt: PromptId) -> &str {
        let node = self.revision.place(prompt).and_then(|idx| self.revision.plan().outline.get(idx));
        node.map_or("a prompt that is no longer in the plan", NodeRef::text)
    }

    /// The `n` of `saved #n`; `None` while the session itself is being written.
    #[must_use]
    pub fn saved(&self) -> Option<u64> {
        self.is_stored.then(|| self.session.seq())
    }

    /// The verdict that is on its way to the disk for `prompt`, if one is.
    #[must_use]
    pub fn unsaved_verdict(&self, prompt: PromptId) -> Option<Verdict> {
        let intended = self.intended.as_deref()?.verdict(prompt);
        (intended != self.session.verdict(prompt)).then_some(intended)
    }

    /// True while time passes: the session is open and not paused.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let session = self.decided_on();
        session.is_open() && !session.is_paused()
    }

    /// Milliseconds walked, those since the latest event included.
    #[must_use]
    pub fn elapsed_ms(&self, steady_ms: u64) -> u64 {
        let running_ms = if self.is_running() { self.stopwatch.running_ms(steady_ms) } else { 0 };
        self.decided_on().walking_ms() + running_ms
    }

    /// Milliseconds of `activity`, those since the latest event included.
    #[must_use]
    pub fn activity_ms(&self, activity: Activity, steady_ms: u64) -> u64 {
        let session = self.decided_on();
        let is_under_way = self.is_running() && session.activity() == activity;
        let running_ms = if is_under_way { self.stopwatch.running_ms(steady_ms) } else { 0 };
        session.activity_ms(activity) + running_ms
    }

    /// How much of its time box the session has used.
    #[must_use]
    pub fn time_left(&self, steady_ms: u64) -> TimeLeft {
        let Some(box_ms) = self.decided_on().time_box_ms() else { return TimeLeft::Unlimited };
        let elapsed_ms = self.elapsed_ms(steady_ms);
        match () {
            () if elapsed_ms >= box_ms => TimeLeft::None,
            () if elapsed_ms >= box_ms / 5 * 4 => TimeLeft::Little,
            () => TimeLeft::Enough,
        }
    }

    /// Takes in events that the disk holds now.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if they do not follow what was known; the rest is then not taken in.
    pub fn take_in(&mut self, recorded: Vec<Recorded>) -> Result<(), ReplayError> {
        let states = self.session.states().clone();
        for recorded in recorded {
            let mut touched = self.touched_by(&recorded.event);
            self.session.apply(recorded)?;
            touched.drain(..).for_each(|prompt| self.refresh(prompt));
        }
        if let Some(order) = self.tree.order_mut().filter(|_| *self.session.states() != states) {
            order.restate(self.revision.plan(), self.session.states());
        }
        Ok(())
    }

    /// The prompts whose verdict `event` changes.
    #[must_use]
    pub fn touched_by(&self, event: &Event) -> Vec<PromptId> {
        match event {
            Event::VerdictRecorded { prompt, .. } | Event::VerdictCleared { prompt, .. } => vec![*prompt],
            Event::Undone { event } | Event::Redone { event } => {
                self.session.prompts_changed_by(*event).collect()
            }
            Event::SessionStarted(_)
            | Event::NoteAdded(_)
            | Event::ComponentSet { .. }
            | Event::FieldSet { .. }
            | Event::StrategyChosen(_)
            | Event::CharterSet(_)
            | Event::TimeBoxSet(_)
            | Event::ActivitySwitched(_)
            | Event::Paused
            | Event::Resumed
            | Event::AwayExplained { .. }
            | Event::DebriefAnswered { .. }
            | Event::SessionClosed
            | Event::SessionReopened => Vec::new(),
        }
    }

    /// The prompts whose verdict `event` changes, and those whose verdict it rests on: who else changes one of these
    /// makes a decision doubtful.
    #[must_use]
    pub fn rests_on(&self, event: &Event) -> Vec<PromptId> {
        let mut prompts = self.touched_by(event);
        if let Event::VerdictRecorded { blocked_by: Some(by), .. } = event {
            prompts.push(*by);
        }
        prompts
    }

    fn refresh(&mut self, prompt: PromptId) {
        let Some(idx) = self.revision.place(prompt) else { return };
        let standing = self.session.standing(prompt);
        let before = self.progress.standing(idx);
        self.progress.set(&self.revision.plan().outline, idx, standing);
        if let (Some(before), Some(order)) = (before, self.tree.order_mut()) {
            order.recount(idx, before, standing);
        }
        self.history.changed(&self.session, prompt);
    }

    /// Where its parts are on a terminal of that size.
    #[must_use]
    pub fn layout(&self, size: Size) -> WalkLayout {
        layout::walk_below(size, if self.tree.order().is_some() { Head::Staged } else { Head::Plain })
    }

    /// The order that is on the screen.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.tree.order().map_or(Strategy::AsWritten, Order::strategy)
    }

    /// Why the prompt under the cursor, or the stage, comes where it comes; `None` on a section.
    #[must_use]
    pub fn why_here(&self) -> Option<String> {
        match (self.tree.selected()?, self.tree.order()) {
            (Row::Stage(at), Some(order)) => order.stage(at).map(|stage| order.walkway().line(stage)),
            (Row::Stage(_), None) => None,
            (Row::Node(idx), Some(order)) => {
                let (stage, step) = order.step(idx)?;
                Some(format!("{}{}", order.walkway().count(stage), step.reason))
            }
            (Row::Node(idx), None) => self.revision.id_at(idx).map(|_| Reason::AsWritten.to_string()),
        }
    }

    /// The order that the session says, still to be made. Only risk first asks for last time.
    #[must_use]
    pub fn wanted_order(&self, place: Place) -> WantedOrder {
        let strategy = self.session.strategy();
        WantedOrder {
            session: self.session.id(),
            revision: Arc::clone(&self.revision),
            strategy,
            states: self.session.states().clone(),
            progress: self.progress.clone(),
            last_time: self.last_time.clone(),
            asks_last_time: strategy == Strategy::RiskFirst && self.last_time.is_none(),
            place,
        }
    }

    /// Walks in `order` from now on; `None` is as written. The cursor stays where it is.
    pub fn set_order(&mut self, order: Option<Order>) {
        self.tree.set_order(&self.revision.plan().outline, order);
    }

    /// Puts the cursor on the first untested prompt in the order of the walk, else on its first prompt.
    pub fn go_to_first(&mut self) {
        let first = match self.tree.staged() {
            Some(order) => {
                let mut mine = order.onwards(0).filter(|idx| self.progress.verdict(*idx).is_some());
                let is_untested = |idx: &NodeIdx| self.progress.verdict(*idx) == Some(Verdict::Untested);
                let first = mine.next();
                first.into_iter().chain(mine).find(is_untested).or(first)
            }
            None => self.progress.first_untested(|_| true).or_else(|| {
                let mut prompts = self.revision.plan().outline.prompts().map(NodeRef::idx);
                prompts.find(|idx| self.progress.verdict(*idx).is_some())
            }),
        };
        if let Some(first) = first {
            self.tree.go_to(&self.revision.plan().outline, first);
        }
    }

    /// Puts the cursor on `prompt`, whatever the filter hid; false if the plan lacks it.
    pub fn show(&mut self, prompt: PromptId) -> bool {
        let Some(idx) = self.revision.place(prompt) else { return false };
        if !self.tree.lets_through(idx) {
            self.set_filter(Filter::default());
        }
        self.tree.go_to(&self.revision.plan().outline, idx);
        true
    }

    /// Keeps `batch` until it can be written, and works out what the session will be then. What cannot follow what is
    /// there, such as an undo of something that was never written, is left out.
    pub fn keep_unsaved(&mut self, batch: Vec<Fresh>) {
        let mut intended = self.session.clone();
        let mut kept = Vec::with_capacity(batch.len());
        for fresh in batch {
            if intended.apply(fresh.clone().at_place(intended.seq() + 1)).is_ok() {
                kept.push(fresh);
            }
        }
        self.intended = (!kept.is_empty()).then(|| Box::new(intended));
        self.unsaved = kept;
    }

    /// The next untested prompt after `from` in the order of the walk that the filter shows and no unsaved mark is on its
    /// way to.
    #[must_use]
    pub fn next_untested(&self, from: Row) -> Option<NodeIdx> {
        match (self.tree.staged(), from) {
            (None, Row::Stage(_)) => None,
            (None, Row::Node(from)) => self.progress.next_untested(from, |idx| self.is_open_to_marks(idx)),
            (Some(order), Row::Stage(at)) => self.first_untested(order.onwards(order.start(at))),
            (Some(order), Row::Node(from)) => {
                let place = order.place(from).map_or(0, |place| place + 1);
                self.first_untested(order.onwards(place))
            }
        }
    }

    /// The same before `from`.
    #[must_use]
    pub fn previous_untested(&self, from: Row) -> Option<NodeIdx> {
        match (self.tree.staged(), from) {
            (None, Row::Stage(_)) => None,
            (None, Row::Node(from)) => {
                self.progress.previous_untested(from, |idx| self.is_open_to_marks(idx))
            }
            (Some(order), Row::Stage(at)) => self.first_untested(order.backwards(order.start(at))),
            (Some(order), Row::Node(from)) => {
                self.first_untested(order.backwards(order.place(from).unwrap_or(0)))
            }
        }
    }

    fn first_untested(&self, mut prompts: impl Iterator<Item = NodeIdx>) -> Option<NodeIdx> {
        prompts
            .find(|idx| self.progress.verdict(*idx) == Some(Verdict::Untested) && self.is_open_to_marks(*idx))
    }

    fn is_open_to_marks(&self, idx: NodeIdx) -> bool {
        let unsaved = self.revision.id_at(idx).and_then(|id| self.unsaved_verdict(id));
        // A prompt with children may be shown for what is below it only.
        let for_itself =
            self.revision.plan().outline.get(idx).is_some_and(|node| !node.has_children() || self.fits(node));
        self.tree.lets_through(idx) && for_itself && unsaved.is_none()
    }

    /// True if the filter shows the untested prompt at `node` for itself.
    fn fits(&self, node: NodeRef<'_>) -> bool {
        self.filter.fits(node, Verdict::Untested) && self.is_notable(&self.filter, node.idx())
    }

    /// True if the prompt at `idx` is what the filter wants of earlier sessions, or the filter wants nothing of them.
    fn is_notable(&self, filter: &Filter, idx: NodeIdx) -> bool {
        let is = |prompt: PromptId, notable: &Notable| match notable {
            Notable::Suspect => {
                self.progress.verdict(idx) == Some(Verdict::Fail)
                    && !self.history.suspicion(&self.session, prompt).is_empty()
            }
            Notable::Flaky => self.history.is_flaky(prompt),
        };
        filter.notable.is_empty()
            || self.revision.id_at(idx).is_some_and(|id| filter.notable.iter().any(|notable| is(id, notable)))
    }

    /// Shows what `filter` lets through.
    pub fn set_filter(&mut self, filter: Filter) {
        if !filter.notable.is_empty() {
            self.search_past();
        }
        let outline = &self.revision.plan().outline;
        let mask = filter.mask(outline, &self.progress, |idx| self.is_notable(&filter, idx));
        self.tree.set_mask(outline, mask);
        if filter.points.is_empty() {
            // Who shows everything again has left the connection: Esc must not jump to the map an hour later.
            self.visit = None;
        }
        self.filter = filter;
    }
}
