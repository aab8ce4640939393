//! A plan's file: what it says, and how the store is told of it.

use std::path::{Path, PathBuf};
use std::thread;

use super::{Carried, OpeningError, ParsedPlan, Parser, Source};
use crate::domain::revision::Revision;
use crate::domain::time::Timestamp;
use crate::reading;
use crate::store::{Reading, Saving, Store};

/// What the source of a plan begins with that has no file.
pub(super) const BUILTIN: &str = "builtin:";

/// Below so many bytes, starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 256 * 1024;

/// A plan's file. What it says is read when it is needed: most of the time it says what it said last time.
pub(super) struct ReadPlan<'a> {
    /// What is stored: the canonical path or `builtin:NAME`.
    pub(super) source: String,
    /// What people see, and what tells the format.
    pub(super) name: PathBuf,
    /// What it says, where it is inside the program.
    builtin: Option<&'a [u8]>,
    /// Of what it said when it was looked at last.
    pub(super) hash: [u8; 32],
    /// True where it is taken to say what it said, and is still to be looked at.
    is_unread: bool,
}

impl<'a> ReadPlan<'a> {
    /// The file of `source`, not looked into yet.
    pub(super) fn of(source: Source<'a>) -> Result<Self, OpeningError> {
        let (source, name, builtin) = match source {
            Source::Builtin { name, bytes } => (format!("{BUILTIN}{name}"), PathBuf::from(name), Some(bytes)),
            Source::File(path) => (source_text(&reading::canonical(path)?), path.to_owned(), None),
        };
        Ok(Self { source, name, builtin, hash: [0; 32], is_unread: false })
    }

    /// True where it says what it said at `touched_ms`, as far as the system knows; then it is taken to have the hash
    /// `known`, and [`PlanWrite::carry_out`] looks whether it does.
    pub(super) fn is_likely_unchanged(&mut self, known: [u8; 32], touched_ms: i64) -> bool {
        /// Some file systems say times by two seconds.
        const LEEWAY_MS: i64 = 2_000;
        let changed_ms = if self.builtin.is_some() { None } else { reading::changed_ms(&self.name) };
        self.is_unread = changed_ms.is_some_and(|changed| changed.saturating_add(LEEWAY_MS) < touched_ms);
        if self.is_unread {
            self.hash = known;
        }
        self.is_unread
    }

    /// What a parser makes of it, unless its hash is `known`.
    pub(super) fn parsed_unless(
        &mut self,
        known: Option<[u8; 32]>,
        parser: Parser<'_>,
    ) -> Result<Option<ParsedPlan>, OpeningError> {
        if let Some(known) = known {
            self.hash = match self.builtin {
                Some(bytes) => *blake3::hash(bytes).as_bytes(),
                None => reading::hash_file(&self.name)?,
            };
            if self.hash == known {
                return Ok(None);
            }
        }
        self.parsed(parser).map(Some)
    }

    /// What a parser makes of it.
    pub(super) fn parsed(&mut self, parser: Parser<'_>) -> Result<ParsedPlan, OpeningError> {
        let read;
        let bytes = match self.builtin {
            Some(bytes) => bytes,
            None => {
                read = reading::read_file(&self.name)?;
                &read
            }
        };
        // It may have changed since it was looked at.
        let hash = || *blake3::hash(bytes).as_bytes();
        let parse = || {
            parser(bytes, &self.name, &self.title())
                .map_err(|failure| OpeningError::Parse { path: self.name.clone(), failure })
        };
        let (hash, parsed) = if bytes.len() < WORTH_A_THREAD {
            (hash(), parse())
        } else {
            thread::scope(|scope| {
                let hashed = scope.spawn(hash);
                let parsed = parse();
                // A thread that failed failed in what this one can do as well.
                (hashed.join().unwrap_or_else(|_| hash()), parsed)
            })
        };
        self.hash = hash;
        parsed
    }

    /// As [`ReadPlan::parsed_unless`], while `meanwhile` does something else where that is worth a thread.
    pub(super) fn parsed_beside<T>(
        &mut self,
        known: Option<[u8; 32]>,
        parser: Parser<'_>,
        meanwhile: impl FnOnce() -> T,
    ) -> (Result<Option<ParsedPlan>, OpeningError>, T) {
        let is_long = self.builtin.is_none()
            && std::fs::metadata(&self.name).is_ok_and(|metadata| metadata.len() >= WORTH_A_THREAD as u64);
        if !is_long {
            return (self.parsed_unless(known, parser), meanwhile());
        }
        let (parsed, done) = thread::scope(|scope| {
            let parsed = scope.spawn(|| self.parsed_unless(known, parser));
            let done = meanwhile();
            (parsed.join(), done)
        });
        // A thread that failed failed in what this one can do as well.
        (parsed.unwrap_or_else(|_| self.parsed_unless(known, parser)), done)
    }

    /// How the store is told of it.
    pub(super) fn write(&self, is_new: bool, problem_count: usize, at: Timestamp) -> PlanWrite {
        let problem_count = u32::try_from(problem_count).unwrap_or(u32::MAX);
        let unread = self.is_unread.then(|| self.name.clone());
        PlanWrite { is_new, content_hash: self.hash, problem_count, source: self.source.clone(), at, unread }
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
    /// The file, where nobody looked yet whether it says what it said.
    unread: Option<PathBuf>,
}

impl PlanWrite {
    pub(super) fn carry_out(self, store: &mut Store, revision: &Revision) -> Result<Carried, OpeningError> {
        let Self { is_new, content_hash, problem_count, source, at, unread } = self;
        if let Some(file) = unread
            && reading::hash_file(&file)? != content_hash
        {
            return Ok(Carried::Otherwise);
        }
        let reading = Reading { content_hash, problem_count, source: &source, at };
        if !is_new {
            store.touch_plan(revision, reading)?;
        } else if store.save_revision(revision, reading)? == Saving::Overtaken {
            return Ok(Carried::Otherwise);
        }
        Ok(Carried::AsForeseen)
    }
}
