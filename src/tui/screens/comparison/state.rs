//! What the comparison holds: what differs, in groups, with a cursor.
//!
//! It is read beside the keys and owns what it shows: the two sessions are let go of then. A key touches the
//! rows that are seen; only folding goes through all of them.

use std::collections::BTreeMap;

use super::layout::Places;
use crate::domain::compare::{self, ComparedPrompt, Group};
use crate::domain::id::{PromptId, SessionId};
use crate::domain::session::{Mark, Session};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Standing, Verdict};
use crate::tui::keymap::Motion;
use crate::tui::layout::{Size, in_sight};

/// A comparison to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The later session.
    pub b: SessionId,
    /// The earlier one; without one, that which `b` retests, else the one that began before it.
    pub a: Option<SessionId>,
}

/// One of the two sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which session.
    pub id: SessionId,
    /// When it began.
    pub started_at: Timestamp,
    /// Who walked.
    pub tester: String,
    /// What else it says of itself, in words.
    pub about: Vec<String>,
}

/// A text among [`Found`]'s, which gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    start: u32,
    end: u32,
}

/// Texts, one behind the other: a comparison of 100,000 prompts is let go of within a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Texts(String);

impl Texts {
    fn add(&mut self, text: &str) -> Text {
        let start = self.0.len() as u32;
        self.0.push_str(text);
        Text { start, end: self.0.len() as u32 }
    }
}

/// What one session says of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// How it stands; `None` where the session's plan did not have it.
    pub standing: Option<Standing>,
    /// When it was marked.
    pub at: Option<Timestamp>,
    /// On which build.
    pub build: Option<Text>,
    /// The latest note on it.
    pub note: Option<Text>,
}

/// A prompt that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which prompt.
    pub prompt: PromptId,
    /// The sections above it, from the top, with ` / ` between them.
    pub path: Text,
    /// What it says.
    pub text: Text,
    /// What it said before, where that is what differs.
    pub was: Option<Text>,
    /// What A says of it, and B.
    pub judged: [Judged; 2],
    /// B's plan does not have it.
    pub left_plan: bool,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The plan's title.
    pub title: String,
    /// A and B.
    pub heads: [Head; 2],
    /// The sessions of the plan that began before B, the oldest first.
    pub earlier: Vec<SessionId>,
    /// The groups that have prompts, with their words, in the order in which a reader wants them.
    pub groups: Vec<(&'static str, Vec<Entry>)>,
    /// How many are in which group, in words.
    pub totals: String,
    texts: Texts,
}

impl Found {
    /// What `comparison` of the two sessions says.
    #[must_use]
    pub fn new(
        comparison: &compare::Comparison<'_>,
        sessions: [&Session; 2],
        title: &str,
        heads: [Head; 2],
        earlier: Vec<SessionId>,
    ) -> Self {
        let mut writer = Writer::default();
        let mut entry = |prompt: &ComparedPrompt<'_>, was: Option<&str>| Entry {
            prompt: prompt.id,
            path: writer.path(prompt.path.iter().filter(|above| **above != title)),
            text: writer.texts.add(prompt.text),
            was: was.map(|was| writer.texts.add(was)),
            judged: [
                writer.judged(sessions[0], prompt.id, prompt.a),
                writer.judged(sessions[1], prompt.id, prompt.b),
            ],
            left_plan: prompt.left_plan,
        };
        let mut groups = Vec::new();
        for group in Group::ALL {
            if group == Group::Removed {
                let reworded = comparison.reworded().iter();
                let reworded = reworded.map(|r| entry(&r.prompt, Some(r.was)));
                groups.push(("reworded", reworded.collect::<Vec<Entry>>()));
            }
            let prompts = comparison.group(group).iter();
            groups.push((group.words(), prompts.map(|prompt| entry(prompt, None)).collect()));
        }
        groups.retain(|(_, entries)| !entries.is_empty());
        let (title, totals) = (title.to_owned(), comparison.totals());
        Self { title, heads, earlier, groups, totals, texts: writer.texts }
    }

    /// What `text` says.
    #[must_use]
    pub fn text(&self, text: Text) -> &str {
        self.texts.0.get(text.start as usize..text.end as usize).unwrap_or_default()
    }
}

