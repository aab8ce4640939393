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

/// What a verdict rests on: what answered at the two ends of the prompt's integration point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Nobody said, or the prompt is about no integration point.
    #[default]
    Unstated,
    /// An end was fake or absent.
    Provisional,
    /// Both ends were real.
    Real,
}

impl Ground {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Unstated, Self::Provisional, Self::Real];

    /// The word for it in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unstated => "unstated",
            Self::Provisional => "provisional",
            Self::Real => "real",
        }
    }

    /// The ground that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.word() == word)
    }
}

/// A prompt's verdict with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Standing {
    /// What the tester says.
    pub verdict: Verdict,
    /// What that rests on.
    pub ground: Ground,
}

impl Standing {
    /// A pass in which an end was fake or absent.
    #[must_use]
    pub fn is_provisional(self) -> bool {
        self.verdict == Verdict::Pass && self.ground == Ground::Provisional
    }

    /// A pass in which both ends were real.
    #[must_use]
    pub fn is_passed_for_real(self) -> bool {
        self.verdict == Verdict::Pass && self.ground == Ground::Real
    }

    /// The verdict's word, or `provisional` for a pass that is only that.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self.is_provisional() { "provisional" } else { self.verdict.word() }
    }

    /// The verdict, and what there is to say of a pass: `pass, provisional` or `pass, for real`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self.ground {
            Ground::Provisional if self.is_provisional() => "pass, provisional",
            Ground::Real if self.is_passed_for_real() => "pass, for real",
            _ => self.verdict.word(),
        }
    }

    /// As [`Verdict::severity`], a provisional pass above any other; the greatest of several is the one to show.
    #[must_use]
    pub fn severity(self) -> (u8, bool) {
        (self.verdict.severity(), self.is_provisional())
    }
}

impl From<Verdict> for Standing {
    /// Resting on what nobody stated.
    fn from(verdict: Verdict) -> Self {
        Self { verdict, ground: Ground::Unstated }
    }
}

/// How many prompts have each verdict, and how many of the passes are provisional or for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    by_verdict: [u32; 6],
    provisional: u32,
    passed_for_real: u32,
}

impl Counts {
    /// One more that stands so.
    pub fn add(&mut self, standing: impl Into<Standing>) {
        let standing = standing.into();
        self.by_verdict[standing.verdict as usize] += 1;
        self.provisional += u32::from(standing.is_provisional());
        self.passed_for_real += u32::from(standing.is_passed_for_real());
    }

    /// Those of `others` as well.
    pub fn add_all(&mut self, others: &Self) {
        for (count, more) in self.by_verdict.iter_mut().zip(others.by_verdict) {
            *count += more;
        }
        self.provisional += others.provisional;
        self.passed_for_real += others.passed_for_real;
    }

    /// One less that stands so.
    pub fn remove(&mut self, standing: impl Into<Standing>) {
        let standing = standing.into();
        let less = |count: &mut u32, is_so: bool| *count = count.saturating_sub(u32::from(is_so));
        less(&mut self.by_verdict[standing.verdict as usize], true);
        less(&mut self.provisional, standing.is_provisional());
        less(&mut self.passed_for_real, standing.is_passed_for_real());
    }

    /// `count` of `verdict` from now on.
    pub fn set(&mut self, verdict: Verdict, count: u32) {
        self.by_verdict[verdict as usize] = count;
    }

    /// So many of the passes are provisional, so many for real.
    pub fn set_grounds(&mut self, provisional: u32, passed_for_real: u32) {
        (self.provisional, self.passed_for_real) = (provisional, passed_for_real);
    }

    /// How many passes had a fake or absent end.
    #[must_use]
    pub fn provisional(&self) -> u32 {
        self.provisional
    }

    /// How many passes had two real ends.
    #[must_use]
    pub fn passed_for_real(&self) -> u32 {
        self.passed_for_real
    }

    /// How many prompts there are, whatever their verdict.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.by_verdict.iter().sum()
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

    /// As [`Counts::worst`], with what it rests on: of passes, a provisional one is the worst, and they are for real
    /// only if each of them is.
    #[must_use]
    pub fn worst_standing(&self) -> Option<Standing> {
        let verdict = self.worst()?;
        let ground = match verdict {
            Verdict::Pass if self.provisional > 0 => Ground::Provisional,
            Verdict::Pass if self.passed_for_real == self[Verdict::Pass] => Ground::Real,
            _ => Ground::Unstated,
        };
        Some(Standing { verdict, ground })
    }
}

impl Index<Verdict> for Counts {
    type Output = u32;

    fn index(&self, verdict: Verdict) -> &u32 {
        &self.by_verdict[verdict as usize]
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

    #[test]
    fn a_provisional_pass_is_the_worst_of_passes() {
        use Ground::{Provisional, Real, Unstated};
        use Verdict::{Fail, Pass, Skip, Untested};
        for (standings, worst) in [
            (&[(Pass, Real), (Pass, Real), (Skip, Real)][..], Some((Pass, Real))),
            (&[(Pass, Real), (Pass, Unstated)], Some((Pass, Unstated))),
            (&[(Pass, Real), (Pass, Provisional), (Pass, Unstated)], Some((Pass, Provisional))),
            (&[(Pass, Provisional), (Untested, Unstated)], Some((Untested, Unstated))),
            (&[(Pass, Provisional), (Fail, Provisional)], Some((Fail, Unstated))),
            (&[], None),
        ] {
            let mut counts = Counts::default();
            for (verdict, ground) in standings {
                counts.add(Standing { verdict: *verdict, ground: *ground });
            }
            let found = counts.worst_standing().map(|worst| (worst.verdict, worst.ground));
            assert_eq!(found, worst, "{standings:?}");
        }
    }

    #[test]
    fn a_standing_says_what_a_pass_is_worth() {
        let words = |verdict, ground| {
            let standing = Standing { verdict, ground };
            (standing.word(), standing.words())
        };
        assert_eq!(words(Verdict::Pass, Ground::Unstated), ("pass", "pass"));
        assert_eq!(words(Verdict::Pass, Ground::Real), ("pass", "pass, for real"));
        assert_eq!(words(Verdict::Pass, Ground::Provisional), ("provisional", "pass, provisional"));
        assert_eq!(words(Verdict::Fail, Ground::Provisional), ("fail", "fail"));
    }

    #[test]
    fn only_a_pass_is_provisional_or_for_real() {
        let mut counts = Counts::default();
        for verdict in Verdict::ALL {
            for ground in Ground::ALL {
                assert_eq!(Ground::from_word(ground.word()), Some(ground));
                counts.add(Standing { verdict, ground });
            }
        }
        assert_eq!((counts.total(), counts.provisional(), counts.passed_for_real()), (18, 1, 1));
        counts.remove(Standing { verdict: Verdict::Pass, ground: Ground::Provisional });
        counts.remove(Standing { verdict: Verdict::Fail, ground: Ground::Real });
        assert_eq!((counts.total(), counts.provisional(), counts.passed_for_real()), (16, 0, 1));
    }
}
