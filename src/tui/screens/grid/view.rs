//! The grid on the screen. Work depends on the rows and columns that are seen.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line as Text, Span};

use super::layout::Places;
use super::state::{Grid, Known, Line};
use super::update::obstacle;
use crate::domain::component::Ends;
use crate::domain::grid::{Column, Sign};
use crate::domain::history::{Change, Turn};
use crate::domain::plan::NodeRef;
use crate::domain::verdict::Verdict;
use crate::tui::keymap::Context;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// The cells that the longest sign takes as a word, with the blank in front of it.
const WORD_CELLS: usize = 6;

/// Draws the grid.
pub fn draw(frame: &mut Frame<'_>, model: &Model, grid: &Grid, look: Look<'_>) {
    let parts = grid.parts();
    draw_header(frame, model, grid, parts, look);
    if let Some(pane) = parts.pane {
        parts::boxed(frame, pane, &Text::default(), &[], look);
    }
    if parts.is_boxed() {
        let hints = legend(look);
        let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
        parts::boxed(frame, parts.body, &Text::styled(extent(grid), look.theme.quiet()), &hints, look);
    }
    draw_heads(frame, grid, parts, look);
    draw_lines(frame, grid, parts, look);
    if let Some(pane) = parts.pane {
        parts::join(frame, parts.body, pane, look);
        let inner = pane.inner();
        let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        for (row, line) in (0..inner.height).zip(pane_lines(grid, inner, look)) {
            parts::put(frame, inner, row, &line);
        }
    }
    if let Some(line) = parts.line {
        parts::put(frame, line, 0, &in_one_row(grid, line.width, look));
    }
    let can = |action| obstacle(grid, action).is_none();
    let keymap = &model.settings.keymap;
    let footer = parts::answer(model, parts.footer.width, look)
        .unwrap_or_else(|| parts::footer(keymap, Context::Grid, can, parts.footer.width, look));
    parts::put(frame, parts.footer, 0, &footer);
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn draw_header(frame: &mut Frame<'_>, model: &Model, grid: &Grid, parts: Places, look: Look<'_>) {
    let theme = look.theme;
    let header = parts.header;
    let sessions = counted(grid.sessions().columns.len(), "session");
    let prompts = counted(grid.sessions().prompts.revision().ids().len(), "prompt");
    let title = visible::line(&grid.sessions().prompts.revision().plan().title).into_owned();
    if !parts.is_boxed() {
        let left = vec![Span::styled(" sessions  ", theme.strong()), Span::raw(title)];
        let right = vec![Span::styled(format!("{sessions} "), theme.quiet())];
        parts::put(frame, header, 0, &parts::spread(left, right, header.width, look.glyphs));
        return;
    }
    let left =
        vec![Span::styled(format!(" {title}"), theme.strong()), Span::styled("  sessions", theme.quiet())];
    let walk = model.walk.as_ref().filter(|_| model.base == Context::Walk);
    let right = walk.map(|walk| parts::saved(walk.saved(), walk.unsaved.len(), look)).unwrap_or_default();
    parts::put(frame, header, 0, &parts::spread(left, right, header.width, look.glyphs));
    let mut said = format!(" {sessions}   {prompts}");
    let gone = grid.sessions().prompts.revision().removed().len();
    if gone > 0 {
        said.push_str(&format!("   {gone} no longer in the plan"));
    }
    let left = vec![Span::styled(said, theme.text())];
    parts::put(frame, header, 1, &parts::spread(left, Vec::new(), header.width, look.glyphs));
}

/// What the signs mean, in as many words as there is room for.
fn legend(look: Look<'_>) -> [String; 3] {
    let glyphs = look.glyphs;
    let [fails, fixed, flaky] = Sign::ALL.map(|sign| mark_of(sign, look));
    let untested = glyphs.verdict(Verdict::Untested);
    [
        format!(
            " {fails} newly fails   {fixed} fixed   {flaky} flaky   {} provisional   {untested} untested   blank: not part of the session ",
            glyphs.provisional
        ),
        format!(" {fails} newly fails   {fixed} fixed   {flaky} flaky   {untested} untested "),
        format!(" {fails} newly fails {fixed} fixed {flaky} flaky "),
    ]
}

/// A sign where there is no room for its word.
fn mark_of(sign: Sign, look: Look<'_>) -> &'static str {
    match (sign, look.glyphs.ascii) {
        (Sign::NewlyFails, _) => "!",
        (Sign::Fixed, _) => "+",
        (Sign::Flaky, false) => "±",
        (Sign::Flaky, true) => "%",
    }
}

/// ` prompts 1-20, sessions 4-28 of 200 `, where not everything is seen.
fn extent(grid: &Grid) -> String {
    let parts = grid.parts();
    let (top, left) = grid.corner();
    let (lines, columns) = (grid.lines().len(), grid.sessions().columns.len());
    let part = |what: &str, first: usize, seen: usize, all: usize| {
        (seen < all).then(|| format!("{what} {}-{} of {all}", first + 1, all.min(first + seen)))
    };
    let said =
        [part("lines", top, parts.lines_seen(), lines), part("sessions", left, parts.columns_seen, columns)];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() { String::new() } else { format!(" {} ", said.join(", ")) }
}

/// The columns that are seen, with the left edge of each.
fn columns_of(grid: &Grid) -> impl Iterator<Item = (u16, usize, &Column)> {
    let parts = grid.parts();
    let (_, left) = grid.corner();
    let seen = grid.sessions().columns.iter().enumerate().skip(left).take(parts.columns_seen);
    seen.enumerate().map(move |(at, (column, session))| (parts.column_x(at), column, session))
}

/// When, by whom, and what each session says of itself.
fn draw_heads(frame: &mut Frame<'_>, grid: &Grid, parts: Places, look: Look<'_>) {
    let names = ["date", "tester"].into_iter().chain(grid.fields().iter().map(String::as_str));
    let names: Vec<&str> = names.take(usize::from(parts.head_rows)).collect();
    let mut years = grid.sessions().columns.iter().map(|column| year(&column.started_at.date_hour_minute()));
    let first = years.next();
    let is_one_year = years.all(|year| Some(year) == first);
    let (_, current) = grid.selected();
    let cells = usize::from(parts.column_cells) - 1;
    let label_cells = usize::from(parts.text_cells.saturating_sub(2));
    for (row, name) in (0..).zip(&names) {
        let label = parts::fit(name, label_cells, look.glyphs);
        let label = format!("{}{label} ", " ".repeat(label_cells.saturating_sub(visible::width(&label))));
        parts::put(frame, parts.inside, row, &Text::styled(label, look.theme.quiet()));
    }
    for (x, at, column) in columns_of(grid) {
        let style = match at == current {
            true => look.theme.accent().add_modifier(Modifier::BOLD),
            false => look.theme.text(),
        };
        let place = Area { x, width: parts.column_cells - 1, height: parts.head_rows, ..parts.inside };
        for (row, name) in (0..).zip(&names) {
            let text = match row {
                0 => date(column, is_one_year, cells),
                1 => column.session.tester.clone(),
                _ => column.session.fields.get(*name).cloned().unwrap_or_default(),
            };
            parts::put(frame, place, row, &Text::styled(parts::fit(&text, cells, look.glyphs), style));
        }
    }
}

fn year(date: &str) -> String {
    date.get(..4).unwrap_or_default().to_owned()
}

/// The date, with the time of day or the year where there is room for it and it tells sessions apart.
fn date(column: &Column, is_one_year: bool, cells: usize) -> String {
    let whole = column.started_at.date_hour_minute();
    let range = match (is_one_year, cells) {
        (true, 11..) => 5..16,
        (false, 10..) => 0..10,
        (false, 8..) => 2..10,
        _ => 5..10,
    };
    whole.get(range).unwrap_or_default().to_owned()
}

fn draw_lines(frame: &mut Frame<'_>, grid: &Grid, parts: Places, look: Look<'_>) {
    let area = parts.lines();
    let (top, _) = grid.corner();
    let (prompt, column) = grid.selected();
    let seen = grid.lines().iter().enumerate().skip(top).take(usize::from(area.height));
    let revision = grid.sessions().prompts.revision();
    for (row, (at, line)) in (0..area.height).zip(seen) {
        let number = grid.number_on(at);
        let is_current = number == Some(prompt);
        let node = match line {
            Line::Node(idx) => revision.plan().outline.get(*idx),
            Line::Gone | Line::Removed(_) => None,
        };
        let (indent, text) = match (node, line) {
            (Some(node), _) => (grid.indent(node), title(node, look)),
            (None, Line::Removed(at)) => {
                (1, revision.removed().get(*at).map(|gone| gone.text.clone()).unwrap_or_default())
            }
            (None, _) => (0, "no longer in the plan".to_owned()),
        };
        let style = match number {
            Some(_) if is_current => look.theme.strong(),
            Some(_) => look.theme.text(),
            None => look.theme.quiet(),
        };
        let mark = if is_current { look.glyphs.cursor.as_str() } else { "" };
        let room = usize::from(parts.text_cells.saturating_sub(1));
        // In front of the text, however far in that is.
        let lead = format!("{}{}", " ".repeat(2 * indent.min(room / 8)), parts::padded(mark, 2));
        let cells = match number {
            Some(_) => room.saturating_sub(visible::width(&lead)),
            // Nothing stands in the cells of a heading.
            None => usize::from(area.width).saturating_sub(visible::width(&lead)),
        };
        let text = parts::fit(&text, cells, look.glyphs);
        parts::put(frame, area, row, &Text::from(vec![Span::raw(lead), Span::styled(text, style)]));
        let Some(number) = number else { continue };
        for (x, at, _) in columns_of(grid) {
            let place = Area { x, y: area.y + row, width: parts.column_cells - 1, height: 1 };
            parts::put(frame, place, 0, &Text::from(cell(grid.known(number, at), place.width, look)));
            if is_current && at == column {
                parts::tint(frame, place, 0, look.theme.cursor());
            }
        }
    }
}

/// A node's text, an integration point with its arrow and its kind.
fn title(node: NodeRef<'_>, look: Look<'_>) -> String {
    match node.point().filter(|_| node.names_point()) {
        Some(named) => {
            let (ends, kind) = parts::point(named, look);
            kind.map_or(ends.clone(), |kind| format!("{ends}  {kind}"))
        }
        None => node.text().to_owned(),
    }
}

fn sign_style(sign: Sign, look: Look<'_>) -> Style {
    match sign {
        Sign::NewlyFails => look.theme.verdict(Verdict::Fail),
        Sign::Fixed => look.theme.verdict(Verdict::Pass),
        Sign::Flaky => look.theme.verdict(Verdict::Inconclusive),
    }
}

/// `✗ new`, `✓ fixed`, `✗ flaky`; where there is no room for words, `✗!`.
fn cell(known: Known, cells: u16, look: Look<'_>) -> Vec<Span<'static>> {
    let Known::Judged(cell) = known else { return Vec::new() };
    let standing = cell.standing();
    let glyph = Span::styled(look.glyphs.standing(standing).to_owned(), look.theme.standing(standing));
    let has_room = visible::width(&glyph.content) + WORD_CELLS <= usize::from(cells);
    let mut spans = vec![glyph];
    if let Some(sign) = cell.sign() {
        let word = match sign {
            Sign::NewlyFails => " new",
            Sign::Fixed => " fixed",
            Sign::Flaky => " flaky",
        };
        let text = if has_room { word } else { mark_of(sign, look) };
        spans.push(Span::styled(text, sign_style(sign, look).add_modifier(Modifier::BOLD)));
    }
    spans
}

/// `2026-11-23 14:02 · bo · build 4f2c · open`.
fn said_of_session(grid: &Grid, column: &Column, look: Look<'_>) -> String {
    let fields = &column.session.fields;
    let fields = grid.fields().iter().filter_map(|name| Some(format!("{name} {}", fields.get(name)?)));
    let open = column.is_open.then(|| "open".to_owned());
    let when = column.started_at.date_hour_minute();
    let said = [when, column.session.tester.clone()].into_iter().chain(fields).chain(open);
    said.collect::<Vec<String>>().join(&format!(" {} ", look.glyphs.separator))
}

/// The verdict in words, and how it turned.
fn verdict_spans(grid: &Grid, look: Look<'_>) -> Vec<Span<'static>> {
    let (prompt, column) = grid.selected();
    let known = grid.known(prompt, column);
    let Known::Judged(cell) = known else {
        let said = if known == Known::Absent { "not part of that session" } else { "" };
        return vec![Span::styled(said, look.theme.quiet())];
    };
    let mut spans = parts::badge(cell.standing(), look);
    let change = grid.mark().and_then(|(_, change)| change);
    let style = match (&change, cell.sign()) {
        (Some(Change::Flaky | Change::EnvironmentChanged(..)), _) | (None, Some(Sign::Flaky)) => {
            Some(look.theme.verdict(Verdict::Inconclusive))
        }
        (Some(Change::Turned(Turn::Fixed, _)), _) => Some(look.theme.verdict(Verdict::Pass)),
        (Some(Change::Turned(Turn::NewlyFails, _)), _) => Some(look.theme.verdict(Verdict::Fail)),
        (None, sign) => sign.map(|sign| sign_style(sign, look)),
    };
    let words = change.map(|change| change.to_string()).or(cell.sign().map(|sign| sign.words().to_owned()));
    if let (Some(words), Some(style)) = (words, style) {
        spans.push(Span::styled(format!("  {}", visible::line(&words)), style));
    }
    spans
}

/// All about the selected cell, line by line.
fn pane_lines(grid: &Grid, area: Area, look: Look<'_>) -> Vec<Text<'static>> {
    let theme = look.theme;
    let width = usize::from(area.width);
    let Some(node) = grid.selected_node() else { return Vec::new() };
    let (path, text) = match node {
        Ok(node) => (node.path().into_iter().skip(1).collect(), node.text()),
        Err(gone) => {
            (gone.path.iter().skip(1).map(String::as_str).collect::<Vec<&str>>(), gone.text.as_str())
        }
    };
    let path = parts::arrows(&path.join(&format!(" {} ", look.glyphs.folded)), look.glyphs);
    let path = vec![Span::styled(parts::fit(&path, width / 3, look.glyphs), theme.quiet())];
    let text = vec![Span::styled(visible::line(text).into_owned(), theme.strong())];
    let mut lines = vec![parts::spread(text, path, area.width, look.glyphs)];
    let Some(column) = grid.selected_column() else { return lines };
    let session = parts::fit(&said_of_session(grid, column, look), width, look.glyphs);
    lines.push(Text::styled(session, theme.quiet()));
    let mut marked = Vec::new();
    let mark = grid.mark().map(|(mark, _)| mark);
    if let Some(mark) = mark {
        let at = mark.at.hour_minute();
        let build = mark.conditions.build.as_ref().map(|build| format!(", build {build}"));
        let said = format!("marked {at}{} ", build.unwrap_or_default());
        marked.push(Span::styled(visible::line(&said).into_owned(), theme.quiet()));
    }
    lines.push(parts::spread(verdict_spans(grid, look), marked, area.width, look.glyphs));
    let mut more = |text: &str, style: Style| {
        lines.extend(parts::wrapped(text, width.max(1)).into_iter().map(|line| Text::styled(line, style)));
    };
    for note in grid.notes() {
        let (at, kind) = (note.at.hour_minute(), note.kind.word());
        more(&format!("{at} {kind}  {}", note.text), theme.text());
    }
    if let Some(mark) = mark {
        let known = mark.conditions.ends.as_ref().map(Ends::known).filter(|known| !known.is_empty());
        if let Some(known) = known {
            more(&known, theme.quiet());
        }
        if node.is_ok_and(|node| node.text() != mark.wording) {
            more(&format!("judged as: {}", mark.wording), theme.quiet());
        }
    }
    lines
}

/// The selected cell where there is no room for a pane.
fn in_one_row(grid: &Grid, width: u16, look: Look<'_>) -> Text<'static> {
    let mut left = vec![Span::raw(" ")];
    left.extend(verdict_spans(grid, look));
    if let Some(note) = grid.notes().last() {
        left.push(Span::raw(format!("  {}", visible::line(&note.text))));
    }
    let right = grid.selected_column().map(|column| {
        let said = format!("{} {} ", time_of(column), column.session.tester);
        Span::styled(parts::fit(&said, usize::from(width / 2), look.glyphs), look.theme.quiet())
    });
    parts::spread(left, right.into_iter().collect(), width, look.glyphs)
}

fn time_of(column: &Column) -> String {
    column.started_at.date_hour_minute().get(..10).unwrap_or_default().to_owned()
}
