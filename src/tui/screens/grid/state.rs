//! What the grid holds: sessions, the rows that were looked up, the cell that is selected, what of it is in sight.
//!
//! Nothing of it is read before it is seen: what the screen lacks is asked for after it was drawn, in pieces that take a
//! millisecond or two, and a key that comes in between goes first. What was read is kept, a byte a cell.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::layout::Places;
use crate::domain::grid::{self, Cell, Column, Members, Prompts, Row};
use crate::domain::history::{Change, PastMark, PastNote};
use crate::domain::id::{PlanId, PromptId, SessionId};
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::revision::RemovedPrompt;
use crate::domain::verdict::Verdict;
use crate::tui::keymap::Motion;
use crate::tui::layout::{Size, in_sight};

/// How many cells are read in one piece.
const CELLS_A_PIECE: usize = 1_200;

/// How many marks are read in one piece: each is an event, with all that it rests on.
const MARKS_A_PIECE: usize = 150;

/// The most cells that are kept: some 4 MB.
const MOST_KEPT: usize = 4_000_000;

/// What stands above a column, in this order; what else sessions say of themselves follows.
const FIRST_FIELDS: [&str; 2] = ["build", "environment"];

/// A plan with all its sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// The prompts, numbered.
    pub prompts: Arc<Prompts>,
    /// The sessions, the oldest first.
    pub columns: Arc<Vec<Column>>,
}

/// A piece of the grid to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOn {
    /// Of which prompts and sessions.
    pub sessions: Sessions,
    /// What.
    pub what: Wanted,
}

/// What to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// What these prompts were judged.
    Rows(Vec<PromptId>),
    /// Which prompts these sessions are about, which were last opened with that state of the plan.
    Members {
        /// The state's number.
        revision: u32,
        /// The sessions.
        sessions: Vec<SessionId>,
    },
    /// All marks of these prompts, with what they rest on.
    Marks(Vec<PromptId>),
    /// The notes on the prompt in a session.
    Notes(SessionId, PromptId),
}

/// The answer to a [`Wanted`].
#[derive(Debug, Clone)]
pub enum Found {
    /// What each prompt was judged.
    Rows(Vec<(PromptId, Row)>),
    /// Which prompts each session is about.
    Members(Vec<(SessionId, Arc<Members>)>),
    /// The marks of each prompt, the oldest first.
    Marks(Vec<(PromptId, Vec<PastMark>)>),
    /// The notes on the prompt in the session.
    Notes(SessionId, PromptId, Vec<PastNote>),
}

/// What stands in a row of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A section of the plan, or a prompt.
    Node(NodeIdx),
    /// The heading above prompts that left the plan.
    Gone,
    /// One of these, by its place among them.
    Removed(usize),
}

/// What is known of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    NotRead,
    /// The session is not about the prompt.
    Absent,
    /// What it was judged.
    Judged(Cell),
}

/// Prompts by sessions.
#[derive(Debug, Clone)]
pub struct Grid {
    sessions: Sessions,
    /// What sessions say of themselves, in the order in which it stands above the columns.
    fields: Vec<String>,
    /// Rows of the screen.
    lines: Vec<Line>,
    /// Parallel to the prompts: on which of `lines` each is.
    places: Vec<u32>,
    /// How much deeper than it is drawn a node is.
    indent: usize,
    /// The rows that were read, by the numbers of the prompts.
    rows: HashMap<usize, Row>,
    /// Parallel to the columns.
    members: Vec<Option<Arc<Members>>>,
    /// The prompts that were looked at for being flaky.
    judged: HashSet<usize>,
    /// The marks of one prompt.
    marks: Option<(usize, Vec<PastMark>)>,
    /// The notes in one cell.
    notes: Option<((usize, usize), Vec<PastNote>)>,
    /// The number of the prompt that is selected.
    prompt: usize,
    /// The column that is selected.
    column: usize,
    parts: Places,
    top: usize,
    left: usize,
    is_broken: bool,
    /// The session that is being opened from here.
    pub(in crate::tui::screens) opening: Option<SessionId>,
}

