//! Sessions side by side, a row a prompt: what a table over several sessions is made of.
//!
//! A table wants all sessions at every row, and a hundred sessions are too much to hold. So each one is read once and
//! leaves a column behind: a few bytes a prompt, and the few texts that its notes are.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Index into the column's circumstances.
    circumstances: u16,
    /// Milliseconds after the session began; [`APART`] where that or the circumstances do not fit.
    after_ms: u32,
}

/// What stands in place of a time that is kept apart: of a session over seven weeks, or where a clock was set back.
const APART: u32 = u32::MAX;

/// What most marks of a session have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Circumstances {
    build: Option<Box<str>>,
    offset_min: i32,
}

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
    /// When the session began, which its marks count from.
    began_ms: i64,
    circumstances: Vec<Circumstances>,
    apart: IdMap<u32, (i64, Circumstances)>,
    wordings: IdMap<u32, Box<str>>,
    notes: IdMap<u32, Vec<(NoteKind, Box<str>)>>,
}

impl Column {
    fn new(walked: &Walked, newest: &Newest) -> Self {
        let mut column = Self {
            packed: vec![None; newest.len()],
            began_ms: walked.session.started_at().unix_ms(),
            circumstances: Vec::new(),
            apart: IdMap::default(),
            wordings: IdMap::default(),
            notes: IdMap::default(),
        };
        // A prompt's row is mostly the one below that of the prompt before it, since states of a plan are much alike.
        let mut next = 0;
        for row in walked.rows() {
            let in_order = (newest.revision.ids().get(next) == Some(&row.id)).then_some(next);
            if let Some(at) = in_order.or_else(|| newest.row_of(row.id)) {
                column.take(at, &row, newest.text(at));
                next = at + 1;
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
        let mark = row.mark();
        let Standing { verdict, ground } = mark.map_or_else(Standing::default, |mark| mark.standing());
        let mut packed = Packed { verdict, ground, circumstances: 0, after_ms: 0 };
        if let Some(mark) = mark {
            let build = mark.conditions.build.as_deref();
            let after_ms = u32::try_from(mark.at.unix_ms() - self.began_ms).ok().filter(|ms| *ms < APART);
            match (after_ms, self.circumstances(build, mark.at.offset_min())) {
                (Some(after_ms), Some(circumstances)) => {
                    (packed.after_ms, packed.circumstances) = (after_ms, circumstances);
                }
                _ => {
                    packed.after_ms = APART;
                    let offset_min = mark.at.offset_min();
                    let circumstances = Circumstances { build: build.map(Into::into), offset_min };
                    self.apart.insert(at as u32, (mark.at.unix_ms(), circumstances));
                }
            }
            if mark.wording != text {
                self.wordings.insert(at as u32, mark.wording.into());
            }
        }
        self.packed[at] = Some(packed);
    }

    /// They are few, and what was said last is nearly always what is said next. `None` where there is no number left.
    fn circumstances(&mut self, build: Option<&str>, offset_min: i32) -> Option<u16> {
        let is_it = |known: &Circumstances| known.offset_min == offset_min && known.build.as_deref() == build;
        let at = self.circumstances.iter().rposition(is_it).unwrap_or(self.circumstances.len());
        let number = u16::try_from(at).ok()?;
        if at == self.circumstances.len() {
            self.circumstances.push(Circumstances { build: build.map(Into::into), offset_min });
        }
        Some(number)
    }

    fn cell(&self, at: usize) -> Option<Cell<'_>> {
        let Packed { verdict, ground, circumstances, after_ms } = self.packed[at]?;
        let key = at as u32;
        let is_marked = verdict != Verdict::Untested;
        let of_mark = match after_ms {
            APART => self.apart.get(&key).map(|(ms, circumstances)| (*ms, circumstances)),
            after_ms => {
                let circumstances = self.circumstances.get(usize::from(circumstances));
                circumstances.map(|circumstances| (self.began_ms + i64::from(after_ms), circumstances))
            }
        };
        let of_mark = of_mark.filter(|_| is_marked);
        Some(Cell {
            standing: Standing { verdict, ground },
            marked_at: of_mark.and_then(|(ms, of)| Timestamp::from_unix_ms(ms, of.offset_min)),
            build: of_mark.and_then(|(_, of)| of.build.as_deref()),
            wording: self.wordings.get(&key).map(|wording| &**wording),
            notes: self.notes.get(&key).map_or(&[], Vec::as_slice),
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

    fn subject(&self, at: usize) -> Option<Subject<'_>> {
        let in_plan = self.revision.prompt_at(at).map(|(id, node)| Subject::InPlan(id, node));
        let gone = || self.revision.removed().get(at - self.revision.ids().len()).map(Subject::Gone);
        in_plan.or_else(gone)
    }

    /// What the plan says in the row `at`.
    fn text(&self, at: usize) -> &str {
        match self.subject(at) {
            Some(Subject::InPlan(_, node)) => node.text(),
            Some(Subject::Gone(gone)) => &gone.text,
            None => "",
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
    /// Reads the sessions of `plan`.
    pub(super) fn read(plan: PlanId, sessions: &mut dyn Sessions) -> Result<Self, Failure> {
        let newest = Newest::new(sessions.newest_state(plan)?);
        let named = sessions.named().iter().enumerate();
        let numbers: Vec<usize> = named.filter(|(_, named)| named.plan == plan).map(|(at, _)| at).collect();
        let columns = sessions.named().iter().map(|_| None).collect();
        let columns: Mutex<Vec<Option<Column>>> = Mutex::new(columns);
        sessions.read_each(&numbers, &|place, walked, _| {
            let column = Column::new(walked, &newest);
            columns.lock().unwrap_or_else(PoisonError::into_inner)[numbers[place]] = Some(column);
            Ok(())
        })?;
        let columns = columns.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self { newest, columns })
    }

    /// How many rows there may be, see [`Table::rows`].
    pub(super) fn len(&self) -> usize {
        self.newest.len()
    }

    /// All rows that at least one session has, in the order of the plan; what has left it comes last.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, Subject<'_>)> {
        self.rows_in(0..self.len())
    }

    /// Those of them that are in `range`.
    pub(super) fn rows_in(&self, range: Range<usize>) -> impl Iterator<Item = (usize, Subject<'_>)> {
        let is_somebodys =
            |at: &usize| self.columns.iter().flatten().any(|column| column.packed[*at].is_some());
        range.filter(is_somebodys).filter_map(|at| Some((at, self.newest.subject(at)?)))
    }

    /// What each session of the report says in the row `at`; `None` where it has no such prompt.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = Option<Cell<'_>>> {
        self.columns.iter().map(move |column| column.as_ref()?.cell(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_eight_bytes() {
        assert_eq!(size_of::<Option<Packed>>(), 8);
    }
}
