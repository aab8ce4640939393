//! Prompts × sessions of one plan, a byte a cell until it is written: what newly fails stands first.

use std::io;

use super::several::subheading;
use super::signs::{Badge, Shape, Sign};
use super::trend::Point;
use super::writer::{Html, Line, Name};
use crate::domain::report::Row;
use crate::format::report::columns::Newest;

/// The most rows, those first that say most.
const MOST_ROWS: usize = 200;
/// The most sessions, the latest.
const MOST_COLUMNS: usize = 20;

/// The cell of a prompt that the session does not have.
const ABSENT: u8 = u8::MAX;

/// The verdicts of the sessions so far.
pub(super) struct Grid {
    newest: Newest,
    /// From the earliest session, parallel to the rows of the plan's newest state: places in [`Sign::ALL`].
    columns: Vec<Vec<u8>>,
}

/// What a session says otherwise than the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Side {
    pub(super) newly_failing: u32,
    pub(super) fixed: u32,
}

/// What a row tells, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Story {
    NewlyFails,
    Fails,
    Fixed,
    Changes,
    Same,
}

impl Story {
    const fn words(self) -> &'static str {
        match self {
            Self::NewlyFails => "newly fails",
            Self::Fails => "still fails",
            Self::Fixed => "fixed",
            Self::Changes => "changes",
            Self::Same => "",
        }
    }
}

impl Grid {
    pub(super) fn new(newest: Newest) -> Self {
        Self { newest, columns: Vec::new() }
    }

    /// Takes in the next session, and says what is different from the one before it.
    pub(super) fn add(&mut self, rows: &[Row<'_>]) -> Side {
        let mut column = vec![ABSENT; self.newest.len()];
        for row in rows {
            if let Some(at) = self.newest.row_of(row.id) {
                column[at] = Sign::of(row.standing()) as u8;
            }
        }
        let mut side = Side::default();
        if let Some(before) = self.columns.last() {
            for (was, is) in before.iter().zip(&column) {
                side.newly_failing += u32::from(is_fail(*is) && !is_fail(*was));
                side.fixed += u32::from(is_fail(*was) && is_pass(*is));
            }
        }
        self.columns.push(column);
        side
    }

    /// Writes the table; `points` are the sessions in the same order.
    pub(super) fn write(&self, points: &[Point], html: &mut Html<'_>) -> io::Result<()> {
        let is_anywhere = |at: &usize| self.columns.iter().any(|column| column[*at] != ABSENT);
        let mut rows: Vec<(Story, usize)> =
            (0..self.newest.len()).filter(is_anywhere).map(|at| (self.story(at), at)).collect();
        rows.sort_unstable();
        if rows.is_empty() || points.is_empty() {
            return Ok(());
        }
        let first = points.len().saturating_sub(MOST_COLUMNS);
        subheading("Prompts in each session", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Prompts in each session\"><table class=\"grid\"><thead><tr><th scope=\"col\">Prompt</th>")?;
        for point in &points[first..] {
            html.put((
                "<th scope=\"col\"><span>",
                Line(&point.started_at.date_hour_minute()[5..]),
                "<br>",
                Name(&point.tester),
                "</span></th>",
            ))?;
        }
        html.put("<th scope=\"col\"><span>Since then</span></th></tr></thead><tbody>\n")?;
        for (story, at) in rows.iter().take(MOST_ROWS) {
            html.put(("<tr><th scope=\"row\">", Name(self.newest.text(*at)), "</th>"))?;
            for column in &self.columns[first..] {
                match Sign::ALL.get(usize::from(column[*at])) {
                    None => html.put("<td></td>")?,
                    Some(sign) => html.put((
                        "<td class=\"",
                        sign.class(),
                        "\">",
                        Shape(*sign),
                        "<span class=\"vh\">",
                        sign.word(),
                        "</span></td>",
                    ))?,
                }
            }
            html.put(("<td>", story.words(), "</td></tr>\n"))?;
        }
        html.put("</tbody></table></div>\n<p class=\"legend\">")?;
        for sign in &Sign::ALL[..7] {
            html.put((Badge(*sign), " "))?;
        }
        html.put("</p>\n")?;
        if rows.len() > MOST_ROWS || first > 0 {
            html.put((
                "<p class=\"more\">What fails or changes comes first; ",
                rows.len().saturating_sub(MOST_ROWS),
                " more prompts and ",
            ))?;
            html.put((first, " earlier sessions are not shown here: <code>seamwalk report ID ID … --format csv</code> has them all.</p>\n"))?;
        }
        Ok(())
    }

    fn story(&self, at: usize) -> Story {
        let signs = || {
            self.columns.iter().map(|column| column[at]).filter(|sign| *sign != ABSENT && !is_untested(*sign))
        };
        let mut latest = signs().rev();
        match (latest.next(), latest.next()) {
            (Some(last), Some(before)) if is_fail(last) && is_fail(before) => Story::Fails,
            (Some(last), _) if is_fail(last) => Story::NewlyFails,
            (Some(last), Some(before)) if is_pass(last) && is_fail(before) => Story::Fixed,
            (Some(last), _) if signs().any(|sign| sign != last) => Story::Changes,
            _ => Story::Same,
        }
    }
}

const fn is_fail(sign: u8) -> bool {
    sign == Sign::Fail as u8
}

const fn is_pass(sign: u8) -> bool {
    sign == Sign::Pass as u8 || sign == Sign::Provisional as u8
}

const fn is_untested(sign: u8) -> bool {
    sign == Sign::Untested as u8
}
