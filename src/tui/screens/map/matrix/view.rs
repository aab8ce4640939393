//! The matrix on the screen. Work depends on the rows and columns that are seen.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::{Density, GUTTER_CELLS, Measures};
use crate::domain::map::Cell;
use crate::domain::time::{self, Timestamp};
use crate::domain::verdict::Ground;
use crate::tui::layout::Area;
use crate::tui::screens::map::state::Map;
use crate::tui::screens::map::view::{fraction, letter_style, sign};
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Draws the matrix.
pub fn draw(frame: &mut Frame<'_>, map: &Map, area: Area, now: Timestamp, look: Look<'_>) {
    let measures = map.measures();
    let (top, left) = map.corner();
    let count = map.known().components().len();
    let columns = left..count.min(left + measures.columns_seen(area));
    let rows = top..count.min(top + measures.rows_seen(area));
    for (at, to) in columns.clone().enumerate() {
        let x = measures.left_edge(area) + at as u16 * measures.column_cells;
        column_heading(frame, map, to, Area { x, ..area }, look);
    }
    for (at, from) in rows.enumerate() {
        let y = area.y + measures.heading_rows + at as u16 * measures.row_height;
        row_heading(frame, map, from, Area { y, height: measures.row_height, ..area }, look);
        for (at, to) in columns.clone().enumerate() {
            let x = measures.left_edge(area) + at as u16 * measures.column_cells;
            let width = (measures.column_cells - 1).min((area.x + area.width).saturating_sub(x));
            let height = measures.row_height.min((area.y + area.height).saturating_sub(y));
            let place = Area { x, y, width, height };
            cell(frame, map, (from, to), place, now, look);
            if (from, to) == map.selected() {
                frame.buffer_mut().set_style(parts::rect(place), look.theme.cursor());
            }
        }
    }
}

fn heading_style(is_current: bool, look: Look<'_>) -> Style {
    if is_current { look.theme.accent().add_modifier(Modifier::BOLD) } else { look.theme.text() }
}

fn column_heading(frame: &mut Frame<'_>, map: &Map, to: usize, area: Area, look: Look<'_>) {
    let Measures { density, heading_rows, column_cells, .. } = map.measures();
    let label = map.column_label(to);
    let style = heading_style(to == map.selected().1, look);
    let room = Area { width: column_cells - 1, height: heading_rows, ..area };
    if density != Density::Dots {
        parts::put(frame, room, heading_rows - 1, &Line::styled(label.to_owned(), style));
        return;
    }
    // Downwards, its end beside the cells.
    let letters: Vec<&str> = label.graphemes(true).collect();
    let first = usize::from(heading_rows).saturating_sub(letters.len());
    for (row, letter) in (first as u16..).zip(letters) {
        parts::put(frame, room, row, &Line::styled(letter.to_owned(), style));
    }
}

fn row_heading(frame: &mut Frame<'_>, map: &Map, from: usize, area: Area, look: Look<'_>) {
    let is_current = from == map.selected().0;
    let mark = if is_current { look.glyphs.cursor.as_str() } else { "" };
    let gutter = usize::from(GUTTER_CELLS);
    let mark = format!("{mark}{}", " ".repeat(gutter.saturating_sub(visible::width(mark))));
    let heading = Span::styled(map.row_label(from).to_owned(), heading_style(is_current, look));
    let room = Area { width: GUTTER_CELLS + map.measures().heading_cells, ..area };
    parts::put(frame, room, 0, &Line::from(vec![Span::raw(mark), heading]));
}

fn cell(
    frame: &mut Frame<'_>,
    map: &Map,
    (from, to): (usize, usize),
    place: Area,
    now: Timestamp,
    look: Look<'_>,
) {
    let Some(cell) = map.known().cell(from, to) else {
        if from == to {
            let diagonal = Line::styled(look.glyphs.diagonal.clone(), look.theme.border());
            parts::put(frame, place, 0, &diagonal);
        }
        return;
    };
    let ground = map.known().ground(from, to, &cell.tally);
    let lines = match map.measures().density {
        Density::Tall => tall(cell, ground, usize::from(place.width), now, look),
        Density::Wide => vec![wide(cell, ground, now, look)],
        Density::Short => vec![short(cell, ground, usize::from(place.width), look)],
        Density::Dots => vec![dots(cell, ground, look)],
    };
    for (row, spans) in (0..).zip(lines) {
        parts::put(frame, place, row, &Line::from(spans));
    }
}

