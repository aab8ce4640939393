//! Prompts × sessions of one plan, two bytes a cell until it is written: what newly fails stands first.
//!
//! A cell says what the grid on the screen says. Whether a prompt is flaky takes more than its verdicts to know, and is
//! asked only of the rows that are written.

use std::io;

use super::page::Page;
use super::several::subheading;
use super::signs::{Badge, Shape, Sign};
use super::trend::Told;
use super::writer::{Html, Line, Name};
use crate::domain::grid::{self, Cell, Prompts};
use crate::domain::id::{PlanId, PromptId, SessionId};
use crate::domain::verdict::{Standing, Verdict};
use crate::format::report::{Failure, Sessions};

/// The most rows, those first that say most.
const MOST_ROWS: usize = 200;
/// The most sessions, the latest.
const MOST_COLUMNS: usize = 20;
/// Of how many prompts the marks of all sessions are held at once.
const MARKS_OF: usize = 10;

/// The verdicts of the sessions so far.
pub(super) struct Grid {
    prompts: Prompts,
    sessions: Vec<SessionId>,
    /// Parallel to `sessions`, then to the prompts; `None` where the session does not have it.
    columns: Vec<Vec<Option<Standing>>>,
}

/// The rows that are written.
pub(super) struct Table {
    /// The sessions before this one are left out.
    first: usize,
    rows: Vec<TableRow>,
    /// How many prompts are left out.
    left: usize,
}

struct TableRow {
    text: String,
    row: grid::Row,
    /// From the first session that is written; false where it does not have the prompt.
    has: Vec<bool>,
    story: Story,
}

/// What a row tells, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Story {
    NewlyFails,
    Fails,
    Fixed,
    PassedAndFailed,
    Same,
}

impl Story {
    fn of(row: &grid::Row, columns: usize) -> Self {
        let Some(last) = last_word(row, columns) else { return Self::Same };
        match (last.sign(), last.standing().verdict) {
            (Some(grid::Sign::NewlyFails), _) => Self::NewlyFails,
            (_, Verdict::Fail) => Self::Fails,
            (Some(grid::Sign::Fixed), _) => Self::Fixed,
            _ if row.may_be_flaky() => Self::PassedAndFailed,
            _ => Self::Same,
        }
    }

    /// What stands at the end of a row, which may be flaky in the end.
    const fn words(self, is_flaky: bool) -> &'static str {
        match self {
            Self::NewlyFails | Self::Fails if is_flaky => "fails, flaky",
            Self::Fixed | Self::PassedAndFailed if is_flaky => "passes, flaky",
            Self::NewlyFails => "newly fails",
            Self::Fails => "fails",
            Self::Fixed => "fixed",
            Self::PassedAndFailed => "passed and failed",
            Self::Same => "",
        }
    }
}

/// The last cell of the row that says pass or fail.
fn last_word(row: &grid::Row, columns: usize) -> Option<Cell> {
    let says = |cell: &Cell| matches!(cell.standing().verdict, Verdict::Pass | Verdict::Fail);
    (0..columns).rev().map(|column| row.cell(column)).find(says)
}

impl Grid {
    pub(super) fn new(prompts: Prompts) -> Self {
        Self { prompts, sessions: Vec::new(), columns: Vec::new() }
    }

    /// Takes in the next session.
    pub(super) fn add(&mut self, page: &Page<'_>) {
        let mut column = vec![None; self.prompts.len()];
        let mut next = 0;
        for row in &page.rows {
            if let Some(number) = self.prompts.number_near(row.id, next) {
                column[number] = Some(row.standing());
                next = number + 1;
            }
        }
        self.sessions.push(page.walked.session.id());
        self.columns.push(column);
    }

    /// The prompt's verdicts, and how they turned.
    fn row(&self, number: usize) -> grid::Row {
        let found = self.columns.iter().map(|column| column[number].unwrap_or_default());
        grid::Row::new(self.columns.len(), found.enumerate())
    }

