//! The sessions of a plan over time: a column each, what is followed, and the numbers.
//!
//! What is followed and how it is counted is [`crate::domain::trend`]'s business, as on the screen and on the command
//! line; how it looks on paper is this file's.

use std::io;
use std::sync::Arc;

use super::lists::{TABLE_END, Time, table};
use super::page::Page;
use super::several::subheading;
use super::signs::Sign;
use super::writer::{Html, Line, Name};
use crate::domain::history::PastSession;
use crate::domain::report::Row;
use crate::domain::time::clock;
use crate::domain::trend::{Course, Entry, LEVELS, Points, PromptResult, Read, Series, level};
use crate::domain::verdict::Verdict;

/// The most columns of the picture and of what is followed: the latest.
const MOST_COLUMNS: usize = 60;
const HEIGHT: u64 = 160;
/// The height of a step of what is followed.
const STEP: u64 = 3;

/// How many verdicts are taken in at once, so that nothing as long as a session is copied.
const VERDICTS_A_PIECE: usize = 1_000;

/// A session among those of its plan.
#[derive(Debug)]
pub(super) struct Told {
    /// 1-based place in the document.
    pub(super) number: usize,
    pub(super) plan_title: String,
    pub(super) entry: Entry,
}

/// Follows the sessions of a plan, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Trend {
    course: Course,
    /// The points of a whole plan in a state with that number: most sessions are about all of it.
    known: Option<(u32, Arc<Points>)>,
}

impl Trend {
    /// The next session.
    pub(super) fn follow(&mut self, page: &Page<'_>) -> Told {
        let session = &page.walked.session;
        let points = self.points(page);
        self.course.begin(points);
        for rows in page.rows.chunks(VERDICTS_A_PIECE) {
            // The page's counts have those that left the plan.
            let result =
                |row: &Row<'_>| PromptResult { prompt: row.id, standing: row.standing(), is_listed: true };
            let results: Vec<PromptResult> = rows.iter().map(result).collect();
            self.course.take_in(&results);
        }
        let start = session.start();
        let past =
            PastSession { id: session.id(), tester: start.tester.clone(), fields: session.fields().clone() };
        let entry = Entry {
            session: Arc::new(past),
            started_at: session.started_at(),
            ended_at: session.ended_at(),
            listed: page.counts,
            walked_ms: session.walking_ms(),
            revision: page.walked.revision.number(),
            verdicts: Some(self.course.end()),
        };
        Told { number: page.number, plan_title: start.plan_title.clone(), entry }
    }

    fn points(&mut self, page: &Page<'_>) -> Arc<Points> {
        let (revision, start) = (&page.walked.revision, page.walked.session.start());
        let is_all = start.takes_in_all();
        if let Some((_, points)) = self.known.as_ref().filter(|(of, _)| is_all && *of == revision.number()) {
            return Arc::clone(points);
        }
        let points = Arc::new(Points::new(revision, start));
        if is_all {
            self.known = Some((revision.number(), Arc::clone(&points)));
        }
        points
    }
}

/// Writes picture and tables; `plan` is the plan's 1-based place in the document.
pub(super) fn write(plan: usize, told: &[Told], html: &mut Html<'_>) -> io::Result<()> {
    let entries: Vec<Entry> = told.iter().map(|told| told.entry.clone()).collect();
    let latest = &entries[entries.len().saturating_sub(MOST_COLUMNS)..];
    picture(plan, latest, html)?;
    followed(&entries, latest, html)?;
    numbers(told, &entries, html)
}

