//! What the trend holds: sessions, how far their verdicts were read, which one is selected.
//!
//! What each session knows of itself is there at once. Verdicts are read after the screen was drawn, in pieces that take
//! a millisecond or two, the oldest session first, since what turned is known only against what was before.

use std::sync::Arc;

use crate::domain::id::{PlanId, PromptId, SessionId};
use crate::domain::trend::{Course, Entry, Points, PromptResult, Series};
use crate::tui::layout::{Area, Size, in_sight};

/// How many verdicts are read in one piece.
pub const ROWS_A_PIECE: usize = 2_000;

/// Below this height the header is one row.
const TALL_FROM: u16 = 12;

/// What the trend begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Which plan.
    pub plan: PlanId,
    /// What it is called.
    pub title: String,
    /// Its sessions, the oldest first.
    pub entries: Vec<Entry>,
}

/// The points of a whole plan in one state of it, by the state's number.
pub type KnownPoints = Option<(u32, Arc<Points>)>;

/// A piece to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Which integration points a session is about.
    Points {
        /// Of which plan.
        plan: PlanId,
        /// Which session.
        session: SessionId,
        /// The state of the plan that it was last opened with.
        revision: u32,
        /// What is at hand.
        known: KnownPoints,
    },
    /// What a session judged of the prompts after that one.
    Verdicts(SessionId, Option<PromptId>),
}

/// The answer to a [`Wanted`].
#[derive(Debug, Clone)]
pub enum Found {
    /// The session's points, and those of the whole plan.
    Points(Arc<Points>, KnownPoints),
    /// At most [`ROWS_A_PIECE`].
    Verdicts(Vec<PromptResult>),
}

/// How far the verdicts were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// The session with that number is next.
    Begin(usize),
    /// Of that one, the prompts after this one are next.
    At(usize, Option<PromptId>),
    /// All are read, or cannot be.
    Done,
}

/// Where the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// Title and how many there are.
    pub header: Area,
    /// What is followed, a row each.
    pub sparks: Area,
    /// The sessions, a row each, below the names of the columns.
    pub list: Area,
    /// Keys, answers.
    pub footer: Area,
}

/// The sessions of a plan over time.
#[derive(Debug, Clone)]
pub struct Trend {
    plan: PlanId,
    title: String,
    entries: Vec<Entry>,
    course: Course,
    reading: Reading,
    known: KnownPoints,
    cursor: usize,
    top: usize,
    places: Places,
    /// The session that is being opened from here.
    pub(in crate::tui::screens) opening: Option<SessionId>,
}

impl Trend {
    /// The trend with the cursor on `session`, else on the newest.
    #[must_use]
    pub fn new(loaded: Loaded, session: Option<SessionId>) -> Self {
        let Loaded { plan, title, entries } = loaded;
        let at = session.and_then(|session| entries.iter().position(|entry| entry.session.id == session));
        let reading = if entries.is_empty() { Reading::Done } else { Reading::Begin(0) };
        Self {
            plan,
            title,
            cursor: at.unwrap_or(entries.len().saturating_sub(1)),
            entries,
            course: Course::default(),
            reading,
            known: None,
            top: 0,
            places: Places::default(),
            opening: None,
        }
    }

    /// Which plan's.
    #[must_use]
    pub fn plan(&self) -> PlanId {
        self.plan
    }

    /// What the plan is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The sessions, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of the session that is selected.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The session that is selected.
    #[must_use]
    pub fn selected(&self) -> Option<SessionId> {
        self.entries.get(self.cursor).map(|entry| entry.session.id)
    }

    /// The first session on the screen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// Where its parts are on the terminal.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places
    }

    /// What is followed of these sessions.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        Series::ALL.into_iter().filter(|series| series.is_of(&self.entries)).collect()
    }

    /// How many sessions were read, while some are not.
    #[must_use]
    pub fn read(&self) -> Option<usize> {
        match self.reading {
            Reading::Begin(at) | Reading::At(at, _) => Some(at),
            Reading::Done => None,
        }
    }

    /// Nothing more is read.
    pub fn give_up(&mut self) {
        self.reading = Reading::Done;
    }

    /// Moves the cursor by `rows`.
    pub fn step(&mut self, rows: isize) {
        self.go_to(self.cursor.saturating_add_signed(rows));
    }

    /// Puts the cursor on a session, or on the last one.
    pub fn go_to(&mut self, at: usize) {
        self.cursor = at.min(self.entries.len().saturating_sub(1));
    }

    /// Works out what is seen, so that the cursor is.
    pub fn scroll(&mut self, size: Size) {
        let header_rows = if size.height >= TALL_FROM { 2 } else { 1 };
        let (header, rest) = Area::whole(size).split_top(header_rows);
        let (rest, footer) = rest.split_bottom(1);
        // The list comes first: a third is for what is followed.
        let spark_rows = (self.series().len() as u16).min(rest.height / 3);
        let (sparks, list) = rest.split_top(spark_rows);
        let gap = u16::from(size.height >= TALL_FROM);
        let (_, list) = list.split_top(gap);
        self.places = Places { header, sparks, list, footer };
        self.top = in_sight(self.top, self.cursor, self.rows_seen(), self.entries.len());
    }

    /// How many sessions are seen, below the names of the columns.
    #[must_use]
    pub fn rows_seen(&self) -> usize {
        usize::from(self.places.list.height.saturating_sub(1))
    }

    /// The next piece to read.
    #[must_use]
    pub fn lacking(&self) -> Option<Wanted> {
        match self.reading {
            Reading::Begin(at) => {
                let Entry { session, revision, .. } = self.entries.get(at)?;
                let (plan, known) = (self.plan, self.known.clone());
                Some(Wanted::Points { plan, session: session.id, revision: *revision, known })
            }
            Reading::At(at, after) => Some(Wanted::Verdicts(self.entries.get(at)?.session.id, after)),
            Reading::Done => None,
        }
    }

    /// Takes in what was read.
    pub fn take_in(&mut self, found: Found) {
        match (found, self.reading) {
            (Found::Points(points, known), Reading::Begin(at)) => {
                self.known = known;
                self.course.begin(points);
                self.reading = Reading::At(at, None);
            }
            (Found::Verdicts(rows), Reading::At(at, _)) => {
                self.course.take_in(&rows);
                self.reading = match rows.last() {
                    Some(last) if rows.len() == ROWS_A_PIECE => Reading::At(at, Some(last.prompt)),
                    Some(_) | None => {
                        let read = self.course.end();
                        if let Some(entry) = self.entries.get_mut(at) {
                            entry.verdicts = Some(read);
                        }
                        let is_last = at + 1 >= self.entries.len();
                        if is_last { Reading::Done } else { Reading::Begin(at + 1) }
                    }
                };
            }
            (Found::Points(..) | Found::Verdicts(_), _) => {}
        }
    }
}
