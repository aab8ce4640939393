//! Why a plan could not be opened.

use std::path::PathBuf;

use super::{ParseFailure, RetestError};
use crate::domain::revision::BrokenRevision;
use crate::domain::session::Refusal;
use crate::git::GitError;
use crate::reading::ReadError;
use crate::store::{AppendError, StoreError};

/// A plan could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The parser refused it.
    #[error("{path}{failure}", path = .path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, column and what to do.
        failure: ParseFailure,
    },
    /// No prompt has the tag that was asked for.
    #[error("no prompt has the tag #{tag}: {}", said_tags(.known))]
    NoSuchTag {
        /// The tag, without `#`.
        tag: String,
        /// The tags there are.
        known: Vec<String>,
    },
    /// The plan has no such component.
    #[error("the plan has no component {name:?}: {}", said_components(.known))]
    NoSuchComponent {
        /// What was asked for.
        name: String,
        /// The components there are.
        known: Vec<String>,
    },
    /// There is nothing to walk once more.
    #[error("retesting: {0}")]
    Retest(#[from] RetestError),
    /// What was chosen for the session cannot be.
    #[error("setting up the session: {0}")]
    Refused(#[from] Refusal),
    /// The build that is tested has no name.
    #[error("reading the build: {0}")]
    Build(#[from] GitError),
    /// The identities that were found do not fit the plan.
    #[error("matching the plan with its earlier state: {0}")]
    Identity(#[from] BrokenRevision),
    /// Other processes saved the plan each time this one tried.
    #[error("saving the plan {path}: another seamwalk keeps changing it: try again", path = .path.display())]
    Overtaken {
        /// The file.
        path: PathBuf,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database refused what was chosen for the session.
    #[error(transparent)]
    Append(#[from] AppendError),
}

fn said_components(known: &[String]) -> String {
    if known.is_empty() {
        return "name its components in its front matter, or a heading like `cart -> payments`".to_owned();
    }
    format!("it has {}", known.join(", "))
}

fn said_tags(known: &[String]) -> String {
    if known.is_empty() {
        return "the plan has no tags".to_owned();
    }
    let known: Vec<String> = known.iter().map(|tag| format!("#{tag}")).collect();
    format!("it has {}", known.join(", "))
}
