//! What was walked, in the forms that readers use: one file a form.
//!
//! A form takes sessions one after the other from [`Sessions`] and writes as it goes, so that a report of a million
//! marks needs the memory of one session. Nothing here knows where sessions are kept or where the text goes, which time
//! it is or which language the machine speaks: the same sessions give the same bytes everywhere (R42).
//!
//! What testers and plans say is hostile until shown otherwise. Each form has its own way of keeping it text; what they
//! share is in `shown`.

use std::error::Error;
use std::io;
use std::sync::Arc;

use crate::domain::history::PastMark;
use crate::domain::id::{PlanId, PromptId, SessionId};
use crate::domain::report::Walked;
use crate::domain::revision::Revision;
use crate::domain::session::Recorded;
use crate::domain::time::Timestamp;

mod columns;
mod csv;
mod ctrf;
mod html;
mod json;
mod junit;
mod markdown;
mod remarks;
mod ses;
mod shown;
mod tap;
mod testpad;
mod xml;

pub use csv::unguarded;
pub use json::FORMAT as JSON_FORMAT;
pub use ses::initials;

/// A form that a report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// For a pull request.
    Markdown,
    /// For a browser, a phone, and paper.
    Html,
    /// For CI servers.
    Junit,
    /// For dashboards.
    Ctrf,
    /// For programs, with nothing left out.
    Json,
    /// For a spreadsheet.
    Csv,
    /// For Testpad.
    Testpad,
    /// For the scanners of session-based test management.
    Ses,
    /// For harnesses that read the Test Anything Protocol.
    Tap,
}

impl Form {
    /// All forms, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Markdown,
        Self::Html,
        Self::Junit,
        Self::Ctrf,
        Self::Json,
        Self::Csv,
        Self::Testpad,
        Self::Ses,
        Self::Tap,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
            Self::Ctrf => "ctrf",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Testpad => "testpad",
            Self::Ses => "ses",
            Self::Tap => "tap",
        }
    }

    /// Who reads it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Markdown => {
                "for a pull request: what failed, what was not tested, what only a fake answered"
            }
            Self::Html => "for whoever was not there: one page with map, course, notes; prints well",
            Self::Junit => "for CI servers: JUnit XML, a suite a section",
            Self::Ctrf => "for dashboards: Common Test Report Format; one session",
            Self::Json => "for programs: every event, mark and note, nothing left out",
            Self::Csv => "for a spreadsheet: a row a prompt, the same columns for each session",
            Self::Testpad => "for Testpad: its CSV, a run a session; sessions of one plan",
            Self::Ses => "for session-based test management: a session sheet; one session",
            Self::Tap => "for test harnesses: Test Anything Protocol 14; one session",
        }
    }

    /// What the name of its file ends in.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Junit => "junit.xml",
            Self::Ctrf => "ctrf.json",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Testpad => "testpad.csv",
            Self::Ses => "ses",
            Self::Tap => "tap",
        }
    }

    /// True for a form that holds more than one session.
    #[must_use]
    pub const fn takes_several(self) -> bool {
        !matches!(self, Self::Ctrf | Self::Ses | Self::Tap)
    }

    /// True for a form for people, which can tell more or less.
    #[must_use]
    pub const fn has_extents(self) -> bool {
        matches!(self, Self::Markdown)
    }

    /// The form that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }
}

/// How much a report for people tells. Forms for programs tell everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What a reader has to know.
    #[default]
    Usual,
    /// That, and every prompt.
    Full,
    /// What failed, and nothing else.
    FailuresOnly,
}

/// Which session it is, known before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which session.
    pub id: SessionId,
    /// Its plan.
    pub plan: PlanId,
    /// What the plan was called when the session began.
    pub plan_title: String,
    /// Who walked.
    pub tester: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How many sessions of testers with the same [`initials`] began before it on the same day.
    pub earlier_that_day: usize,
}

