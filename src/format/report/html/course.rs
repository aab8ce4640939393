//! How the session went: how many prompts were tested by when, where the marks and notes lie, and each in order.

use std::io;

use super::lists::Time;
use super::page::{Page, Part, Whole};
use super::signs::{Badge, Sign};
use super::writer::{Block, Html, Line, Name};
use crate::domain::course::{Step, What};
use crate::domain::time::clock;

/// The pictures' own measure: the width of what is plotted, and what stands left of it.
const PLOT_WIDTH: u64 = 800;
const LEFT: u64 = 120;
/// The height of the burn-up's plot.
const PLOT_HEIGHT: u64 = 180;
/// A lane of the timeline.
const LANE_HEIGHT: u64 = 26;
/// Marks that are nearer to each other than one of so many parts of the time are one stroke.
const SLOTS: u64 = 215;

impl Page<'_> {
    /// Both pictures and the list.
    pub(super) fn course(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        let Some(Whole { course, .. }) = &self.whole else { return Ok(()) };
        html.put("<section>")?;
        self.heading(Part::Course, count, html)?;
        let steps = course.steps();
        let span_ms = self.walked.session.walking_ms().max(1);
        html.put("<p class=\"note\">By the time that was walked, breaks left out.</p>\n")?;
        self.burn_up(steps, span_ms, html)?;
        self.timeline(steps, span_ms, html)?;
        self.steps(steps, html)?;
        html.put("</section>\n")
    }

    /// How many prompts were tested, and how many of them passed, as the session went on.
    fn burn_up(&self, steps: &[Step], span_ms: u64, html: &mut Html<'_>) -> io::Result<()> {
        let total = u64::from(self.counts.total()).max(1);
        let height = PLOT_HEIGHT + 60;
        self.subheading("Burn-up", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Burn-up\"><svg class=\"plot\" role=\"img\"")?;
        html.put((
            " aria-labelledby=\"s",
            self.number,
            "-burn s",
            self.number,
            "-burn-more\" viewBox=\"0 0 1000 ",
            height,
            "\">",
        ))?;
        html.put((
            "<title id=\"s",
            self.number,
            "-burn\">How many prompts were tested by when</title><desc id=\"s",
            self.number,
            "-burn-more\">",
        ))?;
        html.put((
            self.counts.tested(),
            " of ",
            self.counts.total(),
            " prompts after ",
            Line(&clock(span_ms)),
            " walked; half of them after ",
        ))?;
        let half = steps
            .iter()
            .find(|step| step.tested * 2 >= self.counts.tested())
            .map_or(0, |step| step.walked_ms);
        html.put((Line(&clock(half)), ".</desc>\n"))?;
        let (x, y) = (
            |ms: u64| LEFT + ms.min(span_ms) * PLOT_WIDTH / span_ms,
            |n: u32| 20 + PLOT_HEIGHT - u64::from(n).min(total) * PLOT_HEIGHT / total,
        );
        let bottom = 20 + PLOT_HEIGHT;
        html.put(("<path class=\"axis\" d=\"M", LEFT, " ", bottom, "H", LEFT + PLOT_WIDTH, "\"/>"))?;
        html.put(("<path class=\"goal\" d=\"M", LEFT, " 20H", LEFT + PLOT_WIDTH, "\"/>"))?;
        html.put((
            "<text class=\"end\" x=\"",
            LEFT - 10,
            "\" y=\"25\">",
            self.counts.total(),
            " prompts</text>",
        ))?;
        html.put(("<text class=\"end\" x=\"", LEFT - 10, "\" y=\"", bottom + 5, "\">0</text>"))?;
        for (class, of) in
            [("tested", (|step: &Step| step.tested) as fn(&Step) -> u32), ("passed", |step| step.passed)]
        {
            html.put(("<path class=\"curve ", class, "\" d=\"M", LEFT, " ", bottom))?;
            let mut before = (LEFT, bottom);
            for step in steps {
                let at = (x(step.walked_ms), y(of(step)));
                if at.1 != before.1 {
                    html.put(("H", at.0, "V", at.1))?;
                    before = at;
                }
            }
            html.put(("H", LEFT + PLOT_WIDTH, "\"/>"))?;
        }
        let (tested, passed) = steps.last().map_or((0, 0), |step| (step.tested, step.passed));
        // Two words must not lie on each other.
        let (high, low) = (y(tested) + 5, y(passed) + 5);
        let low = if low < high + 18 { (high + 18).min(bottom + 5) } else { low };
        let high = if low < high + 18 { low.saturating_sub(18) } else { high };
        html.put((
            "<text class=\"tested\" x=\"",
            LEFT + PLOT_WIDTH + 6,
            "\" y=\"",
            high,
            "\">tested</text>",
        ))?;
        html.put(("<text class=\"passed\" x=\"", LEFT + PLOT_WIDTH + 6, "\" y=\"", low, "\">passed</text>"))?;
        hours(span_ms, bottom + 20, html)?;
        html.put("</svg></div>\n")
    }

    /// A lane for each verdict, and one for the notes.
    fn timeline(&self, steps: &[Step], span_ms: u64, html: &mut Html<'_>) -> io::Result<()> {
        let lanes: Vec<(Lane, Vec<u64>)> = Lane::all()
            .map(|lane| (lane, slots(steps, lane, span_ms)))
            .filter(|(_, slots)| !slots.is_empty())
            .collect();
        let bottom = lanes.len() as u64 * LANE_HEIGHT + 10;
        self.subheading("Marks and notes", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Timeline\"><svg class=\"plot\" role=\"img\"")?;
        html.put((
            " aria-labelledby=\"s",
            self.number,
            "-line s",
            self.number,
            "-line-more\" viewBox=\"0 0 1000 ",
            bottom + 40,
            "\">",
        ))?;
        html.put((
            "<title id=\"s",
            self.number,
            "-line\">When what was marked and noted</title><desc id=\"s",
            self.number,
            "-line-more\">",
        ))?;
        html.put("A lane for each verdict and one for notes; the list below has each in words.</desc>\n")?;
        for (number, (lane, slots)) in (0_u64..).zip(&lanes) {
            let top = number * LANE_HEIGHT + 6;
            html.put((
                "<text class=\"end ",
                lane.class(),
                "\" x=\"",
                LEFT - 10,
                "\" y=\"",
                top + 15,
                "\">",
                lane.word(),
                "</text>",
            ))?;
            html.put((
                "<path class=\"lane\" d=\"M",
                LEFT,
                " ",
                top + 10,
                "h",
                PLOT_WIDTH,
                "\"/><path class=\"strokes ",
                lane.class(),
                "\" d=\"",
            ))?;
            for slot in slots {
                html.put(("M", LEFT + slot * PLOT_WIDTH / SLOTS, " ", top + 2, "v16"))?;
            }
            html.put("\"/>")?;
        }
        html.put(("<path class=\"axis\" d=\"M", LEFT, " ", bottom, "h", PLOT_WIDTH, "\"/>"))?;
        hours(span_ms, bottom + 20, html)?;
        html.put("</svg></div>\n")
    }

    /// All of it in words.
    fn steps(&self, steps: &[Step], html: &mut Html<'_>) -> io::Result<()> {
        let notes: Vec<_> = self.walked.session.notes().collect();
        html.put(("<details><summary>Every mark and note in order (", steps.len(), ")</summary>\n"))?;
        html.put("<table class=\"steps\"><thead><tr><th scope=\"col\">Walked</th><th scope=\"col\">What</th><th scope=\"col\">About</th></tr></thead><tbody>\n")?;
        for step in steps.iter().take(self.most.listed) {
            html.put(("<tr><td class=\"number\">", Line(&clock(step.walked_ms)), "<br><small>"))?;
            html.put((Time(&step.at.rfc3339_seconds(), &step.at.hour_minute()), "</small></td><td>"))?;
            match step.what {
                What::Judged(prompt, standing) => {
                    html.put((Badge(Sign::of(standing)), "</td><td>", Name(self.text_of(prompt))))?;
                }
                What::Remarked(kind, number) => {
                    html.put(("<b>", kind.word(), "</b></td><td class=\"text\" dir=\"auto\">"))?;
                    html.put(notes.get(number).map(|note| Block(&note.note.text)))?;
                }
            }
            html.put("</td></tr>\n")?;
        }
        html.put("</tbody></table>\n")?;
        self.left_out(steps.len(), html)?;
        html.put("</details>\n")
    }
}

