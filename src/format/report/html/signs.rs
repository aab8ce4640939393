//! The sign of each verdict: a shape, a colour and a word, so that none has to be told by its colour.
//!
//! The shapes are drawn once, at the top of the document, and used from there.

use std::io;

use super::writer::{Html, Put};
use crate::domain::component::ComponentState;
use crate::domain::map::Tally;
use crate::domain::verdict::{Counts, Standing, Verdict};

/// Everything that has a sign, in the order in which a reader wants to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Fail,
    Blocked,
    Inconclusive,
    /// A pass against a fake or absent end.
    Provisional,
    Pass,
    Skip,
    Untested,
    /// A connection that no prompt is about.
    Gap,
}

impl Sign {
    pub(super) const ALL: [Self; 8] = [
        Self::Fail,
        Self::Blocked,
        Self::Inconclusive,
        Self::Provisional,
        Self::Pass,
        Self::Skip,
        Self::Untested,
        Self::Gap,
    ];

    pub(super) fn of(standing: Standing) -> Self {
        match standing.verdict {
            Verdict::Untested => Self::Untested,
            Verdict::Pass if standing.is_provisional() => Self::Provisional,
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Blocked => Self::Blocked,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Skip => Self::Skip,
        }
    }

    pub(super) fn of_connection(tally: &Tally) -> Self {
        tally.standing().map_or(Self::Gap, Self::of)
    }

    /// Its name among the classes and shapes.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Blocked => "blocked",
            Self::Inconclusive => "inconclusive",
            Self::Provisional => "provisional",
            Self::Pass => "pass",
            Self::Skip => "left",
            Self::Untested => "untested",
            Self::Gap => "gap",
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Gap => "no prompt",
            Self::Skip => "skip",
            other => other.class(),
        }
    }

    /// Behind a number: `3 failed`.
    pub(super) const fn after_number(self) -> &'static str {
        match self {
            Self::Fail => "failed",
            Self::Blocked => "blocked",
            Self::Inconclusive => "inconclusive",
            Self::Provisional => "passed only against a fake",
            Self::Pass => "passed",
            Self::Skip => "skipped",
            Self::Untested => "not tested",
            Self::Gap => "without a prompt",
        }
    }

    /// How many of `counts` have it.
    pub(super) fn count(self, counts: &Counts) -> u32 {
        match self {
            Self::Fail => counts[Verdict::Fail],
            Self::Blocked => counts[Verdict::Blocked],
            Self::Inconclusive => counts[Verdict::Inconclusive],
            Self::Provisional => counts.provisional(),
            Self::Pass => counts[Verdict::Pass] - counts.provisional(),
            Self::Skip => counts[Verdict::Skip],
            Self::Untested => counts[Verdict::Untested],
            Self::Gap => 0,
        }
    }
}

/// The shape alone; a word has to stand beside it.
pub(super) struct Shape(pub(super) Sign);

impl Put for Shape {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let class = self.0.class();
        html.put(("<svg class=\"i ", class, "\" aria-hidden=\"true\"><use href=\"#i-", class, "\"/></svg>"))
    }
}

/// Shape and word.
pub(super) struct Badge(pub(super) Sign);

impl Put for Badge {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(("<span class=\"badge ", self.0.class(), "\">", Shape(self.0), self.0.word(), "</span>"))
    }
}

/// The shape of what stands for a component.
pub(super) struct StateShape<'s>(pub(super) &'s ComponentState);

impl Put for StateShape<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(("<svg class=\"i\" aria-hidden=\"true\"><use href=\"#c-", self.0.word(), "\"/></svg>"))
    }
}

/// The shapes and patterns that the document uses: paper is what the page is made of.
pub(super) const SHAPES: &str = r##"<svg class="shapes" aria-hidden="true" width="0" height="0">
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" class="hatch"/></pattern>
<symbol id="i-pass" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.2" fill="currentColor"/><path class="cut" d="M4.6 8.2l2.4 2.4 4.4-4.8"/></symbol>
<symbol id="i-provisional" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line" stroke-dasharray="2.6 1.5"/><path class="line" d="M4.8 8.2l2.2 2.3 4.2-4.7"/></symbol>
<symbol id="i-fail" viewBox="0 0 16 16"><path fill="currentColor" d="M8 .2L15.8 8 8 15.8.2 8z"/><path class="cut" d="M5.6 5.6l4.8 4.8m0-4.8l-4.8 4.8"/></symbol>
<symbol id="i-blocked" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2" fill="currentColor"/><path class="cut" d="M4 8h8"/></symbol>
<symbol id="i-inconclusive" viewBox="0 0 16 16"><path fill="currentColor" d="M8 .6l7.6 14.2H.4z"/><path class="cut thin" d="M6.3 7.6a1.8 1.8 0 1 1 2.7 1.6c-.7.4-.9.8-.9 1.4m0 2v.3"/></symbol>
<symbol id="i-left" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path class="line" d="M5 8h6"/></symbol>
<symbol id="i-untested" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/></symbol>
<symbol id="i-gap" viewBox="0 0 16 16"><rect x="1.8" y="1.8" width="12.4" height="12.4" class="line" stroke-dasharray="2.4 2"/></symbol>
<symbol id="c-real" viewBox="0 0 16 16"><rect x="1.5" y="2.5" width="13" height="11" rx="2" fill="currentColor"/></symbol>
<symbol id="c-fake" viewBox="0 0 16 16"><rect x="1.5" y="2.5" width="13" height="11" rx="2" class="line"/><path class="line" d="M2 10l6-7M4 13l8-10M9 13l5-6"/></symbol>
<symbol id="c-absent" viewBox="0 0 16 16"><rect x="1.5" y="2.5" width="13" height="11" rx="2" class="line" stroke-dasharray="2.6 2"/></symbol>
<symbol id="c-unknown" viewBox="0 0 16 16"><rect x="1.5" y="2.5" width="13" height="11" rx="2" class="line"/></symbol>
</svg>
"##;
