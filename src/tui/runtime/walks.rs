//! Opens walks: reads plan and session, and writes what has to be written for that.

use std::path::PathBuf;

use super::effects::parse;
use super::errands::Gate;
use crate::domain::id::{PlanId, SessionId};
use crate::domain::identity::PlanChanges;
use crate::domain::time::Timestamp;
use crate::opening::{self, Carried, Choices, Foreseen, Opened, OpeningError, RetestOf, Source};
use crate::store::{self, DraftOf, Store, StoreError};
use crate::tui::msg::OpenedWalk;
use crate::tui::screens::walk::state::Draft;

/// The sample that is offered on a first run.
const SAMPLE: &[u8] = include_bytes!("../../../assets/plans/web-shop.md");
const SAMPLE_NAME: &str = "web-shop.md";

/// `opened` with the notes that were being typed when it was last left. Where they cannot be read the walk opens all
/// the same.
pub(super) fn with_drafts(store: &Store, opened: OpenedWalk) -> OpenedWalk {
    let stored = store.drafts(opened.session.id()).unwrap_or_default();
    let (mut drafts, mut answers) = (Vec::new(), Vec::new());
    for store::Draft { of, text, .. } in stored {
        match of {
            DraftOf::Note { prompt, kind } => drafts.push((prompt, Draft { kind, text })),
            DraftOf::Answer(question) => answers.push((question, text)),
        }
    }
    OpenedWalk { drafts, answers, ..opened }
}

/// Opens `session`. An open one goes on with the plan as its file says it now.
pub(super) fn open_session(
    store: &mut Store,
    session: SessionId,
    now: Timestamp,
) -> Result<OpenedWalk, OpeningError> {
    let head = store.session_head(session)?;
    let (mut said, mut latest) = (None, None);
    if head.ended_at.is_none()
        && let Some(source) = source_of(head.plan_source.as_deref())
    {
        match opening::open_plan(store, source.as_source(), now, &parse) {
            Ok(opened) if opened.revision.plan_id() == head.plan => {
                store.set_session_revision(session, &opened.revision)?;
                said = told(&opened.changes, opened.problem_count, &[]);
                latest = Some(opened.revision);
            }
            Ok(_) => {
                said = Some("another plan lies at this path now: walking the plan as it was".to_owned());
            }
            Err(OpeningError::Store(error)) => return Err(error.into()),
            Err(error) => said = Some(format!("walking the plan as it was: {error}")),
        }
    }
    let (session, revision) = match latest {
        Some(revision) => (store.load_session(session)?, revision),
        None => {
            let loaded = store.load(session)?;
            (loaded.session, loaded.revision)
        }
    };
    let source = head.plan_source.unwrap_or_default();
    let (drafts, answers) = (Vec::new(), Vec::new());
    let opened = OpenedWalk { revision, session, source, said, drafts, answers, is_stored: true };
    Ok(with_drafts(store, opened))
}

/// Opens `plan` where its file was last; `None` if that was given up at the `gate`, before a session was started.
pub(super) fn open_plan(
    store: &mut Store,
    plan: PlanId,
    choices: &Choices,
    now: Timestamp,
    gate: &Gate,
) -> Result<Option<OpenedWalk>, OpeningError> {
    let stored = store.plan(plan)?;
    let Some(source) = source_of(stored.and_then(|stored| stored.source).as_deref()) else {
        let path = store.path().to_owned();
        return Err(OpeningError::Store(StoreError::NoSuchPlan { path, plan }));
    };
    open_source(store, &source, choices, now, gate)
}

/// Opens a session that walks once more what did not work in `session`; `None` as in [`open_plan`].
pub(super) fn retest(
    store: &mut Store,
    session: SessionId,
    now: Timestamp,
    gate: &Gate,
) -> Result<Option<OpenedWalk>, OpeningError> {
    let retest = Some(RetestOf::usual(session));
    let plan = store.session_head(session)?.plan;
    open_plan(store, plan, &Choices { retest, ..Choices::default() }, now, gate)
}

/// Opens the built-in sample; `None` as in [`open_plan`].
pub(super) fn open_sample(
    store: &mut Store,
    now: Timestamp,
    gate: &Gate,
) -> Result<Option<OpenedWalk>, OpeningError> {
    open_source(store, &Stored::Sample, &Choices::default(), now, gate)
}

fn open_source(
    store: &mut Store,
    source: &Stored,
    choices: &Choices,
    now: Timestamp,
    gate: &Gate,
) -> Result<Option<OpenedWalk>, OpeningError> {
    let Foreseen { opened, writes } = opening::foresee(store, source.as_source(), choices, now, &parse)?;
    if !gate.pass() {
        return Ok(None);
    }
    let opened = match writes.carry_out(store, &opened.revision)? {
        Carried::AsForeseen => opened,
        // Another program was quicker.
        Carried::Otherwise => opening::open(store, source.as_source(), choices, now, &parse)?,
    };
    Ok(Some(with_drafts(store, opened_walk(opened, source.shown()))))
}

/// A stored source, ready to be read again.
enum Stored {
    File(PathBuf),
    Sample,
}

impl Stored {
    fn as_source(&self) -> Source<'_> {
        match self {
            Self::File(path) => Source::File(path),
            Self::Sample => Source::Builtin { name: SAMPLE_NAME, bytes: SAMPLE },
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Sample => SAMPLE_NAME.to_owned(),
        }
    }
}

fn source_of(stored: Option<&str>) -> Option<Stored> {
    stored.map(
        |stored| if stored.starts_with("builtin:") { Stored::Sample } else { Stored::File(stored.into()) },
    )
}

/// A walk as it was opened, with what the tester should be told about it.
pub(super) fn opened_walk(opened: Opened, source: String) -> OpenedWalk {
    let Opened { revision, session, changes, retest, ignored, problem_count, .. } = opened;
    let told = told(&changes, problem_count, &ignored);
    let said = retest
        .map(|retest| retest.to_string())
        .into_iter()
        .chain(told)
        .reduce(|retest, told| format!("{retest}; {told}"));
    let (drafts, answers) = (Vec::new(), Vec::new());
    OpenedWalk { revision, session, source, said, drafts, answers, is_stored: true }
}

/// What the tester should know about a plan that was just opened.
fn told(changes: &PlanChanges, problem_count: usize, ignored: &[String]) -> Option<String> {
    let mut told = Vec::new();
    let changed = changes.to_string();
    if !changed.is_empty() {
        told.push(changed);
    }
    if !ignored.is_empty() {
        told.push(format!("the open session goes on as it was started; --new takes {}", ignored.join(", ")));
    }
    if problem_count > 0 {
        let problems = if problem_count == 1 { "problem" } else { "problems" };
        told.push(format!("{problem_count} {problems} in the plan: seamwalk plan check"));
    }
    (!told.is_empty()).then(|| told.join("; "))
}