    /// What is written of it.
    pub(super) fn table(&self, plan: PlanId, sessions: &mut dyn Sessions) -> Result<Table, Failure> {
        let is_anywhere = |number: &usize| self.columns.iter().any(|column| column[*number].is_some());
        let story = |number| (Story::of(&self.row(number), self.columns.len()), number);
        let mut ranked: Vec<(Story, usize)> =
            (0..self.prompts.len()).filter(is_anywhere).map(story).collect();
        ranked.sort_unstable();
        let left = ranked.len().saturating_sub(MOST_ROWS);
        ranked.truncate(MOST_ROWS);
        let mut rows: Vec<grid::Row> = ranked.iter().map(|(_, number)| self.row(*number)).collect();
        let may_be_flaky: Vec<(usize, PromptId)> = (0..rows.len())
            .filter(|at| rows[*at].may_be_flaky())
            .filter_map(|at| Some((at, self.prompts.id(ranked[at].1)?)))
            .collect();
        for some in may_be_flaky.chunks(MARKS_OF) {
            let prompts: Vec<PromptId> = some.iter().map(|(_, prompt)| *prompt).collect();
            for ((at, _), marks) in some.iter().zip(sessions.marks(plan, &prompts)?) {
                let column = |session| self.sessions.iter().position(|known| *known == session);
                rows[*at].set_flaky(grid::flaky(&marks).filter_map(|mark| column(mark.session.id)));
            }
        }
        let first = self.columns.len().saturating_sub(MOST_COLUMNS);
        let row = |((story, number), row): ((Story, usize), grid::Row)| TableRow {
            text: self.text(number).to_owned(),
            row,
            has: self.columns[first..].iter().map(|column| column[number].is_some()).collect(),
            story,
        };
        Ok(Table { first, rows: ranked.into_iter().zip(rows).map(row).collect(), left })
    }

    /// What the plan says of a prompt, or said last.
    fn text(&self, number: usize) -> &str {
        let revision = self.prompts.revision();
        match revision.ids().get(number).and_then(|id| revision.place(*id)) {
            Some(idx) => revision.plan().outline.node(idx).text(),
            None => {
                revision.removed().get(number - revision.ids().len()).map_or("", |gone| gone.text.as_str())
            }
        }
    }
}

impl Table {
    /// Writes the table; `told` are all sessions, from the earliest.
    pub(super) fn write(&self, told: &[Told], html: &mut Html<'_>) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        subheading("Prompts in each session", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Prompts in each session\"><table class=\"grid\"><thead><tr><th scope=\"col\">Prompt</th>")?;
        for Told { entry, .. } in told.iter().skip(self.first) {
            let date = entry.started_at.date_hour_minute();
            html.put((
                "<th scope=\"col\"><span>",
                Line(&date[5..]),
                "<br>",
                Name(&entry.session.tester),
                "</span></th>",
            ))?;
        }
        html.put("<th scope=\"col\">In the end</th></tr></thead><tbody>\n")?;
        for row in &self.rows {
            html.put(("<tr><th scope=\"row\">", Name(&row.text), "</th>"))?;
            self.cells(row, html)?;
            let last = last_word(&row.row, told.len()).and_then(Cell::sign);
            html.put(("<td>", row.story.words(last == Some(grid::Sign::Flaky)), "</td></tr>\n"))?;
        }
        html.put("</tbody></table></div>\n<p class=\"legend\">")?;
        for sign in &Sign::ALL[..7] {
            html.put((Badge(*sign), " "))?;
        }
        html.put(
            "<span>new: passed before, and fails</span> <span>fixed: failed before, and passes</span> ",
        )?;
        html.put("<span>flaky: passed and failed under the same conditions</span></p>\n")?;
        if self.left > 0 || self.first > 0 {
            html.put((
                "<p class=\"more\">What fails or turned comes first; ",
                self.left,
                " more prompts and ",
                self.first,
            ))?;
            html.put(" earlier sessions are not shown here: <code>seamwalk report ID ID … --format csv</code> has them all.</p>\n")?;
        }
        Ok(())
    }

    /// What each session that is written says of a prompt.
    fn cells(&self, row: &TableRow, html: &mut Html<'_>) -> io::Result<()> {
        for (column, has) in (self.first..).zip(&row.has) {
            if !has {
                html.put("<td></td>")?;
                continue;
            }
            let cell = row.row.cell(column);
            let sign = Sign::of(cell.standing());
            html.put((
                "<td class=\"",
                sign.class(),
                "\">",
                Shape(sign),
                "<span class=\"vh\">",
                sign.word(),
                "</span>",
            ))?;
            html.put(match cell.sign() {
                Some(grid::Sign::NewlyFails) => " <b>new</b></td>",
                Some(grid::Sign::Fixed) => " <b>fixed</b></td>",
                Some(grid::Sign::Flaky) => " <b>flaky</b></td>",
                None => "</td>",
            })?;
        }
        Ok(())
    }
}
