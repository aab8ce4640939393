//! From a path to a walk: reads a plan, finds which plan and which prompts it is about, resumes or starts a session.
//!
//! Both faces come through here, so that `seamwalk PLAN` and `seamwalk walk PLAN` cannot disagree about what a plan is.
//! The parser comes in as an argument: this module knows files and the store, not Markdown.

mod error;
mod file;
mod retest;
mod tester;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

pub use error::OpeningError;
use file::{BUILTIN, PlanWrite, ReadPlan};
use retest::Again;
pub use retest::{RetestError, RetestOf, Retested};
pub use tester::default_tester;

use crate::domain::component::ComponentState;
use crate::domain::id::{EventId, PlanId, SessionId};
use crate::domain::identity::{self, PlanChanges};
use crate::domain::plan::Plan;
use crate::domain::revision::Revision;
use crate::domain::session::{Command, Fresh, Refusal, Retest, Session, Start};
use crate::domain::strategy::Strategy;
use crate::domain::time::Timestamp;
use crate::git::{self, GitError};
use crate::store::{AppendError, IfOpen, NewSession, Store, StoreError, StoredPlan};

/// Where a plan comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// A file.
    File(&'a Path),
    /// A sample inside the program; its identity is `builtin:NAME`.
    Builtin {
        /// Its name, such as `web-shop.md`.
        name: &'a str,
        /// What it says.
        bytes: &'a [u8],
    },
}

/// What a parser made of a plan's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPlan {
    /// The plan, which has at least one prompt.
    pub plan: Plan,
    /// How many problems are worth a look with `seamwalk plan check`.
    pub problem_count: usize,
}

/// A parser's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFailure {
    /// Line and column, both from 1; `None` where it is about the whole file.
    pub place: Option<(u32, u32)>,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for ParseFailure {
    /// What follows a file's name: `:3:1: message`, or `: message` about the whole file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Reads a plan: bytes, the name that tells the format, and the title where the plan gives none.
pub type Parser<'a> = &'a (dyn Fn(&[u8], &Path, &str) -> Result<ParsedPlan, ParseFailure> + Sync);

/// What the tester chose for the walk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Start a new session even if one is open.
    pub new: bool,
    /// Walk once more what did not work in another session.
    pub retest: Option<RetestOf>,
    /// Who walks.
    pub tester: Option<String>,
    /// The mission.
    pub charter: Option<String>,
    /// What the session says of its environment.
    pub fields: BTreeMap<String, String>,
    /// The folder whose working tree is the build that is tested: git names it, and the field `build` says so.
    pub build_from: Option<PathBuf>,
    /// Only prompts with this tag.
    pub only: Option<String>,
    /// What stands for components.
    pub components: BTreeMap<String, ComponentState>,
    /// In which order.
    pub strategy: Option<Strategy>,
    /// How many milliseconds the session may take.
    pub time_box_ms: Option<u64>,
}

/// A plan that is known to the store, with what became of it since the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedPlan {
    /// Its latest state, saved.
    pub revision: Revision,
    /// What happened to it.
    pub changes: PlanChanges,
    /// How many problems the parser found.
    pub problem_count: usize,
}

/// A walk that can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The plan's latest state.
    pub revision: Revision,
    /// The session on it.
    pub session: Session,
    /// What happened to the plan since the last time.
    pub changes: PlanChanges,
    /// True where an open session goes on.
    pub resumed: bool,
    /// What is walked once more, where that was asked for.
    pub retest: Option<Retested>,
    /// Names of choices that differ from the session that goes on, and so had no effect: `charter`, `only`, …
    pub ignored: Vec<String>,
    /// How many problems the parser found.
    pub problem_count: usize,
}

/// Opens `source` and resumes its latest open session, or starts one. A retest resumes only a session that walks the
/// same prompts of the same session once more.
///
/// # Errors
///
/// [`OpeningError`]; no session was started then.
pub fn open(
    store: &mut Store,
    source: Source<'_>,
    choices: &Choices,
    now: Timestamp,
    parser: Parser<'_>,
) -> Result<Opened, OpeningError> {
    let mut read = None;
    for _ in 0..TRIES {
        let Foreseen { opened, writes } =
            foresee_walk(store, source, choices, now, parser, Look::Now, &mut read)?;
        match writes.carry_out(store, &opened.revision)? {
            Carried::AsForeseen => return Ok(opened),
            Carried::Otherwise => {}
        }
    }
    Err(overtaken(source))
}

