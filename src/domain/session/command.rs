//! What somebody wants to happen to a session, and why it cannot.

use super::clock::{Activity, Away};
use super::debrief::Question;
use super::event::NoteText;
use super::{MAX_CHARTER_CHARS, MAX_NOTE_CHARS};
use crate::domain::component::{ComponentState, MAX_NAME_CHARS};
use crate::domain::id::PromptId;
use crate::domain::strategy::Strategy;
use crate::domain::verdict::Verdict;

/// A prompt as it stands in the plan when it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Which prompt.
    pub prompt: PromptId,
    /// What it says.
    pub wording: String,
    /// The two components of its integration point, the caller first.
    pub ends: Option<(String, String)>,
}

/// What somebody wants to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give a prompt a verdict other than `Untested`. A pass makes untested again what this prompt had blocked and
    /// nobody touched since.
    Mark {
        /// Which prompt.
        judged: Judged,
        /// What the tester says of it.
        verdict: Verdict,
    },
    /// Mark prompts blocked, and say by which failing one.
    Block {
        /// Which prompts; all of them or none.
        judged: Vec<Judged>,
        /// What is in their way.
        by: PromptId,
    },
    /// Make `prompt` untested again.
    Clear {
        /// Which prompt.
        prompt: PromptId,
    },
    /// Remark something.
    AddNote(NoteText),
    /// Take back the latest mark, clear or note that still counts.
    Undo,
    /// Take the latest undo back.
    Redo,
    /// Say what stands for components. Those for which that stands already are left alone.
    SetComponents(Vec<(String, ComponentState)>),
    /// Say something of the environment; `None` takes a field away. What is said already is left alone.
    SetFields(Vec<(String, Option<String>)>),
    /// Go on in another order.
    Choose(Strategy),
    /// Give the session another mission, in one sentence; `None` or blanks take it away.
    SetCharter(Option<String>),
    /// Say how many milliseconds the session may take; `None` takes the box away.
    SetTimeBox(Option<u64>),
    /// Do something else. Ends a pause.
    Switch(Activity),
    /// Stop the clock.
    Pause,
    /// Let it go on. A mark and a note do that too.
    Resume,
    /// Say what a stretch was that no lap holds.
    ExplainAway {
        /// How long it was.
        ms: u64,
        /// What it was.
        was: Away,
    },
    /// Answer a question of the debrief, also when the session is finished; blanks take the answer away.
    Answer {
        /// Which question.
        question: Question,
        /// What to say.
        answer: String,
    },
    /// End the session.
    Close,
    /// Go on with an ended session.
    Reopen,
}

/// Why a command cannot be carried out now; shown to the tester as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only open sessions change.
    #[error("the session is finished: reopen it first")]
    SessionClosed,
    /// Only finished sessions can be reopened.
    #[error("the session is open already")]
    SessionOpen,
    /// There is no verdict to take away.
    #[error("this prompt has no verdict yet")]
    NothingToClear,
    /// No event is left that counts.
    #[error("nothing to undo")]
    NothingToUndo,
    /// Nothing was undone since the last event.
    #[error("nothing to redo")]
    NothingToRedo,
    /// `Untested` is not a mark.
    #[error("untested is no mark: clear the verdict instead")]
    UntestedIsNoMark,
    /// A note without text.
    #[error("the note is empty")]
    EmptyNote,
    /// A note beyond [`MAX_NOTE_CHARS`].
    #[error("the note is longer than {MAX_NOTE_CHARS} characters: keep the rest in a file")]
    NoteTooLong,
    /// An answer beyond [`MAX_NOTE_CHARS`].
    #[error("the answer is longer than {MAX_NOTE_CHARS} characters: keep the rest in a file")]
    AnswerTooLong,
    /// A charter beyond [`MAX_CHARTER_CHARS`].
    #[error("a charter is one sentence of at most {MAX_CHARTER_CHARS} characters")]
    CharterTooLong,
    /// A box without time in it.
    #[error("a time box holds at least a second: say it like 90m or 1h30m")]
    EmptyTimeBox,
    /// The clock stands already.
    #[error("the clock is stopped already")]
    PausedAlready,
    /// The clock goes already.
    #[error("the clock is not stopped")]
    NotPaused,
    /// A prompt does not stand in its own way, and only what failed stands in another's.
    #[error("only a prompt that failed can be in the way of another")]
    NothingInTheWay,
    /// It is so already.
    #[error("that is so already")]
    NothingToChange,
    /// The name of a component, a fake or a field.
    #[error("a name has 1 to {MAX_NAME_CHARS} characters and no line break")]
    UnusableName,
}