impl Grid {
    /// The grid with the cursor on `prompt` in `session`, else on the first prompt in the newest.
    #[must_use]
    pub fn new(sessions: Sessions, prompt: Option<PromptId>, session: Option<SessionId>) -> Self {
        let revision = sessions.prompts.revision();
        let plan = revision.plan();
        let is_title =
            |node: &NodeRef<'_>| !node.is_prompt() && node.depth() == 1 && node.text() == plan.title;
        let mut lines = Vec::with_capacity(plan.outline.len() + revision.removed().len() + 1);
        let mut places = Vec::with_capacity(sessions.prompts.len());
        let mut indent = 1;
        for node in plan.outline.nodes() {
            if is_title(&node) {
                indent = 2;
                continue;
            }
            if node.is_prompt() {
                places.push(lines.len() as u32);
            }
            lines.push(Line::Node(node.idx()));
        }
        if !revision.removed().is_empty() {
            lines.push(Line::Gone);
        }
        for at in 0..revision.removed().len() {
            places.push(lines.len() as u32);
            lines.push(Line::Removed(at));
        }
        let number = prompt.and_then(|prompt| sessions.prompts.number(prompt)).unwrap_or(0);
        let at = |session| sessions.columns.iter().position(|column| column.session.id == session);
        let column = session.and_then(at).unwrap_or(sessions.columns.len().saturating_sub(1));
        Self {
            fields: fields(&sessions.columns),
            lines,
            places,
            indent,
            rows: HashMap::new(),
            members: vec![None; sessions.columns.len()],
            judged: HashSet::new(),
            marks: None,
            notes: None,
            prompt: number,
            column,
            parts: Places::default(),
            top: 0,
            left: 0,
            is_broken: false,
            opening: None,
            sessions,
        }
    }

    /// The same with what is on the disk by now; what is selected stays selected.
    #[must_use]
    pub fn again(&self, sessions: Sessions) -> Self {
        let (prompt, session) = (self.selected_prompt(), self.selected_column());
        let fresh = Self::new(sessions, prompt, session.map(|column| column.session.id));
        Self { top: self.top, left: self.left, parts: self.parts, ..fresh }
    }

    /// Marks were made: nothing that was read is believed any more.
    pub fn forget(&mut self) {
        self.rows.clear();
        self.judged.clear();
        (self.marks, self.notes) = (None, None);
    }

    /// Nothing more is looked up.
    pub fn give_up(&mut self) {
        self.is_broken = true;
    }

    /// Which plan's.
    #[must_use]
    pub fn plan_id(&self) -> PlanId {
        self.sessions.prompts.revision().plan_id()
    }

    /// The plan and its sessions.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What sessions say of themselves, but for when and by whom they were walked.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The rows of the screen.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How far in a node's text is drawn, in steps.
    #[must_use]
    pub fn indent(&self, node: NodeRef<'_>) -> usize {
        node.depth().saturating_sub(self.indent)
    }

    /// The number of the prompt on a row of the screen.
    #[must_use]
    pub fn number_on(&self, line: usize) -> Option<usize> {
        self.places.binary_search(&u32::try_from(line).ok()?).ok()
    }

    /// The prompt and the column that are selected, by their numbers.
    #[must_use]
    pub fn selected(&self) -> (usize, usize) {
        (self.prompt, self.column)
    }

    /// The prompt that is selected; `None` if there is none.
    #[must_use]
    pub fn selected_prompt(&self) -> Option<PromptId> {
        self.sessions.prompts.id(self.prompt)
    }

    /// The session that is selected; `None` if there is none.
    #[must_use]
    pub fn selected_column(&self) -> Option<&Column> {
        self.sessions.columns.get(self.column)
    }

