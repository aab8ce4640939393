//! Boxes and arrows on the screen.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::component::ComponentState;
use crate::domain::map::graph::{EAST, Graph, NORTH, Placed, SOUTH, WEST, Wire};
use crate::tui::layout::Area;
use crate::tui::screens::map::state::Map;
use crate::tui::screens::map::view::{fraction, sign};
use crate::tui::widgets::parts::{self, Look};

/// Draws the graph in the middle of `area`; it was made to fit.
pub fn draw(frame: &mut Frame<'_>, map: &Map, graph: &Graph, area: Area, look: Look<'_>) {
    let aside = |room: u16, used: usize| room.saturating_sub(u16::try_from(used).unwrap_or(room)) / 2;
    let origin = (area.x + aside(area.width, graph.width), area.y + aside(area.height, graph.height));
    let is_selected = |wire: &&Wire| {
        let selected = map.selected();
        selected == (wire.left, wire.right) || selected == (wire.right, wire.left)
    };
    // The selected one last, so that nothing crosses it.
    let (selected, others): (Vec<&Wire>, Vec<&Wire>) = graph.wires.iter().partition(is_selected);
    let mut joins = std::collections::HashMap::new();
    for wire in &graph.wires {
        for (x, y, mask) in &wire.cells {
            *joins.entry((*x, *y)).or_insert(0) |= *mask;
        }
    }
    for wire in others {
        draw_wire(frame, map, wire, &joins, origin, false, look);
    }
    for wire in selected {
        draw_wire(frame, map, wire, &joins, origin, true, look);
    }
    for (component, placed) in graph.boxes.iter().enumerate() {
        draw_box(frame, map, component, *placed, origin, look);
    }
}

fn put(frame: &mut Frame<'_>, origin: (u16, u16), (x, y): (usize, usize), text: &str, style: Style) {
    let (x, y) = (origin.0 + x as u16, origin.1 + y as u16);
    if frame.area().contains((x, y).into()) {
        frame.buffer_mut().set_string(x, y, text, style);
    }
}

type Joins = std::collections::HashMap<(usize, usize), u8>;

fn draw_wire(
    frame: &mut Frame<'_>,
    map: &Map,
    wire: &Wire,
    joins: &Joins,
    origin: (u16, u16),
    is_selected: bool,
    look: Look<'_>,
) {
    let known = map.known();
    let (there, back) = (known.cell(wire.left, wire.right), known.cell(wire.right, wire.left));
    let tallies = [there, back].map(|cell| cell.map(|cell| &cell.tally));
    let worst = tallies.into_iter().flatten().max_by_key(|tally| tally.badness());
    let Some(worst) = worst else { return };
    let (_, mut style) = sign(worst, look);
    if is_selected {
        style = style.add_modifier(Modifier::BOLD);
    }
    let is_gap = worst.has_no_prompt();
    for (x, y, mask) in &wire.cells {
        let all = joins.get(&(*x, *y)).copied().unwrap_or(*mask);
        put(frame, origin, (*x, *y), line(all, is_gap, is_selected, look), style);
    }
    // A head at each end that is called, with the sign of its verdict.
    let (Some(first), Some(last)) = (wire.cells.first(), wire.cells.last()) else { return };
    let heads = if look.glyphs.ascii { [">", "<"] } else { ["▸", "◂"] };
    if let Some(cell) = there {
        let (glyph, glyph_style) = sign(&cell.tally, look);
        put(frame, origin, (last.0, last.1), heads[0], style);
        put(
            frame,
            origin,
            (last.0 - 1, last.1),
            &glyph,
            end_style(map, (wire.left, wire.right), glyph_style, look),
        );
    }
    if let Some(cell) = back {
        let (glyph, glyph_style) = sign(&cell.tally, look);
        put(frame, origin, (first.0, first.1), heads[1], style);
        put(
            frame,
            origin,
            (first.0 + 1, first.1),
            &glyph,
            end_style(map, (wire.right, wire.left), glyph_style, look),
        );
    }
}

/// The sign of the selected connection is where the cursor is.
fn end_style(map: &Map, pair: (usize, usize), style: Style, look: Look<'_>) -> Style {
    if map.selected() == pair { style.patch(look.theme.cursor()) } else { style.add_modifier(Modifier::BOLD) }
}

fn line(mask: u8, is_gap: bool, is_selected: bool, look: Look<'_>) -> &'static str {
    const LEVEL: u8 = EAST | WEST;
    const UPRIGHT: u8 = NORTH | SOUTH;
    const RIGHT_DOWN: u8 = EAST | SOUTH;
    const LEFT_DOWN: u8 = WEST | SOUTH;
    const RIGHT_UP: u8 = EAST | NORTH;
    const LEFT_UP: u8 = WEST | NORTH;
    if look.glyphs.ascii {
        return match mask {
            LEVEL if is_gap => ".",
            UPRIGHT if is_gap => ":",
            LEVEL if is_selected => "=",
            LEVEL => "-",
            UPRIGHT => "|",
            _ => "+",
        };
    }
    match (mask, is_selected) {
        (LEVEL, _) if is_gap => "╌",
        (UPRIGHT, _) if is_gap => "╎",
        (LEVEL, false) => "─",
        (LEVEL, true) => "━",
        (UPRIGHT, false) => "│",
        (UPRIGHT, true) => "┃",
        (RIGHT_DOWN, false) => "┌",
        (RIGHT_DOWN, true) => "┏",
        (LEFT_DOWN, false) => "┐",
        (LEFT_DOWN, true) => "┓",
        (RIGHT_UP, false) => "└",
        (RIGHT_UP, true) => "┗",
        (LEFT_UP, false) => "┘",
        (LEFT_UP, true) => "┛",
        (_, false) => "┼",
        (_, true) => "╋",
    }
}

/// The component's name, what stands there, and what is known of it calling itself.
fn draw_box(
    frame: &mut Frame<'_>,
    map: &Map,
    component: usize,
    placed: Placed,
    origin: (u16, u16),
    look: Look<'_>,
) {
    let Some(known) = map.known().components().get(component) else { return };
    let (from, to) = map.selected();
    let is_end = component == from || component == to;
    let area = Area {
        x: origin.0 + placed.x as u16,
        y: origin.1 + placed.y as u16,
        width: placed.width as u16,
        height: placed.height as u16,
    };
    parts::boxed(frame, area, &Line::default(), &[], look);
    let inner = area.inner();
    let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let name = map.box_label(component).to_owned();
    let style = if is_end { look.theme.accent().add_modifier(Modifier::BOLD) } else { look.theme.strong() };
    let mut lines = vec![Line::styled(name, style)];
    if known.state != ComponentState::Unknown {
        lines.push(Line::styled(known.state.word(), look.theme.component(&known.state)));
    }
    if let Some(own) = map.known().cell(component, component) {
        let (glyph, style) = sign(&own.tally, look);
        let style =
            if (from, to) == (component, component) { style.patch(look.theme.cursor()) } else { style };
        let counts =
            if own.tally.has_no_prompt() { String::new() } else { format!(" {}", fraction(&own.tally, 5)) };
        lines.push(Line::from(vec![Span::styled(format!("itself {glyph}{counts}"), style)]));
    }
    // In the middle, as the lines are.
    let top = inner.height.saturating_sub(lines.len() as u16) / 2;
    for (row, line) in (top..inner.height).zip(lines) {
        parts::put(frame, inner, row, &line);
    }
}
