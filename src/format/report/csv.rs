//! A table for a spreadsheet: a row a prompt, then the same columns for each session.
//!
//! RFC 4180: commas, CRLF, quotes around what needs them, a header. A cell that a spreadsheet would take for a formula
//! gets an apostrophe in front (R38), and so does one that begins with an apostrophe, so that [`unguarded`] gives back
//! exactly what was there. Control characters other than line breaks and tabs are shown, since the RFC knows none.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use super::columns::{Cell, Subject, Table};
use super::shown::without_controls;
use super::{Failure, Named, Sessions, shortest_ids};
use crate::domain::id::PlanId;
use crate::domain::session::NoteKind;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Verdict};

/// What stands in front of a cell that would be a formula.
const GUARD: char = '\'';

/// What every row begins with.
const OWN: [&str; 9] = ["plan", "path", "prompt", "id", "tags", "from", "to", "kind", "in_plan"];

/// What each session says of a row.
const EACH: [&str; 6] = ["verdict", "ground", "marked_at", "build", "judged", "notes"];

/// Writes all sessions.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let named = sessions.named().to_vec();
    let mut line = Line::new(out);
    OWN.iter().for_each(|name| line.cell(name));
    for name in names(&named) {
        line.cell(&name);
    }
    line.end()?;
    for plan in plans(&named) {
        let title = named.iter().rev().find(|named| named.plan == plan).map_or("", |n| n.plan_title.as_str());
        write_plan(title, named.len(), &Table::read(plan, sessions)?, out)?;
    }
    Ok(())
}

/// The names of the sessions' columns: plain ones where there is one session, else with what tells them apart.
fn names(named: &[Named]) -> Vec<String> {
    let id_chars = shortest_ids(named);
    let name = |column: &str, session: &Named| match named.len() {
        1 => column.to_owned(),
        _ => {
            let id: String = session.id.to_string().chars().take(id_chars).collect();
            format!("{column} ({id}, {}, {})", session.started_at.date_hour_minute(), session.tester)
        }
    };
    named.iter().flat_map(|session| EACH.iter().map(move |column| name(column, session))).collect()
}

/// The plans of the sessions, each once, in the order in which they come.
pub(super) fn plans(named: &[Named]) -> Vec<PlanId> {
    let mut plans = Vec::new();
    for plan in named.iter().map(|named| named.plan) {
        if !plans.contains(&plan) {
            plans.push(plan);
        }
    }
    plans
}

/// So many cells are made at once, as bytes some 100 KB: large for a thread, small for memory.
const CELLS_AT_ONCE: usize = 2_000;

/// Writes the rows of a plan. Where there are many, every second piece of them is made by another thread, whose reason was
/// measured: an eighth of the work of a table of a million marks, and a fifth of the time once two threads read them.
fn write_plan(title: &str, columns: usize, table: &Table, out: &mut dyn Write) -> Result<(), Failure> {
    const WORTH_IT: usize = 10;
    let rows_at_once = (CELLS_AT_ONCE / columns.max(1)).max(1);
    let pieces = table.len().div_ceil(rows_at_once);
    let piece = |number: usize| {
        let first = number * rows_at_once;
        lines(title, table, first..(first + rows_at_once).min(table.len()))
    };
    if pieces < WORTH_IT || thread::available_parallelism().map_or(1, usize::from) < 2 {
        return (0..pieces).try_for_each(|number| Ok(out.write_all(&piece(number)?)?));
    }
    let (made, makes) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        let every_second = move || {
            // It ends early where nobody takes them any more, since they could not be written.
            let _ = (1..pieces).step_by(2).try_for_each(|number| made.send(piece(number)));
        };
        let other = thread::Builder::new().name("report".to_owned()).spawn_scoped(scope, every_second).ok();
        let written = (0..pieces).try_for_each(|number| {
            // A thread that there is not, or that failed, leaves what this one can do as well.
            let other = if number % 2 == 1 { makes.recv().ok() } else { None };
            Ok(out.write_all(&other.unwrap_or_else(|| piece(number))?)?)
        });
        drop(makes);
        other.map(thread::ScopedJoinHandle::join);
        written
    })
}

/// The lines of the rows in `range`.
fn lines(title: &str, table: &Table, range: Range<usize>) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    let mut line = Line::new(&mut lines);
    for (at, subject) in table.rows_in(range) {
        line.cell(title);
        match subject {
            Subject::InPlan(id, node) => {
                line.cell(&node.path().join(" > "));
                line.cell(node.text());
                line.cell(&id.to_string());
                line.cell(&node.tags().join(" "));
                let point = node.point();
                line.cell(point.map_or("", |point| &point.from));
                line.cell(point.map_or("", |point| &point.to));
                line.cell(point.and_then(|point| point.kind.as_deref()).unwrap_or(""));
                line.cell("yes");
            }
            Subject::Gone(gone) => {
                line.cell(&gone.path.join(" > "));
                line.cell(&gone.text);
                line.cell(&gone.id.to_string());
                ["", "", "", "", "no"].iter().for_each(|empty| line.cell(empty));
            }
        }
        for cell in table.cells(at) {
            write_cell(cell, &mut line);
        }
        line.end()?;
    }
    Ok(lines)
}

