//! Small things that more than one screen draws: lines, boxes, badges, bars, the footer.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear};

use crate::domain::point::IntegrationPoint;
use crate::domain::verdict::{Counts, Verdict};
use crate::tui::keymap::{Context, Keymap};
use crate::tui::layout::Area;
use crate::tui::settings::Glyphs;
use crate::tui::theme::Theme;
use crate::visible;

/// A border that any terminal can draw.
const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// What a view draws with.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The styles.
    pub theme: &'a Theme,
    /// The marks.
    pub glyphs: &'a Glyphs,
}

/// Our rectangle as ratatui's.
#[must_use]
pub fn rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}

/// Draws `line` into row `row` of `area`, cut at its right edge.
pub fn put(frame: &mut Frame<'_>, area: Area, row: u16, line: &Line<'_>) {
    if row < area.height && area.width > 0 {
        frame.buffer_mut().set_line(area.x, area.y + row, line, area.width);
    }
}

/// Fills row `row` of `area` with `style`, keeping what is written there.
pub fn tint(frame: &mut Frame<'_>, area: Area, row: u16, style: Style) {
    if row < area.height {
        frame.buffer_mut().set_style(Rect { y: area.y + row, height: 1, ..rect(area) }, style);
    }
}

/// A border with a title, and a hint in its lower edge.
pub fn boxed(frame: &mut Frame<'_>, area: Area, title: Line<'_>, hint: Line<'_>, look: Look<'_>) {
    let set = if look.glyphs.ascii { ASCII_BORDER } else { border::PLAIN };
    let block = Block::bordered()
        .border_set(set)
        .border_style(look.theme.border())
        .title_top(title)
        .title_bottom(hint.right_aligned());
    frame.render_widget(block, rect(area));
}

/// Wipes what lies under an overlay.
pub fn wipe(frame: &mut Frame<'_>, area: Area) {
    frame.render_widget(Clear, rect(area));
}

/// Text for one row, made safe and cut to `cells`.
#[must_use]
pub fn fit(text: &str, cells: usize, glyphs: &Glyphs) -> String {
    let safe = visible::line(text);
    visible::truncate(&safe, cells, &glyphs.ellipsis).into_owned()
}

/// `text` made safe and broken into lines of at most `cells` cells.
#[must_use]
pub fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let safe = visible::text(text);
    visible::wrap(&safe, cells).into_iter().map(|range| safe[range].to_owned()).collect()
}

/// The cells that spans take.
#[must_use]
pub fn cells(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| visible::width(&span.content)).sum()
}

/// A row with something at its left and something at its right; the left gives way where both do not fit.
#[must_use]
pub fn spread(
    left: Vec<Span<'static>>,
    right: Vec<Span<'static>>,
    width: u16,
    glyphs: &Glyphs,
) -> Line<'static> {
    let width = usize::from(width);
    let right_cells = cells(&right);
    let room = width.saturating_sub(right_cells + usize::from(right_cells > 0));
    let mut spans = Vec::with_capacity(left.len() + right.len() + 1);
    let mut used = 0;
    for span in left {
        let span_cells = visible::width(&span.content);
        if used + span_cells <= room {
            used += span_cells;
            spans.push(span);
        } else {
            let cut = visible::truncate(&span.content, room - used, &glyphs.ellipsis).into_owned();
            used += visible::width(&cut);
            spans.push(Span::styled(cut, span.style));
            break;
        }
    }
    spans.push(Span::raw(" ".repeat((width - used).saturating_sub(right_cells))));
    spans.extend(right);
    Line::from(spans)
}

/// A verdict's glyph and word.
#[must_use]
pub fn badge(verdict: Verdict, look: Look<'_>) -> Vec<Span<'static>> {
    let style = look.theme.verdict(verdict);
    vec![Span::styled(format!("{} {}", look.glyphs.verdict(verdict), verdict.word()), style)]
}

/// `✓ 28  ✗ 3  ⊘ 1  ? 0  – 2`, or without blanks where it must be short.
#[must_use]
pub fn counts(counts: Counts, tight: bool, look: Look<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for verdict in Verdict::ALL.into_iter().skip(1) {
        let gap = if tight { "" } else { " " };
        let style = if counts[verdict] > 0 { look.theme.verdict(verdict) } else { look.theme.quiet() };
        let glyph = look.glyphs.verdict(verdict);
        spans.push(Span::styled(format!("{glyph}{gap}{}", counts[verdict]), style));
        spans.push(Span::raw(if tight { " " } else { "  " }));
    }
    spans
}

/// A bar of `width` cells, a stretch for each verdict.
///
/// Stretches are rounded so that they add up, and a verdict that occurs has at least one cell.
#[must_use]
pub fn bar(counts: Counts, width: usize, look: Look<'_>) -> Vec<Span<'static>> {
    let total = counts.total().max(1) as usize;
    let order = [Verdict::Pass, Verdict::Fail, Verdict::Blocked, Verdict::Inconclusive, Verdict::Skip];
    let mut spans = Vec::new();
    let (mut seen, mut drawn) = (0_usize, 0_usize);
    for verdict in order {
        let count = counts[verdict] as usize;
        if count == 0 {
            continue;
        }
        seen += count;
        let end = (seen * width / total).max(drawn + 1).min(width);
        let style = look.theme.verdict(verdict);
        spans.push(Span::styled(look.glyphs.bar_full.repeat(end.saturating_sub(drawn)), style));
        drawn = drawn.max(end);
    }
    spans.push(Span::styled(look.glyphs.bar_empty.repeat(width - drawn), look.theme.quiet()));
    spans
}

/// `cart → inventory` and its kind.
#[must_use]
pub fn point(point: &IntegrationPoint, look: Look<'_>) -> (String, Option<String>) {
    let arrow = if point.both_ways { &look.glyphs.both_ways } else { &look.glyphs.arrow };
    (format!("{} {arrow} {}", point.from, point.to), point.kind.clone())
}

/// The keys that work on this screen, as many as fit, the most needed first.
#[must_use]
pub fn footer(keymap: &Keymap, context: Context, width: u16, look: Look<'_>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = vec![Span::raw(" ")];
    let help = keymap.key_text(crate::tui::keymap::Action::Help);
    let help_cells = visible::width(&help) + " help".len() + 2;
    for (binding, key) in keymap.footer(context) {
        let entry = [Span::styled(key, look.theme.accent()), Span::raw(format!(" {}  ", binding.label))];
        let is_help = binding.action == crate::tui::keymap::Action::Help;
        let reserve = if is_help { 0 } else { help_cells };
        if cells(&spans) + cells(&entry) + reserve <= usize::from(width) + 2 {
            spans.extend(entry);
        }
    }
    Line::from(spans)
}
