//! Tables: which ones are prompts, and what each column is.
//!
//! Knows headers and cells, not where the table stands.

use crate::format::draft::{Detail, Draft, Drafts, RowId, What};
use crate::format::prose::{Prose, Sense};

/// The columns whose cells can be a prompt's text, the first in this order that a table has.
const TEXT_COLUMNS: [&str; 18] = [
    "test",
    "test case",
    "test name",
    "title",
    "case",
    "check",
    "scenario",
    "summary",
    "requirement",
    "prompt",
    "item",
    "task",
    "description",
    "action",
    "step",
    "steps",
    "step to reproduce",
    "steps to reproduce",
];
/// The columns that say how to do it.
const STEP_COLUMNS: [&str; 4] = ["step", "steps", "step to reproduce", "steps to reproduce"];
/// The columns that say what should happen.
const EXPECTED_COLUMNS: [&str; 8] = [
    "expected",
    "expected result",
    "expected results",
    "expected outcome",
    "expected behaviour",
    "expected behavior",
    "expectation",
    "expectations",
];
/// The columns that name a row.
const ID_COLUMNS: [&str; 4] = ["id", "test id", "key", "#"];

/// One cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) prose: Prose,
    pub(super) offset: usize,
    /// True where it has text, all of it bold.
    pub(super) is_bold: bool,
}

impl Cell {
    /// A checkbox alone says nothing: verdicts live in sessions.
    fn is_empty(&self) -> bool {
        matches!(self.prose.as_str(), "" | "[ ]" | "[]" | "[x]" | "[X]")
    }
}

/// A table as it is read: rows of cells, the first the header's.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn push_cell(&mut self, cell: Cell) {
        if let Some(row) = self.rows.last_mut() {
            row.push(cell);
        }
    }

    pub(super) fn header(&self) -> &[Cell] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }

    /// Drafts of the body's rows, below `owner`.
    pub(super) fn into_prompts(self, columns: &Columns, owner: Option<usize>, drafts: &mut Drafts) {
        let mut rows = self.rows.into_iter();
        let header = rows.next().unwrap_or_default();
        let mut section = owner;
        for row in rows {
            let Some(first) = row.iter().position(|cell| !cell.is_empty()) else { continue };
            let is_section = columns.bold_is_section && row[first].is_bold;
            let (what, parent) =
                if is_section { (What::SectionRow, owner) } else { (What::PromptRow, section) };
            let idx = drafts.push(columns.draft(what, parent, row, first, &header));
            if is_section {
                section = Some(idx);
            }
        }
    }

    /// The body as paragraphs, one a row: `Header: cell` lines.
    pub(super) fn into_detail(self) -> Vec<Prose> {
        let mut rows = self.rows.into_iter();
        let header = rows.next().unwrap_or_default();
        let mut paragraphs = Vec::new();
        for row in rows {
            let mut paragraph = Prose::default();
            for (idx, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                paragraph.append_line(&labelled(header.get(idx), &cell.prose));
            }
            if !paragraph.is_empty() {
                paragraphs.push(paragraph);
            }
        }
        paragraphs
    }
}

/// `Header: cell`, which is never read as an expectation, or the cell alone below an empty header.
fn labelled(header: Option<&Cell>, cell: &Prose) -> Prose {
    let mut prose = Prose::default();
    if let Some(header) = header.filter(|header| !header.prose.is_empty()) {
        prose.push(header.prose.as_str(), Sense::Literal);
        prose.push(":", Sense::Literal);
        prose.space();
    }
    let lines = cell.as_str().split('\n').enumerate();
    for (idx, line) in lines {
        if idx > 0 {
            prose.line_break();
        }
        prose.push(line, Sense::Literal);
    }
    prose
}

/// What a prompt table's columns are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    /// Columns that can be the text, the best first; empty where the first cell with text is.
    text: Vec<usize>,
    steps: Vec<usize>,
    expected: Option<usize>,
    id: Option<usize>,
    bold_is_section: bool,
}

