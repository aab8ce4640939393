//! Prompts × sessions of one plan, two bytes a cell until it is written: what newly fails stands first.

use std::io;

use super::several::subheading;
use super::signs::{Badge, Shape, Sign};
use super::trend::Point;
use super::writer::{Html, Line, Name};
use crate::domain::grid::{self, Prompts};
use crate::domain::report::Row;
use crate::domain::verdict::{Standing, Verdict};

/// The most rows, those first that say most.
const MOST_ROWS: usize = 200;
/// The most sessions, the latest.
const MOST_COLUMNS: usize = 20;

/// The verdicts of the sessions so far.
pub(super) struct Grid {
    prompts: Prompts,
    /// From the earliest session, parallel to the prompts; `None` where the session does not have it.
    columns: Vec<Vec<Option<Standing>>>,
}

/// What a session says otherwise than those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turns {
    pub(super) newly_failing: u32,
    pub(super) fixed: u32,
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
        let says =
            |column: &usize| matches!(row.cell(*column).standing().verdict, Verdict::Pass | Verdict::Fail);
        let Some(last) = (0..columns).rev().find(says).map(|column| row.cell(column)) else {
            return Self::Same;
        };
        match (last.sign(), last.standing().verdict) {
            (Some(grid::Sign::NewlyFails), _) => Self::NewlyFails,
            (_, Verdict::Fail) => Self::Fails,
            (Some(grid::Sign::Fixed), _) => Self::Fixed,
            _ if row.may_be_flaky() => Self::PassedAndFailed,
            _ => Self::Same,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::NewlyFails => "newly fails",
            Self::Fails => "fails",
            Self::Fixed => "fixed",
            Self::PassedAndFailed => "passed and failed",
            Self::Same => "",
        }
    }
}

impl Grid {
    pub(super) fn new(prompts: Prompts) -> Self {
        Self { prompts, columns: Vec::new() }
    }

    /// Takes in the next session.
    pub(super) fn add(&mut self, rows: &[Row<'_>]) {
        let mut column = vec![None; self.prompts.len()];
        for row in rows {
            if let Some(number) = self.prompts.number(row.id) {
                column[number] = Some(row.standing());
            }
        }
        self.columns.push(column);
    }

    /// The prompt's verdicts, and how they turned.
    fn row(&self, number: usize) -> grid::Row {
        let found = self.columns.iter().map(|column| column[number].unwrap_or_default());
        grid::Row::new(self.columns.len(), found.enumerate())
    }

    /// What turned in each session.
    pub(super) fn turns(&self) -> Vec<Turns> {
        let mut turns = vec![Turns::default(); self.columns.len()];
        for number in 0..self.prompts.len() {
            let row = self.row(number);
            for (column, turns) in turns.iter_mut().enumerate() {
                match row.cell(column).sign() {
                    Some(grid::Sign::NewlyFails) => turns.newly_failing += 1,
                    Some(grid::Sign::Fixed) => turns.fixed += 1,
                    Some(grid::Sign::Flaky) | None => {}
                }
            }
        }
        turns
    }

    /// Writes the table; `points` are the sessions in the same order.
    pub(super) fn write(&self, points: &[Point], html: &mut Html<'_>) -> io::Result<()> {
        let is_anywhere = |number: &usize| self.columns.iter().any(|column| column[*number].is_some());
        let story = |number| (Story::of(&self.row(number), self.columns.len()), number);
        let mut rows: Vec<(Story, usize)> = (0..self.prompts.len()).filter(is_anywhere).map(story).collect();
        rows.sort_unstable();
        if rows.is_empty() {
            return Ok(());
        }
        let first = points.len().saturating_sub(MOST_COLUMNS);
        subheading("Prompts in each session", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Prompts in each session\"><table class=\"grid\"><thead><tr><th scope=\"col\">Prompt</th>")?;
        for point in &points[first..] {
            let date = point.started_at.date_hour_minute();
            html.put((
                "<th scope=\"col\"><span>",
                Line(&date[5..]),
                "<br>",
                Name(&point.tester),
                "</span></th>",
            ))?;
        }
        html.put("<th scope=\"col\">In the end</th></tr></thead><tbody>\n")?;
        for (story, number) in rows.iter().take(MOST_ROWS) {
            html.put(("<tr><th scope=\"row\">", Name(self.text(*number)), "</th>"))?;
            self.cells(*number, first, html)?;
            html.put(("<td>", story.words(), "</td></tr>\n"))?;
        }
        html.put("</tbody></table></div>\n<p class=\"legend\">")?;
        for sign in &Sign::ALL[..7] {
            html.put((Badge(*sign), " "))?;
        }
        html.put(
            "<span>new: passed before, and fails</span> <span>fixed: failed before, and passes</span></p>\n",
        )?;
        let left = rows.len().saturating_sub(MOST_ROWS);
        if left > 0 || first > 0 {
            html.put((
                "<p class=\"more\">What fails or turned comes first; ",
                left,
                " more prompts and ",
                first,
            ))?;
            html.put(" earlier sessions are not shown here: <code>seamwalk report ID ID … --format csv</code> has them all.</p>\n")?;
        }
        Ok(())
    }

    /// What each session from `first` on says of a prompt.
    fn cells(&self, number: usize, first: usize, html: &mut Html<'_>) -> io::Result<()> {
        let row = self.row(number);
        for (at, column) in self.columns.iter().enumerate().skip(first) {
            let Some(standing) = column[number] else {
                html.put("<td></td>")?;
                continue;
            };
            let sign = Sign::of(standing);
            html.put((
                "<td class=\"",
                sign.class(),
                "\">",
                Shape(sign),
                "<span class=\"vh\">",
                sign.word(),
                "</span>",
            ))?;
            html.put(match row.cell(at).sign() {
                Some(grid::Sign::NewlyFails) => " <b>new</b></td>",
                Some(grid::Sign::Fixed) => " <b>fixed</b></td>",
                Some(grid::Sign::Flaky) | None => "</td>",
            })?;
        }
        Ok(())
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
