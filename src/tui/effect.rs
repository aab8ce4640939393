//! What an update wants done outside the model: data, carried out by the runtime.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::component::States;
use crate::domain::id::{IdMap, PlanId, PromptId, SessionId};
use crate::domain::progress::Progress;
use crate::domain::revision::Revision;
use crate::domain::session::{Fresh, NoteKind, Question};
use crate::domain::strategy::Strategy;
use crate::domain::verdict::Verdict;
use crate::format::report::Form;
use crate::tui::screens::comparison::state::Pair;
use crate::tui::screens::grid::state::ReadOn;
use crate::tui::screens::trend::state::Wanted as WantedOfTrend;
use crate::tui::screens::walk::history::state::LookBack;
use crate::tui::screens::walk::state::Place;

/// One thing to do; its answer comes back as a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write these events, which follow event `expected_seq`.
    Append {
        /// Of which session.
        session: SessionId,
        /// The place of the latest event that was known.
        expected_seq: u64,
        /// In order.
        batch: Vec<Fresh>,
    },
    /// Look whether somebody else wrote into this session after event `after_seq`.
    CatchUp {
        /// Of which session.
        session: SessionId,
        /// The place of the latest event that is known.
        after_seq: u64,
    },
    /// Write what could not be saved to another place as well.
    KeepElsewhere {
        /// A new file, or a folder.
        path: PathBuf,
        /// Whose events.
        session: SessionId,
        /// The place of the latest event that was known.
        after_seq: u64,
        /// In order.
        batch: Vec<Fresh>,
    },
    /// Keep what is typed into a note, so that a kill does not take it; an empty text forgets it.
    KeepDraft {
        /// Of which session.
        session: SessionId,
        /// On which prompt; `None` for the session.
        prompt: Option<PromptId>,
        /// What kind it is to be.
        kind: NoteKind,
        /// What was typed so far.
        text: String,
    },
    /// Keep what is typed as an answer of the debrief; an empty text forgets it.
    KeepAnswer {
        /// Of which session.
        session: SessionId,
        /// To which question.
        question: Question,
        /// What was typed so far.
        text: String,
    },
    /// Nothing waits to be saved any more.
    NothingWaits,
    /// Open a session that is there.
    OpenSession(SessionId),
    /// Open a plan: its open session, or with `new` a fresh one.
    OpenPlan {
        /// Which plan.
        plan: PlanId,
        /// True for a fresh session.
        new: bool,
    },
    /// Open a session that walks once more what did not work in this one.
    Retest(SessionId),
    /// Open the built-in sample.
    OpenSample,
    /// Put the prompts of the walk in another order.
    MakeOrder(Box<WantedOrder>),
    /// Wait no longer for what is being read.
    GiveUp,
    /// Write a report of this session.
    Export {
        /// Which session.
        session: SessionId,
        /// In which form.
        form: Form,
    },
    /// Read what is different between two sessions.
    Compare(Pair),
    /// Read the plans and sessions anew.
    LoadHome,
    /// Look up a piece of the past of the session that is walked.
    LookBack(LookBack),
    /// Read what the grid of a plan begins with.
    LoadGrid {
        /// Which plan.
        plan: PlanId,
        /// A state of it that is at hand: not read again if it is the latest.
        known: Option<Arc<Revision>>,
    },
    /// Look up a piece of the grid that is shown.
    ReadGrid(ReadOn),
    /// Read what the trend of a plan begins with.
    LoadTrend(PlanId),
    /// Look up a piece of the trend that is shown.
    ReadTrend(WantedOfTrend),
    /// Let the tester's editor change this text.
    EditText(String),
    /// Put this on the clipboard.
    Copy(String),
    /// Stop the program until `fg`.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// End the program; what could not be saved is printed.
    Quit,
}

/// An order to be made of a walk's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedOrder {
    /// The session that is walked.
    pub session: SessionId,
    /// Its plan.
    pub revision: Arc<Revision>,
    /// What orders the walk.
    pub strategy: Strategy,
    /// What stands for components.
    pub states: States,
    /// How the prompts stand.
    pub progress: Progress,
    /// How they were judged before this session, as far as that was read.
    pub last_time: Option<Arc<IdMap<PromptId, Verdict>>>,
    /// Read that first.
    pub asks_last_time: bool,
    /// Where the cursor is to go then.
    pub place: Place,
}

/// What an update returned: it must be carried out.
#[must_use = "effects that are dropped never happen"]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects(pub Vec<Effect>);

impl Effects {
    /// Nothing to do.
    pub fn none() -> Self {
        Self::default()
    }

    /// One thing to do.
    pub fn one(effect: Effect) -> Self {
        Self(vec![effect])
    }

    /// These, then `more`.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
}
