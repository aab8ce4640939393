//! What a reader learns before scrolling: how it stands in a sentence, the numbers it rests on, who tested what where.

use std::io;

use super::lists::Time;
use super::page::{Page, ShortId, heading};
use super::signs::{Shape, Sign, StateShape};
use super::writer::{Html, Line, Name, Put};
use crate::domain::compare::Group;
use crate::domain::component::ComponentState;
use crate::domain::strategy::Strategy;
use crate::domain::time::{Timestamp, clock};
use crate::domain::verdict::{Counts, Verdict};

/// The most components that are listed by name.
const MOST_COMPONENTS: usize = 60;

/// How it stands, in a few words.
pub(super) struct Verdicts<'c>(pub(super) &'c Counts);

impl Put for Verdicts<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let counts = self.0;
        let total = counts.total();
        let prompts = if total == 1 { " prompt" } else { " prompts" };
        let undecided = counts[Verdict::Blocked] + counts[Verdict::Inconclusive];
        match counts[Verdict::Fail] {
            0 if total == 0 => html.put("No prompt to test"),
            0 if counts.tested() == 0 => html.put(("Nothing was tested of ", total, prompts)),
            0 if counts[Verdict::Pass] == total => html.put(("All ", total, prompts, " passed")),
            0 if undecided > 0 => {
                html.put(("Nothing failed, ", undecided, " of ", total, prompts, " could not be decided"))
            }
            0 => html.put(("Nothing failed of ", counts.tested(), " tested")),
            failed => html.put((failed, " of ", total, prompts, " failed")),
        }
    }
}

/// What else a reader must not miss, behind how it stands.
pub(super) struct Also<'c>(pub(super) &'c Counts);

impl Put for Also<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let counts = self.0;
        let failed = counts[Verdict::Fail] > 0;
        let is_said = |sign: &Sign| {
            // Without a failure the undecided are what comes first, and where nothing was tested all is said.
            let comes_first = !failed && matches!(sign, Sign::Blocked | Sign::Inconclusive);
            sign.count(counts) > 0 && counts.tested() > 0 && !comes_first
        };
        let said = [Sign::Blocked, Sign::Inconclusive, Sign::Provisional, Sign::Untested];
        let said: Vec<Sign> = said.into_iter().filter(is_said).collect();
        if said.is_empty() {
            return Ok(());
        }
        html.put("<span class=\"also\"><span class=\"vh\">; </span>")?;
        for (at, sign) in said.into_iter().enumerate() {
            html.put((if at == 0 { "" } else { "; " }, sign.count(counts), " ", sign.after_number()))?;
        }
        html.put("</span>")
    }
}

/// The sign of the worst that a reader has to know.
pub(super) fn sign_of(counts: &Counts) -> Sign {
    match counts.worst_standing() {
        _ if counts.tested() == 0 => Sign::Untested,
        Some(standing) => Sign::of(standing),
        None => Sign::Untested,
    }
}

/// A bar in which each verdict has its share.
pub(super) struct Bar<'c>(pub(super) &'c Counts);

impl Put for Bar<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let total = u64::from(self.0.total()).max(1);
        html.put("<svg class=\"bar\" viewBox=\"0 0 1000 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"ground\" width=\"1000\" height=\"16\"/>")?;
        let (mut before, mut left) = (0, 0);
        for sign in Sign::ALL {
            before += u64::from(sign.count(self.0));
            let right = before * 1000 / total;
            if right > left && sign != Sign::Untested {
                let place = ("\" x=\"", left, "\" width=\"", right - left, "\" height=\"16\"/>");
                html.put(("<rect class=\"fill ", sign.class(), place))?;
                if sign == Sign::Provisional {
                    html.put((
                        "<rect fill=\"url(#hatch)\" x=\"",
                        left,
                        "\" width=\"",
                        right - left,
                        "\" height=\"16\"/>",
                    ))?;
                }
            }
            left = right;
        }
        html.put("</svg>\n")
    }
}