/// Another process can be quicker once or twice; more would be a defect.
const TRIES: usize = 5;

fn overtaken(source: Source<'_>) -> OpeningError {
    let path = match source {
        Source::File(path) => path,
        Source::Builtin { name, .. } => Path::new(name),
    };
    OpeningError::Overtaken { path: path.to_owned() }
}

/// A walk as it will be once it is written that it was opened, and what is to be written.
#[derive(Debug)]
pub struct Foreseen {
    /// The walk.
    pub opened: Opened,
    /// What [`open`] would have written by now.
    pub writes: Writes,
}

/// As [`open`], but nothing is written yet: a walk can be looked at while it is.
///
/// A file that was not changed since it was read last, as far as the system knows, is not read for that: whether it says
/// what it said is looked at before anything is written, and if not, the walk comes otherwise.
///
/// # Errors
///
/// As [`open`].
pub fn foresee(
    store: &Store,
    source: Source<'_>,
    choices: &Choices,
    now: Timestamp,
    parser: Parser<'_>,
) -> Result<Foreseen, OpeningError> {
    // What is walked once more is told before the walk is drawn, so it has to be what it will be.
    if choices.retest.is_none()
        && let Ok(foreseen) = foresee_walk(store, source, choices, now, parser, Look::Later, &mut None)
    {
        return Ok(foreseen);
    }
    // What the file said may be why it cannot be, and it may say something else by now.
    foresee_walk(store, source, choices, now, parser, Look::Now, &mut None)
}

/// When it is looked at what a file says that seems unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Now,
    /// Before anything is written.
    Later,
}

fn foresee_walk<'a>(
    store: &Store,
    source: Source<'a>,
    choices: &Choices,
    now: Timestamp,
    parser: Parser<'_>,
    look: Look,
    read: &mut Option<ReadPlan<'a>>,
) -> Result<Foreseen, OpeningError> {
    let (plan, write) = foresee_plan(store, source, now, parser, look, read)?;
    let OpenedPlan { revision, changes, problem_count } = plan;
    if let Some(tag) = &choices.only {
        require_tag(&revision, tag)?;
    }
    require_components(revision.plan(), &choices.components)?;
    let choices = with_build(choices)?;
    let again = choices.retest.as_ref().map(|of| retest::found(store, of, &revision)).transpose()?;
    let open = match &again {
        _ if choices.new => None,
        Some(again) => store.open_retest_of(revision.plan_id(), &again.retest)?,
        None => store.open_session_of(revision.plan_id())?,
    };
    let choices = &match &again {
        Some(again) if open.is_none() => again.inherited(&revision, choices),
        _ => choices,
    };
    let (retest, retested) = again.map(Again::told).unzip();
    let (mut session, beginning) = match open {
        Some(id) => (store.load_session(id)?, Beginning::Resumed),
        None => {
            let new = NewSession {
                id: SessionId(Uuid::now_v7()),
                event: EventId(Uuid::now_v7()),
                at: now,
                start: start_of(source, &revision, choices, retest),
            };
            retest::require_prompts(&revision, &new.start)?;
            (
                Session::started(new.id, new.start.clone(), now),
                Beginning::New(Box::new(new), if_open(choices)),
            )
        }
    };
    let expected_seq = session.seq();
    let chosen = chosen(&mut session, revision.plan(), choices, now)?;
    let resumed = open.is_some();
    let ignored = if resumed { ignored(choices, session.start()) } else { Vec::new() };
    let writes = Writes { plan: write, session: session.id(), beginning, expected_seq, chosen };
    Ok(Foreseen {
        opened: Opened { revision, session, changes, resumed, retest: retested, ignored, problem_count },
        writes,
    })
}

/// What is to be written so that a walk is open.
#[derive(Debug)]
pub struct Writes {
    plan: PlanWrite,
    session: SessionId,
    beginning: Beginning,
    expected_seq: u64,
    /// What the session does not say yet of what was chosen for it.
    chosen: Vec<Fresh>,
}

