//! What became of a prompt from session to session: its last verdicts, whether it is flaky, newly fails or is fixed,
//! and which integration point to suspect.
//!
//! # Which sessions are past
//!
//! Those of the same plan that began before. *Before* is the order of [`in_order`]: the order in which each database
//! wrote its sessions down, whatever its clock said. Sessions that were open at the same time count in the order in
//! which they began, so that the strip beside a prompt reads like the columns of the grid, and so that what is said of
//! a session does not change because a later one was walked.
//!
//! # What counts as what
//!
//! Only pass and fail say what the system did. Blocked, inconclusive and skip are shown and otherwise passed over: they
//! neither break a row of passes nor make a prompt flaky.
//!
//! - *Flaky*: among the marks under the very conditions of the one that is looked at, one passed and one failed. The
//!   conditions must be **known to be the same**: the same build, said both times; the same states of both ends, none
//!   of them unknown; the same fields; the same wording. What nobody said may have changed, and to call a prompt flaky
//!   whose system was changed without a word sends the tester after the wrong fault. A prompt that is about no
//!   integration point has no ends that could be unknown. Within one session a mark replaces the one before it (a wrong
//!   key is put right so), which makes nothing flaky.
//! - *Environment changed*: the verdict turned from pass to fail or back since the last mark that says either, and it is
//!   known that an end, a field or the point itself is another one. Each is named.
//! - *Newly fails*, *fixed*: the verdict turned otherwise, with the new build or the new wording named where there is one.
//! - *Suspect*: after a fail, what is known to be different at the prompt's integration point since that prompt last
//!   passed: what stands at an end, the point itself, the build. That nothing was said before is no change.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::component::{ComponentState, End, Ends};
use super::id::{IdMap, PromptId, SessionId, WriterId};
use super::session::{Conditions, NoteKind, Session};
use super::time::Timestamp;
use super::verdict::{Standing, Verdict};

/// How many of its last marks are looked at for one prompt, in the strip and for what is said of it.
pub const LENGTH: usize = 8;

/// A session with the place at which its database wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Which session.
    pub session: SessionId,
    /// What the clock said then.
    pub at: Timestamp,
    /// Which database wrote its first event.
    pub writer: WriterId,
    /// As which of its events.
    pub writer_seq: u64,
}

/// `sessions` in the order in which they began, the oldest first.
///
/// Of one database that is the order in which it wrote, since a clock may have been set back in between. Between two
/// databases there is nothing but their clocks: a session counts as begun when the latest clock of its own database up
/// to then says, so that both rules hold at once, and every machine that has the same sessions has them in one order.
#[must_use]
pub fn in_order(mut sessions: Vec<Begun>) -> Vec<Begun> {
    sessions.sort_unstable_by_key(|begun| (begun.writer, begun.writer_seq));
    let mut latest: Option<(WriterId, i64)> = None;
    let mut placed: Vec<(i64, Begun)> = Vec::with_capacity(sessions.len());
    for begun in sessions {
        let before = latest.filter(|(writer, _)| *writer == begun.writer).map_or(i64::MIN, |(_, ms)| ms);
        let ms = begun.at.unix_ms().max(before);
        latest = Some((begun.writer, ms));
        placed.push((ms, begun));
    }
    placed.sort_by_key(|(ms, begun)| (*ms, begun.writer, begun.writer_seq));
    placed.into_iter().map(|(_, begun)| begun).collect()
}

/// A session that began before the one that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSession {
    /// Which session.
    pub id: SessionId,
    /// Who walked.
    pub tester: String,
    /// What it says of its environment.
    pub fields: BTreeMap<String, String>,
}

/// A mark that counts in a past session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastMark {
    /// The session.
    pub session: Arc<PastSession>,
    /// Never `Untested`.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// What the prompt said then.
    pub wording: String,
    /// What stood at its ends then, and which build.
    pub conditions: Conditions,
}

impl PastMark {
    /// The verdict with what it rests on.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.conditions.standing(self.verdict)
    }

    /// The mark as it is compared.
    #[must_use]
    pub fn finding(&self) -> Finding<'_> {
        Finding {
            verdict: self.verdict,
            wording: &self.wording,
            conditions: &self.conditions,
            fields: &self.session.fields,
        }
    }
}

