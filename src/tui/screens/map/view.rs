//! The map on the screen: title and totals, the matrix or the list, all about the selected connection, the keys.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::layout::Places;
use super::state::{Form, Map};
use super::update::obstacle;
use super::{graph, matrix};
use crate::domain::component::ComponentState;
use crate::domain::map::{Evidence, Point, Tally};
use crate::domain::time;
use crate::domain::verdict::{Ground, Verdict};
use crate::tui::keymap::Context;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// The prompts of a connection among which the panel looks for the worst: more are not read by anybody.
const MOST_RANKED: usize = 1_000;

/// Draws the map.
pub fn draw(frame: &mut Frame<'_>, model: &Model, map: &Map, look: Look<'_>) {
    let Some(walk) = &model.walk else { return };
    let places = map.places();
    draw_header(frame, walk, map, places, look);
    // Where the boxes share an edge, that of the map has something to say.
    if let Some(panel) = places.panel {
        parts::boxed(frame, panel, &Line::default(), &[], look);
    }
    if places.is_boxed() {
        let hints = legend(map.form(), look);
        let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
        parts::boxed(
            frame,
            places.body,
            &Line::styled(extent(map, places), look.theme.quiet()),
            &hints,
            look,
        );
    }
    match map.form() {
        Form::Matrix => matrix::view::draw(frame, map, places.inside, model.now, look),
        Form::List => draw_list(frame, model, map, places.inside, look),
        Form::Graph => {
            if let Some(graph) = map.graph() {
                graph::view::draw(frame, map, graph, places.inside, look);
            }
        }
    }
    if let Some(panel) = places.panel {
        parts::join(frame, places.body, panel, look);
        let inner = panel.inner();
        let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let mut panel = Panel { lines: Vec::new(), width: usize::from(inner.width), look };
        panel.fill(model, walk, map, usize::from(inner.height));
        for (row, line) in (0..inner.height).zip(panel.lines) {
            parts::put(frame, inner, row, &line);
        }
    }
    if let Some(line) = places.line {
        parts::put(frame, line, 0, &in_one_row(model, map, line.width, look));
    }
    let can = |action| obstacle(map, action).is_none();
    let keymap = &model.settings.keymap;
    let footer = parts::answer(model, places.footer.width, look)
        .unwrap_or_else(|| parts::footer(keymap, Context::Map, can, places.footer.width, look));
    parts::put(frame, places.footer, 0, &footer);
}

/// What the signs mean, in as many words as there is room for.
fn legend(form: Form, look: Look<'_>) -> [String; 3] {
    let no_prompt = &look.glyphs.no_prompt;
    let long = match form {
        Form::Matrix => {
            format!(" rows call columns   R both ends real   F one fake or absent   {no_prompt} no prompt ")
        }
        Form::List => format!(" R both ends real   F one fake or absent   {no_prompt} no prompt "),
        Form::Graph => {
            let (line, gap) = if look.glyphs.ascii { ("----", "....") } else { ("───", "╌╌╌") };
            format!(" {line} with prompts   {gap} {no_prompt} no prompt ")
        }
    };
    if form == Form::Graph {
        return [long, format!(" {no_prompt} no prompt "), String::new()];
    }
    [
        long,
        format!(" R real  F fake or absent  {no_prompt} no prompt "),
        format!(" R real F fake {no_prompt} no prompt "),
    ]
}

/// ` rows 1-20, columns 4-28 of 200 `, where not everything is seen.
fn extent(map: &Map, places: Places) -> String {
    let area = places.inside;
    match map.form() {
        Form::Matrix => {
            let count = map.known().components().len();
            let (top, left) = map.corner();
            let (rows, columns) = (map.measures().rows_seen(area), map.measures().columns_seen(area));
            if rows >= count && columns >= count {
                return String::new();
            }
            let (bottom, right) = (count.min(top + rows), count.min(left + columns));
            format!(" rows {}-{bottom}, columns {}-{right} of {count} ", top + 1, left + 1)
        }
        Form::Graph => String::new(),
        Form::List => {
            let (count, top) = (map.rows().len(), map.list_top());
            let seen = usize::from(area.height);
            if seen >= count {
                return String::new();
            }
            format!(" {}-{} of {count} ", top + 1, count.min(top + seen))
        }
    }
}

