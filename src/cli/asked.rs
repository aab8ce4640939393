//! What commands are about, as it was meant: plans, maps, reports.

use std::path::PathBuf;

use crate::format::report::{Extent, Form};

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// As for [`Task::Show`](super::args::Task::Show), at least one.
    pub sessions: Vec<String>,
    /// Which form.
    pub form: Form,
    /// How much of it.
    pub extent: Extent,
    /// Where it goes; to standard output without one.
    pub file: Option<PathBuf>,
}

/// Of what the map is, or the trend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapOf {
    /// An id, the beginning of one, or `latest`; or a plan's file that is called so.
    Word(String),
    /// A plan.
    Plan(Input),
}

impl MapOf {
    /// What looks like a path is one; a word may be either, which only the database knows.
    pub(super) fn typed(path: PathBuf) -> Self {
        match path.to_str() {
            Some(word) if word != "-" && !word.contains(['.', '/', '\\']) => Self::Word(word.to_owned()),
            Some(_) | None => Self::Plan(Input::typed(path)),
        }
    }
}

/// Where a plan is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// `-` is standard input.
    pub(super) fn typed(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}