#[derive(Debug)]
enum Beginning {
    New(Box<NewSession>, IfOpen),
    Resumed,
}

/// Whether it came as it was foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a walk that is otherwise must be opened anew"]
pub enum Carried {
    /// It did: the walk is what it was said to be.
    AsForeseen,
    /// Another process was quicker: the walk must be opened anew.
    Otherwise,
}

impl Writes {
    /// True where the session that was foreseen is on the disk already, with all that it says.
    #[must_use]
    pub fn session_is_stored(&self) -> bool {
        matches!(self.beginning, Beginning::Resumed) && self.chosen.is_empty()
    }

    /// Writes it. `revision` is the one that was foreseen.
    ///
    /// # Errors
    ///
    /// [`OpeningError`]; what was written until then stays, and does no harm.
    pub fn carry_out(self, store: &mut Store, revision: &Revision) -> Result<Carried, OpeningError> {
        if self.plan.carry_out(store, revision)? == Carried::Otherwise {
            return Ok(Carried::Otherwise);
        }
        match self.beginning {
            Beginning::New(new, if_open) => {
                if store.start_session(&new, revision, if_open)?.id() != new.id {
                    return Ok(Carried::Otherwise);
                }
            }
            Beginning::Resumed => store.set_session_revision(self.session, revision)?,
        }
        if self.chosen.is_empty() {
            return Ok(Carried::AsForeseen);
        }
        match store.append(self.session, self.expected_seq, &self.chosen) {
            Ok(_) => Ok(Carried::AsForeseen),
            Err(AppendError::Stale { .. }) => Ok(Carried::Otherwise),
            Err(error) => Err(error.into()),
        }
    }
}

/// Between looking for an open session and starting one, another program may have started one. It is joined, unless what
/// is started is another walk than that.
fn if_open(choices: &Choices) -> IfOpen {
    if choices.new || choices.retest.is_some() { IfOpen::StartAnother } else { IfOpen::Join }
}

/// `choices` with the build in their fields that git names.
fn with_build(choices: &Choices) -> Result<Choices, GitError> {
    let mut choices = choices.clone();
    if let Some(folder) = choices.build_from.take() {
        choices.fields.insert("build".to_owned(), git::describe(&folder)?);
    }
    Ok(choices)
}

fn require_components(plan: &Plan, chosen: &BTreeMap<String, ComponentState>) -> Result<(), OpeningError> {
    let known = plan.component_names();
    match chosen.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let known = known.into_iter().map(str::to_owned).collect();
            Err(OpeningError::NoSuchComponent { name: name.clone(), known })
        }
        None => Ok(()),
    }
}

fn require_tag(revision: &Revision, tag: &str) -> Result<(), OpeningError> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    revision.plan().outline.visit_tagged_prompts(|_, tags| known.extend(tags));
    if known.contains(tag) {
        return Ok(());
    }
    let known = known.into_iter().map(str::to_owned).collect();
    Err(OpeningError::NoSuchTag { tag: tag.to_owned(), known })
}

/// Brings an open session in line with what was chosen for it now, and with what the plan says by now of components
/// that the session never spoke of.
///
/// Each is a decision of its own, so that an undo takes back one of them. The session has them afterwards; they are
/// still to be written.
fn chosen(
    session: &mut Session,
    plan: &Plan,
    choices: &Choices,
    now: Timestamp,
) -> Result<Vec<Fresh>, OpeningError> {
    let unspoken = plan.defaults.iter().filter(|(component, _)| !session.speaks_of(component));
    let mut components: BTreeMap<String, ComponentState> =
        unspoken.map(|(component, state)| (component.to_owned(), state.clone())).collect();
    components.extend(choices.components.clone());
    let fields = choices.fields.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
    let strategy = choices.strategy.unwrap_or(session.strategy());
    let wanted = [
        Some(Command::SetComponents(components.into_iter().collect())),
        Some(Command::SetFields(fields.collect())),
        Some(Command::Choose(strategy)),
        choices.charter.as_ref().map(|charter| Command::SetCharter(Some(charter.clone()))),
        choices.time_box_ms.map(|ms| Command::SetTimeBox(Some(ms))),
    ];
    let mut chosen = Vec::new();
    for command in wanted.into_iter().flatten() {
        let events = match session.decide(command) {
            Ok(events) => events,
            Err(Refusal::NothingToChange) => continue,
            Err(refusal) => return Err(refusal.into()),
        };
        for fresh in Fresh::decided(events, now, || EventId(Uuid::now_v7())) {
            let place = session.seq() + 1;
            session.apply(fresh.clone().at_place(place)).map_err(AppendError::Impossible)?;
            chosen.push(fresh);
        }
    }
    Ok(chosen)
}

