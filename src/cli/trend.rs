//! `seamwalk trend [SESSION|PLAN]`: the sessions of a plan over time.
//!
//! The text has a sparkline for each thing that is followed and a line for each session; the JSON every session with
//! what was counted, so that a dashboard can draw its own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{Format, Input, MapOf};
use super::map::{existing, parse};
use super::output::Output;
use super::page::{Glyphs, Ink, Page, WIDTH_CELLS};
use super::show::CountsByWord;
use super::times::{rfc3339, rfc3339_or_null};
use crate::domain::id::{PlanId, SessionId};
use crate::domain::time::{Timestamp, clock};
use crate::domain::trend::{Entry, Read, Series, level};
use crate::domain::verdict::{Standing, Verdict};
use crate::error::{Error, Exit};
use crate::opening::{self, Source};
use crate::paths::NoPlaceForDatabase;
use crate::store::{FindError, Store};
use crate::visible;

/// The name and version of the JSON form.
pub const FORMAT: &str = "seamwalk.trend/1";

/// The most sessions whose sparkline fits: the newest ones are shown.
const SPARK_CELLS: usize = 48;

/// How wide the bar of a session is at least, and at most.
const MIN_BAR_CELLS: usize = 8;
const MAX_BAR_CELLS: usize = 20;

/// How much of a tester's name there is room for.
const MAX_TESTER_CELLS: usize = 8;

/// Prints the trend of the plan that `of` names, or whose session it names.
///
/// # Errors
///
/// [`Error::Find`] if a word names no session or several and no file is called so, [`Error::Read`] if a plan cannot be
/// read, [`Error::Store`] if the database cannot be used.
pub fn trend(
    of: &MapOf,
    database: Result<PathBuf, NoPlaceForDatabase>,
    format: Format,
    output: &mut Output,
) -> Result<Exit, Error> {
    let Some(store) = existing(database)? else { return Err(FindError::NoSessions.into()) };
    let (plan, title) = find(of, &store)?;
    let entries = store.trend(plan)?;
    match format {
        Format::Json => output.json(&Document::new(plan, &title, &entries))?,
        Format::Text => output.page(&page(&title, &entries, output.glyphs()))?,
    }
    Ok(Exit::OK)
}

/// The plan and its title: of a session as it was called then.
fn find(of: &MapOf, store: &Store) -> Result<(PlanId, String), Error> {
    let of_file = |path: &Path| {
        let revision = opening::look_at_plan(store, Source::File(path), &parse)?;
        Ok::<_, Error>((revision.plan_id(), revision.plan().title.clone()))
    };
    match of {
        MapOf::Plan(Input::File(path)) => of_file(path),
        MapOf::Plan(Input::Stdin) => {
            Err(Error::problem("a plan from standard input has no sessions: name its file".to_owned()))
        }
        MapOf::Word(word) => match store.find_session(word) {
            Ok(session) => {
                let head = store.session_head(session)?;
                Ok((head.plan, head.plan_title))
            }
            Err(FindError::NoMatch { .. } | FindError::NotAnId { .. } | FindError::NoSessions)
                if Path::new(word).is_file() =>
            {
                of_file(Path::new(word))
            }
            Err(error) => Err(error.into()),
        },
    }
}

#[derive(Serialize)]
struct Document<'t> {
    format: &'static str,
    plan: PlanEntry<'t>,
    sessions: Vec<SessionEntry<'t>>,
}

#[derive(Serialize)]
struct PlanEntry<'t> {
    id: PlanId,
    title: &'t str,
}

#[derive(Serialize)]
struct SessionEntry<'t> {
    session: SessionId,
    tester: &'t str,
    fields: &'t BTreeMap<String, String>,
    #[serde(serialize_with = "rfc3339")]
    started_at: Timestamp,
    #[serde(serialize_with = "rfc3339_or_null")]
    ended_at: Option<Timestamp>,
    counts: CountsByWord,
    newly_failing: u32,
    fixed: u32,
    points: PointCounts,
    walked_ms: u64,
}

#[derive(Serialize)]
struct PointCounts {
    tested: u32,
    untested: u32,
    without_prompt: u32,
}