/// A remark on a prompt in a past session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastNote {
    /// When.
    pub at: Timestamp,
    /// What kind of remark.
    pub kind: NoteKind,
    /// What it says.
    pub text: String,
}

/// A verdict with everything that is known of how it came about.
///
/// Of the fields only the build is kept with each mark; the others are those of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding<'a> {
    /// Never `Untested`.
    pub verdict: Verdict,
    /// What the prompt said.
    pub wording: &'a str,
    /// What stood at its ends, and which build.
    pub conditions: &'a Conditions,
    /// What the session says of its environment.
    pub fields: &'a BTreeMap<String, String>,
}

impl<'a> Finding<'a> {
    /// The mark of `prompt` that counts in `session`.
    #[must_use]
    pub fn present(session: &'a Session, prompt: PromptId) -> Option<Self> {
        let mark = session.mark(prompt)?;
        Some(Self {
            verdict: mark.verdict,
            wording: mark.wording,
            conditions: mark.conditions,
            fields: session.fields(),
        })
    }

    /// The latest pass of `prompt` in `session` that the mark which counts replaced.
    #[must_use]
    pub fn replaced_pass(session: &'a Session, prompt: PromptId) -> Option<Self> {
        let replaced =
            session.marks_since_clear(prompt).skip(1).find(|mark| mark.verdict == Verdict::Pass)?;
        Some(Self {
            verdict: replaced.verdict,
            wording: replaced.wording,
            conditions: replaced.conditions,
            fields: session.fields(),
        })
    }

    /// True for a pass or a fail, which alone say what the system did.
    fn speaks(&self) -> bool {
        matches!(self.verdict, Verdict::Pass | Verdict::Fail)
    }

    /// The build, if it was said.
    fn build(&self) -> Option<&'a str> {
        self.conditions.build.as_deref()
    }

    /// The fields but for the build, which each mark keeps itself.
    fn other_fields(&self) -> impl Iterator<Item = (&'a String, &'a String)> {
        self.fields.iter().filter(|(name, _)| *name != BUILD)
    }

    /// True if nothing that makes a difference changed between the two, and nothing of it is unknown.
    fn is_under_the_same_conditions_as(&self, other: &Self) -> bool {
        let is_known = |ends: &Option<Ends>| match ends {
            Some(ends) => ends.each().all(End::is_known),
            None => true,
        };
        self.build().is_some()
            && self.build() == other.build()
            && is_known(&self.conditions.ends)
            && self.conditions.ends == other.conditions.ends
            && self.other_fields().eq(other.other_fields())
            && self.wording == other.wording
    }
}

/// The field that is kept with each mark.
const BUILD: &str = "build";

/// Something that is known to be otherwise than it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// What stands at an end of the integration point.
    End {
        /// Which component.
        component: String,
        /// What stood for it.
        was: ComponentState,
        /// What stands for it now.
        is: ComponentState,
    },
    /// The prompt is about another integration point, as `cart -> inventory`; `None` is none.
    Point {
        /// What it was about.
        was: Option<String>,
        /// What it is about now.
        is: Option<String>,
    },
    /// A field other than the build.
    Field {
        /// Which one.
        name: String,
        /// What it said.
        was: String,
        /// What it says now.
        is: String,
    },
    /// The build.
    Build {
        /// The one before.
        was: String,
        /// The one now.
        is: String,
    },
    /// The prompt says something else.
    Wording,
}

impl Difference {
    /// True where it is something around the system, rather than the system or the question itself.
    #[must_use]
    pub fn is_of_the_environment(&self) -> bool {
        match self {
            Self::End { .. } | Self::Point { .. } | Self::Field { .. } => true,
            Self::Build { .. } | Self::Wording => false,
        }
    }

    /// True where it makes an integration point suspect.
    fn is_of_the_point(&self) -> bool {
        match self {
            Self::End { .. } | Self::Build { .. } => true,
            Self::Point { is, .. } => is.is_some(),
            Self::Field { .. } | Self::Wording => false,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End { component, was, is } => write!(f, "{component} is {is}, was {was}"),
            Self::Point { was: None, is: Some(is) } => write!(f, "about {is} now, about no point before"),
            Self::Point { was: Some(was), is: None } => write!(f, "about no point now, about {was} before"),
            Self::Point { was: Some(was), is: Some(is) } => write!(f, "about {is} now, about {was} before"),
            Self::Point { was: None, is: None } => Ok(()),
            Self::Field { name, was, is } => write!(f, "{name} {is}, was {was}"),
            Self::Build { was, is } => write!(f, "build {is}, was {was}"),
            Self::Wording => f.write_str("reworded"),
        }
    }
}

