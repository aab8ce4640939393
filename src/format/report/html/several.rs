//! Several sessions in one file: side by side first, then each by itself.
//!
//! Each is read once, where there are many two at a time. What the tables at the top need of it is a few bytes a prompt; its
//! own part is written aside until the tables are known, and is short where there are many.

use std::sync::{Mutex, PoisonError};

use super::grid::{Grid, Table};
use super::head::{self, Bar};
use super::page::{self, Most, Page, ShortId, Whole};
use super::signs::Shape;
use super::trend::{self, Told, Trend};
use super::writer::{Html, Line, Name};
use super::{begin, followed};
use crate::domain::grid::Prompts;
use crate::domain::trend::Entry;
use crate::format::report::csv::plans;
use crate::format::report::{Failure, Named, Sessions};

/// Up to so many sessions are told whole, with map and course.
const MOST_WHOLE: usize = 6;

/// Writes all sessions, those of a plan together.
pub(super) fn write(sessions: &mut dyn Sessions, html: &mut Html<'_>) -> Result<(), Failure> {
    let named = sessions.named().to_vec();
    let plans = plans(&named);
    let mut told = Vec::new();
    let mut each = Vec::new();
    let mut before = 0;
    for plan in &plans {
        let mut together = Together {
            grid: Grid::new(Prompts::new(sessions.newest_state(*plan)?)),
            trend: Trend::default(),
            told: Vec::new(),
        };
        let numbers = sessions.in_order(*plan)?;
        let (number, most) = (|place| before + place + 1, || Most::of(named.len()));
        if named.len() <= MOST_WHOLE {
            for (place, number_idx) in numbers.iter().enumerate() {
                let walked = sessions.read(*number_idx)?;
                let mut page = Page::new(&walked, number(place), 3, most());
                page.whole = Some(Whole::new(&walked, followed(sessions, *number_idx, &walked)?));
                session(&page, &mut Html::new(&mut each))?;
                together.add(&page);
            }
        } else {
            let so_far = Mutex::new((&mut together, &mut each));
            sessions.read_each(&numbers, &|place, walked, turn| {
                let page = Page::new(walked, number(place), 3, most());
                let mut its_part = Vec::new();
                session(&page, &mut Html::new(&mut its_part))?;
                turn.wait()?;
                let (together, each) = &mut *so_far.lock().unwrap_or_else(PoisonError::into_inner);
                together.add(&page);
                each.append(&mut its_part);
                Ok(())
            })?;
        }
        before += numbers.len();
        let table = together.grid.table(*plan, sessions)?;
        told.push((table, together.told));
    }
    write_document(&named, &told, &each, html)
}

/// What the sessions of a plan give together, from the oldest on.
struct Together {
    grid: Grid,
    trend: Trend,
    told: Vec<Told>,
}

impl Together {
    fn add(&mut self, page: &Page<'_>) {
        self.grid.add(page);
        self.told.push(self.trend.follow(page));
    }
}

/// One session, below those before it.
fn session(page: &Page<'_>, html: &mut Html<'_>) -> Result<(), Failure> {
    let session = &page.walked.session;
    let sign = head::sign_of(&page.counts);
    html.put((
        "<article class=\"session\"><h2 id=\"s",
        page.number,
        "\">",
        Name(&session.start().plan_title),
    ))?;
    html.put((
        ", ",
        Line(&session.started_at().date_hour_minute()),
        ", ",
        Name(&session.start().tester),
        "</h2>\n",
    ))?;
    html.put((
        "<p class=\"stands\">",
        Shape(sign),
        "<strong>",
        head::Verdicts(&page.counts),
        "</strong></p>\n",
    ))?;
    page.tallies(html)?;
    page.facts(html)?;
    page.write(html)?;
    Ok(html.put("</article>\n")?)
}

fn write_document(
    named: &[Named],
    told: &[(Table, Vec<Told>)],
    each: &[u8],
    html: &mut Html<'_>,
) -> Result<(), Failure> {
    let title = named.last().map_or("", |named| named.plan_title.as_str());
    let others = told.len().saturating_sub(1);
    let latest = told.iter().filter_map(|(_, of_plan)| latest(of_plan));
    let latest = latest.max_by_key(|entry| (entry.counts().tested() > 0, entry.started_at));
    let more =
        (others > 0).then_some((" and ", others, if others == 1 { " other plan" } else { " other plans" }));
    begin((Line(title), more.as_ref().map(|more| *more), ": ", named.len(), " sessions"), html)?;
    let sign = latest.map_or(super::signs::Sign::Untested, |entry| head::sign_of(&entry.counts()));
    html.put((
        "<header>\n<p class=\"eyebrow\">",
        named.len(),
        " test sessions</p>\n<h1><span class=\"plan\">",
    ))?;
    html.put((Name(title), more, "</span> "))?;
    if let Some(latest) = latest {
        html.put((
            Shape(sign),
            "<span class=\"verdict\">",
            head::Verdicts(&latest.counts()),
            head::Also(&latest.counts()),
            "</span></h1>\n",
        ))?;
        html.put((
            "<p class=\"remarks\">In the latest session with a verdict, of ",
            Name(&latest.session.tester),
            ", ",
            Line(&latest.started_at.date_hour_minute_offset()),
        ))?;
        html.put((".</p>\n", Bar(&latest.counts())))?;
    } else {
        html.put("</h1>\n")?;
    }
    html.put("</header>\n<main id=\"main\">\n")?;
    for (number, (grid, of_plan)) in told.iter().enumerate() {
        let name = of_plan.last().map(|told| told.plan_title.as_str()).filter(|_| told.len() > 1);
        html.put(("<section><h2>Sessions side by side", name.map(|name| (": ", Name(name))), "</h2>\n"))?;
        trend::write(number + 1, of_plan, html)?;
        grid.write(of_plan, html)?;
        html.put("</section>\n")?;
    }
    if named.len() > MOST_WHOLE {
        html.put("<p class=\"note\">Each session is told in short below. <code>seamwalk report ID --format html</code> tells one whole, with its map and its course.</p>\n")?;
    }
    html.take_over(each)?;
    html.put("</main>\n<footer><p>Written by seamwalk from what was recorded, with nothing left out but what is counted above. ")?;
    html.put("For programs: <code>seamwalk report")?;
    for named in named.iter().take(20) {
        html.put((" ", ShortId(named.id.to_string())))?;
    }
    html.put((
        if named.len() > 20 { " …" } else { "" },
        " --format json</code></p></footer>\n</body>\n</html>\n",
    ))?;
    Ok(())
}

/// The latest session of a plan with a verdict: who has just begun says nothing yet.
fn latest(told: &[Told]) -> Option<&Entry> {
    let tested = told.iter().rfind(|told| told.entry.counts().tested() > 0);
    tested.or(told.last()).map(|told| &told.entry)
}

/// The heading below which a plan's tables stand.
pub(super) fn subheading(text: &'static str, html: &mut Html<'_>) -> std::io::Result<()> {
    let (open, close) = page::heading(3);
    html.put((open, ">", text, close))
}