fn draw_header(frame: &mut Frame<'_>, walk: &Walk, map: &Map, places: Places, look: Look<'_>) {
    let theme = look.theme;
    let header = places.header;
    let room = usize::from(header.width).saturating_sub(1);
    let of_size = |words| totals(map, words, look);
    let totals = [Words::Many, Words::Few].map(of_size).into_iter().find(|spans| parts::cells(spans) <= room);
    let totals = totals.unwrap_or_else(|| of_size(Words::None));
    if !places.is_boxed() {
        let left = vec![Span::styled(" map  ", theme.strong())].into_iter().chain(totals).collect();
        parts::put(frame, header, 0, &parts::spread(left, Vec::new(), header.width, look.glyphs));
        return;
    }
    let title = visible::line(&walk.revision.plan().title).into_owned();
    let mut left =
        vec![Span::styled(format!(" {title}"), theme.strong()), Span::styled("  map", theme.quiet())];
    let start = walk.session.start();
    let retest = start.retest.as_ref().map(|_| "retest".to_owned());
    let only = start.only.as_ref().map(|tag| format!("only #{tag}"));
    for text in retest.into_iter().chain(only).chain(start.charter.clone()) {
        left.push(Span::styled(format!("  {}", visible::line(&text)), theme.quiet()));
    }
    let saved = parts::saved(walk.saved(), walk.unsaved.len(), look);
    parts::put(frame, header, 0, &parts::spread(left, saved, header.width, look.glyphs));
    let mut line = vec![Span::raw(" ")];
    line.extend(totals);
    parts::put(frame, header, 1, &parts::spread(line, Vec::new(), header.width, look.glyphs));
}

/// How much is said of the totals.
#[derive(Clone, Copy, PartialEq)]
enum Words {
    Many,
    Few,
    None,
}