/// Several differences as one text.
#[must_use]
pub fn listed(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<String>>().join("; ")
}

/// What is known to be otherwise in `is` than in `was`: ends first, then point, fields, build and wording. Where one of
/// the two did not say, nothing is known.
#[must_use]
pub fn differences(was: Finding<'_>, is: Finding<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    match (&was.conditions.ends, &is.conditions.ends) {
        (None, None) => {}
        (Some(before), Some(now)) if is_same_point(before, now) => {
            for (before, now) in before.each().zip(now.each()) {
                if before.is_known() && now.is_known() && before.state != now.state {
                    let (was, is) = (before.state.clone(), now.state.clone());
                    found.push(Difference::End { component: now.component.clone(), was, is });
                }
            }
        }
        (before, now) => {
            let named = |ends: &Ends| format!("{} -> {}", ends.from.component, ends.to.component);
            found.push(Difference::Point { was: before.as_ref().map(named), is: now.as_ref().map(named) });
        }
    }
    for (name, now) in is.other_fields() {
        if let Some(before) = was.fields.get(name).filter(|before| *before != now) {
            let (name, was, is) = (name.clone(), before.clone(), now.clone());
            found.push(Difference::Field { name, was, is });
        }
    }
    if let (Some(before), Some(now)) = (was.build(), is.build())
        && before != now
    {
        found.push(Difference::Build { was: before.to_owned(), is: now.to_owned() });
    }
    if was.wording != is.wording {
        found.push(Difference::Wording);
    }
    found
}

fn is_same_point(a: &Ends, b: &Ends) -> bool {
    a.from.component == b.from.component && a.to.component == b.to.component
}

/// How a verdict turned since the last one that said the opposite or the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It passed last time.
    NewlyFails,
    /// It failed last time.
    Fixed,
}

impl Turn {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NewlyFails => "newly fails",
            Self::Fixed => "fixed",
        }
    }

    /// How `is` turned against `was`; `None` where it did not, or either says nothing of the system.
    #[must_use]
    pub fn of(was: Verdict, is: Verdict) -> Option<Self> {
        match (was, is) {
            (Verdict::Pass, Verdict::Fail) => Some(Self::NewlyFails),
            (Verdict::Fail, Verdict::Pass) => Some(Self::Fixed),
            _ => None,
        }
    }
}

/// What a mark means after those of past sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It passed and failed under the same conditions.
    Flaky,
    /// It newly fails or is fixed, and what is around the system is not what it was.
    EnvironmentChanged(Turn, Vec<Difference>),
    /// It newly fails or is fixed, on a new build, with a new wording, or without anything known to have changed.
    Turned(Turn, Vec<Difference>),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flaky => f.write_str("flaky: passed and failed on the same build, nothing else changed"),
            Self::EnvironmentChanged(turn, differences) => {
                write!(f, "{}, environment changed: {}", turn.words(), listed(differences))
            }
            Self::Turned(turn, differences) if differences.is_empty() => f.write_str(turn.words()),
            Self::Turned(turn, differences) => write!(f, "{}: {}", turn.words(), listed(differences)),
        }
    }
}

/// What the mark `is` means after `past`, which is in the order of sessions, the oldest first.
///
/// `None` where the verdict did not turn, or where either says nothing of the system.
#[must_use]
pub fn change(past: &[PastMark], is: Finding<'_>) -> Option<Change> {
    if contradicts(past, is) {
        return Some(Change::Flaky);
    }
    let was = past.iter().rev().map(PastMark::finding).find(Finding::speaks)?;
    let turn = Turn::of(was.verdict, is.verdict)?;
    let differences = differences(was, is);
    Some(match differences.iter().any(Difference::is_of_the_environment) {
        true => Change::EnvironmentChanged(turn, differences),
        false => Change::Turned(turn, differences),
    })
}