impl<'t> Document<'t> {
    fn new(plan: PlanId, title: &'t str, entries: &'t [Entry]) -> Self {
        let session = |entry: &'t Entry| {
            let read = entry.verdicts.unwrap_or_default();
            SessionEntry {
                session: entry.session.id,
                tester: &entry.session.tester,
                fields: &entry.session.fields,
                started_at: entry.started_at,
                ended_at: entry.ended_at,
                counts: CountsByWord(entry.counts()),
                newly_failing: read.newly_failing,
                fixed: read.fixed,
                points: PointCounts {
                    tested: read.points_tested,
                    untested: read.points_untested,
                    without_prompt: read.points_without_prompt,
                },
                walked_ms: entry.walked_ms,
            }
        };
        let sessions = entries.iter().map(session).collect();
        Self { format: FORMAT, plan: PlanEntry { id: plan, title }, sessions }
    }
}

/// A page for people: what is followed as sparklines, then a line a session, the newest last.
fn page(title: &str, entries: &[Entry], glyphs: Glyphs) -> Page {
    let mut page = Page::default();
    page.paragraph(&[], Ink::Strong, title);
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        page.line([(Ink::Faint, "no session yet: walk the plan with `seamwalk PLAN`")]);
        return page;
    };
    let day = |entry: &Entry| entry.started_at.date_hour_minute()[..10].to_owned();
    let said = match entries.len() {
        1 => format!("1 session, {}", day(first)),
        count => format!("{count} sessions, {} to {}", day(first), day(last)),
    };
    page.line([(Ink::Faint, said.as_str())]);
    page.blank();
    let series: Vec<Series> = Series::ALL.into_iter().filter(|series| series.is_of(entries)).collect();
    let widest = series.iter().map(|series| series.words().len()).max().unwrap_or(0);
    for series in series {
        spark_line(series, entries, widest, glyphs, &mut page);
    }
    page.blank();
    table(entries, glyphs, &mut page);
    page
}

/// `passed           ▁▂▅▇█  78 %, was 70 %`.
fn spark_line(series: Series, entries: &[Entry], widest: usize, glyphs: Glyphs, page: &mut Page) {
    let ceiling = series.ceiling(entries);
    let seen = &entries[entries.len().saturating_sub(SPARK_CELLS)..];
    let spark: String =
        seen.iter().map(|entry| glyphs.spark(level(series.of(entry).unwrap_or(0), ceiling))).collect();
    let value = |entry: Option<&Entry>| entry.and_then(|entry| series.of(entry));
    let now = value(entries.last()).map(|value| series.said(value)).unwrap_or_default();
    let before = value(entries.len().checked_sub(2).and_then(|at| entries.get(at)));
    let was = before.map(|value| format!(", was {}", series.said(value))).unwrap_or_default();
    let name = format!("{:<widest$}  ", series.words());
    page.line([
        (Ink::Plain, name.as_str()),
        (Ink::of(verdict_of(series)), spark.as_str()),
        (Ink::Plain, format!("  {now}").as_str()),
        (Ink::Faint, was.as_str()),
    ]);
}

/// The verdict whose colour a sparkline has.
fn verdict_of(series: Series) -> Verdict {
    match series {
        Series::Passed => Verdict::Pass,
        Series::Failed | Series::NewlyFailing => Verdict::Fail,
        Series::Provisional => Verdict::Inconclusive,
        Series::Untested | Series::UntestedPoints | Series::Minutes => Verdict::Untested,
    }
}

