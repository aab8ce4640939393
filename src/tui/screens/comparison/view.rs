//! The comparison on the screen. Work depends on the rows that are seen.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::layout::Places;
use super::state::{Comparison, Entry, Found, Head, Judged, Row};
use super::update::obstacle;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Standing, Verdict};
use crate::tui::keymap::Context;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Draws the comparison.
pub fn draw(frame: &mut Frame<'_>, model: &Model, comparison: &Comparison, look: Look<'_>) {
    let places = comparison.places();
    let found = comparison.found();
    draw_header(frame, found, places, look);
    if let Some(pane) = places.pane {
        parts::boxed(frame, pane, &Line::default(), &[], look);
    }
    if places.is_boxed() {
        let totals = found.map_or(String::new(), |found| format!(" {} ", found.totals));
        let room = usize::from(places.body.width.saturating_sub(2));
        let totals = parts::fit(&totals, room, look.glyphs);
        let hint = format!(" {}/{} ", comparison.cursor() + 1, comparison.rows().len());
        let hint = if comparison.rows().is_empty() { "" } else { &hint };
        parts::boxed(frame, places.body, &Line::styled(totals, look.theme.text()), &[hint], look);
    }
    draw_list(frame, comparison, places.list, look);
    if let Some(pane) = places.pane {
        parts::join(frame, places.body, pane, look);
        let inner = pane.inner();
        let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        for (row, line) in (0..inner.height).zip(pane_lines(comparison, inner, look)) {
            parts::put(frame, inner, row, &line);
        }
    }
    if let (Some(line), Some(entry)) = (places.line, comparison.selected()) {
        let note = found.and_then(|found| note_of(found, entry));
        let note = note.map(|note| format!("  {note}")).unwrap_or_default();
        let text = format!(" {}{note}", became(entry));
        let text = parts::fit(&text, usize::from(line.width), look.glyphs);
        parts::put(frame, line, 0, &Line::styled(text, look.theme.quiet()));
    }
    let can = |action| obstacle(comparison, action).is_none();
    let keymap = &model.settings.keymap;
    let footer = parts::answer(model, places.footer.width, look)
        .unwrap_or_else(|| parts::footer(keymap, Context::Comparison, can, places.footer.width, look));
    parts::put(frame, places.footer, 0, &footer);
}

fn draw_header(frame: &mut Frame<'_>, found: Option<&Found>, places: Places, look: Look<'_>) {
    let theme = look.theme;
    let header = places.header;
    let Some(found) = found else {
        parts::put(frame, header, 0, &Line::styled(" comparison", theme.strong()));
        return;
    };
    let title = visible::line(&found.title).into_owned();
    if !places.is_boxed() {
        let left = vec![
            Span::styled(" comparison  ", theme.strong()),
            Span::raw(parts::fit(&found.totals, usize::from(header.width).saturating_sub(13), look.glyphs)),
        ];
        parts::put(frame, header, 0, &Line::from(left));
        return;
    }
    let left =
        vec![Span::styled(format!(" {title}"), theme.strong()), Span::styled("  comparison", theme.quiet())];
    parts::put(frame, header, 0, &parts::spread(left, Vec::new(), header.width, look.glyphs));
    for (row, (name, head)) in (1..).zip(["A", "B"].into_iter().zip(&found.heads)) {
        parts::put(frame, header, row, &head_line(name, head, header.width, look));
    }
}

/// ` A  2026-11-23 15:00  ana · build 4f2c`.
fn head_line(name: &str, head: &Head, width: u16, look: Look<'_>) -> Line<'static> {
    let between = format!(" {} ", look.glyphs.separator);
    let about: Vec<&str> =
        std::iter::once(head.tester.as_str()).chain(head.about.iter().map(String::as_str)).collect();
    let lead = format!(" {name}  ");
    let started = format!("{}  ", head.started_at.date_hour_minute());
    let room = usize::from(width).saturating_sub(visible::width(&lead) + visible::width(&started));
    Line::from(vec![
        Span::styled(lead, look.theme.strong()),
        Span::styled(started, look.theme.quiet()),
        Span::raw(parts::fit(&about.join(&between), room, look.glyphs)),
    ])
}

fn draw_list(frame: &mut Frame<'_>, comparison: &Comparison, list: Area, look: Look<'_>) {
    let Some(found) = comparison.found() else {
        parts::put(frame, list, 0, &Line::styled("  reading the two sessions", look.theme.quiet()));
        return;
    };
    if found.groups.is_empty() {
        let text = parts::fit("  nothing is different", usize::from(list.width), look.glyphs);
        parts::put(frame, list, 0, &Line::styled(text, look.theme.quiet()));
        return;
    }
    let rows = comparison.rows().iter().enumerate().skip(comparison.top());
    for (row, (at, entry)) in (0..list.height).zip(rows) {
        // The heading of what is in sight is always there.
        let shown = if row == 0 { Row::Heading(entry.group()) } else { *entry };
        let is_current = at == comparison.cursor() && shown == *entry;
        let line = match (shown, comparison.entry(shown)) {
            (Row::Heading(group), _) => heading_line(comparison, found, group, is_current, look),
            (Row::Entry(..), Some(entry)) => entry_line(found, entry, is_current, list.width, look),
            (Row::Entry(..), None) => continue,
        };
        parts::put(frame, list, row, &line);
        if is_current {
            parts::tint(frame, list, row, look.theme.cursor());
        }
    }
}

fn lead(is_current: bool, look: Look<'_>) -> &str {
    if is_current { look.glyphs.cursor.as_str() } else { " " }
}

/// `› ▾ Newly failing (2)`.
fn heading_line(
    comparison: &Comparison,
    found: &Found,
    group: usize,
    is_current: bool,
    look: Look<'_>,
) -> Line<'static> {
    let (words, entries) = &found.groups[group];
    let fold = if comparison.is_folded(group) { &look.glyphs.folded } else { &look.glyphs.open };
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    Line::from(vec![
        Span::raw(format!("{}{fold} ", lead(is_current, look))),
        Span::styled(format!("{first}{}", letters.as_str()), look.theme.strong()),
        Span::styled(format!(" ({})", entries.len()), look.theme.quiet()),
    ])
}