/// True if a prompt with these past marks, the oldest first, is flaky: as `is` has it or, while it is not judged in this
/// session, as its last mark that speaks has it.
#[must_use]
pub fn is_flaky(past: &[PastMark], is: Option<Finding<'_>>) -> bool {
    match is {
        Some(is) if is.speaks() => contradicts(past, is),
        _ => {
            let last = past.iter().rposition(|mark| mark.finding().speaks());
            last.is_some_and(|at| contradicts(&past[..at], past[at].finding()))
        }
    }
}

/// True if under the same conditions one of `past` says the opposite of `is`.
fn contradicts(past: &[PastMark], is: Finding<'_>) -> bool {
    past.iter()
        .map(PastMark::finding)
        .any(|was| Turn::of(was.verdict, is.verdict).is_some() && was.is_under_the_same_conditions_as(&is))
}

/// Why the integration point of a prompt is suspect: what is known to be different there since `last_pass`, when the
/// prompt passed last. Empty unless `is` is a fail on a point that something changed at.
#[must_use]
pub fn suspicion(last_pass: Option<Finding<'_>>, is: Finding<'_>) -> Vec<Difference> {
    let Some(was) = last_pass.filter(|_| is.verdict == Verdict::Fail && is.conditions.ends.is_some()) else {
        return Vec::new();
    };
    let mut found = differences(was, is);
    found.retain(Difference::is_of_the_point);
    found
}

/// What was looked up of the past of a session's prompts.
///
/// Whoever asks about a prompt that was not looked up gets the answer of a prompt without a past.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    marks: IdMap<PromptId, Vec<PastMark>>,
    passes: IdMap<PromptId, Option<PastMark>>,
}

impl Past {
    /// The last [`LENGTH`] marks of `prompt` are `marks`, the oldest first.
    pub fn set_marks(&mut self, prompt: PromptId, marks: Vec<PastMark>) {
        self.marks.insert(prompt, marks);
    }

    /// The latest pass of `prompt` is `pass`.
    pub fn set_last_pass(&mut self, prompt: PromptId, pass: Option<PastMark>) {
        self.passes.insert(prompt, pass);
    }

    /// Forgets all marks, so that a long plan does not fill the memory; passes, of which there are as many as fails,
    /// stay.
    pub fn forget_marks(&mut self) {
        self.marks.clear();
    }

    /// How many prompts' marks were looked up.
    #[must_use]
    pub fn looked_up(&self) -> usize {
        self.marks.len()
    }

    /// The last marks of `prompt`, the oldest first; `None` if they were not looked up.
    #[must_use]
    pub fn marks(&self, prompt: PromptId) -> Option<&[PastMark]> {
        self.marks.get(&prompt).map(Vec::as_slice)
    }

    /// The latest pass of `prompt` in past sessions; the outer `None` says that it is not known.
    #[must_use]
    pub fn last_pass(&self, prompt: PromptId) -> Option<Option<&PastMark>> {
        if let Some(pass) = self.passes.get(&prompt) {
            return Some(pass.as_ref());
        }
        let marks = self.marks.get(&prompt)?;
        let pass = marks.iter().rev().find(|mark| mark.verdict == Verdict::Pass);
        // Fewer marks than are looked at: there are no others.
        (pass.is_some() || marks.len() < LENGTH).then_some(pass)
    }

    /// As [`change`], for the mark of `prompt` in `session`.
    #[must_use]
    pub fn change(&self, session: &Session, prompt: PromptId) -> Option<Change> {
        change(self.marks(prompt)?, Finding::present(session, prompt)?)
    }

    /// As [`is_flaky`], for `prompt` as it is in `session`.
    #[must_use]
    pub fn is_flaky(&self, session: &Session, prompt: PromptId) -> bool {
        self.marks(prompt).is_some_and(|marks| is_flaky(marks, Finding::present(session, prompt)))
    }

    /// As [`suspicion`], for `prompt` as it is in `session`. It passed last where its mark took the place of a pass, else
    /// in a past session.
    #[must_use]
    pub fn suspicion(&self, session: &Session, prompt: PromptId) -> Vec<Difference> {
        let Some(is) = Finding::present(session, prompt).filter(|is| is.verdict == Verdict::Fail) else {
            return Vec::new();
        };
        let before = || self.last_pass(prompt).flatten().map(PastMark::finding);
        suspicion(Finding::replaced_pass(session, prompt).or_else(before), is)
    }
}
