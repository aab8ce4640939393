//! Markdown plans: what nests too deeply is refused, long texts are read in parts, and a walk through the parser's
//! events collects drafts, which are then settled.

mod html;
mod nesting;
mod parts;
mod table;
mod walker;

use self::walker::Walker;
use super::ParseError;
use super::draft::Read;
use super::position::Lines;
use crate::domain::plan::Outline;

/// Which tables are prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableRule {
    /// Those with a column that names the prompt.
    Named,
    /// All, since the plan has no prompt otherwise.
    Every,
}

/// Reads `source` from `body_start` on.
///
/// # Errors
///
/// For a plan beyond the limits.
pub(super) fn read(source: &str, body_start: usize, components: &[String]) -> Result<Read, ParseError> {
    nesting::check(source, body_start)?;
    let text = Text { source, body_start, lines: &Lines::of(source), components };
    let read = text.read(TableRule::Named)?;
    if read.outline.prompt_count() > 0 || !read.has_table {
        return Ok(read.into());
    }
    Ok(text.read(TableRule::Every)?.into())
}

/// What is read.
#[derive(Clone, Copy)]
struct Text<'s> {
    source: &'s str,
    body_start: usize,
    lines: &'s Lines<'s>,
    /// Those that the plan declares.
    components: &'s [String],
}

impl Text<'_> {
    fn read(self, rule: TableRule) -> Result<Whole, ParseError> {
        let cuts = parts::cuts(self.source, self.body_start);
        match parts::read(self, &cuts, rule) {
            Some(whole) => Ok(whole),
            None => self.read_as_one(rule),
        }
    }

    fn read_as_one(self, rule: TableRule) -> Result<Whole, ParseError> {
        let mut walker = Walker::new(self.source, rule);
        walker.walk(self.body_start..self.source.len(), self.lines)?;
        let title = walker.first_h1.or(walker.first_heading);
        let outline = walker.drafts.settle(self.lines, self.components)?;
        Ok(Whole { title, outline, has_table: walker.has_table })
    }
}

/// What was read of all of it.
#[derive(Debug, PartialEq, Eq)]
struct Whole {
    title: Option<String>,
    outline: Outline,
    has_table: bool,
}

impl From<Whole> for Read {
    fn from(Whole { title, outline, has_table: _ }: Whole) -> Self {
        Self { title, outline }
    }
}