/// `›  ✓ → ✗ Removing it releases the stock        cart -> inventory`.
fn entry_line(found: &Found, entry: &Entry, is_current: bool, width: u16, look: Look<'_>) -> Line<'static> {
    let [a, b] = &entry.judged;
    let mut left = vec![Span::raw(format!("{}  ", lead(is_current, look)))];
    left.push(glyph(a, look));
    left.push(Span::styled(format!(" {} ", look.glyphs.arrow), look.theme.quiet()));
    left.push(glyph(b, look));
    left.push(Span::raw(format!(" {}", visible::line(found.text(entry.text)))));
    let path = path_of(found, entry, look);
    let path = parts::fit(&path, usize::from(width) / 3, look.glyphs);
    let right =
        if width < 60 { Vec::new() } else { vec![Span::styled(format!("{path} "), look.theme.quiet())] };
    parts::spread(left, right, width, look.glyphs)
}

fn glyph(judged: &Judged, look: Look<'_>) -> Span<'static> {
    match judged.standing {
        Some(standing) => {
            Span::styled(look.glyphs.standing(standing).to_owned(), look.theme.standing(standing))
        }
        None => Span::raw(" "),
    }
}

fn path_of(found: &Found, entry: &Entry, look: Look<'_>) -> String {
    parts::arrows(&visible::line(found.text(entry.path)), look.glyphs)
}

fn word(standing: Option<Standing>) -> &'static str {
    standing.map_or("not in the plan", Standing::words)
}

/// `was pass, now fail`.
fn became(entry: &Entry) -> String {
    let [a, b] = &entry.judged;
    let left = if entry.left_plan && b.standing.is_some() { ", no longer in the plan" } else { "" };
    format!("was {}, now {}{left}", word(a.standing), word(b.standing))
}

/// B's latest note on the prompt, else A's.
fn note_of<'a>(found: &'a Found, entry: &Entry) -> Option<&'a str> {
    entry.judged.iter().rev().find_map(|judged| judged.note).map(|note| found.text(note))
}

/// Everything about the selected prompt; of a heading, what its group is.
fn pane_lines(comparison: &Comparison, area: Area, look: Look<'_>) -> Vec<Line<'static>> {
    let (Some(found), Some(entry)) = (comparison.found(), comparison.selected()) else { return Vec::new() };
    let cells = usize::from(area.width);
    let theme = look.theme;
    let fitted = |text: &str| parts::fit(text, cells, look.glyphs);
    let mut lines = vec![Line::styled(fitted(found.text(entry.text)), theme.strong())];
    let [a, b] = &entry.judged;
    let mut verdicts = Vec::new();
    for (name, judged) in [("was ", a), ("now ", b)] {
        let standing = judged.standing.unwrap_or_default();
        let style =
            if standing.verdict == Verdict::Untested { theme.quiet() } else { theme.standing(standing) };
        verdicts.push(Span::styled(name, theme.quiet()));
        verdicts.push(Span::styled(word(judged.standing), style));
        let said = judged.at.map(Timestamp::date_hour_minute).into_iter();
        let said = said.chain(judged.build.map(|build| format!("build {}", found.text(build))));
        let said: Vec<String> = said.collect();
        let said = if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) };
        verdicts.push(Span::styled(format!("{}   ", visible::line(&said)), theme.quiet()));
    }
    if entry.left_plan && b.standing.is_some() {
        verdicts.push(Span::styled("no longer in the plan", theme.quiet()));
    }
    lines.push(parts::spread(verdicts, Vec::new(), area.width, look.glyphs));
    if let Some(was) = entry.was {
        lines.push(Line::raw(fitted(&format!("before: {}", found.text(was)))));
    }
    if let Some(note) = note_of(found, entry) {
        lines.push(Line::raw(fitted(note)));
    }
    lines.push(Line::styled(fitted(&path_of(found, entry, look)), theme.quiet()));
    lines
}
