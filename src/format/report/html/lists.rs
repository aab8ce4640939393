//! What a reader goes through prompt by prompt: what failed, what could not be told, what nobody tested, what only a
//! fake answered, what is different, and what was remarked.

use std::io;

use super::page::{Page, Part};
use super::signs::{Badge, Shape, Sign};
use super::writer::{Block, Html, Line, Name, Put};
use crate::domain::compare::{ComparedPrompt, Group};
use crate::domain::id::PromptId;
use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::report::{PointCounts, Row};
use crate::domain::session::{Activity, Note};
use crate::domain::time::clock;
use crate::domain::verdict::{Counts, Verdict};
use crate::format::report::remarks;

/// Where a prompt is: the titles above it.
pub(super) struct Path<'p>(pub(super) Vec<&'p str>);

impl Put for Path<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        for (at, title) in self.0.into_iter().enumerate() {
            html.put((if at == 0 { "" } else { " <span class=\"sep\">›</span> " }, Name(title)))?;
        }
        Ok(())
    }
}

/// Two components with the arrow between them, and how they talk.
pub(super) struct Point<'p>(pub(super) &'p IntegrationPoint);

impl Put for Point<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let arrow = if self.0.both_ways { " ↔ " } else { " → " };
        let kind = self.0.kind.as_deref().map(|kind| (" <span class=\"kind\">(", Name(kind), ")</span>"));
        html.put((Name(&self.0.from), arrow, Name(&self.0.to), kind))
    }
}