/// What has a lane of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Of(Sign),
    Notes,
}

impl Lane {
    fn all() -> impl Iterator<Item = Self> {
        Sign::ALL.into_iter().filter(|sign| *sign != Sign::Gap).map(Self::Of).chain([Self::Notes])
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Of(sign) => sign.class(),
            Self::Notes => "remarked",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            // Its verdict was taken away.
            Self::Of(Sign::Untested) => "cleared",
            Self::Of(sign) => sign.word(),
            Self::Notes => "notes",
        }
    }

    fn holds(self, what: What) -> bool {
        match (self, what) {
            (Self::Of(sign), What::Judged(_, standing)) => Sign::of(standing) == sign,
            (Self::Notes, What::Remarked(..)) => true,
            (Self::Of(_), What::Remarked(..)) | (Self::Notes, What::Judged(..)) => false,
        }
    }
}

/// Where in the lane something lies, each place once.
fn slots(steps: &[Step], lane: Lane, span_ms: u64) -> Vec<u64> {
    let here = steps.iter().filter(|step| lane.holds(step.what));
    let mut slots: Vec<u64> = here.map(|step| step.walked_ms.min(span_ms) * SLOTS / span_ms).collect();
    slots.dedup();
    slots
}

/// The times below a plot: a handful of round ones.
fn hours(span_ms: u64, y: u64, html: &mut Html<'_>) -> io::Result<()> {
    const ROUND_MS: [u64; 14] = [
        1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
        7_200_000, 14_400_000, 36_000_000,
    ];
    let fits = |step_ms: &&u64| span_ms / **step_ms <= 8;
    let step_ms = ROUND_MS.iter().find(fits).copied().unwrap_or(span_ms / 8 + 1);
    for number in 0..=span_ms / step_ms {
        let ms = number * step_ms;
        html.put((
            "<text class=\"middle\" x=\"",
            LEFT + ms * PLOT_WIDTH / span_ms,
            "\" y=\"",
            y,
            "\">",
            Line(&clock(ms)),
            "</text>",
        ))?;
    }
    Ok(())
}