impl Columns {
    /// The columns of a table with a column that names prompts; `None` for another table.
    pub(super) fn named(header: &[Cell]) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|cell| normal(cell.prose.as_str())).collect();
        let find = |wanted: &[&str]| {
            let mut found: Vec<usize> = Vec::new();
            for name in wanted {
                found.extend((0..names.len()).find(|idx| names[*idx] == *name && !found.contains(idx)));
            }
            found
        };
        let text = find(&TEXT_COLUMNS);
        let best = *text.first()?;
        let steps = find(&STEP_COLUMNS).into_iter().filter(|idx| *idx != best).collect();
        let expected = find(&EXPECTED_COLUMNS).first().copied();
        let id = find(&ID_COLUMNS).first().copied();
        Some(Self { text, steps, expected, id, bold_is_section: true })
    }

    /// Every table: the first cell with text is the text.
    pub(super) fn any(header: &[Cell]) -> Self {
        let names = header.iter().map(|cell| normal(cell.prose.as_str()));
        let expected = names.enumerate().find(|(_, name)| EXPECTED_COLUMNS.contains(&name.as_str()));
        Self {
            text: Vec::new(),
            steps: Vec::new(),
            expected: expected.map(|(idx, _)| idx),
            id: None,
            bold_is_section: false,
        }
    }

    fn draft(
        &self,
        what: What,
        parent: Option<usize>,
        row: Vec<Cell>,
        first: usize,
        header: &[Cell],
    ) -> Draft {
        let has_text = |idx: &usize| row.get(*idx).is_some_and(|cell| !cell.is_empty());
        let text = self.text.iter().copied().find(has_text).unwrap_or(first);
        let mut draft = Draft::new(what, parent, row.get(first).map_or(0, |cell| cell.offset));
        for (idx, cell) in row.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if idx == text {
                draft.offset = cell.offset;
                draft.text = cell.prose;
            } else if Some(idx) == self.expected {
                draft.expected = Some(cell.prose);
            } else if Some(idx) == self.id
                && let Some(anchor) = anchor(cell.prose.as_str())
            {
                let header =
                    header.get(idx).map(|cell| cell.prose.clone().into_line().text).unwrap_or_default();
                draft.row_id = Some(Box::new(RowId { header, anchor }));
            } else if self.steps.contains(&idx) {
                draft.detail.push(Detail::Paragraph(cell.prose));
            } else {
                draft.detail.push(Detail::Paragraph(labelled(header.get(idx), &cell.prose)));
            }
        }
        draft
    }
}

/// A header in lower case, without punctuation and the plural of its last word; `#` stays.
fn normal(header: &str) -> String {
    if header.trim() == "#" {
        return "#".to_owned();
    }
    let lower = header.to_lowercase().replace("(s)", "s");
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let known = |name: &str| TEXT_COLUMNS.contains(&name) || ID_COLUMNS.contains(&name);
    match name.strip_suffix('s') {
        Some(singular) if !known(&name) && known(singular) => singular.to_owned(),
        _ => name,
    }
}

/// A cell's text as an anchor: blanks become hyphens, braces are dropped.
fn anchor(cell: &str) -> Option<String> {
    let words: Vec<String> = cell.split_whitespace().map(|word| word.replace(['{', '}'], "")).collect();
    let anchor = words.join("-");
    crate::format::prose::is_anchor(&anchor).then_some(anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_case_and_punctuation() {
        for (header, name) in [
            ("Test Case", "test case"),
            ("**Test-case:**", "test case"),
            ("Test Cases", "test case"),
            ("Step(s) to reproduce", "steps to reproduce"),
            ("STEPS", "steps"),
            ("#", "#"),
            ("Test ID", "test id"),
            ("Related Comment", "related comment"),
        ] {
            assert_eq!(normal(header), name, "{header}");
        }
    }
}
