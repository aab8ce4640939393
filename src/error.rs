//! What the program as a whole can fail with, and the exit codes that scripts may rely on.
//!
//! Messages are lower-case fragments: what was being done, what went wrong, what to do next. They are printed
//! after `seamwalk: `, by the command line's output and nowhere else.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::opening::OpeningError;
use crate::paths::NoPlaceForDatabase;
use crate::reading::ReadError;
use crate::reporting::ReportError;
use crate::store::{FindError, StoreError};
use crate::tui::run::RunError;

/// How the program ended, as a script sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exit(u8);

impl Exit {
    /// What was asked for was done. A reader that closes the pipe early is no failure.
    pub const OK: Self = Self(0);
    /// It was done and a problem was found: a plan with errors or without a prompt, a prompt that newly fails; or
    /// the session asked for does not exist.
    pub const PROBLEM: Self = Self(1);
    /// The command line cannot be understood.
    pub const USAGE: Self = Self(2);
    /// A plan or the configuration cannot be read.
    pub const UNREADABLE: Self = Self(3);
    /// The database cannot be used.
    pub const DATABASE: Self = Self(4);
    /// The walk needs a terminal and there is none.
    pub const NO_TERMINAL: Self = Self(5);
    /// What was asked for could not be written out, or the terminal failed.
    pub const OUTPUT: Self = Self(6);

    /// All codes with what they say, as `--help` and the manual page print them.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::OK, "done; a reader that closes the pipe early is no failure"),
        (
            Self::PROBLEM,
            "a problem was found: errors in a plan, no prompt in it, newly failing, no such session",
        ),
        (Self::USAGE, "the command line cannot be understood"),
        (Self::UNREADABLE, "a plan or the configuration cannot be read"),
        (Self::DATABASE, "the database cannot be used, or is damaged"),
        (Self::NO_TERMINAL, "the walk needs a terminal and there is none"),
        (Self::OUTPUT, "standard output or the terminal failed"),
    ];

    /// The number that the process returns.
    #[must_use]
    pub const fn code(self) -> u8 {
        self.0
    }

    /// The one that matters more to a script when both happened: the higher code, which is further from the plan.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.0 > self.0 { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No place for the database.
    #[error(transparent)]
    NoPlaceForDatabase(#[from] NoPlaceForDatabase),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session that was asked for cannot be told.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The walk was asked for without a terminal.
    #[error(
        "opening the walk: standard input and output must be a terminal: start it in one, \
         or use `seamwalk plan show`, `sessions` and `show` in scripts"
    )]
    NoTerminal,
    /// The walk could not start, or had to stop.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is no report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Standard output failed for another reason than a closed pipe.
    #[error("writing to standard output: {0}")]
    Output(io::Error),
    /// A message that is complete as it is, with its exit code.
    #[error("{message}")]
    Said {
        /// What was being done, what went wrong, what to do next.
        message: String,
        /// The exit code.
        exit: Exit,
    },
}

impl Error {
    /// A plan that cannot be used, or a session that does not exist.
    #[must_use]
    pub fn problem(message: impl Into<String>) -> Self {
        Self::Said { message: message.into(), exit: Exit::PROBLEM }
    }

    /// The exit code that says so to a script.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Read(_) => Exit::UNREADABLE,
            Self::Store(StoreError::NoSuchSession { .. }) => Exit::PROBLEM,
            Self::NoPlaceForDatabase(_) | Self::Store(_) | Self::Find(FindError::Store(_)) => Exit::DATABASE,
            Self::Find(_) => Exit::PROBLEM,
            Self::Report(error) => match error {
                ReportError::Store(StoreError::NoSuchSession { .. }) => Exit::PROBLEM,
                ReportError::Store(_) => Exit::DATABASE,
                ReportError::Refused(_) => Exit::USAGE,
                ReportError::Write(_) | ReportError::Output(_) => Exit::OUTPUT,
            },
            Self::NoTerminal | Self::Run(RunError::Terminal(_) | RunError::Lost(_)) => Exit::NO_TERMINAL,
            Self::Run(RunError::Opening(error)) => match error {
                OpeningError::Read(_) => Exit::UNREADABLE,
                OpeningError::Parse { .. }
                | OpeningError::NoSuchTag { .. }
                | OpeningError::NoSuchComponent { .. }
                | OpeningError::Refused(_)
                | OpeningError::Build(_) => Exit::PROBLEM,
                OpeningError::Retest(error) if error.store_error().is_none() => Exit::PROBLEM,
                OpeningError::Retest(_)
                | OpeningError::Identity(_)
                | OpeningError::Overtaken { .. }
                | OpeningError::Store(_)
                | OpeningError::Append(_) => Exit::DATABASE,
            },
            Self::Run(RunError::Store(_)) => Exit::DATABASE,
            Self::Output(_) => Exit::OUTPUT,
            Self::Said { exit, .. } => *exit,
        }
    }
}

impl From<OpeningError> for Error {
    /// A plan that could not be opened fails alike whoever wanted it.
    fn from(error: OpeningError) -> Self {
        Self::Run(RunError::Opening(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented_once_in_order() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_file_that_cannot_be_read_outweighs_a_problem_in_another() {
        assert_eq!(Exit::PROBLEM.worse(Exit::UNREADABLE), Exit::UNREADABLE);
        assert_eq!(Exit::UNREADABLE.worse(Exit::OK), Exit::UNREADABLE);
    }
}
