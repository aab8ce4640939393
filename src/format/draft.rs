//! What a reader collects before it is known which item is a section, a prompt, or nothing.
//!
//! A list item is a section or a prompt by what stands below it, which its reader meets only later. So readers
//! collect drafts with parent links, and `settle` decides everything at the end, without recursion.

use std::collections::HashMap;

use super::ParseError;
use super::position::Lines;
use super::prose::{Line, Prose, Sense};
use crate::domain::plan::{
    BlockKind, Entry, MAX_DEPTH, MAX_NODES, MAX_PROMPTS, NodeKind, Outline, OutlineBuilder,
};

/// What a reader hands over.
pub(super) struct Read {
    pub(super) title: Option<String>,
    pub(super) outline: Outline,
}

/// Numbers that several table rows have for an id, and how often: they number rows, so they name none.
pub(super) type RowNumbers = HashMap<String, usize>;

/// What a draft was in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A heading: a section, whatever is below it.
    Heading,
    /// A list item or an outline's line: section, prompt or nothing.
    Item,
    /// A table row that asks something.
    PromptRow,
    /// A table row in bold: a section.
    SectionRow,
}

/// One piece of detail, not yet told apart from expectation and command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Detail {
    Paragraph(Prose),
    Quote(Prose),
    Code { text: String, language: String, fenced: bool },
    Step { depth: u8, number: Option<u32>, text: String },
}

/// The id that a table's column gives a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowId {
    /// What the column is called.
    pub(super) header: String,
    /// What the cell says, as an anchor.
    pub(super) anchor: String,
}

/// A section, a prompt or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) what: What,
    /// The draft that it stands in or under; always an earlier one.
    pub(super) parent: Option<usize>,
    /// Byte offset of its text.
    pub(super) offset: usize,
    pub(super) text: Prose,
    pub(super) checkbox: Option<bool>,
    /// The number of an ordered list's item.
    pub(super) number: Option<u32>,
    pub(super) row_id: Option<Box<RowId>>,
    pub(super) expected: Option<Prose>,
    pub(super) detail: Vec<Detail>,
}

impl Draft {
    pub(super) fn new(what: What, parent: Option<usize>, offset: usize) -> Self {
        Self {
            what,
            parent,
            offset,
            text: Prose::default(),
            checkbox: None,
            number: None,
            row_id: None,
            expected: None,
            detail: Vec::new(),
        }
    }

    /// Finds a text for an item that has none of its own but is not empty either: `- > quoted` or only code.
    fn borrow_text(&mut self) {
        if self.what != What::Item || !self.text.is_empty() || self.detail.is_empty() {
            return;
        }
        match &self.detail[0] {
            Detail::Paragraph(prose) | Detail::Quote(prose) => {
                self.text = prose.clone();
                self.detail.remove(0);
            }
            Detail::Code { text, .. } => {
                let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                self.text.push(line, Sense::Literal);
            }
            Detail::Step { text, .. } => self.text.push(text, Sense::Literal),
        }
    }
}

/// The drafts of a file, in its order.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    all: Vec<Draft>,
}

impl Drafts {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds `draft` and gives its index.
    pub(super) fn push(&mut self, draft: Draft) -> usize {
        self.all.push(draft);
        self.all.len() - 1
    }

    /// Drops the last draft if it is an item that will be nothing, so that a file of bare bullets costs no memory.
    pub(super) fn forget_nothing(&mut self, idx: usize) {
        let is_nothing =
            |draft: &Draft| draft.what == What::Item && draft.text.is_empty() && draft.detail.is_empty();
        if idx + 1 == self.all.len() && self.all.last().is_some_and(is_nothing) {
            self.all.pop();
        }
    }

    /// Refuses to collect far more drafts than there may be nodes; some drafts become steps or nothing.
    ///
    /// # Errors
    ///
    /// With the place of the first draft too many.
    pub(super) fn check_size(&self, lines: &Lines<'_>) -> Result<(), ParseError> {
        match self.all.get(2 * MAX_NODES) {
            Some(draft) => {
                let (line, column) = lines.place(draft.offset);
                Err(ParseError::TooManyNodes { line, column })
            }
            None => Ok(()),
        }
    }