impl Page<'_> {
    /// The sentence, the bar and the numbers.
    pub(super) fn tallies(&self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(Bar(&self.counts))?;
        html.put("<ul class=\"tallies\">\n")?;
        for sign in &Sign::ALL[..7] {
            let count = sign.count(&self.counts);
            let is_always_said = matches!(sign, Sign::Fail | Sign::Pass | Sign::Untested);
            if count == 0 && !is_always_said {
                continue;
            }
            let quiet = if count == 0 { " none" } else { "" };
            html.put((
                "<li class=\"",
                sign.class(),
                quiet,
                "\">",
                Shape(*sign),
                "<b>",
                count,
                "</b> ",
                sign.after_number(),
            ))?;
            let real = self.counts.passed_for_real();
            if *sign == Sign::Pass && real > 0 {
                html.put((" <small>", real, " for real</small>"))?;
            }
            html.put("</li>\n")?;
        }
        html.put("</ul>\n")?;
        self.remarks(html)
    }

    /// What the numbers do not say.
    fn remarks(&self, html: &mut Html<'_>) -> io::Result<()> {
        let untested = self.points.iter().filter(|point| point.is_untested()).count();
        let since = |group| self.since.as_ref().map_or(0, |since| since.comparison.group(group).len());
        let (newly, fixed) = (since(Group::NewlyFailing), since(Group::Fixed));
        let gone = self.rows.iter().filter(|row| row.is_gone()).count();
        if untested + newly + fixed + gone == 0 && !self.walked.session.is_open() {
            return Ok(());
        }
        html.put("<p class=\"remarks\">")?;
        let mut sep = "";
        if newly > 0 {
            let fail = if newly == 1 { " newly fails" } else { " newly fail" };
            html.put(("<strong>", newly, fail, "</strong>"))?;
            sep = " and ";
        }
        if fixed > 0 {
            html.put((sep, fixed, if fixed == 1 { " was fixed" } else { " were fixed" }))?;
        }
        if newly + fixed > 0 {
            html.put(" since the last session.")?;
            sep = " ";
        }
        if untested > 0 {
            let points = if self.points.len() == 1 { " integration point" } else { " integration points" };
            let (was, by) =
                if untested == 1 { (" was", " tested by nobody.") } else { (" were", " tested by nobody.") };
            html.put((sep, untested, " of ", self.points.len(), points, was, by))?;
            sep = " ";
        }
        if gone > 0 {
            html.put((
                sep,
                gone,
                if gone == 1 { " prompt has" } else { " prompts have" },
                " left the plan since.",
            ))?;
            sep = " ";
        }
        if self.walked.session.is_open() {
            html.put((sep, "The session is still open."))?;
        }
        html.put("</p>\n")
    }

    /// Who walked what, when, where, and with which stand-ins.
    pub(super) fn facts(&self, html: &mut Html<'_>) -> io::Result<()> {
        let session = &self.walked.session;
        let start = session.start();
        if let Some(charter) = session.charter() {
            html.put(("<p class=\"charter\"><span>Charter</span> ", Name(charter), "</p>\n"))?;
        }
        html.put("<dl class=\"facts\">\n")?;
        let moment = |at: Timestamp| Moment(at);
        html.put(Fact("Tester", Name(&start.tester)))?;
        html.put(Fact("Began", moment(session.started_at())))?;
        match session.ended_at() {
            Some(ended) => html.put(Fact("Ended", moment(ended)))?,
            None => html.put(Fact("Ended", "still open"))?,
        }
        html.put(Fact("Walked", Line(&clock(session.walking_ms()))))?;
        for (name, value) in self.walked.revision.plan().in_order(session.fields()) {
            html.put(("<div><dt>", Name(name), "</dt><dd>", Name(value), "</dd></div>\n"))?;
        }
        if session.strategy() != Strategy::AsWritten {
            html.put(Fact("Order", session.strategy().word()))?;
        }
        if let Some(tag) = &start.only {
            html.put(Fact("Only prompts tagged", Name(tag)))?;
        }
        if let Some(retest) = &start.retest {
            let of = ShortId(retest.of.to_string());
            html.put(Fact("Retest", (retest.prompts.len(), " prompts of session ", of)))?;
        }
        if let Some(source) = &self.walked.source {
            html.put(Fact("Plan", Name(source)))?;
        }
        html.put(Fact("Session", ShortId(session.id().to_string())))?;
        html.put("</dl>\n")?;
        self.components(html)
    }

    /// What stood for each component at the end.
    fn components(&self, html: &mut Html<'_>) -> io::Result<()> {
        let states = self.walked.session.states();
        let mut names = self.walked.revision.plan().component_names();
        let known: std::collections::HashSet<&str> = names.iter().copied().collect();
        names.extend(states.iter().map(|(name, _)| name).filter(|name| !known.contains(name)));
        if names.is_empty() {
            return Ok(());
        }
        if names.iter().all(|name| *states.of(name) == ComponentState::Unknown) {
            return html.put("<p class=\"more\">Nobody said which components were real.</p>\n");
        }
        let (open, close) = heading(self.level);
        html.put((open, " class=\"quiet\">What was real", close, "<ul class=\"components\">\n"))?;
        for name in names.iter().take(MOST_COMPONENTS) {
            let state = states.of(name);
            html.put((
                "<li class=\"",
                state.word(),
                "\">",
                StateShape(state),
                "<b>",
                Name(name),
                "</b> ",
                State(state),
                "</li>\n",
            ))?;
        }
        html.put("</ul>\n")?;
        match names.len().saturating_sub(MOST_COMPONENTS) {
            0 => Ok(()),
            more => html.put(("<p class=\"more\">", more, " more components are not listed here.</p>\n")),
        }
    }
}

/// What stands for a component: `fake: stripe-mock`.
pub(super) struct State<'s>(pub(super) &'s ComponentState);

impl Put for State<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let word = if *self.0 == ComponentState::Unknown { "not said" } else { self.0.word() };
        html.put((word, self.0.fake_name().map(|name| (": ", Name(name)))))
    }
}

struct Fact<P>(&'static str, P);

impl<P: Put> Put for Fact<P> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(("<div><dt>", self.0, "</dt><dd>", self.1, "</dd></div>\n"))
    }
}

struct Moment(Timestamp);

impl Put for Moment {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(Time(&self.0.rfc3339_seconds(), &self.0.date_hour_minute_offset()))
    }
}