/// `R`, `F` or nothing; where a kind of the connection has no prompt, that sign in its place.
fn letter(cell: &Cell, ground: Ground, look: Look<'_>) -> Option<Span<'static>> {
    if cell.gap_count > 0 {
        return Some(Span::styled(look.glyphs.no_prompt.clone(), look.theme.accent()));
    }
    let letter = match ground {
        Ground::Real => "R",
        Ground::Provisional => "F",
        Ground::Unstated => return None,
    };
    Some(Span::styled(letter, letter_style(ground, &cell.tally, look)))
}

fn age(cell: &Cell, now: Timestamp, look: Look<'_>) -> Option<Span<'static>> {
    let newest = cell.tally.newest?;
    Some(Span::styled(time::age(newest, now), look.theme.quiet()))
}

fn counts(cell: &Cell, cells: usize, look: Look<'_>) -> Span<'static> {
    let (_, style) = sign(&cell.tally, look);
    Span::styled(fraction(&cell.tally, cells), style)
}

fn tall(
    cell: &Cell,
    ground: Ground,
    width: usize,
    now: Timestamp,
    look: Look<'_>,
) -> Vec<Vec<Span<'static>>> {
    let (glyph, style) = sign(&cell.tally, look);
    if cell.tally.has_no_prompt() {
        let (above, below) = if width >= 6 { (" no", "prompt") } else { ("", "none") };
        let above = Span::styled(format!("{glyph}{above}"), style);
        return vec![vec![above], vec![Span::styled(below, style)]];
    }
    let room = width.saturating_sub(visible::width(&glyph));
    let counts = counts(cell, room, look);
    let gap = if visible::width(&counts.content) < room { " " } else { "" };
    let above = vec![Span::styled(format!("{glyph}{gap}"), style), counts];
    let mut below: Vec<Span<'static>> = letter(cell, ground, look).into_iter().collect();
    let age = age(cell, now, look);
    if !below.is_empty() && age.as_ref().is_some_and(|age| visible::width(&age.content) + 2 <= width) {
        below.push(Span::raw(" "));
    }
    below.extend(age);
    vec![above, below]
}

fn wide(cell: &Cell, ground: Ground, now: Timestamp, look: Look<'_>) -> Vec<Span<'static>> {
    let (glyph, style) = sign(&cell.tally, look);
    if cell.tally.has_no_prompt() {
        return vec![Span::styled(format!("{glyph} no prompt"), style)];
    }
    let mut spans = vec![Span::styled(format!("{glyph} "), style), counts(cell, 5, look), Span::raw(" ")];
    spans.extend(letter(cell, ground, look));
    spans.push(Span::raw(" "));
    spans.extend(age(cell, now, look));
    spans
}

fn short(cell: &Cell, ground: Ground, width: usize, look: Look<'_>) -> Vec<Span<'static>> {
    let (glyph, style) = sign(&cell.tally, look);
    if cell.tally.has_no_prompt() {
        return vec![Span::styled(glyph, style)];
    }
    let letter = letter(cell, ground, look);
    let room = width.saturating_sub(visible::width(&glyph) + usize::from(letter.is_some()));
    let mut spans = vec![Span::styled(glyph, style), counts(cell, room, look)];
    spans.extend(letter);
    spans
}

fn dots(cell: &Cell, ground: Ground, look: Look<'_>) -> Vec<Span<'static>> {
    let (glyph, style) = sign(&cell.tally, look);
    let mut spans = vec![Span::styled(glyph, style)];
    if !cell.tally.has_no_prompt() {
        spans.extend(letter(cell, ground, look));
    }
    spans
}