fn write_cell(cell: Option<Cell<'_>>, line: &mut Line<'_>) {
    let Some(Cell { standing, marked_at, build, wording, notes }) = cell else {
        return EACH.iter().for_each(|_| line.word(""));
    };
    line.word(standing.verdict.word());
    let ground = match standing.ground {
        Ground::Unstated => "",
        _ if standing.verdict == Verdict::Untested => "",
        ground => ground.word(),
    };
    line.word(ground);
    match marked_at {
        Some(at) => line.time(at),
        None => line.word(""),
    }
    line.cell(build.unwrap_or(""));
    line.cell(wording.unwrap_or(""));
    match notes {
        [] => line.word(""),
        notes => {
            let said = |(kind, text): &(NoteKind, Box<str>)| format!("{}: {text}", kind.word());
            line.cell(&notes.iter().map(said).collect::<Vec<_>>().join("\n"));
        }
    }
}

/// A line being written.
pub(super) struct Line<'o> {
    out: &'o mut dyn Write,
    /// Its cells so far.
    cells: Vec<u8>,
    is_empty: bool,
    /// Room for a time.
    time: String,
}

impl<'o> Line<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, cells: Vec::new(), is_empty: true, time: String::new() }
    }

    /// Adds the next cell, guarded and quoted as it needs.
    pub(super) fn cell(&mut self, text: &str) {
        self.next();
        // A table of a million marks has six million cells, and nearly all of them are so.
        if is_plain(text) {
            self.cells.extend_from_slice(text.as_bytes());
            return;
        }
        let text = guarded(text);
        if !text.contains(['"', ',', '\n', '\r']) {
            self.cells.extend_from_slice(text.as_bytes());
            return;
        }
        self.cells.push(b'"');
        for (number, piece) in text.split('"').enumerate() {
            if number > 0 {
                self.cells.extend_from_slice(b"\"\"");
            }
            self.cells.extend_from_slice(piece.as_bytes());
        }
        self.cells.push(b'"');
    }

    /// Adds the next cell, a word of ours, which needs neither guard nor quotes.
    fn word(&mut self, word: &'static str) {
        self.next();
        self.cells.extend_from_slice(word.as_bytes());
    }

    /// Adds the next cell, a time.
    fn time(&mut self, at: Timestamp) {
        let mut time = std::mem::take(&mut self.time);
        time.clear();
        at.push_rfc3339(&mut time);
        if time.starts_with(|first: char| first.is_ascii_digit()) {
            // No more than digits and signs between them.
            self.next();
            self.cells.extend_from_slice(time.as_bytes());
        } else {
            // Of a year that has a sign.
            self.cell(&time);
        }
        self.time = time;
    }

    fn next(&mut self) {
        if !self.is_empty {
            self.cells.push(b',');
        }
        self.is_empty = false;
    }

    /// Writes the line; the next cell begins another one.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.is_empty = true;
        self.cells.extend_from_slice(b"\r\n");
        self.out.write_all(&self.cells)?;
        self.cells.clear();
        Ok(())
    }
}

/// True for text that needs neither marks nor quotes nor a guard, seen without reading it as characters.
fn is_plain(text: &str) -> bool {
    let begins_plainly = text.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric());
    let is_plain = |byte| matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b',');
    // To the end in any case, many bytes at a time.
    begins_plainly && text.bytes().fold(true, |so_far, byte| so_far & is_plain(byte))
}

/// What a spreadsheet takes for the beginning of a formula: what Excel, LibreOffice and Google Sheets do, the full-width
/// signs that some editions of Excel read likewise, and what they skip before they look.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

fn guarded(text: &str) -> Cow<'_, str> {
    let text = without_controls(text);
    if begins_formula(&text) || text.starts_with(GUARD) { Cow::Owned(format!("{GUARD}{text}")) } else { text }
}

/// What a cell of a report says: its text without the apostrophe that keeps it from being a formula.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_guarded_and_comes_back() {
        for text in
            ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "＝1", "'=1", "'", "plain", "", "a=b", " =1"]
        {
            let cell = guarded(text);
            assert!(!begins_formula(&cell), "{cell:?}");
            assert_eq!(unguarded(&cell), text);
        }
        assert_eq!(guarded("\0=1"), "␀=1");
    }

    #[test]
    fn what_is_plain_is_written_as_it_is() {
        for text in ["plain", "", "7 of 9", "a=b", "2026-11-23T14:02:11.042+01:00"] {
            assert!(is_plain(text) && guarded(text) == text, "{text:?}");
        }
        for text in ["=1", "-1", "'", "a,b", "a\"b", "a\nb", "a\tb", "a\u{7f}", "é", " =1"] {
            assert!(!is_plain(text), "{text:?}");
        }
    }
}
