//! The map as boxes and arrows, in SVG: callers stand left of what they call.

use std::io;

use super::head::State;
use super::map::Tested;
use super::page::Page;
use super::signs::Sign;
use super::writer::{Html, Line, Put};
use crate::domain::component::ComponentState;
use crate::domain::map::graph::{EAST, Graph, MOST_COMPONENTS, Placed, Text, WEST, Wire};
use crate::domain::map::{Cell, Map, Tally};
use crate::visible::{self, short};

/// A cell of the drawing, in pixels: a letter of the boxes is as wide, a line of them as high.
const CELL_WIDTH: usize = 8;
const CELL_HEIGHT: usize = 20;
/// Around the drawing, so that no stroke is cut.
const MARGIN: usize = 4;
/// The longest name in a box.
const MOST_NAME_CELLS: usize = 20;
/// How far corners are rounded.
const ROUND: i64 = 6;
/// No drawing is larger than this, in cells; a larger one is a tangle.
const MOST_COLUMNS: usize = 400;
const MOST_ROWS: usize = 120;

impl Page<'_> {
    /// Draws the map if it can be drawn without lines running into one another, and says whether it was.
    pub(super) fn drawing(&self, map: &Map, html: &mut Html<'_>) -> io::Result<bool> {
        let components = map.components();
        if map.cells().is_empty() || components.len() > MOST_COMPONENTS {
            return Ok(false);
        }
        let names: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        let labels = short::names(&names, MOST_NAME_CELLS);
        let texts: Vec<Text> = (0..components.len()).map(|at| room(map, at, &labels[at])).collect();
        let Some(graph) = Graph::new(map, &texts, MOST_COLUMNS, MOST_ROWS) else { return Ok(false) };
        self.subheading("Boxes and arrows: who calls whom", html)?;
        let (width, height) =
            (graph.width * CELL_WIDTH + 2 * MARGIN, graph.height * CELL_HEIGHT + 2 * MARGIN);
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Boxes and arrows\"><svg class=\"drawing\" role=\"img\"")?;
        html.put((
            " aria-labelledby=\"s",
            self.number,
            "-drawing s",
            self.number,
            "-drawing-more\" width=\"",
            width,
        ))?;
        html.put(("\" height=\"", height, "\" viewBox=\"0 0 ", width, " ", height, "\">"))?;
        html.put(("<title id=\"s", self.number, "-drawing\">The map as boxes and arrows</title>"))?;
        html.put(("<desc id=\"s", self.number, "-drawing-more\">", components.len(), " components and "))?;
        html.put((
            map.cells().len(),
            " connections between them. Matrix and list below say the same in words.</desc>\n",
        ))?;
        for wire in &graph.wires {
            draw_wire(map, wire, html)?;
        }
        for (at, placed) in graph.boxes.iter().enumerate() {
            draw_box(map, at, &labels[at], *placed, html)?;
        }
        html.put("</svg></div>\n")?;
        Ok(true)
    }
}

/// How much text a component's box has.
fn room(map: &Map, at: usize, label: &str) -> Text {
    let state = &map.components()[at].state;
    let state_cells = match state {
        ComponentState::Unknown => 0,
        state => state.word().len(),
    };
    let own = map.cell(at, at).map(|cell| Sign::of_connection(&cell.tally).word().len() + 8);
    Text {
        cells: visible::width(label).max(state_cells).max(own.unwrap_or(0)),
        rows: 1 + usize::from(state_cells > 0) + usize::from(own.is_some()),
    }
}

fn draw_box(map: &Map, at: usize, label: &str, placed: Placed, html: &mut Html<'_>) -> io::Result<()> {
    let component = &map.components()[at];
    // Half a cell free above and below, so that boxes of one layer do not touch.
    let (x, y) = (placed.x * CELL_WIDTH + MARGIN, placed.y * CELL_HEIGHT + MARGIN + CELL_HEIGHT / 4);
    let (width, height) = (placed.width * CELL_WIDTH, placed.height * CELL_HEIGHT - CELL_HEIGHT / 2);
    let word = component.state.word();
    html.put((
        "<g class=\"box ",
        word,
        "\"><title>",
        Line(&component.name),
        ": ",
        State(&component.state),
        "</title>",
    ))?;
    let place = |html: &mut Html<'_>| {
        html.put(("x=\"", x, "\" y=\"", y, "\" width=\"", width, "\" height=\"", height, "\" rx=\"6\"/>"))
    };
    html.put("<rect class=\"frame\" ")?;
    place(html)?;
    if matches!(component.state, ComponentState::Fake(_)) {
        html.put("<rect fill=\"url(#hatch)\" ")?;
        place(html)?;
    }
    let own = map.cell(at, at);
    let has_state = component.state != ComponentState::Unknown;
    let rows = 1 + usize::from(has_state) + usize::from(own.is_some());
    let mut baseline = y + (height - rows * CELL_HEIGHT) / 2 + CELL_HEIGHT * 7 / 10;
    let middle = x + width / 2;
    html.put(("<text class=\"name\" x=\"", middle, "\" y=\"", baseline, "\">", Line(label), "</text>"))?;
    if has_state {
        baseline += CELL_HEIGHT;
        html.put(("<text class=\"state\" x=\"", middle, "\" y=\"", baseline, "\">", word, "</text>"))?;
    }
    if let Some(Cell { tally, .. }) = own {
        baseline += CELL_HEIGHT;
        let sign = Sign::of_connection(tally);
        html.put((
            "<text class=\"",
            sign.class(),
            "\" x=\"",
            middle,
            "\" y=\"",
            baseline,
            "\">itself: ",
            sign.word(),
            "</text>",
        ))?;
    }
    html.put("</g>\n")
}