/// A table that may be wider than the page scrolls by itself, and can be reached with the keys.
pub(super) fn table(name: impl Put, columns: &[&'static str], html: &mut Html<'_>) -> io::Result<()> {
    html.put((
        "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"",
        name,
        "\"><table><thead><tr>",
    ))?;
    for column in columns {
        html.put(("<th scope=\"col\">", *column, "</th>"))?;
    }
    html.put("</tr></thead><tbody>\n")
}

/// The end of what [`table`] began.
pub(super) const TABLE_END: &str = "</tbody></table></div>\n";

impl<'p> Page<'p> {
    fn with<'s>(&'s self, is_wanted: impl Fn(&Row<'p>) -> bool + 's) -> impl Iterator<Item = Row<'p>> + 's {
        self.rows.iter().copied().filter(move |row| is_wanted(row))
    }

    /// The prompts with `verdict`, each with all that is known of it.
    pub(super) fn findings(
        &self,
        part: Part,
        verdict: Verdict,
        count: usize,
        html: &mut Html<'_>,
    ) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(part, count, html)?;
        html.put("<ul class=\"findings\">\n")?;
        for row in self.with(|row| row.verdict() == verdict).take(self.most.listed) {
            self.finding(&row, html)?;
        }
        html.put("</ul>\n")?;
        self.left_out(count, html)?;
        html.put("</section>\n")
    }

    fn finding(&self, row: &Row<'p>, html: &mut Html<'_>) -> io::Result<()> {
        let sign = Sign::of(row.standing());
        html.put(("<li class=\"finding ", sign.class(), "\"><p class=\"what\">", Shape(sign)))?;
        html.put(("<span class=\"vh\">", sign.word(), ": </span><strong>", Name(row.text()), "</strong>"))?;
        for tag in row.tags() {
            html.put((" <span class=\"tag\">#", Name(tag), "</span>"))?;
        }
        html.put("</p>\n<p class=\"where\">")?;
        let place = self.place(row);
        let mut sep = if place.is_empty() { "" } else { " <span class=\"sep\">·</span> " };
        html.put(Path(place))?;
        let next = |sep: &mut &'static str| std::mem::replace(sep, " <span class=\"sep\">·</span> ");
        // Mostly the heading that it stands under is the point.
        if let Some(point) = row.point().filter(|_| !row.is_under_its_point()) {
            html.put((next(&mut sep), Point(point)))?;
        }
        if let Some(mark) = row.mark() {
            if let Some(stand_ins) = remarks::stand_ins(mark.conditions) {
                html.put((next(&mut sep), "<span class=\"fake\">", Name(&stand_ins), "</span>"))?;
            }
            if let Some(build) = &mark.conditions.build {
                html.put((next(&mut sep), "build ", Name(build)))?;
            }
            html.put((next(&mut sep), Time(&mark.at.rfc3339_seconds(), &mark.at.date_hour_minute())))?;
        }
        if row.is_gone() {
            html.put((next(&mut sep), "no longer in the plan"))?;
        }
        html.put("</p>\n")?;
        if !row.is_gone() && row.plan_text() != row.text() {
            html.put(("<p class=\"aside\">The plan says by now: ", Name(row.plan_text()), "</p>\n"))?;
        }
        if let Some(expected) = row.node().and_then(NodeRef::expected) {
            html.put(("<p class=\"aside text\" dir=\"auto\">Expected: ", Block(expected), "</p>\n"))?;
        }
        if let Some(by) = row.mark().and_then(|mark| mark.blocked_by) {
            html.put(("<p class=\"aside\">Blocked by: ", Name(self.text_of(by)), "</p>\n"))?;
        }
        let blocks = self.walked.session.blocked_by(row.id);
        if !blocks.is_empty() {
            html.put("<p class=\"aside\">Blocks ")?;
            self.names(&blocks, html)?;
            html.put("</p>\n")?;
        }
        self.notes_on(row, html)?;
        html.put("</li>\n")
    }

    /// What some prompts say, a few of them.
    fn names(&self, prompts: &[PromptId], html: &mut Html<'_>) -> io::Result<()> {
        const MOST_NAMED: usize = 10;
        for (at, prompt) in prompts.iter().take(MOST_NAMED).enumerate() {
            html.put((if at == 0 { "" } else { "; " }, Name(self.text_of(*prompt))))?;
        }
        match prompts.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => html.put(("; and ", more, " more")),
        }
    }

    fn notes_on(&self, row: &Row<'p>, html: &mut Html<'_>) -> io::Result<()> {
        let mut notes = self.walked.session.notes_on(Some(row.id)).peekable();
        if notes.peek().is_none() {
            return Ok(());
        }
        html.put("<ul class=\"notes\">\n")?;
        for note in notes {
            html.put(("<li>", Remark(note, self.spans_days()), "</li>\n"))?;
        }
        html.put("</ul>\n")
    }

    /// Connections that nobody tested, and why; then the prompts that wait.
    pub(super) fn untested(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(Part::Untested, count, html)?;
        let points: Vec<&PointCounts<'_>> = self.points.iter().filter(|point| point.is_untested()).collect();
        if !points.is_empty() {
            let title =
                ("Integration points that nobody tested (", points.len(), " of ", self.points.len(), ")");
            self.subheading(title, html)?;
            table("Integration points that nobody tested", &["Integration point", "Why"], html)?;
            for point in points.iter().take(self.most.listed) {
                html.put((
                    "<tr><th scope=\"row\">",
                    Point(point.point),
                    "</th><td>",
                    Why(&point.counts),
                    "</td></tr>\n",
                ))?;
            }
            html.put(TABLE_END)?;
            self.left_out(points.len(), html)?;
        }
        if count > 0 {
            self.subheading(("Prompts without a verdict (", count, ")"), html)?;
            let mut above: Option<Vec<&str>> = None;
            for row in self.with(|row| row.verdict() == Verdict::Untested).take(self.most.listed) {
                let place = self.place(&row);
                if above.as_ref() != Some(&place) {
                    html.put(if above.is_some() { "</ul>\n" } else { "" })?;
                    if !place.is_empty() {
                        html.put(("<p class=\"place\">", Path(place.clone()), "</p>\n"))?;
                    }
                    html.put("<ul class=\"plain\">\n")?;
                    above = Some(place);
                }
                html.put(("<li>", Shape(Sign::Untested), Name(row.text()), "</li>\n"))?;
            }
            html.put(if above.is_some() { "</ul>\n" } else { "" })?;
            self.left_out(count, html)?;
        }
        html.put("</section>\n")
    }

    /// Passes that have to be made again with the real thing.
    pub(super) fn provisional(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(Part::Provisional, count, html)?;
        html.put("<p class=\"note\">An end of the integration point was fake or absent, so that these passes say nothing yet of the real thing.</p>\n")?;
        table("Passed only against a fake", &["Prompt", "Integration point", "What stood in"], html)?;
        for row in self.with(|row| row.standing().is_provisional()).take(self.most.listed) {
            let stand_ins =
                row.mark().and_then(|mark| remarks::stand_ins(mark.conditions)).unwrap_or_default();
            html.put(("<tr><th scope=\"row\">", Shape(Sign::Provisional), Name(row.text()), "</th><td>"))?;
            html.put((row.point().map(Point), "</td><td>", Name(&stand_ins), "</td></tr>\n"))?;
        }
        html.put(TABLE_END)?;
        self.left_out(count, html)?;
        html.put("</section>\n")
    }

    /// What newly fails and what was fixed since the session before.
    pub(super) fn since(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        let Some(since) = &self.since else { return Ok(()) };
        html.put("<section>")?;
        self.heading(Part::Since, count, html)?;
        let before = &since.before.session;
        html.put(("<p class=\"note\">Compared with the session of ", Name(&before.start().tester), ", "))?;
        html.put(Line(&before.started_at().date_hour_minute_offset()))?;
        html.put((before.fields().get("build").map(|build| (", build ", Name(build))), ".</p>\n"))?;
        if count == 0 {
            html.put("<p>Nothing newly fails and nothing was fixed.</p>\n")?;
        }
        for (group, title) in [(Group::NewlyFailing, "Newly failing"), (Group::Fixed, "Fixed")] {
            let prompts = since.comparison.group(group);
            if prompts.is_empty() {
                continue;
            }
            self.subheading((title, " (", prompts.len(), ")"), html)?;
            table(title, &["Prompt", "Was", "Is"], html)?;
            for ComparedPrompt { text, a, b, .. } in prompts.iter().take(self.most.listed) {
                let verdict = |verdict: &Option<Verdict>| match verdict {
                    Some(verdict) => (Some(Badge(Sign::of((*verdict).into()))), None),
                    None => (None, Some("not in the plan")),
                };
                html.put((
                    "<tr><th scope=\"row\">",
                    Name(text),
                    "</th><td>",
                    verdict(a),
                    "</td><td>",
                    verdict(b),
                    "</td></tr>\n",
                ))?;
            }
            html.put(TABLE_END)?;
            self.left_out(prompts.len(), html)?;
        }
        html.put("</section>\n")
    }

    /// True where a time of day alone would not tell when something was.
    fn spans_days(&self) -> bool {
        let session = &self.walked.session;
        session.started_at().yymmdd() != session.updated_at().yymmdd()
    }

    /// Everything that was remarked, in the order in which it was.
    pub(super) fn notes(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(Part::Notes, count, html)?;
        html.put("<ul class=\"notes all-notes\">\n")?;
        for note in self.walked.session.notes().take(self.most.listed) {
            html.put(("<li>", Remark(note, self.spans_days())))?;
            if let Some(prompt) = note.note.prompt {
                let sign = Sign::of(self.walked.session.standing(prompt));
                html.put(("<p class=\"on\">on ", Badge(sign), " ", Name(self.text_of(prompt)), "</p>"))?;
            }
            html.put("</li>\n")?;
        }
        html.put("</ul>\n")?;
        self.left_out(count, html)?;
        html.put("</section>\n")
    }

    /// What took how long.
    pub(super) fn time(&self, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(Part::Time, 0, html)?;
        let times = self.walked.session.times();
        let activities = Activity::ALL.map(|activity| (activity.said(), times.of(activity)));
        let shares: Vec<(&'static str, u64)> =
            activities.into_iter().chain([("paused", times.paused_ms())]).filter(|(_, ms)| *ms > 0).collect();
        let all_ms = shares.iter().map(|(_, ms)| ms).sum::<u64>().max(1);
        html.put("<table class=\"shares\"><thead><tr><th scope=\"col\">Activity</th><th scope=\"col\">Time</th><th scope=\"col\"><span class=\"vh\">Share</span></th></tr></thead><tbody>\n")?;
        for (said, ms) in shares {
            let share = u64::try_from(u128::from(ms) * 1000 / u128::from(all_ms)).unwrap_or(1000);
            html.put((
                "<tr><th scope=\"row\">",
                said,
                "</th><td class=\"number\">",
                Line(&clock(ms)),
                "</td><td>",
            ))?;
            html.put("<svg class=\"share\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"ground\" width=\"1000\" height=\"10\"/>")?;
            html.put((
                "<rect width=\"",
                share,
                "\" height=\"10\"/></svg><span class=\"vh\">",
                share / 10,
                " %</span></td></tr>\n",
            ))?;
        }
        html.put("</tbody></table>\n")?;
        if let Some(box_ms) = self.walked.session.time_box_ms() {
            html.put((
                "<p class=\"note\">",
                Line(&clock(self.walked.session.walking_ms())),
                " of a time box of ",
            ))?;
            html.put((Line(&clock(box_ms)), " was walked.</p>\n"))?;
        }
        html.put("</section>\n")
    }

    /// What the tester says of the session as a whole.
    pub(super) fn debrief(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section>")?;
        self.heading(Part::Debrief, count, html)?;
        html.put("<dl class=\"debrief\">\n")?;
        for (question, answer) in self.walked.session.debrief() {
            html.put((
                "<dt>",
                question.asks(),
                "</dt><dd class=\"text\" dir=\"auto\">",
                Block(answer),
                "</dd>\n",
            ))?;
        }
        html.put("</dl></section>\n")
    }
}