/// A row for each session, with columns only for what some session has.
fn table(entries: &[Entry], glyphs: Glyphs, page: &mut Page) {
    type Cell = fn(&Entry, &Read) -> String;
    let columns: [(&str, Cell); 7] = [
        ("tested", |entry, _| format!("{}/{}", entry.counts().tested(), entry.counts().total())),
        ("fail", |entry, _| entry.counts()[Verdict::Fail].to_string()),
        ("new", |_, read| read.newly_failing.to_string()),
        ("fixed", |_, read| read.fixed.to_string()),
        ("prov.", |entry, _| entry.counts().provisional().to_string()),
        ("points", |_, read| {
            let all = read.points_tested + read.points_untested + read.points_without_prompt;
            if all == 0 { String::new() } else { format!("{}/{all}", read.points_tested) }
        }),
        ("time", |entry, _| if entry.walked_ms == 0 { String::new() } else { clock(entry.walked_ms) }),
    ];
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let read = entry.verdicts.unwrap_or_default();
            columns.iter().map(|(_, cell)| cell(entry, &read)).collect()
        })
        .collect();
    let is_said = |at: &usize| rows.iter().any(|row| !matches!(row[*at].as_str(), "" | "0"));
    let mut seen: Vec<usize> = (0..columns.len()).filter(|at| *at < 2 || is_said(at)).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| rows.iter().map(|row| row[at].len()).chain([columns[at].0.len()]).max().unwrap_or(0))
        .collect();
    let date_cells = dates(entries);
    let rest = |seen: &[usize]| {
        let taken = date_cells.len() + 2 + seen.iter().map(|at| widths[*at] + 2).sum::<usize>();
        WIDTH_CELLS.saturating_sub(taken)
    };
    // What does not fit gives way from the right.
    while rest(&seen) < MIN_BAR_CELLS && seen.len() > 1 {
        seen.pop();
    }
    let room = rest(&seen);
    let tester_cells = room.saturating_sub(MIN_BAR_CELLS + 2).min(MAX_TESTER_CELLS);
    let gap = if tester_cells > 0 { "  " } else { "" };
    let bar_cells = room.saturating_sub(tester_cells + gap.len()).min(MAX_BAR_CELLS);
    let padded = |text: &str, cells: usize| {
        let ellipsis = if glyphs == Glyphs::Ascii { "..." } else { "…" };
        let safe = visible::line(text);
        let text = visible::truncate(&safe, cells, ellipsis);
        format!("{text}{}", " ".repeat(cells.saturating_sub(visible::width(&text))))
    };
    let mut heading = format!("{}  ", padded("session", date_cells.len()));
    heading.push_str(&format!("{}{gap}{}", padded("tester", tester_cells), " ".repeat(bar_cells)));
    seen.iter().for_each(|at| heading.push_str(&format!("  {:>1$}", columns[*at].0, widths[*at])));
    page.line([(Ink::Faint, heading.trim_end())]);
    for (entry, row) in entries.iter().zip(&rows) {
        let whole = entry.started_at.date_hour_minute();
        let when = format!("{}  ", whole.get(date_cells.clone()).unwrap_or_default());
        let tester = format!("{}{gap}", padded(&entry.session.tester, tester_cells));
        let mut pieces = vec![(Ink::Plain, when), (Ink::Plain, tester)];
        pieces.extend(bar(entry, bar_cells, glyphs));
        for at in &seen {
            let is_bad = matches!(columns[*at].0, "fail" | "new") && row[*at] != "0";
            let ink = if is_bad { Ink::Bad } else { Ink::Plain };
            pieces.push((ink, format!("  {:>1$}", row[*at], widths[*at])));
        }
        page.line(pieces.iter().map(|(ink, text)| (*ink, text.as_str())));
    }
}

/// Which part of a date tells these sessions apart: day and time of day in one year, the whole date over several.
fn dates(entries: &[Entry]) -> Range<usize> {
    let year = |entry: &Entry| entry.started_at.date_hour_minute().get(..4).map(str::to_owned);
    let mut years = entries.iter().map(year);
    let first = years.next();
    if years.all(|year| Some(year) == first) { 5..16 } else { 0..10 }
}

/// The verdicts of a session in so many cells, each by its own glyph: it is read without colours as well.
fn bar(entry: &Entry, cells: usize, glyphs: Glyphs) -> Vec<(Ink, String)> {
    let counts = entry.counts();
    let total = counts.total().max(1) as usize;
    let provisional =
        Standing { verdict: Verdict::Pass, ground: crate::domain::verdict::Ground::Provisional };
    let mut parts = vec![
        (counts[Verdict::Pass].saturating_sub(counts.provisional()), Standing::from(Verdict::Pass)),
        (counts.provisional(), provisional),
    ];
    let others = [Verdict::Fail, Verdict::Blocked, Verdict::Inconclusive, Verdict::Skip];
    parts.extend(others.map(|verdict| (counts[verdict], Standing::from(verdict))));
    let (mut seen, mut drawn) = (0, 0);
    let mut pieces = Vec::new();
    for (count, standing) in parts.into_iter().filter(|(count, _)| *count > 0) {
        seen += count as usize;
        // What occurs has at least one cell.
        let end = (seen * cells / total).max(drawn + 1).min(cells);
        pieces
            .push((Ink::of_standing(standing), glyphs.standing(standing).repeat(end.saturating_sub(drawn))));
        drawn = drawn.max(end);
    }
    pieces.push((Ink::Faint, glyphs.verdict(Verdict::Untested).repeat(cells.saturating_sub(drawn))));
    pieces
}
