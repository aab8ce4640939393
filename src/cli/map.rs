//! `seamwalk map`: which component calls which, and what a session knows of each connection.
//!
//! What becomes one point and what counts as tested is decided in [`crate::domain::map`]; here it is only said. Nothing
//! is written: a plan that was edited since it was walked is matched with what was walked, and not saved.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{Format, Input, MapOf};
use super::output::Output;
use super::page::{Glyphs, Ink, Page, WIDTH_CELLS};
use super::plan::Source as PlanSource;
use super::show::State;
use crate::domain::component::ComponentState;
use crate::domain::id::PromptId;
use crate::domain::identity;
use crate::domain::map::{Cell, Evidence, Map, Point, Tally};
use crate::domain::plan::Plan;
use crate::domain::progress::Progress;
use crate::domain::revision::Revision;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Verdict};
use crate::error::{Error, Exit};
use crate::format;
use crate::opening::{self, ParseFailure, ParsedPlan, Source};
use crate::paths::NoPlaceForDatabase;
use crate::store::{FindError, Store, StoreError};
use crate::visible::{self, short};

/// The name and version of the JSON form.
pub const FORMAT: &str = "seamwalk.map/1";

/// The widest row heading of the matrix.
const MAX_HEADING_CELLS: usize = 16;

/// A state of a plan, and the session that is known of it.
struct Walked {
    revision: Revision,
    session: Option<Session>,
}

/// Prints the map of what `of` names. A plan without a prompt is refused once its map is printed.
///
/// # Errors
///
/// [`Error::Find`] if a word names no session or several and no file is called so, [`Error::Read`] if a plan cannot be
/// read, [`Error::Store`] if the database cannot be used.
pub fn map(
    of: &MapOf,
    database: Result<PathBuf, NoPlaceForDatabase>,
    format: Format,
    output: &mut Output,
) -> Result<Exit, Error> {
    let walked = find(of, database)?;
    let Walked { revision, session } = &walked;
    let progress = session.as_ref().map(|session| Progress::new(revision, session));
    let map = Map::new(revision, session.as_ref().zip(progress.as_ref()));
    match format {
        Format::Json => output.json(&Document::new(&map, revision, progress.as_ref()))?,
        Format::Text => output.page(&page(&map, &walked, output.glyphs()))?,
    }
    format::require_prompts(revision.plan()).map_err(|error| Error::problem(error.to_string()))?;
    Ok(Exit::OK)
}

