//! The debrief: five questions that a session ends with, so that its reader learns what no verdict says.

use serde::{Deserialize, Serialize};

/// One of the five questions, known as PROOF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What happened.
    Past,
    /// What was found out.
    Results,
    /// What was in the way.
    Obstacles,
    /// What is left.
    Outlook,
    /// How it felt.
    Feelings,
}

impl Question {
    /// All five, in their order.
    pub const ALL: [Self; 5] = [Self::Past, Self::Results, Self::Obstacles, Self::Outlook, Self::Feelings];

    /// The word for it, the same in the store, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Results => "results",
            Self::Obstacles => "obstacles",
            Self::Outlook => "outlook",
            Self::Feelings => "feelings",
        }
    }

    /// The question itself.
    #[must_use]
    pub const fn asks(self) -> &'static str {
        match self {
            Self::Past => "What happened during the session?",
            Self::Results => "What was achieved, and what was found?",
            Self::Obstacles => "What got in the way of good testing?",
            Self::Outlook => "What still needs to be done?",
            Self::Feelings => "How do you feel about all this?",
        }
    }

    /// The question that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.word() == word)
    }
}
