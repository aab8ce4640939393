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

/// Of what the map is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapOf {
    /// An id, the beginning of one, or `latest`; or a plan's file that is called so.
    Word(String),
    /// A plan.
    Plan(Input),
}

/// Where a plan is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}
