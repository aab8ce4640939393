//! One session of the report: which parts it has, and what each is called.

use std::io;

use super::writer::{Html, Put};
use crate::domain::compare::{Comparison, Group, Side};
use crate::domain::course::Course;
use crate::domain::id::PromptId;
use crate::domain::map::Map;
use crate::domain::progress::Progress;
use crate::domain::report::{PointCounts, Row, Walked};
use crate::domain::verdict::{Counts, Verdict};
use crate::format::report::Failure;
use crate::format::report::junit::below_title;

/// How much of a list is written, so that a browser opens the file; the rest is counted, and where it is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Prompts in each list that a reader goes through.
    pub(super) listed: usize,
    /// Rows of the table of all prompts.
    pub(super) prompts: usize,
}

impl Most {
    /// For a report of `sessions`: what a few pages hold of each if they are many.
    pub(super) fn of(sessions: usize) -> Self {
        let sessions = sessions.max(1);
        Self { listed: (1000 / sessions).clamp(10, 300), prompts: 2000 / sessions }
    }
}

/// A session with what is known of it, for one part after the other.
pub(super) struct Page<'p> {
    pub(super) walked: &'p Walked,
    pub(super) rows: Vec<Row<'p>>,
    pub(super) counts: Counts,
    pub(super) points: Vec<PointCounts<'p>>,
    pub(super) since: Option<Since<'p>>,
    /// What is left out where many sessions are told.
    pub(super) whole: Option<Whole<'p>>,
    pub(super) most: Most,
    /// 1-based place in the document: what its anchors begin with.
    pub(super) number: usize,
    /// The level of its parts' headings.
    pub(super) level: u8,
}

/// What is different since the session before.
pub(super) struct Since<'p> {
    pub(super) before: &'p Walked,
    pub(super) comparison: Comparison<'p>,
}

/// What takes more room or time than a report of many sessions has.
pub(super) struct Whole<'p> {
    pub(super) map: Map,
    pub(super) course: Course<'p>,
}

impl<'p> Whole<'p> {
    pub(super) fn new(walked: &Walked, course: Course<'p>) -> Self {
        let progress = Progress::new(&walked.revision, &walked.session);
        Self { map: Map::new(&walked.revision, Some((&walked.session, &progress))), course }
    }
}

/// A part of a session's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Failed,
    Blocked,
    Inconclusive,
    Untested,
    Provisional,
    Since,
    Map,
    Course,
    Notes,
    Time,
    Debrief,
    Prompts,
}

impl Part {
    const ALL: [Self; 12] = [
        Self::Failed,
        Self::Blocked,
        Self::Inconclusive,
        Self::Untested,
        Self::Provisional,
        Self::Since,
        Self::Map,
        Self::Course,
        Self::Notes,
        Self::Time,
        Self::Debrief,
        Self::Prompts,
    ];

    const fn anchor(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Inconclusive => "inconclusive",
            Self::Untested => "untested",
            Self::Provisional => "provisional",
            Self::Since => "since",
            Self::Map => "map",
            Self::Course => "course",
            Self::Notes => "notes",
            Self::Time => "time",
            Self::Debrief => "debrief",
            Self::Prompts => "prompts",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Blocked => "Blocked",
            Self::Inconclusive => "Inconclusive",
            Self::Untested => "Not tested",
            Self::Provisional => "Passed only against a fake",
            Self::Since => "Since the last session",
            Self::Map => "Map",
            Self::Course => "Course of the session",
            Self::Notes => "Notes",
            Self::Time => "Where the time went",
            Self::Debrief => "Debrief",
            Self::Prompts => "Every prompt",
        }
    }
}

impl<'p> Page<'p> {
    pub(super) fn new(walked: &'p Walked, number: usize, level: u8, most: Most) -> Self {
        let rows = walked.rows();
        let (counts, points) = (Walked::counts(&rows), walked.points(&rows));
        Self { walked, rows, counts, points, since: None, whole: None, most, number, level }
    }

    /// Looks at the session before, if there was one.
    pub(super) fn compare(&mut self, before: Option<&'p Walked>) -> Result<(), Failure> {
        let Some(before) = before.filter(|_| self.counts.tested() > 0) else { return Ok(()) };
        let side = |walked: &'p Walked| Side { session: &walked.session, revision: &walked.revision };
        let comparison = Comparison::new(side(before), side(self.walked))
            .map_err(|different| Failure::Refused(different.to_string()))?;
        self.since = Some(Since { before, comparison });
        Ok(())
    }