fn draw_wire(map: &Map, wire: &Wire, html: &mut Html<'_>) -> io::Result<()> {
    let (there, back) = (map.cell(wire.left, wire.right), map.cell(wire.right, wire.left));
    let (Some(first), Some(last)) = (wire.cells.first(), wire.cells.last()) else { return Ok(()) };
    let worst =
        [there, back].into_iter().flatten().map(|cell| &cell.tally).max_by_key(|tally| tally.badness());
    let Some(worst) = worst else { return Ok(()) };
    html.put(("<g class=\"wire ", Sign::of_connection(worst).class(), "\"><title>"))?;
    let mut sep = "";
    for Cell { from, to, tally, .. } in [there, back].into_iter().flatten() {
        let name = |at: usize| Line(&map.components()[at].name);
        html.put((
            sep,
            name(*from),
            " → ",
            name(*to),
            ": ",
            Sign::of_connection(tally).word(),
            ", ",
            Tested(tally),
            " tested",
        ))?;
        sep = "; ";
    }
    html.put(("</title><path d=\"", Way(&wire.cells), "\"/>"))?;
    let level = |row: usize| coordinate(row * CELL_HEIGHT + CELL_HEIGHT / 2);
    if let Some(cell) = there {
        let (x, y) = (coordinate((last.0 + 1) * CELL_WIDTH), level(last.1));
        html.put(Head { x, y, points: -1, tally: &cell.tally })?;
    }
    if let Some(cell) = back {
        let (x, y) = (coordinate(first.0 * CELL_WIDTH), level(first.1));
        html.put(Head { x, y, points: 1, tally: &cell.tally })?;
    }
    html.put("</g>\n")
}

/// The head of an arrow, and beside it the shape of its verdict.
struct Head<'t> {
    x: i64,
    y: i64,
    /// Which way its tail lies.
    points: i64,
    tally: &'t Tally,
}

impl Put for Head<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let Self { x, y, points, tally } = self;
        let sign = Sign::of_connection(tally);
        let tail = x + points * 7;
        html.put(("<path class=\"head ", sign.class(), "\" d=\"M", x, " ", y))?;
        html.put(("L", tail, " ", y - 4, "V", y + 4, "z\"/>"))?;
        let middle = x + points * 16;
        html.put(("<circle class=\"paper\" cx=\"", middle, "\" cy=\"", y, "\" r=\"9\"/>"))?;
        html.put((
            "<use class=\"",
            sign.class(),
            "\" href=\"#i-",
            sign.class(),
            "\" x=\"",
            middle - 7,
            "\" y=\"",
            y - 7,
        ))?;
        html.put("\" width=\"14\" height=\"14\"/>")
    }
}

fn coordinate(pixels: usize) -> i64 {
    i64::try_from(pixels + MARGIN).unwrap_or(i64::MAX)
}

/// The line through some cells, its corners rounded.
struct Way<'c>(&'c [(usize, usize, u8)]);

impl Put for Way<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return Ok(()) };
        let middle = |(x, y, _): &(usize, usize, u8)| {
            (coordinate(x * CELL_WIDTH + CELL_WIDTH / 2), coordinate(y * CELL_HEIGHT + CELL_HEIGHT / 2))
        };
        let corners =
            self.0.iter().filter(|cell| cell.2 & (EAST | WEST) != EAST | WEST && cell.2 & (EAST | WEST) != 0);
        let end = (coordinate((last.0 + 1) * CELL_WIDTH), middle(last).1);
        let points: Vec<(i64, i64)> = corners.map(middle).chain([end]).collect();
        let mut at = (coordinate(first.0 * CELL_WIDTH), middle(first).1);
        html.put(("M", at.0, " ", at.1))?;
        for pair in points.windows(2) {
            let (corner, next) = (pair[0], pair[1]);
            let (into, out) = (toward(corner, at), toward(corner, next));
            html.put(("L", into.0, " ", into.1, "Q", corner.0, " ", corner.1, " ", out.0, " ", out.1))?;
            at = out;
        }
        html.put(("L", end.0, " ", end.1))
    }
}

/// A few pixels from `corner` towards `other`, which lies level with it or straight above or below.
fn toward(corner: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    let near = |from: i64, to: i64| from + (to - from).clamp(-ROUND, ROUND);
    let half = |from: i64, to: i64| {
        if (to - from).abs() < 2 * ROUND { from + (to - from) / 2 } else { near(from, to) }
    };
    (half(corner.0, other.0), half(corner.1, other.1))
}