/// Each thing that is followed: a small column a session, how it is, how it was.
fn followed(entries: &[Entry], latest: &[Entry], html: &mut Html<'_>) -> io::Result<()> {
    subheading("What changed", html)?;
    table("What changed over time", &["What", "Latest", "Before", "Over time"], html)?;
    for series in Series::ALL.into_iter().filter(|series| series.is_of(entries)) {
        let said = |at: usize| {
            let entry = entries.len().checked_sub(at).and_then(|at| entries.get(at));
            entry.and_then(|entry| series.of(entry)).map(|value| series.said(value))
        };
        // The numbers first: a phone has no room for both.
        html.put(("<tr><th scope=\"row\">", Line(words(series)), "</th>"))?;
        html.put(("<td class=\"number\">", said(1).as_deref().map(Line), "</td>"))?;
        html.put(("<td class=\"number\">", said(2).as_deref().map(Line), "</td><td>"))?;
        sparkline(series, entries, latest, html)?;
        html.put("</td></tr>\n")?;
    }
    html.put(TABLE_END)
}

/// As [`Series::words`], for a reader who does not know them yet.
fn words(series: Series) -> &'static str {
    match series {
        Series::Passed => "Passed",
        Series::Provisional => "Passes only against a fake",
        Series::Failed => "Failed",
        Series::NewlyFailing => "Newly fail",
        Series::Untested => "Not tested",
        Series::UntestedPoints => "Integration points not tested",
        Series::Minutes => "Time walked",
    }
}

fn class(series: Series) -> &'static str {
    match series {
        Series::Passed => "pass",
        Series::Provisional => "provisional",
        Series::Failed | Series::NewlyFailing => "fail",
        Series::Untested | Series::UntestedPoints | Series::Minutes => "untested",
    }
}

/// A column for each session, the broader the fewer there are.
fn sparkline(series: Series, entries: &[Entry], latest: &[Entry], html: &mut Html<'_>) -> io::Result<()> {
    let ceiling = series.ceiling(entries);
    let slot = (160 / latest.len().max(1) as u64).clamp(4, 24);
    let (width, height) = (latest.len() as u64 * slot, LEVELS as u64 * STEP);
    html.put(("<svg class=\"spark ", class(series), "\" width=\"", width, "\" height=\"", height))?;
    html.put("\" aria-hidden=\"true\">")?;
    for (number, entry) in (0_u64..).zip(latest) {
        let Some(value) = series.of(entry) else { continue };
        // Nothing is a line on the ground.
        let high = if value == 0 { 1 } else { (level(value, ceiling) as u64 + 1) * STEP };
        html.put(("<rect x=\"", number * slot, "\" y=\"", height - high, "\" width=\"", slot - 2))?;
        html.put(("\" height=\"", high, "\"/>"))?;
    }
    html.put("</svg>")
}

fn numbers(told: &[Told], entries: &[Entry], html: &mut Html<'_>) -> io::Result<()> {
    subheading("Numbers", html)?;
    let mut columns = vec![
        "Session",
        "Build",
        "Failed",
        "Newly fails",
        "Fixed",
        "Blocked or inconclusive",
        "Passed",
        "Only against a fake",
        "Not tested",
    ];
    let has_points = Series::UntestedPoints.is_of(entries);
    if has_points {
        columns.push("Points not tested");
    }
    columns.push("Walked");
    table("The sessions in numbers", &columns, html)?;
    for Told { number, entry, .. } in told.iter().rev() {
        let Entry { session, started_at, .. } = entry;
        let counts = entry.counts();
        html.put((
            "<tr><th scope=\"row\"><a href=\"#s",
            *number,
            "\">",
            Time(&started_at.rfc3339_seconds(), &started_at.date_hour_minute()),
        ))?;
        let build = session.fields.get("build");
        html.put(("</a> ", Name(&session.tester), "</th><td>", build.map(|build| Name(build)), "</td>"))?;
        let read = entry.verdicts.unwrap_or_default();
        let undecided = counts[Verdict::Blocked] + counts[Verdict::Inconclusive];
        for (count, class) in [
            (counts[Verdict::Fail], "fail"),
            (read.newly_failing, "fail"),
            (read.fixed, "pass"),
            (undecided, "blocked"),
            (counts[Verdict::Pass] - counts.provisional(), "pass"),
            (counts.provisional(), "provisional"),
            (counts[Verdict::Untested], "untested"),
        ] {
            let class = if count == 0 { "none" } else { class };
            html.put(("<td class=\"number ", class, "\">", count, "</td>"))?;
        }
        if has_points {
            let Read { points_tested, points_untested, points_without_prompt, .. } = read;
            let open = points_untested + points_without_prompt;
            html.put(("<td class=\"number\">", open, " of ", points_tested + open, "</td>"))?;
        }
        html.put(("<td class=\"number\">", Line(&clock(entry.walked_ms)), "</td></tr>\n"))?;
    }
    html.put(TABLE_END)
}