    pub(super) fn get_mut(&mut self, idx: usize) -> Option<&mut Draft> {
        self.all.get_mut(idx)
    }

    pub(super) fn get(&self, idx: usize) -> Option<&Draft> {
        self.all.get(idx)
    }

    /// Makes the drafts from `first` on steps of `owner`, which they stand below.
    pub(super) fn fold_steps(&mut self, owner: usize, first: usize) {
        let steps = self.all.split_off(first);
        let mut depths: Vec<u8> = Vec::with_capacity(steps.len());
        let mut detail = Vec::with_capacity(steps.len());
        let parents: Vec<Option<usize>> = steps.iter().map(|step| step.parent).collect();
        for (at, step) in steps.into_iter().enumerate() {
            let outer =
                step.parent.and_then(|parent| parent.checked_sub(first)).and_then(|at| depths.get(at));
            let depth = outer.map_or(0, |outer| outer.saturating_add(1));
            depths.push(depth);
            let has_steps = parents.get(at + 1).is_some_and(|parent| *parent == Some(first + at));
            let mut text = step.text;
            let mut others = Vec::new();
            for piece in step.detail {
                match piece {
                    Detail::Paragraph(prose) | Detail::Quote(prose) => text.append_line(&prose),
                    other => others.push(other),
                }
            }
            if !text.is_empty() || has_steps {
                detail.push(Detail::Step { depth, number: step.number, text: text.as_str().to_owned() });
            }
            detail.append(&mut others);
        }
        if let Some(owner) = self.all.get_mut(owner) {
            owner.detail.append(&mut detail);
        }
    }

    /// Decides what is a section, a prompt and nothing, and places each in the file.
    ///
    /// # Errors
    ///
    /// Where there are too many nodes or prompts, or too deep ones.
    pub(super) fn settle(self, lines: &Lines<'_>, components: &[String]) -> Result<Outline, ParseError> {
        let row_numbers = row_numbers([&self]);
        let mut builder = OutlineBuilder::new(components);
        self.settle_into(&mut builder, lines, &row_numbers)?;
        Ok(builder.finish())
    }

    /// As [`Drafts::settle`], where other drafts may come before or after these.
    ///
    /// # Errors
    ///
    /// As [`Drafts::settle`], for what `builder` holds in the end.
    pub(super) fn settle_into(
        mut self,
        builder: &mut OutlineBuilder<'_>,
        lines: &Lines<'_>,
        row_numbers: &RowNumbers,
    ) -> Result<(), ParseError> {
        self.all.iter_mut().for_each(Draft::borrow_text);
        let has_prompt = self.prompts_below();
        let mut depths: Vec<u16> = Vec::with_capacity(self.all.len());
        let mut places = lines.places();
        builder.reserve(self.all.len(), self.all.iter().map(|draft| draft.text.len()).sum());
        for (draft, has_prompt) in self.all.into_iter().zip(has_prompt) {
            let outer = draft.parent.and_then(|parent| depths.get(parent)).copied().unwrap_or(0);
            let Some(kind) = kind_of(&draft, has_prompt) else {
                depths.push(outer);
                continue;
            };
            let depth = outer + 1;
            depths.push(depth);
            let (line, column) = places.place(draft.offset);
            let prompts = builder.outline().prompt_count() + usize::from(kind == NodeKind::Prompt);
            if usize::from(depth) > MAX_DEPTH {
                return Err(ParseError::TooDeep { line, column });
            }
            if builder.outline().len() >= MAX_NODES {
                return Err(ParseError::TooManyNodes { line, column });
            }
            if prompts > MAX_PROMPTS {
                return Err(ParseError::TooManyPrompts { line, column });
            }
            builder.push(&entry_of(draft, kind, depth as u8, (line, column), row_numbers));
        }
        Ok(())
    }

