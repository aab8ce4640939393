//! What happens to the model: input, the passing of time, and answers to effects.

use std::path::PathBuf;
use std::sync::Arc;

use super::input::Input;
use super::screens::comparison::state::Found as Compared;
use super::screens::grid::state::{Found as FoundInGrid, Sessions};
use super::screens::home::state::{PlanRow, SessionRow};
use super::screens::trend::state::{Found as FoundInTrend, Loaded};
use super::screens::walk::history::state::Found;
use super::screens::walk::order::Order;
use super::screens::walk::state::Draft;
use super::screens::walk::state::Place;
use crate::domain::id::{IdMap, PromptId, SessionId};
use crate::domain::revision::Revision;
use crate::domain::session::{Fresh, Question, Recorded, Session};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::format::report::Form;

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// At the terminal.
    Input(Input),
    /// The clock moved on.
    Tick {
        /// The time of day.
        now: Timestamp,
        /// As [`Model::steady_ms`](super::model::Model::steady_ms).
        steady_ms: u64,
    },
    /// Events are on the disk.
    Appended(Vec<Recorded>),
    /// Events are not on the disk.
    NotSaved {
        /// All of them, in order.
        batch: Vec<Fresh>,
        /// Why.
        why: String,
        /// Where they are kept meanwhile, in words.
        kept: Option<String>,
    },
    /// Somebody else appended first; nothing of ours was written.
    Stale {
        /// What was to be written.
        batch: Vec<Fresh>,
        /// What the disk holds beyond what we knew.
        missing: Vec<Recorded>,
    },
    /// Somebody else wrote into the session that is walked.
    CaughtUp(Vec<Recorded>),
    /// A walk is open.
    WalkOpened(Box<OpenedWalk>),
    /// It is not.
    OpenFailed(String),
    /// A report was asked for.
    Exported {
        /// In which form.
        form: Form,
        /// Where it is, or why it is not.
        went: Result<PathBuf, String>,
    },
    /// The walk that was opened is on the disk now.
    Stored,
    /// What there is to choose from.
    HomeLoaded {
        /// All plans, the one touched last first.
        plans: Vec<PlanRow>,
        /// All sessions, the one touched last first.
        sessions: Vec<SessionRow>,
    },
    /// The prompts of a walk are in order.
    OrderMade {
        /// Of which session.
        session: SessionId,
        /// The order.
        order: Box<Order>,
        /// How they were judged before that session, if that was asked for; what was never judged is left out.
        last_time: Option<Arc<IdMap<PromptId, Verdict>>>,
        /// Where the cursor is to go.
        place: Place,
    },
    /// What the tester asked for takes a moment: the answer comes later.
    Awaiting(Awaited),
    /// It is not waited for any more; false if it was too late for that.
    GivenUp(bool),
    /// What is being typed is on the disk, or is not.
    DraftKept(bool),
    /// A piece of the past.
    LookedBack(Box<Found>),
    /// The past cannot be read, and why.
    NoPast(String),
    /// The sessions of a plan, for its grid.
    GridLoaded(Box<Sessions>),
    /// A piece of the grid.
    GridRead(Box<FoundInGrid>),
    /// What is different between two sessions.
    Compared(Box<Compared>),
    /// Two sessions cannot be compared, and why.
    NotCompared(String),
    /// The grid cannot be read on, and why.
    NoGrid(String),
    /// The sessions of a plan, for its trend.
    TrendLoaded(Box<Loaded>),
    /// A piece of the trend.
    TrendRead(Box<FoundInTrend>),
    /// The trend cannot be read on, and why.
    NoTrend(String),
    /// The text editor gave this back; `None` if nothing is to change.
    Edited(Option<String>),
    /// Something that was asked for went wrong, or is worth saying.
    Said(String),
}

/// What the tester asked for and has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// A session.
    Session,
    /// A plan, with the session that goes on or begins.
    Plan,
    /// All sessions of a plan.
    Sessions,
    /// Another order of the walk.
    Order,
}

/// A walk with what the tester should be told about it.
#[derive(Debug, Clone)]
pub struct OpenedWalk {
    /// The plan with its prompts' identities.
    pub revision: Revision,
    /// The session.
    pub session: Session,
    /// Where the plan's file lies.
    pub source: String,
    /// What changed in the plan, and other things to know.
    pub said: Option<String>,
    /// Notes that were being typed and never saved, by what they are about.
    pub drafts: Vec<(Option<PromptId>, Draft)>,
    /// Answers of the debrief that were being typed.
    pub answers: Vec<(Question, String)>,
    /// True if the session is on the disk as it is shown here; else it is being written.
    pub is_stored: bool,
}