/// A moment, for people and for programs.
pub(super) struct Time<'t>(pub(super) &'t str, pub(super) &'t str);

impl Put for Time<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(("<time datetime=\"", Line(self.0), "\">", Line(self.1), "</time>"))
    }
}

/// A note: when, with the date where the session spans days, what kind, what it says.
struct Remark<'n>(Note<'n>, bool);

impl Put for Remark<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let Note { at, note, .. } = self.0;
        let said = if self.1 { at.date_hour_minute() } else { at.hour_minute() };
        html.put((
            Time(&at.rfc3339_seconds(), &said),
            " <b class=\"",
            note.kind.word(),
            "\">",
            note.kind.word(),
        ))?;
        html.put(("</b> <div class=\"text\" dir=\"auto\">", Block(&note.text), "</div>"))
    }
}

/// Why nobody tested it.
struct Why<'c>(&'c Counts);

impl Put for Why<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        if self.0.total() == 0 {
            return html.put((Badge(Sign::Gap), " is about it"));
        }
        let mut sep = "";
        for sign in [Sign::Untested, Sign::Blocked, Sign::Skip] {
            let count = sign.count(self.0);
            if count > 0 {
                html.put((sep, Shape(sign), count, " ", sign.after_number()))?;
                sep = ", ";
            }
        }
        Ok(())
    }
}