    /// The prompt that is selected in the plan; `Err` is one that left it.
    #[must_use]
    pub fn selected_node(&self) -> Option<Result<NodeRef<'_>, &RemovedPrompt>> {
        let revision = self.sessions.prompts.revision();
        match *self.lines.get(*self.places.get(self.prompt)? as usize)? {
            Line::Node(idx) => revision.plan().outline.get(idx).map(Ok),
            Line::Removed(at) => revision.removed().get(at).map(Err),
            Line::Gone => None,
        }
    }

    /// What is known of a prompt in a session.
    #[must_use]
    pub fn known(&self, prompt: usize, column: usize) -> Known {
        let Some(row) = self.rows.get(&prompt) else { return Known::NotRead };
        let cell = row.cell(column);
        if cell.standing().verdict != Verdict::Untested {
            return Known::Judged(cell);
        }
        match self.members.get(column).and_then(Option::as_ref) {
            Some(members) if members.has(prompt) => Known::Judged(cell),
            Some(_) => Known::Absent,
            None => Known::NotRead,
        }
    }

    /// The mark that counts in the selected cell, once it was read, and what it means after the earlier ones.
    #[must_use]
    pub fn mark(&self) -> Option<(&PastMark, Option<Change>)> {
        let (_, marks) = self.marks.as_ref().filter(|(prompt, _)| *prompt == self.prompt)?;
        let session = self.selected_column()?.session.id;
        let at = marks.iter().position(|mark| mark.session.id == session)?;
        Some((&marks[at], grid::change_at(marks, at)))
    }

    /// The notes in the selected cell, once they were read.
    #[must_use]
    pub fn notes(&self) -> &[PastNote] {
        match &self.notes {
            Some((cell, notes)) if *cell == self.selected() => notes,
            _ => &[],
        }
    }

    /// Where its parts are on the terminal.
    #[must_use]
    pub fn parts(&self) -> Places {
        self.parts
    }

    /// The first row and the first column on the screen.
    #[must_use]
    pub fn corner(&self) -> (usize, usize) {
        (self.top, self.left)
    }

    /// Moves the cursor; a page is what is seen.
    pub fn step(&mut self, motion: Motion) {
        let last = self.places.len().saturating_sub(1);
        match motion {
            Motion::Older => self.column = self.column.saturating_sub(1),
            Motion::Newer => self.column = (self.column + 1).min(self.members.len().saturating_sub(1)),
            Motion::Oldest => self.column = 0,
            Motion::Newest => self.column = self.members.len().saturating_sub(1),
            Motion::PageDown | Motion::PageUp => {
                let page = u16::try_from(self.parts.lines_seen().saturating_sub(1)).unwrap_or(u16::MAX);
                let here = self.places.get(self.prompt).copied().unwrap_or(0) as usize;
                let there = here.saturating_add_signed(motion.rows(page));
                let number = self.places.partition_point(|place| (*place as usize) < there);
                // Over a heading in the way that was pressed.
                let is_back = motion == Motion::PageUp && self.number_on(there).is_none();
                self.prompt = number.saturating_sub(usize::from(is_back)).min(last);
            }
            Motion::NextSection => self.prompt = self.next_section().unwrap_or(self.prompt),
            Motion::PreviousSection => self.prompt = self.previous_section(),
            _ => self.prompt = self.prompt.saturating_add_signed(motion.rows(1)).min(last),
        }
    }

    fn is_heading(&self, line: usize) -> bool {
        match self.lines.get(line) {
            Some(Line::Node(idx)) => {
                let node = self.sessions.prompts.revision().plan().outline.get(*idx);
                node.is_some_and(|node| !node.is_prompt())
            }
            Some(Line::Gone) => true,
            Some(Line::Removed(_)) | None => false,
        }
    }

    /// The first prompt behind the next heading.
    fn next_section(&self) -> Option<usize> {
        let here = *self.places.get(self.prompt)? as usize;
        let heading = (here..self.lines.len()).find(|line| self.is_heading(*line))?;
        let number = self.places.partition_point(|place| (*place as usize) < heading);
        (number < self.places.len()).then_some(number)
    }

    /// The first prompt behind the heading above; from there, that of the section before.
    fn previous_section(&self) -> usize {
        let is_first = |number: &usize| {
            let place = self.places.get(*number).map_or(0, |place| *place as usize);
            place == 0 || self.is_heading(place - 1)
        };
        (0..self.prompt).rev().find(is_first).unwrap_or(0)
    }

    /// Selects the prompt on a row of the screen and a column; what is no prompt is left alone.
    pub fn select(&mut self, line: usize, column: Option<usize>) {
        if let Some(number) = self.number_on(line) {
            self.prompt = number;
        }
        if let Some(column) = column.filter(|column| *column < self.members.len()) {
            self.column = column;
        }
    }

    /// Works out what is seen, so that the cursor is.
    pub fn scroll(&mut self, size: Size) {
        self.parts = Places::new(size, self.members.len(), 2 + self.fields.len());
        let seen = self.parts.lines_seen();
        let line = self.places.get(self.prompt).copied().unwrap_or(0) as usize;
        self.top = in_sight(self.top, line, seen, self.lines.len());
        self.left = in_sight(self.left, self.column, self.parts.columns_seen, self.members.len());
    }
}

/// What is lacking, and what was found.
impl Grid {
    /// The next piece that the screen lacks: what is seen, the selected cell, then what a page up or down would show.
    #[must_use]
    pub fn lacking(&self) -> Option<ReadOn> {
        if self.is_broken || self.members.is_empty() {
            return None;
        }
        let what = self.lacking_rows(0).or_else(|| self.lacking_members()).or_else(|| self.lacking_marks());
        let what = what.or_else(|| self.lacking_rows(self.parts.lines_seen()))?;
        Some(ReadOn { sessions: self.sessions.clone(), what })
    }