    /// True where a table's column gives rows an id that is a number: what it is depends on all rows of the plan.
    pub(super) fn has_row_numbers(&self) -> bool {
        self.row_numbers().next().is_some()
    }

    fn row_numbers(&self) -> impl Iterator<Item = &String> {
        let ids = self.all.iter().filter_map(|draft| draft.row_id.as_ref()).map(|id| &id.anchor);
        ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// For each draft, whether a prompt stands somewhere below it.
    fn prompts_below(&self) -> Vec<bool> {
        let mut below = vec![false; self.all.len()];
        for (idx, draft) in self.all.iter().enumerate().rev() {
            let is_prompt = kind_of(draft, below[idx]) == Some(NodeKind::Prompt);
            if let Some(parent) = draft.parent
                && (is_prompt || below[idx])
            {
                below[parent] = true;
            }
        }
        below
    }
}

/// The numbers that several rows of a whole plan have for an id.
pub(super) fn row_numbers<'d>(parts: impl IntoIterator<Item = &'d Drafts>) -> RowNumbers {
    let mut counts = RowNumbers::new();
    for id in parts.into_iter().flat_map(Drafts::row_numbers) {
        *counts.entry(id.clone()).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count > 1);
    counts
}

/// Section, prompt, or nothing.
fn kind_of(draft: &Draft, has_prompt: bool) -> Option<NodeKind> {
    match draft.what {
        What::Heading | What::SectionRow => Some(NodeKind::Section),
        What::PromptRow => Some(NodeKind::Prompt),
        What::Item if draft.text.is_empty() => None,
        What::Item if draft.checkbox.is_none() && has_prompt => Some(NodeKind::Section),
        What::Item => Some(NodeKind::Prompt),
    }
}

/// True for a fence that names a shell.
pub(super) fn is_shell(language: &str) -> bool {
    ["sh", "bash", "console", "shell"].iter().any(|shell| language.eq_ignore_ascii_case(shell))
}

fn entry_of(
    draft: Draft,
    kind: NodeKind,
    depth: u8,
    (line, column): (u32, u32),
    row_numbers: &RowNumbers,
) -> Entry {
    let Line { text, tags, mut anchor } = draft.text.into_line();
    let mut blocks = Vec::with_capacity(draft.detail.len());
    if let Some(id) = draft.row_id {
        if anchor.is_none() && !row_numbers.contains_key(&id.anchor) {
            anchor = Some(id.anchor);
        } else {
            blocks.push((BlockKind::Paragraph, format!("{}: {}", id.header, id.anchor), String::new()));
        }
    }
    let mut expected: Option<String> = draft.expected.map(|prose| prose.as_str().to_owned());
    let mut command = None;
    for piece in draft.detail {
        match piece {
            Detail::Paragraph(prose) => match prose.expectation() {
                Some(more) => match &mut expected {
                    Some(expected) => {
                        expected.push('\n');
                        expected.push_str(more);
                    }
                    None => expected = Some(more.to_owned()),
                },
                None => blocks.push((BlockKind::Paragraph, prose.as_str().to_owned(), String::new())),
            },
            Detail::Quote(prose) => blocks.push((BlockKind::Quote, prose.as_str().to_owned(), String::new())),
            Detail::Code { text, language, fenced } => {
                if kind == NodeKind::Prompt && command.is_none() && fenced && is_shell(&language) {
                    command = Some(text);
                } else {
                    blocks.push((BlockKind::Code, text, language));
                }
            }
            Detail::Step { depth, number, text } => {
                blocks.push((BlockKind::Step { depth, number }, text, String::new()));
            }
        }
    }
    Entry {
        kind,
        depth,
        line,
        column,
        text,
        tags,
        anchor,
        checkbox: draft.checkbox.filter(|_| kind == NodeKind::Prompt),
        expected,
        command,
        blocks,
    }
}