/// The choices that a session which goes on does not have: they would need a new session.
fn ignored(choices: &Choices, start: &Start) -> Vec<String> {
    let mut ignored = Vec::new();
    if choices.tester.as_ref().is_some_and(|tester| *tester != start.tester) {
        ignored.push("tester".to_owned());
    }
    if choices.only.is_some() && choices.only != start.only {
        ignored.push("only".to_owned());
    }
    ignored
}

fn start_of(source: Source<'_>, revision: &Revision, choices: &Choices, retest: Option<Retest>) -> Start {
    let folder = match source {
        Source::File(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()),
        Source::Builtin { .. } => None,
    };
    let mut components = revision.plan().defaults.clone();
    for (component, state) in &choices.components {
        components.set(component.clone(), state.clone());
    }
    let chosen = choices.tester.as_deref().map(tester::cleaned).filter(|name| !name.is_empty());
    Start {
        plan: revision.plan_id(),
        plan_title: revision.plan().title.clone(),
        tester: chosen.unwrap_or_else(|| default_tester(folder.unwrap_or(Path::new(".")))),
        charter: choices.charter.clone(),
        fields: choices.fields.clone(),
        only: choices.only.clone(),
        components,
        retest,
        time_box_ms: choices.time_box_ms,
    }
}

/// Reads `source`, and saves its state if it changed; no session is touched.
///
/// A file whose content is the one that was read last is not parsed again.
///
/// # Errors
///
/// [`OpeningError`]; the store is unchanged then.
pub fn open_plan(
    store: &mut Store,
    source: Source<'_>,
    now: Timestamp,
    parser: Parser<'_>,
) -> Result<OpenedPlan, OpeningError> {
    let mut read = None;
    for _ in 0..TRIES {
        let (plan, write) = foresee_plan(store, source, now, parser, Look::Now, &mut read)?;
        match write.carry_out(store, &plan.revision)? {
            Carried::AsForeseen => return Ok(plan),
            Carried::Otherwise => {}
        }
    }
    Err(overtaken(source))
}

/// Reads `source` and finds its prompts again. `read` keeps the file for another try.
fn foresee_plan<'a>(
    store: &Store,
    source: Source<'a>,
    now: Timestamp,
    parser: Parser<'_>,
    look: Look,
    read: &mut Option<ReadPlan<'a>>,
) -> Result<(OpenedPlan, PlanWrite), OpeningError> {
    let file = match read {
        Some(file) => file,
        None => read.insert(ReadPlan::of(source)?),
    };
    let unchanged = |revision: Revision, problem_count: usize| OpenedPlan {
        revision,
        changes: PlanChanges::default(),
        problem_count,
    };
    let at_source = store.plan_of_source(&file.source)?;
    // Its latest state is needed whether or not the file says what it said, so it is read while the file is.
    let latest = |known: &StoredPlan| store.revision(known.id, known.revision);
    let current = at_source.as_ref().filter(|known| known.is_current(known.content_hash));
    if let Some(known) = current
        && look == Look::Later
        && file.is_likely_unchanged(known.content_hash, known.touched_ms)
    {
        let problem_count = known.problem_count as usize;
        return Ok((unchanged(latest(known)?, problem_count), file.write(false, problem_count, now)));
    }
    let hash = current.map(|known| known.content_hash);
    let (parsed, stored) = match &at_source {
        Some(known) => {
            let (parsed, stored) = file.parsed_beside(hash, parser, || latest(known));
            (parsed, Some(stored))
        }
        None => (file.parsed_unless(None, parser), None),
    };
    let (ParsedPlan { plan, problem_count }, stored) = match (parsed?, at_source.clone().zip(stored)) {
        (Some(parsed), stored) => (parsed, stored),
        (None, Some((known, revision))) => {
            let problem_count = known.problem_count as usize;
            return Ok((unchanged(revision?, problem_count), file.write(false, problem_count, now)));
        }
        (None, None) => (file.parsed(parser)?, None),
    };
    let (plan_id, known) = which_plan(store, file, &plan, at_source)?;
    let previous = match (&known, stored) {
        (Some(known), Some((at_source, revision))) if *known == at_source => Some(revision?),
        (Some(known), _) => Some(latest(known)?),
        (None, _) => None,
    };
    if let Some(revision) = &previous
        && known.as_ref().is_some_and(|known| known.is_current(file.hash))
    {
        // The file was moved or copied, and says what it said.
        return Ok((unchanged(revision.clone(), problem_count), file.write(false, problem_count, now)));
    }
    let matched = identity::matched(plan_id, previous.as_ref(), &plan);
    let number = known.as_ref().map_or(1, |known| known.revision + 1);
    let revision = Revision::sorted(plan_id, number, plan, matched.ids, matched.removed, matched.by_id)?;
    let opened = OpenedPlan { revision, changes: matched.changes, problem_count };
    Ok((opened, file.write(true, problem_count, now)))
}

