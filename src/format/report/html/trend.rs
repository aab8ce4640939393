//! The sessions of a plan over time: a column each, and the numbers.

use std::io;

use super::grid::Turns;
use super::lists::{TABLE_END, Time, table};
use super::several::subheading;
use super::signs::Sign;
use super::writer::{Html, Line, Name};
use crate::domain::time::{Timestamp, clock};
use crate::domain::verdict::{Counts, Verdict};

/// One session.
pub(super) struct Point {
    /// 1-based place in the document.
    pub(super) number: usize,
    pub(super) plan_title: String,
    pub(super) tester: String,
    pub(super) build: Option<String>,
    pub(super) started_at: Timestamp,
    pub(super) walking_ms: u64,
    pub(super) counts: Counts,
}

/// The most columns of the picture: the latest.
const MOST_COLUMNS: usize = 60;
const HEIGHT: u64 = 160;

/// Writes picture and table; `plan` is the plan's 1-based place in the document.
pub(super) fn write(plan: usize, points: &[Point], turns: &[Turns], html: &mut Html<'_>) -> io::Result<()> {
    picture(plan, &points[points.len().saturating_sub(MOST_COLUMNS)..], html)?;
    subheading("Numbers", html)?;
    let columns = [
        "Session",
        "Build",
        "Failed",
        "Newly fails",
        "Fixed",
        "Blocked or inconclusive",
        "Passed",
        "Only against a fake",
        "Not tested",
        "Walked",
    ];
    table("The sessions in numbers", &columns, html)?;
    for (point, turns) in points.iter().zip(turns).rev() {
        let counts = &point.counts;
        html.put((
            "<tr><th scope=\"row\"><a href=\"#s",
            point.number,
            "\">",
            Time(&point.started_at.rfc3339_seconds(), &point.started_at.date_hour_minute()),
        ))?;
        html.put(("</a> ", Name(&point.tester), "</th><td>", point.build.as_deref().map(Name), "</td>"))?;
        let undecided = counts[Verdict::Blocked] + counts[Verdict::Inconclusive];
        let numbers = [
            (counts[Verdict::Fail], "fail"),
            (turns.newly_failing, "fail"),
            (turns.fixed, "pass"),
            (undecided, "blocked"),
            (counts[Verdict::Pass] - counts.provisional(), "pass"),
            (counts.provisional(), "provisional"),
            (counts[Verdict::Untested], "untested"),
        ];
        for (number, class) in numbers {
            html.put((
                "<td class=\"number ",
                if number == 0 { "none" } else { class },
                "\">",
                number,
                "</td>",
            ))?;
        }
        html.put(("<td class=\"number\">", Line(&clock(point.walking_ms)), "</td></tr>\n"))?;
    }
    html.put(TABLE_END)
}

/// A column for each session, in which each verdict has its share.
fn picture(plan: usize, points: &[Point], html: &mut Html<'_>) -> io::Result<()> {
    subheading("Over time", html)?;
    let (left, plot_width) = (60, 920);
    let slot = (plot_width / points.len().max(1) as u64).min(90);
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
    for (number, point) in (0_u64..).zip(points) {
        let x = left + number * slot + (slot - width) / 2;
        let total = u64::from(point.counts.total()).max(1);
        html.put((
            "<g><title>",
            Line(&point.started_at.date_hour_minute()),
            ": ",
            point.counts[Verdict::Fail],
            " of ",
            point.counts.total(),
            " failed</title>",
        ))?;
        let (mut sum, mut below) = (0, 0);
        for sign in &Sign::ALL[..5] {
            sum += u64::from(sign.count(&point.counts));
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
        if points.len() <= 12 {
            html.put((
                "<text class=\"middle\" x=\"",
                x + width / 2,
                "\" y=\"",
                bottom + 20,
                "\">",
                Line(&point.started_at.date_hour_minute()[5..10]),
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
