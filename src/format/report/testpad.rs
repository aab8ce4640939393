//! Testpad's CSV: its first line, blocks of metadata, then the outline with three columns for each run of it.
//!
//! What Testpad calls a run is a session. Sections are lines of their own; `indent` counts from 1. An inconclusive
//! prompt is Testpad's query, a skipped one is excluded. Cells are guarded and quoted as in [`super::csv`].

use std::io::{self, Write};

use super::columns::{Cell, Subject, Table};
use super::csv::{Line, plans};
use super::remarks::tracker_id;
use super::{Failure, Named, Sessions};
use crate::domain::plan::NodeRef;
use crate::domain::session::NoteKind;
use crate::domain::verdict::Verdict;

/// Writes all sessions, which are of one plan.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let named = sessions.named().to_vec();
    let [plan] = plans(&named)[..] else {
        let why = "testpad: these sessions are of several plans, and its form holds one: ask for each plan by itself";
        return Err(Failure::Refused(why.to_owned()));
    };
    let table = Table::read(plan, sessions)?;
    let mut line = Line::new(out);
    write_metadata(&named, &mut line)?;
    ["number", "indent", "text", "tags", "notes"].iter().for_each(|name| line.cell(name));
    for _ in &named {
        ["result", "issue", "comment"].iter().for_each(|name| line.cell(name));
    }
    line.end()?;
    Outline { table: &table, line, number: 0, above: Vec::new() }.write()
}

/// A block for the plan, and one for each session.
fn write_metadata(named: &[Named], line: &mut Line<'_>) -> io::Result<()> {
    let mut block = |pairs: &[(&str, &str)]| {
        for (name, value) in pairs {
            line.cell(name);
            line.cell(value);
            line.end()?;
        }
        // An empty line ends a block.
        line.end()
    };
    block(&[("v3", "")])?;
    block(&[("script", named.last().map_or("", |named| &named.plan_title))])?;
    for session in named {
        let started = session.started_at.rfc3339_seconds();
        block(&[("run", &session.id.to_string()), ("tester", &session.tester), ("started", &started)])?;
    }
    Ok(())
}

struct Outline<'t> {
    table: &'t Table,
    line: Line<'t>,
    number: u32,
    /// The sections that were written and are above the next prompt, from the top.
    above: Vec<Option<NodeRef<'t>>>,
}

impl<'t> Outline<'t> {
    fn write(mut self) -> Result<(), Failure> {
        for (at, subject) in self.table.rows() {
            match subject {
                Subject::InPlan(_, node) => {
                    self.sections_above(node)?;
                    self.line(node.depth(), node.text(), &tags(node), &notes(node));
                }
                Subject::Gone(gone) => {
                    if self.above.first().is_none_or(Option::is_some) {
                        self.above = vec![None];
                        self.section(1, "No longer in the plan", "", "")?;
                    }
                    self.line(2, &gone.text, "", "");
                }
            }
            for cell in self.table.cells(at) {
                self.run(cell);
            }
            self.line.end()?;
        }
        Ok(())
    }

    /// Writes those sections above `node` that are not written yet.
    fn sections_above(&mut self, node: NodeRef<'t>) -> io::Result<()> {
        let mut above: Vec<NodeRef<'t>> = node.ancestors().collect();
        above.reverse();
        let known = self.above.iter().zip(&above);
        let known =
            known.take_while(|(known, node)| known.is_some_and(|known| known.idx() == node.idx())).count();
        for section in &above[known..] {
            // A prompt can have prompts below it, and was written as what it is.
            if !section.is_prompt() {
                self.section(section.depth(), section.text(), &tags(*section), &notes(*section))?;
            }
        }
        self.above = above.into_iter().map(Some).collect();
        Ok(())
    }

    fn section(&mut self, indent: usize, text: &str, tags: &str, notes: &str) -> io::Result<()> {
        self.line(indent, text, tags, notes);
        self.table.cells(0).for_each(|_| ["", "", ""].iter().for_each(|empty| self.line.cell(empty)));
        self.line.end()
    }

    fn line(&mut self, indent: usize, text: &str, tags: &str, notes: &str) {
        self.number += 1;
        self.line.cell(&self.number.to_string());
        self.line.cell(&indent.to_string());
        [text, tags, notes].iter().for_each(|cell| self.line.cell(cell));
    }

    fn run(&mut self, cell: Option<Cell<'_>>) {
        let Some(cell) = cell else {
            return ["", "", ""].iter().for_each(|empty| self.line.cell(empty));
        };
        let bugs = cell.notes.iter().filter(|(kind, _)| *kind == NoteKind::Bug);
        let issues: Vec<&str> = bugs.filter_map(|(_, text)| tracker_id(text)).collect();
        let comments: Vec<String> =
            cell.notes.iter().map(|(kind, text)| format!("{}: {text}", kind.word())).collect();
        self.line.cell(outcome(cell.standing.verdict));
        self.line.cell(&issues.join(" "));
        self.line.cell(&comments.join("\n"));
    }
}

const fn outcome(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Untested => "",
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Blocked => "blocked",
        Verdict::Inconclusive => "query",
        Verdict::Skip => "exclude",
    }
}

fn tags(node: NodeRef<'_>) -> String {
    node.own_tags().collect::<Vec<_>>().join(" ")
}

/// What the plan says about it besides its text.
fn notes(node: NodeRef<'_>) -> String {
    let expected = node.expected().map(|expected| format!("expected: {expected}"));
    let detail = Some(node.detail()).filter(|detail| !detail.is_empty());
    expected.into_iter().chain(detail).collect::<Vec<_>>().join("\n")
}
