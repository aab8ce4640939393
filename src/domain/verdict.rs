//! The five verdicts, their absence, and how many there are of each.

use std::fmt;
use std::ops::Index;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a tester says of a prompt. `Untested` is the absence of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nobody said anything yet.
    #[default]
    Untested,
    /// It does what the prompt says.
    Pass,
    /// It does not.
    Fail,
    /// It could not be tested, because something else is in the way.
    Blocked,
    /// It was tested, and what was seen proves neither.
    Inconclusive,
    /// It was left out on purpose.
    Skip,
}

impl Verdict {
    /// All six, in the order in which they are counted and shown.
    pub const ALL: [Self; 6] =
        [Self::Untested, Self::Pass, Self::Fail, Self::Blocked, Self::Inconclusive, Self::Skip];

    /// The word for it, the same in the store, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Untested => "untested",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Blocked => "blocked",
            Self::Inconclusive => "inconclusive",
            Self::Skip => "skip",
        }
    }

    /// How bad it is for whoever reads a section at a glance: the greatest of several is the one to show.
    #[must_use]
    pub const fn severity(self) -> u8 {
        match self {
            Self::Fail => 5,
            Self::Blocked => 4,
            Self::Inconclusive => 3,
            Self::Untested => 2,
            Self::Pass => 1,
            Self::Skip => 0,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The word was none of the six verdicts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no verdict: say untested, pass, fail, blocked, inconclusive or skip")]
pub struct UnknownVerdict(pub String);

impl FromStr for Verdict {
    type Err = UnknownVerdict;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|v| v.word() == word).ok_or_else(|| UnknownVerdict(word.to_owned()))
    }
}

/// How many prompts have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([u32; 6]);

impl Counts {
    /// One more with `verdict`.
    pub fn add(&mut self, verdict: Verdict) {
        self.0[verdict as usize] += 1;
    }

    /// One less with `verdict`.
    pub fn remove(&mut self, verdict: Verdict) {
        let count = &mut self.0[verdict as usize];
        *count = count.saturating_sub(1);
    }

    /// `count` of `verdict` from now on.
    pub fn set(&mut self, verdict: Verdict, count: u32) {
        self.0[verdict as usize] = count;
    }

    /// How many prompts there are, whatever their verdict.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// How many prompts have a verdict other than untested.
    #[must_use]
    pub fn tested(&self) -> u32 {
        self.total() - self[Verdict::Untested]
    }

    /// The worst verdict that occurs; `None` where there are no prompts.
    #[must_use]
    pub fn worst(&self) -> Option<Verdict> {
        Verdict::ALL.into_iter().filter(|v| self[*v] > 0).max_by_key(|v| v.severity())
    }
}

impl Index<Verdict> for Counts {
    type Output = u32;

    fn index(&self, verdict: Verdict) -> &u32 {
        &self.0[verdict as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict.word().parse(), Ok(verdict));
        }
        assert!("passed".parse::<Verdict>().is_err());
    }

    #[test]
    fn the_worst_verdict_is_what_a_section_shows() {
        let mut counts = Counts::default();
        assert_eq!(counts.worst(), None);
        counts.add(Verdict::Pass);
        assert_eq!(counts.worst(), Some(Verdict::Pass));
        counts.add(Verdict::Untested);
        counts.add(Verdict::Inconclusive);
        assert_eq!(counts.worst(), Some(Verdict::Inconclusive));
        assert_eq!((counts.total(), counts.tested()), (3, 2));
    }
}
