//! A session that walks once more what did not work in another one.
//!
//! It is a session of its own: the other one stays as it is, open or finished. What it takes over is what still holds
//! when somebody comes back with a mended system: what stands for the components, the environment, the order of the
//! walk. It takes over no build, since that is what was mended: a retest that claimed the old one would call *flaky*
//! what was fixed. Nor charter and time box, which were the other session's own.

use std::collections::BTreeMap;
use std::fmt;

use super::{Choices, OpeningError};
use crate::domain::id::SessionId;
use crate::domain::retest::{Chosen, USUAL};
use crate::domain::revision::Revision;
use crate::domain::session::{Retest, Session, Start};
use crate::domain::verdict::Verdict;
use crate::store::{FindError, Store, StoreError};
use crate::visible;

/// The field that a retest does not take over.
const BUILD: &str = "build";

/// How many prompts are named in a message; the rest are a number.
const MOST_NAMED: usize = 3;

/// What is to be walked once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetestOf {
    /// The session: an id, the beginning of one, or `latest`.
    pub session: String,
    /// The verdicts that a prompt must have there.
    pub verdicts: Vec<Verdict>,
}

impl RetestOf {
    /// What did not work in `session`.
    #[must_use]
    pub fn usual(session: SessionId) -> Self {
        Self { session: session.to_string(), verdicts: USUAL.to_vec() }
    }
}

/// There is nothing to walk once more.
#[derive(Debug, thiserror::Error)]
pub enum RetestError {
    /// No session, or more than one, is called so.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The session walked another plan.
    #[error(
        "the session {session} walked another plan, {title:?}: open that one, or name a session of this plan"
    )]
    OtherPlan {
        /// The session.
        session: SessionId,
        /// What its plan was called when it began.
        title: String,
    },
    /// Every prompt has another verdict.
    #[error("no prompt of the session {session} is {}: there is nothing to retest", either(.verdicts))]
    Nothing {
        /// The session.
        session: SessionId,
        /// What was looked for.
        verdicts: Vec<Verdict>,
    },
    /// All of them were removed.
    #[error("the plan has no longer {}: there is nothing to retest", named(.gone))]
    Gone {
        /// What they said when they were judged.
        gone: Vec<String>,
    },
    /// None of them has the tag that was asked for.
    #[error("no prompt that is to be retested has the tag #{tag}: leave --only out")]
    NoneTagged {
        /// The tag, without `#`.
        tag: String,
    },
}

fn either(verdicts: &[Verdict]) -> String {
    let words: Vec<&str> = verdicts.iter().map(|verdict| verdict.word()).collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// The prompts that say `texts`, the first few by name: `"Login works", "Mail arrives" and 4 more prompts`.
fn named(texts: &[String]) -> String {
    let few: Vec<String> = texts
        .iter()
        .take(MOST_NAMED)
        .map(|text| format!("\u{201c}{}\u{201d}", visible::line(text)))
        .collect();
    let few = few.join(", ");
    match texts.len().saturating_sub(MOST_NAMED) {
        0 => few,
        1 => format!("{few} and 1 more prompt"),
        more => format!("{few} and {more} more prompts"),
    }
}

/// What the tester should know of a retest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retested {
    /// How many prompts of the other session are walked once more.
    pub prompt_count: usize,
    /// What those said that cannot be, since they are no longer in the plan.
    pub gone: Vec<String>,
}

impl fmt::Display for Retested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prompts = if self.prompt_count == 1 { "prompt" } else { "prompts" };
        write!(f, "retesting {} {prompts}", self.prompt_count)?;
        if !self.gone.is_empty() {
            write!(f, "; no longer in the plan: {}", named(&self.gone))?;
        }
        Ok(())
    }
}

/// What is walked once more, found.
pub(super) struct Again {
    /// The session whose verdicts gave the reason.
    of: Session,
    pub(super) retest: Retest,
    /// What the prompts said that are no longer in the plan.
    gone: Vec<String>,
}

/// Finds what `wanted` names in the plan as it is now.
pub(super) fn found(store: &Store, wanted: &RetestOf, revision: &Revision) -> Result<Again, OpeningError> {
    let id = store.find_session(&wanted.session).map_err(RetestError::Find)?;
    let of = store.load_session(id)?;
    if of.start().plan != revision.plan_id() {
        let title = of.start().plan_title.clone();
        return Err(RetestError::OtherPlan { session: id, title }.into());
    }
    let Chosen { prompts, gone } = Chosen::new(&of, revision, &wanted.verdicts);
    if prompts.is_empty() {
        return Err(match gone.is_empty() {
            true => RetestError::Nothing { session: id, verdicts: wanted.verdicts.clone() },
            false => RetestError::Gone { gone },
        }
        .into());
    }
    Ok(Again { of, retest: Retest { of: id, prompts }, gone })
}

impl Again {
    /// What the session keeps of it, and what the tester is told.
    pub(super) fn told(self) -> (Retest, Retested) {
        let retested = Retested { prompt_count: self.retest.prompts.len(), gone: self.gone };
        (self.retest, retested)
    }

    /// `choices` with what the new session takes over where nothing else was chosen.
    pub(super) fn inherited(&self, revision: &Revision, choices: Choices) -> Choices {
        let known = revision.plan().component_names();
        let states = self.of.states().iter().filter(|(name, _)| known.contains(name));
        let mut components: BTreeMap<_, _> =
            states.map(|(name, state)| (name.to_owned(), state.clone())).collect();
        components.extend(choices.components);
        let mut fields = self.of.fields().clone();
        fields.remove(BUILD);
        fields.extend(choices.fields);
        let strategy = choices.strategy.or(Some(self.of.strategy()));
        Choices { components, fields, strategy, ..choices }
    }
}

/// A retest may be narrowed to a tag, but not to nothing.
pub(super) fn require_prompts(revision: &Revision, start: &Start) -> Result<(), RetestError> {
    match (&start.retest, &start.only) {
        (Some(_), Some(tag)) if revision.prompts_of(start).is_empty() => {
            Err(RetestError::NoneTagged { tag: tag.clone() })
        }
        _ => Ok(()),
    }
}

impl RetestError {
    /// The database's own refusal, if it is one.
    #[must_use]
    pub fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Find(FindError::Store(error)) => Some(error),
            _ => None,
        }
    }
}
