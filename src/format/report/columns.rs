//! Sessions side by side, a row a prompt: what a table over several sessions is made of.
//!
//! A table wants all sessions at every row, and a hundred sessions are too much to hold. So each one is read once and
//! leaves a column behind: a few bytes a prompt, and the few texts that its notes are.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Failure, Sessions};
use crate::domain::id::{IdMap, PlanId, PromptId};
use crate::domain::plan::NodeRef;
use crate::domain::report::{Row, Walked};
use crate::domain::revision::{RemovedPrompt, Revision};
use crate::domain::session::NoteKind;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Standing, Verdict};

/// A verdict in as few bytes as there are, since there may be millions.
#[derive(Debug, Clone, Copy)]
struct Packed {
    verdict: Verdict,
    ground: Ground,
    offset_min: i16,
    /// Index into the column's builds; [`NONE`] where nobody said one.
    build: u16,
}

const NONE: u16 = u16::MAX;

/// What one session says of one prompt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) standing: Standing,
    /// `None` of a prompt that is untested.
    pub(super) marked_at: Option<Timestamp>,
    pub(super) build: Option<&'a str>,
    /// What was judged, where the plan says something else by now.
    pub(super) wording: Option<&'a str>,
    pub(super) notes: &'a [(NoteKind, Box<str>)],
}

/// One session over the rows of its plan.
#[derive(Debug)]
struct Column {
    /// Parallel to the plan's rows; `None` where the session does not have the prompt.
    packed: Vec<Option<Packed>>,
    /// Parallel to `packed`.
    marked_ms: Vec<i64>,
    builds: Vec<Box<str>>,
    wordings: HashMap<u32, Box<str>>,
    notes: HashMap<u32, Vec<(NoteKind, Box<str>)>>,
}

impl Column {
    fn new(walked: &Walked, newest: &Newest) -> Self {
        let len = newest.len();
        let mut column = Self {
            packed: vec![None; len],
            marked_ms: vec![0; len],
            builds: Vec::new(),
            wordings: HashMap::new(),
            notes: HashMap::new(),
        };
        for row in walked.rows() {
            if let Some(at) = newest.row_of(row.id) {
                column.take(at, &row, newest.text(at));
            }
        }
        for note in walked.session.notes() {
            if let Some(at) = note.note.prompt.and_then(|prompt| newest.row_of(prompt)) {
                let notes = column.notes.entry(at as u32).or_default();
                notes.push((note.note.kind, note.note.text.as_str().into()));
            }
        }
        column
    }

    fn take(&mut self, at: usize, row: &Row<'_>, text: &str) {
        let Standing { verdict, ground } = row.standing();
        let mut packed = Packed { verdict, ground, offset_min: 0, build: NONE };
        if let Some(mark) = row.mark() {
            packed.offset_min = mark.at.offset_min() as i16;
            packed.build = mark.conditions.build.as_deref().map_or(NONE, |build| self.build(build));
            self.marked_ms[at] = mark.at.unix_ms();
            if mark.wording != text {
                self.wordings.insert(at as u32, mark.wording.into());
            }
        }
        self.packed[at] = Some(packed);
    }

    /// Builds are few, and the one that was named last is nearly always the one that is named next.
    fn build(&mut self, build: &str) -> u16 {
        let known = self.builds.iter().rposition(|known| **known == *build);
        let at = known.unwrap_or_else(|| {
            self.builds.push(build.into());
            self.builds.len() - 1
        });
        u16::try_from(at).unwrap_or(NONE)
    }

    fn cell(&self, at: usize) -> Option<Cell<'_>> {
        let Packed { verdict, ground, offset_min, build } = self.packed[at]?;
        let is_marked = verdict != Verdict::Untested;
        let marked_at = Timestamp::from_unix_ms(self.marked_ms[at], i32::from(offset_min));
        Some(Cell {
            standing: Standing { verdict, ground },
            marked_at: marked_at.filter(|_| is_marked),
            build: self.builds.get(usize::from(build)).map(|build| &**build),
            wording: self.wordings.get(&(at as u32)).map(|wording| &**wording),
            notes: self.notes.get(&(at as u32)).map_or(&[], Vec::as_slice),
        })
    }
}

/// The newest state of a plan: its prompts, then those that have left it.
#[derive(Debug)]
struct Newest {
    revision: Arc<Revision>,
    gone: IdMap<PromptId, usize>,
}

impl Newest {
    fn new(revision: Arc<Revision>) -> Self {
        let first = revision.ids().len();
        let gone = revision.removed().iter().enumerate().map(|(at, gone)| (gone.id, first + at)).collect();
        Self { revision, gone }
    }

    fn len(&self) -> usize {
        self.revision.ids().len() + self.revision.removed().len()
    }

    fn row_of(&self, prompt: PromptId) -> Option<usize> {
        self.revision.ordinal(prompt).or_else(|| self.gone.get(&prompt).copied())
    }

    /// What the plan says in the row `at`.
    fn text(&self, at: usize) -> &str {
        let first = self.revision.ids().len();
        match self.revision.ids().get(at).and_then(|id| self.revision.place(*id)) {
            Some(idx) => self.revision.plan().outline.node(idx).text(),
            None => self.revision.removed().get(at - first).map_or("", |gone| gone.text.as_str()),
        }
    }
}

/// A row of the table: a prompt of the plan, or one that has left it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A prompt that the plan has.
    InPlan(PromptId, NodeRef<'a>),
    /// One that it had.
    Gone(&'a RemovedPrompt),
}

/// The sessions of one plan side by side.
#[derive(Debug)]
pub(super) struct Table {
    newest: Newest,
    /// For each session of the report its column; `None` for a session of another plan.
    columns: Vec<Option<Column>>,
}

impl Table {
    /// Reads the sessions of `plan`, one after the other.
    pub(super) fn read(plan: PlanId, sessions: &mut dyn Sessions) -> Result<Self, Failure> {
        let newest = Newest::new(sessions.newest_state(plan)?);
        let plans: Vec<PlanId> = sessions.named().iter().map(|named| named.plan).collect();
        let mut columns = Vec::with_capacity(plans.len());
        for (number_idx, its_plan) in plans.into_iter().enumerate() {
            let is_here = its_plan == plan;
            columns.push(match is_here {
                true => Some(Column::new(&sessions.read(number_idx)?, &newest)),
                false => None,
            });
        }
        Ok(Self { newest, columns })
    }

    /// All rows that at least one session has, in the order of the plan; what has left it comes last.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, Subject<'_>)> {
        let revision = &self.newest.revision;
        let in_plan = revision.prompts().map(|(id, node)| Subject::InPlan(id, node));
        let gone = revision.removed().iter().map(Subject::Gone);
        let is_somebodys =
            |at: usize| self.columns.iter().flatten().any(|column| column.packed[at].is_some());
        in_plan.chain(gone).enumerate().filter(move |(at, _)| is_somebodys(*at))
    }

    /// What each session of the report says in the row `at`; `None` where it has no such prompt.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = Option<Cell<'_>>> {
        self.columns.iter().map(move |column| column.as_ref()?.cell(at))
    }
}