/// Writes texts; what prompts have in common, once.
#[derive(Default)]
struct Writer {
    texts: Texts,
    path: Option<(String, Text)>,
    builds: BTreeMap<String, Text>,
}

impl Writer {
    /// Prompts come in the order of the plan, so that many have the path of the one before.
    fn path<'a>(&mut self, sections: impl Iterator<Item = &'a &'a str>) -> Text {
        let path = sections.copied().collect::<Vec<&str>>().join(" / ");
        match &self.path {
            Some((known, text)) if *known == path => *text,
            _ => {
                let text = self.texts.add(&path);
                self.path = Some((path, text));
                text
            }
        }
    }

    fn build(&mut self, build: &str) -> Text {
        if let Some(text) = self.builds.get(build) {
            return *text;
        }
        let text = self.texts.add(build);
        self.builds.insert(build.to_owned(), text);
        text
    }

    fn judged(&mut self, session: &Session, prompt: PromptId, verdict: Option<Verdict>) -> Judged {
        let mark = session.mark(prompt);
        let note = session.notes_on(Some(prompt)).last();
        Judged {
            standing: mark.as_ref().map(Mark::standing).or(verdict.map(Standing::from)),
            at: mark.as_ref().map(|mark| mark.at),
            build: mark.and_then(|mark| mark.conditions.build.as_deref().map(|build| self.build(build))),
            note: note.map(|note| self.texts.add(&format!("{} {}", note.note.kind.word(), note.note.text))),
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The heading of a group, by its place among [`Found::groups`].
    Heading(usize),
    /// A prompt of it, by its place in the group.
    Entry(usize, usize),
}

impl Row {
    /// Which group it is in.
    #[must_use]
    pub fn group(self) -> usize {
        match self {
            Self::Heading(group) | Self::Entry(group, _) => group,
        }
    }
}

/// What is different between two sessions.
#[derive(Debug, Clone)]
pub struct Comparison {
    pair: Pair,
    found: Option<Found>,
    /// What was found is not what the disk holds, or nothing was read yet.
    is_stale: bool,
    /// Parallel to the groups.
    folded: Vec<bool>,
    rows: Vec<Row>,
    cursor: usize,
    top: usize,
    places: Places,
    /// The session that is being opened from here.
    pub(super) opening: Option<SessionId>,
}

impl Comparison {
    /// The comparison of `pair`, still to be read.
    #[must_use]
    pub fn new(pair: Pair) -> Self {
        Self {
            pair,
            found: None,
            is_stale: true,
            folded: Vec::new(),
            rows: Vec::new(),
            cursor: 0,
            top: 0,
            places: Places::default(),
            opening: None,
        }
    }

    /// What is to be read, if anything is.
    #[must_use]
    pub fn lacking(&self) -> Option<Pair> {
        self.is_stale.then_some(self.pair)
    }

    /// Marks were made: it is read anew, and shown as it was until then.
    pub fn forget(&mut self) {
        self.is_stale = true;
    }

    /// Nothing more is read.
    pub(super) fn give_up(&mut self) {
        self.is_stale = false;
    }

    /// Shows what was read. The cursor stays on its prompt if that is still there.
    pub fn take_in(&mut self, found: Found) {
        let before = self.selected().map(|entry| entry.prompt);
        self.is_stale = false;
        self.folded = vec![false; found.groups.len()];
        self.pair.a = Some(found.heads[0].id);
        self.found = Some(found);
        self.list();
        let entry = |row: &Row| self.entry(*row).map(|entry| entry.prompt);
        let kept = before.and_then(|before| self.rows.iter().position(|row| entry(row) == Some(before)));
        // The first prompt is of more use than its heading.
        self.cursor = kept.unwrap_or_else(|| self.rows.len().min(1));
    }

    fn list(&mut self) {
        self.rows.clear();
        let Some(found) = &self.found else { return };
        for (group, (_, entries)) in found.groups.iter().enumerate() {
            self.rows.push(Row::Heading(group));
            if !self.folded[group] {
                self.rows.extend((0..entries.len()).map(|entry| Row::Entry(group, entry)));
            }
        }
    }

    /// What was read.
    #[must_use]
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row the cursor is on.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first row in sight. Where that is a prompt, its group's heading stands there instead.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// Where things are.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places
    }

    /// True if the group's prompts are hidden.
    #[must_use]
    pub fn is_folded(&self, group: usize) -> bool {
        self.folded.get(group).copied().unwrap_or(false)
    }

    /// The prompt in `row`.
    #[must_use]
    pub fn entry(&self, row: Row) -> Option<&Entry> {
        match row {
            Row::Heading(_) => None,
            Row::Entry(group, entry) => self.found.as_ref()?.groups.get(group)?.1.get(entry),
        }
    }

    /// The prompt that the cursor is on.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        self.entry(*self.rows.get(self.cursor)?)
    }

    /// The group whose heading the cursor is on.
    #[must_use]
    pub fn selected_heading(&self) -> Option<usize> {
        match self.rows.get(self.cursor)? {
            Row::Heading(group) => Some(*group),
            Row::Entry(..) => None,
        }
    }

    /// The later session.
    #[must_use]
    pub fn b(&self) -> SessionId {
        self.pair.b
    }

    /// The session that was asked for from here, which it is no longer then, and the prompt it is to be opened at.
    pub fn opened(&mut self) -> (Option<SessionId>, Option<PromptId>) {
        (self.opening.take(), self.selected().map(|entry| entry.prompt))
    }

    /// Hides the prompts of `group`, or shows them.
    pub(super) fn toggle(&mut self, group: usize) {
        if let Some(folded) = self.folded.get_mut(group) {
            *folded = !*folded;
        }
        self.list();
        self.go_to_heading(group);
    }

    fn go_to_heading(&mut self, group: usize) {
        self.cursor = self.rows.iter().position(|row| *row == Row::Heading(group)).unwrap_or(0);
    }

    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion) {
        let group = self.rows.get(self.cursor).map_or(0, |row| row.group());
        match motion {
            Motion::NextSection => {
                let last = self.folded.len().saturating_sub(1);
                self.go_to_heading((group + 1).min(last));
            }
            Motion::PreviousSection if self.selected_heading().is_some() => {
                self.go_to_heading(group.saturating_sub(1));
            }
            Motion::PreviousSection => self.go_to_heading(group),
            _ => self.step_rows(motion.rows(self.places.list.height.saturating_sub(1))),
        }
    }

    /// Moves the cursor by `rows`.
    pub fn step_rows(&mut self, rows: isize) {
        self.cursor = self.cursor.saturating_add_signed(rows).min(self.rows.len().saturating_sub(1));
    }

    /// The row that stands in row `offset` of the list on the screen.
    #[must_use]
    pub fn row_at(&self, offset: usize) -> Option<usize> {
        let at = self.top + offset;
        match self.rows.get(at)? {
            // The group's heading stands in its place.
            Row::Entry(group, _) if offset == 0 => {
                self.rows.iter().position(|row| *row == Row::Heading(*group))
            }
            _ => Some(at),
        }
    }

    /// Puts the cursor on a row.
    pub fn go_to(&mut self, row: usize) {
        self.cursor = row.min(self.rows.len().saturating_sub(1));
    }

    /// Keeps the cursor in sight, and not below the heading that stands in the first row.
    pub fn scroll(&mut self, size: Size) {
        self.places = Places::new(size);
        let seen = usize::from(self.places.list.height);
        self.top = in_sight(self.top, self.cursor, seen, self.rows.len());
        if self.top == self.cursor && self.selected().is_some() && seen > 1 {
            self.top -= 1;
        }
    }

    /// Compares with the session before A from now on, or with the one after it.
    ///
    /// # Errors
    ///
    /// Why there is none, in words.
    pub(super) fn compare_with(&mut self, neighbour: Neighbour) -> Result<Pair, &'static str> {
        let Some(found) = &self.found else { return Ok(self.pair) };
        // The one that was chosen last, though it may not be read yet.
        let a = self.pair.a.unwrap_or(found.heads[0].id);
        let at = found.earlier.iter().position(|id| *id == a).unwrap_or(0);
        let next = match neighbour {
            Neighbour::Earlier => at.checked_sub(1).ok_or("there is no earlier session of this plan")?,
            Neighbour::Later => at + 1,
        };
        let next = found.earlier.get(next).ok_or("A is the session that began before B already")?;
        self.pair.a = Some(*next);
        self.is_stale = true;
        Ok(self.pair)
    }
}

/// Which session is compared with instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbour {
    /// The one that began before it.
    Earlier,
    /// The one that began after it.
    Later,
}
