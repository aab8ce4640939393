//! A plan's file: what it says, and how the store is told of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Carried, OpeningError, ParsedPlan, Parser, Source};
use crate::domain::revision::Revision;
use crate::domain::time::Timestamp;
use crate::reading::{self, ReadError};
use crate::store::{Reading, Saving, Store};

/// What the source of a plan begins with that has no file.
pub(super) const BUILTIN: &str = "builtin:";

/// A plan's bytes with where they come from.
pub(super) struct ReadPlan {
    /// What is stored: the canonical path or `builtin:NAME`.
    pub(super) source: String,
    /// What people see, and what tells the format.
    pub(super) name: PathBuf,
    bytes: Vec<u8>,
    pub(super) hash: [u8; 32],
}

impl ReadPlan {
    pub(super) fn of(source: Source<'_>) -> Result<Self, OpeningError> {
        let (source, name, bytes) = match source {
            Source::Builtin { name, bytes } => {
                (format!("{BUILTIN}{name}"), PathBuf::from(name), bytes.to_vec())
            }
            Source::File(path) => {
                let bytes = reading::read_file(path)?;
                let canonical = fs::canonicalize(path)
                    .map_err(|source| ReadError::Io { name: path.display().to_string(), source })?;
                (source_text(&canonical), path.to_owned(), bytes)
            }
        };
        let hash = *blake3::hash(&bytes).as_bytes();
        Ok(Self { source, name, bytes, hash })
    }

    /// How the store is told of it.
    pub(super) fn write(&self, is_new: bool, problem_count: usize, at: Timestamp) -> PlanWrite {
        let problem_count = u32::try_from(problem_count).unwrap_or(u32::MAX);
        PlanWrite { is_new, content_hash: self.hash, problem_count, source: self.source.clone(), at }
    }

    pub(super) fn parsed(&self, parser: Parser<'_>) -> Result<ParsedPlan, OpeningError> {
        parser(&self.bytes, &self.name, &self.title())
            .map_err(|failure| OpeningError::Parse { path: self.name.clone(), failure })
    }

    /// The title of a plan that gives none: its file's name without the ending.
    pub(super) fn title(&self) -> String {
        self.name.file_stem().unwrap_or(self.name.as_os_str()).to_string_lossy().into_owned()
    }
}

/// A path as text; one that is not UTF-8 gets a hash, so that two such paths are never taken for one.
fn source_text(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => {
            let hash = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
            format!("{}#{hash}", path.to_string_lossy())
        }
    }
}

/// What is to be written of a plan.
#[derive(Debug)]
pub(super) struct PlanWrite {
    /// Its state is new; else only that it was opened again.
    is_new: bool,
    content_hash: [u8; 32],
    problem_count: u32,
    source: String,
    at: Timestamp,
}

impl PlanWrite {
    pub(super) fn carry_out(self, store: &mut Store, revision: &Revision) -> Result<Carried, OpeningError> {
        let Self { is_new, content_hash, problem_count, source, at } = self;
        let reading = Reading { content_hash, problem_count, source: &source, at };
        if !is_new {
            store.touch_plan(revision, reading)?;
        } else if store.save_revision(revision, reading)? == Saving::Overtaken {
            return Ok(Carried::Otherwise);
        }
        Ok(Carried::AsForeseen)
    }
}