/// How many points count as what.
fn totals(map: &Map, words: Words, look: Look<'_>) -> Vec<Span<'static>> {
    let theme = look.theme;
    let count = map.known().points().len();
    let mut spans = Vec::new();
    if words != Words::None {
        let points = if count == 1 { "connection" } else { "connections" };
        spans.push(Span::styled(format!("{count} {points}   "), theme.strong()));
    }
    for (evidence, count) in map.known().totals().said() {
        let (sign, few, style) = match evidence {
            Evidence::Real => ("R", "real", theme.verdict(Verdict::Pass)),
            Evidence::Fake => ("F", "fake", theme.standing(parts::PROVISIONAL)),
            Evidence::Unstated => (look.glyphs.separator.as_str(), "tested", theme.text()),
            Evidence::Untested => (look.glyphs.verdict(Verdict::Untested), "untested", theme.quiet()),
            Evidence::NoPrompt => (look.glyphs.no_prompt.as_str(), "no prompt", no_prompt_style(look)),
        };
        let style = if count == 0 { theme.quiet() } else { style };
        let text = match words {
            Words::Many => format!("{count} {}   ", evidence.words()),
            Words::Few => format!("{count} {few}   "),
            Words::None if evidence == Evidence::Unstated => format!("{count} tested "),
            Words::None => format!("{sign}{count} "),
        };
        spans.push(Span::styled(text, style));
    }
    spans
}

/// That nobody asks about a connection is what the map is for: it stands out.
fn no_prompt_style(look: Look<'_>) -> Style {
    look.theme.accent().add_modifier(Modifier::BOLD)
}

/// The glyph of a connection's worst verdict, or that no prompt asks about it, with the style of both.
pub(super) fn sign(tally: &Tally, look: Look<'_>) -> (String, Style) {
    match tally.standing() {
        Some(standing) => (look.glyphs.standing(standing).to_owned(), look.theme.standing(standing)),
        None => (look.glyphs.no_prompt.clone(), no_prompt_style(look)),
    }
}

/// `2/3`; as a share where that takes more than `cells` cells.
pub(super) fn fraction(tally: &Tally, cells: usize) -> String {
    let (tested, total) = (tally.counts.tested(), tally.counts.total());
    let text = format!("{tested}/{total}");
    if text.len() <= cells {
        return text;
    }
    let share = u64::from(tested) * 100 / u64::from(total.max(1));
    format!("{share}%")
}

/// How `R` and `F` look: quiet where nothing was tested yet and they say what stands there now.
pub(super) fn letter_style(ground: Ground, tally: &Tally, look: Look<'_>) -> Style {
    match (ground, tally.ground) {
        (_, None) => look.theme.quiet(),
        (Ground::Real, _) => look.theme.verdict(Verdict::Pass),
        (Ground::Provisional, _) => look.theme.standing(parts::PROVISIONAL),
        (Ground::Unstated, _) => look.theme.quiet(),
    }
}

/// `cart → inventory`, not made safe yet.
fn pair(map: &Map, from: usize, to: usize, arrow: &str) -> String {
    let name = |at: usize| map.known().components().get(at).map_or("", |component| component.name.as_str());
    format!("{} {arrow} {}", name(from), name(to))
}

fn draw_list(frame: &mut Frame<'_>, model: &Model, map: &Map, area: Area, look: Look<'_>) {
    let current = map.row();
    let seen = map.rows().iter().enumerate().skip(map.list_top()).take(usize::from(area.height));
    for (row, (at, point)) in (0..area.height).zip(seen) {
        let Some(point) = map.known().points().get(*point) else { continue };
        let is_current = at == current;
        parts::put(frame, area, row, &list_row(model, map, point, is_current, area.width, look));
        if is_current {
            parts::tint(frame, area, row, look.theme.cursor());
        }
    }
}

/// `› ✗ cart → inventory  http          2/3 F  3d`.
fn list_row(
    model: &Model,
    map: &Map,
    point: &Point,
    is_current: bool,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let tally = &point.tally;
    let (glyph, style) = sign(tally, look);
    let mark = if is_current { look.glyphs.cursor.as_str() } else { " " };
    let arrow = if point.both_ways { &look.glyphs.both_ways } else { &look.glyphs.arrow };
    let ends = pair(map, point.from, point.to, arrow);
    let mut left = vec![
        Span::raw(format!("{mark} ")),
        Span::styled(format!("{glyph} "), style),
        Span::raw(visible::line(&ends).into_owned()),
    ];
    left.extend(
        point.kind.as_ref().map(|kind| Span::styled(format!("  {}", visible::line(kind)), theme.quiet())),
    );
    if tally.has_no_prompt() {
        return parts::spread(left, vec![Span::styled("no prompt ", style)], width, look.glyphs);
    }
    let ground = map.known().ground(point.from, point.to, tally);
    let letter = match ground {
        Ground::Real => "R",
        Ground::Provisional => "F",
        Ground::Unstated => " ",
    };
    let age = tally.newest.map(|newest| time::age(newest, model.now)).unwrap_or_default();
    let right = vec![
        Span::styled(format!("{} ", fraction(tally, 9)), style),
        Span::styled(letter, letter_style(ground, tally, look)),
        Span::styled(format!(" {age:>4} "), theme.quiet()),
    ];
    parts::spread(left, right, width, look.glyphs)
}

/// The selected connection where there is no room for a panel.
fn in_one_row(model: &Model, map: &Map, width: u16, look: Look<'_>) -> Line<'static> {
    let (from, to) = map.selected();
    let ends = visible::line(&pair(map, from, to, &look.glyphs.arrow)).into_owned();
    let left = vec![Span::styled(format!(" {ends} "), look.theme.strong())];
    let right = match map.cell() {
        None => vec![Span::styled("not connected ", look.theme.quiet())],
        Some(cell) if cell.tally.has_no_prompt() => {
            vec![Span::styled("no prompt ", no_prompt_style(look))]
        }
        Some(cell) => {
            let (glyph, style) = sign(&cell.tally, look);
            let age = cell.tally.newest.map(|newest| time::age(newest, model.now)).unwrap_or_default();
            let state = |at: usize| map.known().components().get(at).map_or("", |c| c.state.word());
            let states = match (state(from), state(to)) {
                ("unknown", "unknown") => String::new(),
                (from, to) => format!("{from} {} {to} ", look.glyphs.arrow),
            };
            vec![
                Span::styled(states, look.theme.quiet()),
                Span::styled(format!("{glyph} {} ", fraction(&cell.tally, 9)), style),
                Span::styled(format!("{age} "), look.theme.quiet()),
            ]
        }
    };
    parts::spread(left, right, width, look.glyphs)
}

/// All about the selected connection, line by line.
struct Panel<'a> {
    lines: Vec<Line<'static>>,
    width: usize,
    look: Look<'a>,
}

impl Panel<'_> {
    fn text(&mut self, text: &str, style: Style) {
        for line in parts::wrapped(text, self.width.max(1)) {
            self.lines.push(Line::styled(line, style));
        }
    }

    fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    fn fill(&mut self, model: &Model, walk: &Walk, map: &Map, height: usize) {
        let theme = self.look.theme;
        let (from, to) = map.selected();
        let points = map.selected_points();
        let is_tight = height < 12;
        let arrow = match points.as_slice() {
            [point] if point.both_ways => &self.look.glyphs.both_ways,
            _ => &self.look.glyphs.arrow,
        };
        let kinds: Vec<&str> = points.iter().filter_map(|point| point.kind.as_deref()).collect();
        let (ends, kinds) = (pair(map, from, to, arrow), kinds.join(", "));
        if is_tight {
            let mut left = vec![Span::styled(visible::line(&ends).into_owned(), theme.strong())];
            left.push(Span::styled(format!("  {}", visible::line(&kinds)), theme.quiet()));
            let right = self.ends_in_short(map);
            self.lines.push(parts::spread(left, right, self.width as u16, self.look.glyphs));
        } else {
            self.text(&ends, theme.strong());
            if !kinds.is_empty() {
                self.text(&kinds, theme.quiet());
            }
            self.blank();
            self.ends(map);
        }
        if !is_tight {
            self.blank();
        }
        let mut tally = Tally::default();
        points.iter().for_each(|point| tally.take_in(&point.tally));
        if points.is_empty() {
            self.text("the plan knows of no connection in this direction", theme.quiet());
            return;
        }
        if tally.has_no_prompt() {
            self.no_prompt(map, &points);
            return;
        }
        self.known(model, map, &points, &tally);
        if !is_tight {
            self.blank();
        }
        let room = height.saturating_sub(self.lines.len());
        self.prompts(walk, &map.selected_prompts(walk).0, room);
    }

    /// What stands at both ends now, in a few words: `real → fake: stripe-mock`; nothing where nobody said anything.
    fn ends_in_short(&self, map: &Map) -> Vec<Span<'static>> {
        let (from, to) = map.selected();
        let known = map.known().components();
        let states: Vec<&ComponentState> =
            [from, to].into_iter().filter_map(|at| known.get(at)).map(|component| &component.state).collect();
        if states.iter().all(|state| **state == ComponentState::Unknown) {
            return Vec::new();
        }
        let words: Vec<String> = states.iter().map(ToString::to_string).collect();
        let words = words.join(&format!(" {} ", self.look.glyphs.arrow));
        vec![Span::styled(parts::fit(&words, self.width / 2, self.look.glyphs), self.look.theme.quiet())]
    }

    /// What stands at both ends now.
    fn ends(&mut self, map: &Map) {
        let (from, to) = map.selected();
        let components = map.known().components();
        let ends = if from == to { vec![from] } else { vec![from, to] };
        let name_cells = self.width / 2;
        for component in ends.into_iter().filter_map(|at| components.get(at)) {
            let style = self.look.theme.component(&component.state);
            let name = parts::fit(&component.name, name_cells, self.look.glyphs);
            let state = parts::fit(&component.state.to_string(), self.width / 2, self.look.glyphs);
            let left = vec![Span::raw(name)];
            let right = vec![Span::styled(state, style)];
            self.lines.push(parts::spread(left, right, self.width as u16, self.look.glyphs));
        }
    }

    fn no_prompt(&mut self, map: &Map, points: &[&Point]) {
        let style = no_prompt_style(self.look);
        self.text(&format!("{} no prompt asks about it", self.look.glyphs.no_prompt), style);
        let Some(point) = points.first() else { return };
        self.text(
            &format!("Write some under a heading `## {}`.", map.known().written(point)),
            self.look.theme.text(),
        );
    }

    /// Counts, what they rest on, age, what stood in.
    fn known(&mut self, model: &Model, map: &Map, points: &[&Point], tally: &Tally) {
        let theme = self.look.theme;
        let counts = tally.counts;
        let mut line =
            vec![Span::styled(format!("{}/{} tested  ", counts.tested(), counts.total()), theme.strong())];
        for verdict in Verdict::ALL.into_iter().skip(1).filter(|verdict| counts[*verdict] > 0) {
            let glyph = self.look.glyphs.verdict(verdict);
            line.push(Span::styled(format!("{glyph} {}  ", counts[verdict]), theme.verdict(verdict)));
        }
        self.lines.push(Line::from(line));
        match tally.evidence() {
            Evidence::Real | Evidence::Fake => self.text(tally.evidence().words(), theme.text()),
            Evidence::Unstated | Evidence::Untested | Evidence::NoPrompt => {}
        }
        if counts.passed_for_real() + counts.provisional() > 0 {
            let said = format!(
                "passed: {} for real, {} provisional",
                counts.passed_for_real(),
                counts.provisional()
            );
            self.text(&said, theme.text());
        }
        if !tally.stand_ins.is_empty() {
            let said = |end: &crate::domain::component::End| match end.state.fake_name() {
                Some(name) => format!("{} ({name})", end.component),
                None => format!("{} ({})", end.component, end.state.word()),
            };
            let stand_ins: Vec<String> = tally.stand_ins.iter().map(said).collect();
            self.text(
                &format!("not real then: {}", stand_ins.join(", ")),
                theme.standing(parts::PROVISIONAL),
            );
        }
        if let Some(newest) = tally.newest {
            self.text(&format!("last marked {}", time::ago(newest, model.now)), theme.quiet());
        }
        if tally.outside > 0 {
            self.text(&format!("{} more prompts are not part of this session", tally.outside), theme.quiet());
        }
        for point in points.iter().filter(|point| point.tally.has_no_prompt()) {
            let said = format!("{} no prompt: {}", self.look.glyphs.no_prompt, map.known().written(point));
            self.text(&said, no_prompt_style(self.look));
        }
    }

    /// The first prompts, the worst of them first.
    fn prompts(&mut self, walk: &Walk, prompts: &[crate::domain::plan::NodeIdx], room: usize) {
        let mut ranked = prompts.get(..MOST_RANKED.min(prompts.len())).unwrap_or_default().to_vec();
        let standing = |idx| walk.progress.standing(idx).unwrap_or_default();
        ranked.sort_by_key(|idx| std::cmp::Reverse(standing(*idx).severity()));
        let shown = if prompts.len() > room { room.saturating_sub(1) } else { prompts.len() };
        for idx in ranked.iter().take(shown) {
            let Some(node) = walk.revision.plan().outline.get(*idx) else { continue };
            let standing = standing(*idx);
            let glyph = self.look.glyphs.standing(standing);
            let text = parts::fit(
                node.text(),
                self.width.saturating_sub(visible::width(glyph) + 1),
                self.look.glyphs,
            );
            let mark = Span::styled(format!("{glyph} "), self.look.theme.standing(standing));
            self.lines.push(Line::from(vec![mark, Span::raw(text)]));
        }
        if prompts.len() > shown && room > 0 {
            let more = format!("{} {} more", self.look.glyphs.ellipsis, prompts.len() - shown);
            self.lines.push(Line::styled(more, self.look.theme.quiet()));
        }
    }
}
