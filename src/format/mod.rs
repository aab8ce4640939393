//! Plans in, text out: parsers and printers.
//!
//! Text to values and values to text, nothing else: this room opens no file, prints nothing and knows neither the
//! store nor the terminal. What it reads is hostile until shown otherwise, so every size and depth is bounded
//! before the work that depends on it begins.
//!
//! In reading order: `encoding` makes bytes a text, `front_matter` cuts off the YAML, `markdown` or `outline`
//! collect drafts, `draft` settles which of them are sections and prompts, and `print` writes a plan back. What was
//! walked leaves through [`report`].

use std::path::Path;

use crate::domain::plan::{MAX_DEPTH, MAX_NODES, MAX_PROMPTS, Plan};

mod check;
mod draft;
mod encoding;
mod escape;
mod front_matter;
pub mod json;
mod markdown;
mod outline;
mod position;
mod print;
mod prose;
pub mod report;
pub mod text;

pub use check::check;
pub use print::print_markdown;

/// The largest file that is read, in bytes (R31).
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
/// The longest line that is read, in bytes (R31).
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// CommonMark with pipe tables.
    Markdown,
    /// Plain text, one node a line, indented by tabs or spaces.
    Outline,
}

impl SourceKind {
    /// `.txt` is an outline, anything else Markdown.
    #[must_use]
    pub fn of_path(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("txt") => Self::Outline,
            _ => Self::Markdown,
        }
    }
}

/// A plan, and what is wrong with its file although it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The plan.
    pub plan: Plan,
    /// In the order of the file.
    pub problems: Vec<Problem>,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something the author wrote is not used.
    Error,
    /// Something is used, but perhaps not as it was meant.
    Warning,
}

/// Something wrong with a plan that could be read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// 1-based line in the file.
    pub line: u32,
    /// 1-based column in the file, in characters.
    pub column: u32,
    /// What is wrong and what to do, as a lower-case fragment.
    pub message: String,
}

/// A file that is not read as a plan: what was wrong with it, and what to do.
///
/// The messages name neither file nor place: the caller puts `file:line:column: ` in front of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file has {bytes} bytes, more than the {MAX_FILE_BYTES} that are read: split the plan")]
    FileTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A line of more than [`MAX_LINE_BYTES`].
    #[error(
        "the line has {bytes} bytes, more than the {MAX_LINE_BYTES} that are read: break it into shorter lines"
    )]
    LineTooLong {
        /// 1-based.
        line: u32,
        /// Its size without the line end.
        bytes: usize,
    },
    /// UTF-16, by its byte-order mark or by its NUL bytes.
    #[error("the file is UTF-16, not UTF-8 (byte {offset}): save it as UTF-8")]
    Utf16 {
        /// 0-based place of the byte that shows it.
        offset: usize,
    },
    /// A NUL byte.
    #[error(
        "the file holds a NUL byte (byte {offset}), so it is no text: remove it, or save the plan as UTF-8 text"
    )]
    NulByte {
        /// 0-based place in the file.
        offset: usize,
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// Bytes that are not UTF-8.
    #[error("the file is not valid UTF-8 (byte {offset}): save it as UTF-8")]
    InvalidUtf8 {
        /// 0-based place in the file.
        offset: usize,
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// A section or prompt deeper than [`MAX_DEPTH`], or markup nested as deep without one.
    #[error("nested more than {MAX_DEPTH} deep: give the plan fewer levels")]
    TooDeep {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// More than [`MAX_NODES`] sections and prompts.
    #[error("more than {MAX_NODES} sections and prompts: split the plan here")]
    TooManyNodes {
        /// 1-based line of the first one too many.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// More than [`MAX_PROMPTS`] prompts.
    #[error("more than {MAX_PROMPTS} prompts: split the plan here")]
    TooManyPrompts {
        /// 1-based line of the first one too many.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
}

impl ParseError {
    /// 1-based line of what is wrong; 1 where it is the whole file.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::FileTooLarge { .. } | Self::Utf16 { .. } => 1,
            Self::LineTooLong { line, .. }
            | Self::NulByte { line, .. }
            | Self::InvalidUtf8 { line, .. }
            | Self::TooDeep { line, .. }
            | Self::TooManyNodes { line, .. }
            | Self::TooManyPrompts { line, .. } => *line,
        }
    }

    /// 1-based column of what is wrong, in characters; 1 where it is the whole line or file.
    #[must_use]
    pub const fn column(&self) -> u32 {
        match self {
            Self::FileTooLarge { .. } | Self::Utf16 { .. } | Self::LineTooLong { .. } => 1,
            Self::NulByte { column, .. }
            | Self::InvalidUtf8 { column, .. }
            | Self::TooDeep { column, .. }
            | Self::TooManyNodes { column, .. }
            | Self::TooManyPrompts { column, .. } => *column,
        }
    }
}

/// A plan that nobody can walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the plan has no prompt: a prompt is a list item with a checkbox (`- [ ] …`), a list item without items below it \
     (`- …`), or a table row; add one"
)]
pub struct NoPrompts;

/// Refuses a plan without any prompt.
///
/// # Errors
///
/// [`NoPrompts`], whose message says what counts as a prompt.
pub fn require_prompts(plan: &Plan) -> Result<(), NoPrompts> {
    if plan.outline.prompt_count() == 0 { Err(NoPrompts) } else { Ok(()) }
}

/// Reads a plan. `fallback_title` is its title where the file names none: the file's name, as a rule.
///
/// # Errors
///
/// [`ParseError`] for a file that is no UTF-8 text or is larger than what is read (R31, R32). A plan that has
/// no prompt is no error here: see [`require_prompts`].
pub fn parse(bytes: &[u8], kind: SourceKind, fallback_title: &str) -> Result<Parsed, ParseError> {
    let source = encoding::decode(bytes)?;
    let mut front = front_matter::read(&source);
    let read = match kind {
        SourceKind::Markdown => markdown::read(&source, front.body_start, &front.plan.components)?,
        SourceKind::Outline => outline::read(&source, front.body_start, &front.plan.components)?,
    };
    let title = front.plan.title;
    front.plan.title = [title, read.title.unwrap_or_default(), fallback_title.to_owned()]
        .into_iter()
        .find(|title| !title.is_empty())
        .unwrap_or_default();
    front.plan.outline = read.outline;
    Ok(Parsed { plan: front.plan, problems: front.problems })
}