fn find(of: &MapOf, database: Result<PathBuf, NoPlaceForDatabase>) -> Result<Walked, Error> {
    match of {
        MapOf::Plan(Input::Stdin) => of_unknown_plan(&Input::Stdin),
        MapOf::Plan(Input::File(path)) => of_plan(path, existing(database)?),
        MapOf::Word(word) => {
            let is_file = Path::new(word).is_file();
            let store = match existing(database) {
                Ok(Some(store)) => store,
                Ok(None) if is_file => return of_plan(Path::new(word), None),
                Ok(None) => return Err(FindError::NoSessions.into()),
                Err(error) => return Err(error),
            };
            match store.find_session(word) {
                Ok(id) => {
                    let loaded = store.load(id)?;
                    Ok(Walked { revision: loaded.revision, session: Some(loaded.session) })
                }
                Err(FindError::NoMatch { .. } | FindError::NotAnId { .. } | FindError::NoSessions)
                    if is_file =>
                {
                    of_plan(Path::new(word), Some(store))
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// The database, if there is one: a plan has a map without any.
pub(super) fn existing(database: Result<PathBuf, NoPlaceForDatabase>) -> Result<Option<Store>, Error> {
    let Ok(path) = database else { return Ok(None) };
    match Store::open_existing(&path) {
        Ok(store) => Ok(Some(store)),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The plan at `path` as it is now, with its open session, else the one that was touched last.
fn of_plan(path: &Path, store: Option<Store>) -> Result<Walked, Error> {
    let Some(store) = store else { return of_unknown_plan(&Input::File(path.to_owned())) };
    let revision = opening::look_at_plan(&store, Source::File(path), &parse)?;
    let plan = revision.plan_id();
    let wanted = match store.open_session_of(plan)? {
        Some(open) => Some(open),
        None => {
            let sessions = store.sessions()?.into_iter().filter(|session| session.plan == plan);
            sessions.max_by_key(|session| (session.updated_at, session.id)).map(|session| session.id)
        }
    };
    let session = wanted.map(|id| store.load_session(id)).transpose()?;
    Ok(Walked { revision, session })
}

pub(super) fn parse(bytes: &[u8], name: &Path, title: &str) -> Result<ParsedPlan, ParseFailure> {
    let parsed = format::parse(bytes, format::SourceKind::of_path(name), title)
        .map_err(|e| ParseFailure { place: Some((e.line(), e.column())), message: e.to_string() })?;
    Ok(ParsedPlan { problem_count: parsed.problems.len(), plan: parsed.plan })
}

/// A plan of which no database knows; its prompts get the identities that they would get there.
fn of_unknown_plan(input: &Input) -> Result<Walked, Error> {
    let plan = PlanSource::read(input)?.plan()?;
    let nobody = |_| Ok::<bool, std::convert::Infallible>(false);
    let name = match input {
        Input::Stdin => "",
        Input::File(path) => path.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
    };
    let id = match (&plan.id, identity::derived_plan_id(name, &plan.title, nobody)) {
        (Some(explicit), _) => identity::explicit_plan_id(explicit),
        (None, Ok(derived)) => derived,
        (None, Err(never)) => match never {},
    };
    let matched = identity::matched(id, None, &plan);
    let revision = Revision::new(id, 1, plan, matched.ids, Vec::new())
        .map_err(|error| Error::problem(format!("numbering the prompts: {error}")))?;
    Ok(Walked { revision, session: None })
}

#[derive(Serialize)]
struct Document<'m> {
    format: &'static str,
    components: Vec<ComponentEntry<'m>>,
    points: Vec<PointEntry<'m>>,
}

#[derive(Serialize)]
struct ComponentEntry<'m> {
    name: &'m str,
    state: &'static str,
    fake: Option<&'m str>,
}

#[derive(Serialize)]
struct PointEntry<'m> {
    from: &'m str,
    to: &'m str,
    kind: Option<&'m str>,
    both_ways: bool,
    verdict: Option<Verdict>,
    total: u32,
    tested: u32,
    passed: u32,
    passed_real: u32,
    failed: u32,
    prompts: Vec<PromptEntry<'m>>,
}

#[derive(Serialize)]
struct PromptEntry<'m> {
    id: Option<PromptId>,
    line: u32,
    text: &'m str,
    verdict: Verdict,
}

impl<'m> Document<'m> {
    fn new(map: &'m Map, revision: &'m Revision, progress: Option<&Progress>) -> Self {
        let components = map.components().iter().map(|component| ComponentEntry {
            name: &component.name,
            state: component.state.word(),
            fake: component.state.fake_name(),
        });
        let outline = &revision.plan().outline;
        let prompt = |idx| {
            let node = outline.node(idx);
            let verdict = progress.and_then(|progress| progress.verdict(idx)).unwrap_or_default();
            PromptEntry { id: revision.id_at(idx), line: node.line(), text: node.text(), verdict }
        };
        let points = map.points().iter().map(|point| {
            let counts = point.tally.counts;
            PointEntry {
                from: &map.components()[point.from].name,
                to: &map.components()[point.to].name,
                kind: point.kind.as_deref(),
                both_ways: point.both_ways,
                verdict: point.tally.verdict(),
                total: counts.total(),
                tested: counts.tested(),
                passed: counts[Verdict::Pass],
                passed_real: counts.passed_for_real(),
                failed: counts[Verdict::Fail],
                prompts: point.prompts.iter().copied().map(prompt).collect(),
            }
        });
        Self { format: FORMAT, components: components.collect(), points: points.collect() }
    }
}

/// A page for people: what it is of, the matrix if it fits, else a list, the totals, the components.
fn page(map: &Map, walked: &Walked, glyphs: Glyphs) -> Page {
    let mut page = Page::default();
    head_lines(walked.revision.plan(), walked.session.as_ref(), &mut page);
    page.blank();
    if map.points().is_empty() {
        page.paragraph(&[], Ink::Plain, NO_POINTS);
        return page;
    }
    let fits = matrix(map, glyphs, &mut page);
    if !fits {
        list(map, glyphs, &mut page);
    }
    page.blank();
    let count = map.points().len();
    let points = if count == 1 { "integration point" } else { "integration points" };
    let said = map.totals().said().map(|(evidence, count)| format!("{count} {}", evidence.words()));
    let said = said.collect::<Vec<_>>().join(", ");
    page.paragraph(&[], Ink::Plain, &format!("{count} {points}: {said}"));
    if fits {
        gaps(map, glyphs, &mut page);
    }
    components(map, &mut page);
    page
}

/// Why there is no map, and what would make one.
const NO_POINTS: &str = "this plan names no integration point: a heading like `## cart -> inventory (http)`, or \
    `connections:` in its front matter, gives it a map";

fn head_lines(plan: &Plan, session: Option<&Session>, page: &mut Page) {
    page.paragraph(&[], Ink::Strong, &plan.title);
    let Some(session) = session else {
        page.line([(Ink::Faint, "no session: nothing is tested yet")]);
        return;
    };
    let start = session.start();
    let mut said = vec![
        format!("session {}", session.id()),
        State::of(session.ended_at()).word().to_owned(),
        session.started_at().date_hour_minute(),
        start.tester.clone(),
    ];
    said.extend(start.only.as_ref().map(|tag| format!("only #{tag}")));
    said.extend(start.retest.as_ref().map(|_| "a retest".to_owned()));
    page.paragraph(&[], Ink::Faint, &said.join(", "));
}

/// Glyph, counts and letter in a few cells: `✗2/3F`.
fn cell_text(map: &Map, cell: &Cell, glyphs: Glyphs) -> String {
    let tally = &cell.tally;
    let Some(standing) = tally.standing() else { return glyphs.no_prompt().to_owned() };
    let letter = match map.ground(cell.from, cell.to, tally) {
        Ground::Real => "R",
        Ground::Provisional => "F",
        Ground::Unstated => "",
    };
    let gap = if cell.gap_count > 0 { glyphs.no_prompt() } else { "" };
    let (tested, total) = (tally.counts.tested(), tally.counts.total());
    format!("{}{tested}/{total}{letter}{gap}", glyphs.standing(standing))
}

fn ink_of(tally: &Tally) -> Ink {
    tally.standing().map_or(Ink::Doubtful, Ink::of_standing)
}

/// The component × component matrix, rows calling columns; false, and nothing printed, where it does not fit.
fn matrix(map: &Map, glyphs: Glyphs, page: &mut Page) -> bool {
    let count = map.components().len();
    let names: Vec<&str> = map.components().iter().map(|component| component.name.as_str()).collect();
    // With more, there is not even one cell for each.
    if count > WIDTH_CELLS {
        return false;
    }
    let longest = names
        .iter()
        .map(|name| visible::width(&visible::line(name)))
        .max()
        .unwrap_or(0)
        .min(MAX_HEADING_CELLS);
    let widest = map
        .cells()
        .iter()
        .map(|cell| visible::width(&cell_text(map, cell, glyphs)))
        .max()
        .unwrap_or(1)
        .max(3);
    let room = (WIDTH_CELLS - longest - 1) / count.max(1);
    if room < widest + 1 {
        return false;
    }
    let width = room.min(widest.max(longest) + 1);
    let rows = short::names(&names, longest);
    let columns = short::names(&names, width - 1);
    let padded = |text: &str, cells: usize| {
        format!("{text}{}", " ".repeat(cells.saturating_sub(visible::width(text))))
    };
    let mut heading = vec![(Ink::Plain, " ".repeat(longest + 1))];
    heading.extend(columns.iter().map(|name| (Ink::Strong, padded(name, width))));
    page.line(heading.iter().map(|(ink, text)| (*ink, text.as_str())));
    for (from, name) in rows.iter().enumerate() {
        let mut line = vec![(Ink::Strong, padded(name, longest + 1))];
        line.extend((0..count).map(|to| match map.cell(from, to) {
            Some(cell) => (ink_of(&cell.tally), padded(&cell_text(map, cell, glyphs), width)),
            None if from == to => (Ink::Faint, padded(glyphs.diagonal(), width)),
            None => (Ink::Plain, " ".repeat(width)),
        }));
        page.line(line.iter().map(|(ink, text)| (*ink, text.as_str())));
    }
    page.blank();
    let no_prompt = glyphs.no_prompt();
    let legend = format!("rows call columns; R both ends real, F one fake or absent, {no_prompt} no prompt");
    page.line([(Ink::Faint, legend.as_str())]);
    true
}

/// A line a point, the worst first.
fn list(map: &Map, glyphs: Glyphs, page: &mut Page) {
    for at in map.worst_first() {
        let point = &map.points()[at];
        let tally = &point.tally;
        let (glyph, word) = match tally.standing() {
            Some(standing) => (glyphs.standing(standing), standing.word()),
            None => (glyphs.no_prompt(), "no prompt"),
        };
        let tested = match tally.verdict() {
            Some(_) => format!("{}/{}", tally.counts.tested(), tally.counts.total()),
            None => String::new(),
        };
        let rests_on = match map.ground(point.from, point.to, tally) {
            Ground::Real => "real",
            Ground::Provisional => "fake",
            Ground::Unstated => "",
        };
        let day = tally.newest.map(Timestamp::date_hour_minute).unwrap_or_default();
        let day = day.get(..10).unwrap_or_default();
        let lead = format!("{glyph} {word:<12} ");
        let facts = format!("{tested:>7}  {rests_on:<4}  {day:<10}  ");
        let pieces = [(ink_of(tally), lead.as_str()), (Ink::Faint, facts.as_str())];
        page.paragraph(&pieces, Ink::Plain, &name_of(map, point));
    }
}

fn name_of(map: &Map, point: &Point) -> String {
    map.written(point).to_string()
}

/// The points without a prompt by name: that they are missing is worth more than a sign.
fn gaps(map: &Map, glyphs: Glyphs, page: &mut Page) {
    let gaps: Vec<&Point> =
        map.points().iter().filter(|point| point.tally.evidence() == Evidence::NoPrompt).collect();
    if gaps.is_empty() {
        return;
    }
    page.blank();
    page.line([(Ink::Strong, "Without a prompt")]);
    for point in gaps {
        let lead = format!("  {} ", glyphs.no_prompt());
        page.paragraph(&[(Ink::Doubtful, &lead)], Ink::Plain, &name_of(map, point));
    }
}

/// The components by their state; nothing where nobody said anything of any.
fn components(map: &Map, page: &mut Page) {
    if map.components().iter().all(|component| component.state == ComponentState::Unknown) {
        return;
    }
    page.blank();
    page.line([(Ink::Strong, "Components")]);
    for word in ComponentState::WORDS {
        let names: Vec<String> = map
            .components()
            .iter()
            .filter(|component| component.state.word() == word)
            .map(|component| match component.state.fake_name() {
                Some(fake) => format!("{} ({fake})", component.name),
                None => component.name.clone(),
            })
            .collect();
        if !names.is_empty() {
            page.paragraph(&[(Ink::Faint, &format!("  {word:<8} "))], Ink::Plain, &names.join(", "));
        }
    }
}