    /// How many lines `part` has; `None` where it has nothing to say.
    pub(super) fn count(&self, part: Part) -> Option<usize> {
        let some = |count: usize| (count > 0).then_some(count);
        let verdict = |verdict: Verdict| some(self.counts[verdict] as usize);
        match part {
            Part::Failed => verdict(Verdict::Fail),
            Part::Blocked => verdict(Verdict::Blocked),
            Part::Inconclusive => verdict(Verdict::Inconclusive),
            Part::Untested => {
                let points = self.points.iter().filter(|point| point.is_untested()).count();
                let prompts = self.counts[Verdict::Untested] as usize;
                (points + prompts > 0).then_some(prompts)
            }
            Part::Provisional => some(self.counts.provisional() as usize),
            Part::Since => {
                let since = self.since.as_ref()?;
                Some(
                    [Group::NewlyFailing, Group::Fixed].map(|g| since.comparison.group(g).len()).iter().sum(),
                )
            }
            Part::Map => some(self.whole.as_ref()?.map.points().len()),
            Part::Course => some(self.whole.as_ref()?.course.steps().len()),
            Part::Notes => some(self.walked.session.notes().count()),
            Part::Time => (self.walked.session.walking_ms() > 0).then_some(0),
            Part::Debrief => some(self.walked.session.debrief().count()),
            Part::Prompts => some(self.rows.len()).filter(|_| self.most.prompts > 0 && self.whole.is_some()),
        }
    }

    /// The parts that have something to say, in their order.
    pub(super) fn parts(&self) -> Vec<(Part, usize)> {
        Part::ALL.into_iter().filter_map(|part| Some((part, self.count(part)?))).collect()
    }

    /// Where the parts are.
    pub(super) fn contents(&self, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<nav aria-label=\"Contents\"><ul>\n")?;
        for (part, count) in self.parts() {
            html.put((
                "<li><a href=\"#",
                self.anchor(part),
                "\">",
                part.title(),
                "</a>",
                Tally(part, count),
                "</li>\n",
            ))?;
        }
        html.put("</ul></nav>\n")
    }

    fn anchor(&self, part: Part) -> impl Put {
        ("s", self.number, "-", part.anchor())
    }

    /// The heading of `part`.
    pub(super) fn heading(&self, part: Part, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        let (open, close) = heading(self.level);
        html.put((open, " id=\"", self.anchor(part), "\">", part.title(), Tally(part, count), close))
    }

    /// A heading below that of a part.
    pub(super) fn subheading(&self, text: impl Put, html: &mut Html<'_>) -> io::Result<()> {
        let (open, close) = heading(self.level + 1);
        html.put((open, ">", text, close))
    }

    /// The sections above `row`, without the one that only repeats the plan's title.
    pub(super) fn place(&self, row: &Row<'p>) -> Vec<&'p str> {
        below_title(&row.path(), &self.walked.session.start().plan_title)
    }

    /// What `prompt` says.
    pub(super) fn text_of(&self, prompt: PromptId) -> &'p str {
        self.walked.row(prompt).map_or("another prompt", |row| row.text())
    }

    /// What a list of `total` leaves out, and where that is.
    pub(super) fn left_out(&self, total: usize, html: &mut Html<'_>) -> io::Result<()> {
        if total <= self.most.listed {
            return Ok(());
        }
        let left = total - self.most.listed;
        html.put(("<p class=\"more\">", left, " more are not listed here: ", self.elsewhere(), "</p>\n"))
    }

    /// The command that gives everything.
    pub(super) fn elsewhere(&self) -> impl Put + use<> {
        (
            "<code>seamwalk report ",
            ShortId(self.walked.session.id().to_string()),
            " --format csv</code> has them all.",
        )
    }
}

/// The beginning of a session's id, as commands take it.
pub(super) struct ShortId(pub(super) String);

impl Put for ShortId {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(super::writer::Line(self.0.get(..8).unwrap_or(&self.0)))
    }
}

/// How many, behind a title; nothing where a number would say nothing.
struct Tally(Part, usize);

impl Put for Tally {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        match self {
            Self(Part::Time | Part::Debrief | Part::Course, _) => Ok(()),
            Self(_, count) => html.put((" <span class=\"count\">", count, "</span>")),
        }
    }
}

/// The tags of a heading; the opening one lacks its end.
pub(super) const fn heading(level: u8) -> (&'static str, &'static str) {
    match level {
        1 => ("<h1", "</h1>\n"),
        2 => ("<h2", "</h2>\n"),
        3 => ("<h3", "</h3>\n"),
        _ => ("<h4", "</h4>\n"),
    }
}
