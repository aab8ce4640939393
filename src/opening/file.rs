//! A plan's file: what it says, and how the store is told of it.

use std::path::{Path, PathBuf};

use super::{Carried, OpeningError, ParsedPlan, Parser, Source};
use crate::domain::revision::Revision;
use crate::domain::time::Timestamp;
use crate::reading;
use crate::store::{Reading, Saving, Store, StoreError};

/// What the source of a plan begins with that has no file.
pub(super) const BUILTIN: &str = "builtin:";

/// A plan's file. What it says is read when it is needed: most of the time it says what it said last time.
pub(super) struct ReadPlan<'a> {
    /// What is stored: the canonical path or `builtin:NAME`.
    pub(super) source: String,
    /// What people see, and what tells the format.
    pub(super) name: PathBuf,
    content: Content<'a>,
    pub(super) hash: [u8; 32],
}

/// What a plan's file says.
enum Content<'a> {
    /// It is inside the program.
    Builtin(&'a [u8]),
    /// It was read, and nobody parsed it yet.
    Read(Vec<u8>),
    /// It is read when somebody wants to parse it.
    Unread,
}

impl<'a> ReadPlan<'a> {
    /// The file of `source`, read unless `is_known` says that its place is.
    pub(super) fn of(
        source: Source<'a>,
        is_known: impl FnOnce(&str) -> Result<bool, StoreError>,
    ) -> Result<Self, OpeningError> {
        let (source, name, content) = match source {
            Source::Builtin { name, bytes } => {
                (format!("{BUILTIN}{name}"), PathBuf::from(name), Content::Builtin(bytes))
            }
            Source::File(path) => {
                let source = source_text(&reading::canonical(path)?);
                let is_known = is_known(&source)?;
                let content =
                    if is_known { Content::Unread } else { Content::Read(reading::read_file(path)?) };
                (source, path.to_owned(), content)
            }
        };
        let hash = match &content {
            Content::Builtin(bytes) => *blake3::hash(bytes).as_bytes(),
            Content::Read(bytes) => *blake3::hash(bytes).as_bytes(),
            Content::Unread => reading::hash_file(&name)?,
        };
        Ok(Self { source, name, content, hash })
    }

    /// How the store is told of it.
    pub(super) fn write(&self, is_new: bool, problem_count: usize, at: Timestamp) -> PlanWrite {
        let problem_count = u32::try_from(problem_count).unwrap_or(u32::MAX);
        PlanWrite { is_new, content_hash: self.hash, problem_count, source: self.source.clone(), at }
    }

    /// What a parser makes of it.
    pub(super) fn parsed(&mut self, parser: Parser<'_>) -> Result<ParsedPlan, OpeningError> {
        let title = self.title();
        let parsed = match std::mem::replace(&mut self.content, Content::Unread) {
            Content::Builtin(bytes) => {
                self.content = Content::Builtin(bytes);
                parser(bytes, &self.name, &title)
            }
            Content::Read(bytes) => parser(&bytes, &self.name, &title),
            Content::Unread => {
                let bytes = reading::read_file(&self.name)?;
                // It may have changed since it was looked at.
                self.hash = *blake3::hash(&bytes).as_bytes();
                parser(&bytes, &self.name, &title)
            }
        };
        parsed.map_err(|failure| OpeningError::Parse { path: self.name.clone(), failure })
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
