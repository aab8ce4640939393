//! What home lists: open sessions, plans, finished sessions.

use crate::domain::id::{PlanId, SessionId};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Counts;

/// Rows of the screen that are no list: title, blank, footer.
pub const CHROME_ROWS: u16 = 3;

/// A plan, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Which plan.
    pub id: PlanId,
    /// Its title.
    pub title: String,
    /// Where its file lies.
    pub source: Option<String>,
    /// How many prompts it had when it was last read.
    pub prompt_count: u32,
    /// How many sessions there are of it.
    pub session_count: u32,
    /// When it was last read or walked.
    pub touched_at: Timestamp,
}

/// A session, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Which session.
    pub id: SessionId,
    /// Of which plan.
    pub plan: PlanId,
    /// The plan's title.
    pub title: String,
    /// Who walks.
    pub tester: String,
    /// The mission.
    pub charter: Option<String>,
    /// True if it walks once more what did not work in another session.
    pub is_retest: bool,
    /// False once it is finished.
    pub is_open: bool,
    /// How far it is.
    pub counts: Counts,
    /// When its latest event happened.
    pub updated_at: Timestamp,
}

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A heading, which the cursor skips.
    Heading(&'static str),
    /// A session, as an index.
    Session(usize),
    /// A plan, as an index.
    Plan(usize),
    /// The offer to walk the built-in sample.
    Sample,
}

/// What the cursor is on, in terms that survive reading the list anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// A session.
    Session(SessionId),
    /// A plan.
    Plan(PlanId),
    /// The sample.
    Sample,
    /// Nothing.
    Nothing,
}

/// Plans and sessions with a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// All plans, the one touched last first.
    pub plans: Vec<PlanRow>,
    /// All sessions, the one touched last first.
    pub sessions: Vec<SessionRow>,
    /// True if a session has a provisional pass: only then is there a column for them.
    pub has_provisional: bool,
    rows: Vec<Row>,
    cursor: usize,
    top: usize,
}

impl Home {
    /// The list, with the cursor on `selected` if that is still there, else on the first choice.
    #[must_use]
    pub fn new(plans: Vec<PlanRow>, sessions: Vec<SessionRow>, selected: Option<Selected>) -> Self {
        let sessions_that = |open: bool| {
            let wanted = sessions.iter().enumerate().filter(|(_, s)| s.is_open == open);
            wanted.map(|(at, _)| Row::Session(at)).collect::<Vec<Row>>()
        };
        let sample = if plans.is_empty() { vec![Row::Sample] } else { Vec::new() };
        let groups = [
            ("Open sessions", sessions_that(true)),
            ("Plans", (0..plans.len()).map(Row::Plan).collect()),
            ("Finished sessions", sessions_that(false)),
            ("Try it", sample),
        ];
        let mut rows = Vec::new();
        for (heading, members) in groups.into_iter().filter(|(_, members)| !members.is_empty()) {
            rows.push(Row::Heading(heading));
            rows.extend(members);
        }
        let has_provisional = sessions.iter().any(|session| session.counts.provisional() > 0);
        let mut home = Self { plans, sessions, has_provisional, rows, cursor: 0, top: 0 };
        let wanted = selected.and_then(|s| (0..home.rows.len()).find(|row| home.at(*row) == s));
        let first = home.rows.iter().position(|row| !matches!(row, Row::Heading(_)));
        home.cursor = wanted.or(first).unwrap_or(0);
        home
    }

    /// All lines.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The line the cursor is on.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line on the screen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// What the cursor is on.
    #[must_use]
    pub fn selected(&self) -> Selected {
        self.at(self.cursor)
    }

    fn at(&self, row: usize) -> Selected {
        match self.rows.get(row) {
            Some(Row::Session(at)) => Selected::Session(self.sessions[*at].id),
            Some(Row::Plan(at)) => Selected::Plan(self.plans[*at].id),
            Some(Row::Sample) => Selected::Sample,
            Some(Row::Heading(_)) | None => Selected::Nothing,
        }
    }

    /// The plan that the cursor is on, or whose session it is on.
    #[must_use]
    pub fn selected_plan(&self) -> Option<PlanId> {
        match self.rows.get(self.cursor) {
            Some(Row::Session(at)) => Some(self.sessions[*at].plan),
            Some(Row::Plan(at)) => Some(self.plans[*at].id),
            Some(Row::Sample | Row::Heading(_)) | None => None,
        }
    }

    /// The session that the cursor is on, or the latest one of the plan it is on.
    #[must_use]
    pub fn selected_session(&self) -> Option<SessionId> {
        match self.rows.get(self.cursor)? {
            Row::Session(at) => Some(self.sessions[*at].id),
            Row::Plan(at) => {
                let plan = self.plans[*at].id;
                self.sessions.iter().find(|session| session.plan == plan).map(|session| session.id)
            }
            Row::Sample | Row::Heading(_) => None,
        }
    }

    /// Moves the cursor by `rows`, over headings.
    pub fn step(&mut self, rows: isize) {
        let choices: Vec<usize> =
            (0..self.rows.len()).filter(|row| !matches!(self.rows[*row], Row::Heading(_))).collect();
        let Some(last) = choices.len().checked_sub(1) else { return };
        let at = choices.binary_search(&self.cursor).unwrap_or(0);
        self.cursor = choices[at.saturating_add_signed(rows).min(last)];
    }

    /// Puts the cursor on a line; headings and what is beyond the end are left alone.
    pub fn go_to(&mut self, row: usize) {
        if self.rows.get(row).is_some_and(|row| !matches!(row, Row::Heading(_))) {
            self.cursor = row;
        }
    }

    /// Scrolls so that the cursor, and the heading above it, are among `height` lines.
    pub fn scroll(&mut self, height: usize) {
        let above = self.cursor.checked_sub(1).and_then(|row| self.rows.get(row));
        let heading_above = usize::from(matches!(above, Some(Row::Heading(_))) && height > 1);
        let lowest_top = (self.cursor + 1).saturating_sub(height.max(1));
        self.top = self.top.clamp(lowest_top, (self.cursor - heading_above).max(lowest_top));
    }
}