/// A column for each session, in which each verdict has its share.
fn picture(plan: usize, entries: &[Entry], html: &mut Html<'_>) -> io::Result<()> {
    subheading("Over time", html)?;
    let (left, plot_width) = (60, 920);
    let slot = (plot_width / entries.len().max(1) as u64).min(90);
    let width = (slot * 7 / 10).max(4);
    html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Sessions over time\"><svg class=\"plot\" role=\"img\"")?;
    html.put((
        " aria-labelledby=\"t",
        plan,
        "-trend t",
        plan,
        "-trend-more\" viewBox=\"0 0 1000 ",
        HEIGHT + 50,
        "\">",
    ))?;
    html.put((
        "<title id=\"t",
        plan,
        "-trend\">Shares of the verdicts in each session</title><desc id=\"t",
        plan,
        "-trend-more\">",
    ))?;
    html.put("A column for each session, from the earliest: failed at the bottom, then blocked, inconclusive, passed only against a fake, and passed. The table below has the numbers.</desc>\n")?;
    let bottom = HEIGHT + 10;
    html.put((
        "<path class=\"axis\" d=\"M",
        left,
        " ",
        bottom,
        "h",
        plot_width,
        "\"/><path class=\"goal\" d=\"M",
        left,
        " 10h",
        plot_width,
        "\"/>",
    ))?;
    html.put((
        "<text class=\"end\" x=\"",
        left - 8,
        "\" y=\"15\">100 %</text><text class=\"end\" x=\"",
        left - 8,
        "\" y=\"",
        bottom + 5,
        "\">0</text>\n",
    ))?;
    for (number, entry) in (0_u64..).zip(entries) {
        let x = left + number * slot + (slot - width) / 2;
        let total = u64::from(entry.counts().total()).max(1);
        html.put((
            "<g><title>",
            Line(&entry.started_at.date_hour_minute()),
            ": ",
            entry.counts()[Verdict::Fail],
            " of ",
            entry.counts().total(),
            " failed</title>",
        ))?;
        let (mut sum, mut below) = (0, 0);
        for sign in &Sign::ALL[..5] {
            sum += u64::from(sign.count(&entry.counts()));
            let above = sum * HEIGHT / total;
            if above > below {
                let place = |html: &mut Html<'_>| {
                    html.put((
                        "x=\"",
                        x,
                        "\" y=\"",
                        bottom - above,
                        "\" width=\"",
                        width,
                        "\" height=\"",
                        above - below,
                        "\"/>",
                    ))
                };
                html.put(("<rect class=\"fill ", sign.class(), "\" "))?;
                place(html)?;
                if *sign == Sign::Provisional {
                    html.put("<rect fill=\"url(#hatch)\" ")?;
                    place(html)?;
                }
            }
            below = above;
        }
        html.put("</g>\n")?;
        if entries.len() <= 12 {
            html.put((
                "<text class=\"middle\" x=\"",
                x + width / 2,
                "\" y=\"",
                bottom + 20,
                "\">",
                Line(&entry.started_at.date_hour_minute()[5..10]),
                "</text>\n",
            ))?;
        }
    }
    html.put("</svg></div>\n<p class=\"legend\">")?;
    for sign in &Sign::ALL[..5] {
        html.put((super::signs::Badge(*sign), " "))?;
    }
    html.put("</p>\n")
}