/// The state that `source` would have if it were opened, its prompts with their identities; nothing is saved.
///
/// # Errors
///
/// [`OpeningError`] if it cannot be read, is no plan, or the database refuses.
pub fn look_at_plan(store: &Store, source: Source<'_>, parser: Parser<'_>) -> Result<Revision, OpeningError> {
    let mut file = ReadPlan::of(source)?;
    let ParsedPlan { plan, .. } = file.parsed(parser)?;
    let (plan_id, known) = which_plan(store, &file, &plan, store.plan_of_source(&file.source)?)?;
    let previous = known.map(|known| store.revision(known.id, known.revision)).transpose()?;
    let number = previous.as_ref().map_or(1, |previous| previous.number() + 1);
    let matched = identity::matched(plan_id, previous.as_ref(), &plan);
    Ok(Revision::sorted(plan_id, number, plan, matched.ids, matched.removed, matched.by_id)?)
}

/// Which plan a file is: its explicit id; else the plan that was at its path; else the plan that has this content and
/// whose own file is gone (it was moved); else a new one.
fn which_plan(
    store: &Store,
    file: &ReadPlan<'_>,
    plan: &Plan,
    at_source: Option<StoredPlan>,
) -> Result<(PlanId, Option<StoredPlan>), StoreError> {
    if let Some(explicit) = &plan.id {
        let id = identity::explicit_plan_id(explicit);
        let known = match store.plan_of_explicit_id(explicit)? {
            Some(known) => return Ok((known.id, Some(known))),
            None => store.plan(id)?,
        };
        // A plan that was walked before it said its id keeps the identity it was given: its results are under that.
        let unnamed = at_source.filter(|at_source| known.is_none() && !at_source.has_explicit_id);
        return Ok(unnamed.map_or((id, known), |unnamed| (unnamed.id, Some(unnamed))));
    }
    if let Some(known) = at_source {
        return Ok((known.id, Some(known)));
    }
    let gone = |plan: &StoredPlan| match &plan.source {
        Some(source) => !source.starts_with(BUILTIN) && !Path::new(source).exists(),
        None => false,
    };
    if let Some(moved) = store.plans_of_content(file.hash)?.into_iter().find(gone) {
        return Ok((moved.id, Some(moved)));
    }
    let name = file.name.file_name().unwrap_or(file.name.as_os_str()).to_string_lossy();
    // A plan of this very file that is there by now was saved by another program since the file was looked for.
    let is_of_another_file =
        |plan: Option<StoredPlan>| plan.is_some_and(|plan| plan.source.as_deref() != Some(&file.source));
    let id = identity::derived_plan_id(&name, &plan.title, |id| store.plan(id).map(is_of_another_file))?;
    Ok((id, store.plan(id)?))
}