/// The sessions of a report, in the order in which they were asked for.
pub trait Sessions {
    /// What is known of them all.
    fn named(&self) -> &[Named];

    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`Failure::Source`] if it cannot be read.
    fn read(&mut self, number_idx: usize) -> Result<Walked, Failure>;

    /// Reads each of `numbers` but for how long each prompt took ([`Walked::spent`]), which no report of many sessions tells,
    /// and has `work` make something of it: it gets the place among `numbers`, the session, and how to wait for those
    /// before it. Several may be worked on at the same time, in any order.
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`], and what `work` fails with; of several failures that of the first session.
    fn read_each(&mut self, numbers: &[usize], work: &Work<'_>) -> Result<(), Failure> {
        for (place, number_idx) in numbers.iter().enumerate() {
            work(place, &self.read(*number_idx)?, &InOrder)?;
        }
        Ok(())
    }

    /// Reads the last session of the same plan that began before that one and in which something was tested.
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`].
    fn read_before(&mut self, number_idx: usize) -> Result<Option<Walked>, Failure>;

    /// Goes through the events of one up to place `last_seq`, in order, undone ones included.
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`], and what `visit` fails with.
    fn visit_events(
        &mut self,
        number_idx: usize,
        last_seq: u64,
        visit: &mut dyn FnMut(&Recorded) -> Result<(), Failure>,
    ) -> Result<(), Failure>;

    /// The sessions of `plan` by their places among [`Sessions::named`], the one that began first in front, whatever
    /// clocks said: see [`in_order`](crate::domain::history::in_order).
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`].
    fn in_order(&mut self, plan: PlanId) -> Result<Vec<usize>, Failure>;

    /// The marks of each of `prompts` in all sessions of `plan` that there are, of this report or not, the oldest first;
    /// parallel to `prompts`.
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`].
    fn marks(&mut self, plan: PlanId, prompts: &[PromptId]) -> Result<Vec<Vec<PastMark>>, Failure>;

    /// The newest state of `plan` that any of the sessions was walked with.
    ///
    /// # Errors
    ///
    /// As for [`Sessions::read`].
    fn newest_state(&mut self, plan: PlanId) -> Result<Arc<Revision>, Failure>;
}

/// What is made of a session, given its place, itself, and how to wait for those before it.
pub type Work<'w> = dyn Fn(usize, &Walked, &dyn Turn) -> Result<(), Failure> + Sync + 'w;

/// How one of several sessions waits for those before it.
pub trait Turn {
    /// Comes back once all sessions before it are done, so that what follows is done by one at a time and in order.
    ///
    /// # Errors
    ///
    /// If one of them failed: then this one is to give up, with that.
    fn wait(&self) -> Result<(), Failure>;
}

/// Who comes one after the other has no need to wait.
struct InOrder;

impl Turn for InOrder {
    fn wait(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// A session could not be read.
    #[error(transparent)]
    Source(Box<dyn Error + Send + Sync>),
    /// The form cannot tell what was asked for.
    #[error("{0}")]
    Refused(String),
}

/// Writes the sessions to `out` in `form`.
///
/// # Errors
///
/// [`Failure`]; what was written until then is no report.
pub fn write(
    form: Form,
    extent: Extent,
    sessions: &mut dyn Sessions,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    let count = sessions.named().len();
    if count > 1 && !form.takes_several() {
        let why = format!(
            "{}: its form holds one session, and {count} were named: ask for each by itself",
            form.word()
        );
        return Err(Failure::Refused(why));
    }
    match form {
        Form::Markdown => markdown::write(extent, sessions, out),
        Form::Html => html::write(sessions, out),
        Form::Junit => junit::write(sessions, out),
        Form::Ctrf => ctrf::write(sessions, out),
        Form::Testpad => testpad::write(sessions, out),
        Form::Ses => ses::write(sessions, out),
        Form::Tap => tap::write(sessions, out),
        Form::Json => json::write(sessions, out),
        Form::Csv => csv::write(sessions, out),
    }
}

/// What a report's file is called where nobody says so: `web-shop-019ab5e2.md`; a session sheet as its scanners want it.
#[must_use]
pub fn file_name(form: Form, sessions: &[Named]) -> String {
    let first = sessions.first();
    if let (Form::Ses, Some(first)) = (form, first) {
        return ses::file_name(first);
    }
    let title = first.map_or("", |first| first.plan_title.as_str());
    let id = first.map_or_else(String::new, |first| first.id.to_string());
    let id = id.get(..shortest_ids(sessions)).unwrap_or(&id);
    let more = if sessions.len() > 1 { format!("-and-{}-more", sessions.len() - 1) } else { String::new() };
    format!("{}-{id}{more}.{}", slug(title), form.ending())
}

/// The letters and digits of `title` that every file system takes, for people to recognise it.
fn slug(title: &str) -> String {
    const MOST_CHARS: usize = 40;
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(MOST_CHARS).collect();
    if slug.is_empty() { "report".to_owned() } else { slug.trim_end_matches('-').to_owned() }
}

/// How many characters of each id tell it from the others.
fn shortest_ids(sessions: &[Named]) -> usize {
    const FEWEST_CHARS: usize = 8;
    let mut sorted: Vec<String> = sessions.iter().map(|named| named.id.to_string()).collect();
    sorted.sort();
    sorted.dedup();
    let shared = |pair: &[String]| pair[0].chars().zip(pair[1].chars()).take_while(|(a, b)| a == b).count();
    sorted.windows(2).map(|pair| shared(pair) + 1).max().unwrap_or(0).max(FEWEST_CHARS)
}