    /// The prompts that are seen, and those on so many rows above and below.
    fn seen(&self, around: usize) -> std::ops::Range<usize> {
        let number = |line: usize| self.places.partition_point(|place| (*place as usize) < line);
        number(self.top.saturating_sub(around))..number(self.top + self.parts.lines_seen() + around)
    }

    fn lacking_rows(&self, around: usize) -> Option<Wanted> {
        let most = CELLS_A_PIECE / self.members.len().max(1) + 1;
        let lacking = self.seen(around).filter(|number| !self.rows.contains_key(number));
        let wanted: Vec<PromptId> =
            lacking.take(most).filter_map(|number| self.sessions.prompts.id(number)).collect();
        (!wanted.is_empty()).then_some(Wanted::Rows(wanted))
    }

    /// All sessions of one state of the plan at once: the state has to be read.
    fn lacking_members(&self) -> Option<Wanted> {
        let columns = &self.sessions.columns;
        let seen = self.left..columns.len().min(self.left + self.parts.columns_seen);
        let lacking = seen.rev().find(|at| self.members[*at].is_none())?;
        let revision = columns[lacking].revision;
        let same = columns.iter().filter(|column| column.revision == revision);
        Some(Wanted::Members { revision, sessions: same.map(|column| column.session.id).collect() })
    }

    fn lacking_marks(&self) -> Option<Wanted> {
        let (prompt, session) = (self.selected_prompt()?, self.selected_column()?.session.id);
        if self.marks.as_ref().is_none_or(|(number, _)| *number != self.prompt) {
            return Some(Wanted::Marks(vec![prompt]));
        }
        if self.notes.as_ref().is_none_or(|(cell, _)| *cell != self.selected()) {
            return Some(Wanted::Notes(session, prompt));
        }
        let is_doubtful = |number: &usize| {
            !self.judged.contains(number) && self.rows.get(number).is_some_and(Row::may_be_flaky)
        };
        let most = MARKS_A_PIECE / self.members.len().max(1) + 1;
        let doubtful = self.seen(0).filter(is_doubtful).take(most);
        let wanted: Vec<PromptId> = doubtful.filter_map(|number| self.sessions.prompts.id(number)).collect();
        (!wanted.is_empty()).then_some(Wanted::Marks(wanted))
    }

    /// Takes in what was looked up.
    pub fn take_in(&mut self, found: Found) {
        let prompts = Arc::clone(&self.sessions.prompts);
        match found {
            Found::Rows(rows) => {
                if (self.rows.len() + rows.len()) * self.members.len() > MOST_KEPT {
                    self.forget();
                }
                let numbered = rows.into_iter().filter_map(|(id, row)| Some((prompts.number(id)?, row)));
                self.rows.extend(numbered);
            }
            Found::Members(members) => {
                for (session, members) in members {
                    if let Some(at) = self.column_of(session) {
                        self.members[at] = Some(members);
                    }
                }
            }
            Found::Marks(found) => {
                for (id, marks) in found {
                    let Some(number) = prompts.number(id) else { continue };
                    let flaky = grid::flaky(&marks).filter_map(|mark| self.column_of(mark.session.id));
                    let flaky: Vec<usize> = flaky.collect();
                    if let Some(row) = self.rows.get_mut(&number) {
                        row.set_flaky(flaky);
                        self.judged.insert(number);
                    }
                    if number == self.prompt {
                        self.marks = Some((number, marks));
                    }
                }
            }
            Found::Notes(session, prompt, notes) => {
                let cell = prompts.number(prompt).zip(self.column_of(session));
                self.notes = cell.map(|cell| (cell, notes));
            }
        }
    }

    fn column_of(&self, session: SessionId) -> Option<usize> {
        self.sessions.columns.iter().position(|column| column.session.id == session)
    }
}

/// What sessions say of themselves: the build and the environment first, then the rest by name.
fn fields(columns: &[Column]) -> Vec<String> {
    let said: BTreeSet<&String> =
        columns.iter().flat_map(|column| &column.session.fields).map(|(name, _)| name).collect();
    let first = FIRST_FIELDS.into_iter().filter(|name| said.iter().any(|said| said == name));
    let others = said.iter().map(|name| name.as_str()).filter(|name| !FIRST_FIELDS.contains(name));
    first.chain(others).map(str::to_owned).collect()
}
