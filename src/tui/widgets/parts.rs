//! Small things that more than one screen draws: lines, boxes, badges, bars, the footer.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::verdict::{Counts, Ground, Standing, Verdict};
use crate::tui::keymap::{Action, Binding, Context, Keymap};
use crate::tui::layout::{self, Area, Form};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::Walk;
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
        write(frame.buffer_mut(), area.x, area.y + row, line, area.width);
    }
}

/// As [`Buffer::set_line`], which looks every character up in the tables of grapheme clusters: of what is printable ASCII,
/// and that is most of a screen, each byte is a cell.
fn write(buffer: &mut Buffer, x: u16, y: u16, line: &Line<'_>, cells: u16) {
    let end = x.saturating_add(cells).min(buffer.area.right());
    let mut x = x;
    for span in line {
        let style = line.style.patch(span.style);
        if !visible::is_printable_ascii(&span.content) {
            x = buffer.set_stringn(x, y, &span.content, usize::from(end.saturating_sub(x)), style).0;
            continue;
        }
        for byte in span.content.bytes().take(usize::from(end.saturating_sub(x))) {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.set_char(char::from(byte)).set_style(style);
            }
            x += 1;
        }
    }
}

/// Fills row `row` of `area` with `style`, keeping what is written there.
pub fn tint(frame: &mut Frame<'_>, area: Area, row: u16, style: Style) {
    if row < area.height {
        frame.buffer_mut().set_style(Rect { y: area.y + row, height: 1, ..rect(area) }, style);
    }
}

/// A border with a title, and in its lower edge the first of `hints` that fits.
pub fn boxed(frame: &mut Frame<'_>, area: Area, title: &Line<'_>, hints: &[&str], look: Look<'_>) {
    let set = if look.glyphs.ascii { ASCII_BORDER } else { border::PLAIN };
    let room = usize::from(area.width.saturating_sub(4));
    let hint = hints.iter().find(|hint| visible::width(hint) <= room).copied().unwrap_or_default();
    let Rect { x, y, width, height } = rect(area).intersection(frame.area());
    let (Some(right), Some(bottom)) = (width.checked_sub(1), height.checked_sub(1)) else { return };
    let (buffer, style) = (frame.buffer_mut(), look.theme.border());
    // Not by ratatui's block, which goes over every cell inside as well.
    let mut set_cell = |at_x: u16, at_y: u16, symbol: &str| {
        if let Some(cell) = buffer.cell_mut((x + at_x, y + at_y)) {
            cell.set_symbol(symbol).set_style(style);
        }
    };
    for column in 1..right {
        set_cell(column, 0, set.horizontal_top);
        set_cell(column, bottom, set.horizontal_bottom);
    }
    for row in 1..bottom {
        set_cell(0, row, set.vertical_left);
        set_cell(right, row, set.vertical_right);
    }
    for (at_x, at_y, corner) in [
        (right, bottom, set.bottom_right),
        (right, 0, set.top_right),
        (0, bottom, set.bottom_left),
        (0, 0, set.top_left),
    ] {
        set_cell(at_x, at_y, corner);
    }
    let inside = width.saturating_sub(2);
    write(buffer, x + 1, y, title, inside);
    let hint_x = x + right.saturating_sub(visible::width(hint) as u16);
    write(buffer, hint_x, y + bottom, &Line::styled(hint, look.theme.quiet()), inside);
}

/// Joins two boxes that share an edge: side by side if they stand on the same row, else one above the other.
pub fn join(frame: &mut Frame<'_>, first: Area, second: Area, look: Look<'_>) {
    let marks = match (look.glyphs.ascii, first.y == second.y) {
        (true, _) => ["+", "+"],
        (false, true) => ["┬", "┴"],
        (false, false) => ["├", "┤"],
    };
    let far = if first.y == second.y {
        (second.x, second.y + second.height.saturating_sub(1))
    } else {
        (second.x + second.width.saturating_sub(1), second.y)
    };
    for ((x, y), mark) in [(second.x, second.y), far].into_iter().zip(marks) {
        frame.buffer_mut().set_string(x, y, mark, look.theme.border());
    }
}

/// Wipes what lies under an overlay, and a column on either side, so that what is cut there does not run into it.
pub fn wipe(frame: &mut Frame<'_>, area: Area) {
    let x = area.x.saturating_sub(1);
    let around = Area { x, width: area.width + (area.x - x) + 1, ..area };
    frame.render_widget(Clear, rect(around).intersection(frame.area()));
}

/// Blanks every cell of `area`, for a field that is drawn over a row.
pub fn wipe_cells(frame: &mut Frame<'_>, area: Area) {
    frame.render_widget(Clear, rect(area).intersection(frame.area()));
}

/// `text` with blanks behind it, `cells` wide in all, whatever its characters take.
#[must_use]
pub fn padded(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(visible::width(text))))
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
    let mut spans = cut(left, room, glyphs);
    let gap = width.saturating_sub(cells(&spans) + right_cells);
    spans.push(Span::raw(" ".repeat(gap)));
    spans.extend(right);
    Line::from(spans)
}

/// `spans` in at most `room` cells, an ellipsis standing for what did not fit.
fn cut(spans: Vec<Span<'static>>, room: usize, glyphs: &Glyphs) -> Vec<Span<'static>> {
    if cells(&spans) <= room {
        return spans;
    }
    let sign = visible::truncate(&glyphs.ellipsis, room, "").into_owned();
    let mut left = room - visible::width(&sign);
    let mut kept = Vec::with_capacity(spans.len());
    for span in spans {
        let wanted = visible::width(&span.content);
        if wanted > left {
            let head = visible::truncate(&span.content, left, "").into_owned();
            kept.push(Span::styled(head, span.style));
            break;
        }
        left -= wanted;
        kept.push(span);
    }
    kept.push(Span::raw(sign));
    kept
}

/// A verdict's glyph and word; of a pass, what it is worth: `≈ pass, provisional`.
#[must_use]
pub fn badge(standing: impl Into<Standing>, look: Look<'_>) -> Vec<Span<'static>> {
    let standing = standing.into();
    let text = format!("{} {}", look.glyphs.standing(standing), standing.words());
    vec![Span::styled(text, look.theme.standing(standing))]
}

/// `✓ 28 (≈ 5, ● 12)  ✗ 3  ⊘ 1  ? 0  – 2`, or without blanks where it must be short. Of the passes, it says how many
/// are provisional and how many for real, where some are.
#[must_use]
pub fn counts(counts: Counts, tight: bool, look: Look<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for verdict in Verdict::ALL.into_iter().skip(1) {
        let gap = if tight { "" } else { " " };
        spans.push(count(counts, verdict, gap, look));
        if verdict == Verdict::Pass {
            spans.extend(grounds(counts, gap, look));
        }
        spans.push(Span::raw(if tight { " " } else { "  " }));
    }
    spans
}

/// `✓ 28 pass (≈ 5, ● 12)   ✗ 3 fail   …`, for where there is room for words.
#[must_use]
pub fn worded_counts(counts: Counts, look: Look<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for verdict in Verdict::ALL.into_iter().skip(1) {
        let Span { content, style, .. } = count(counts, verdict, " ", look);
        spans.push(Span::styled(format!("{content} {}", verdict.word()), style));
        if verdict == Verdict::Pass {
            spans.extend(grounds(counts, " ", look));
        }
        spans.push(Span::raw("   "));
    }
    spans
}

/// As [`counts`] for a strip, where nothing has room that is no warning: passes for real are left out.
#[must_use]
pub fn strip_counts(mut counts: Counts, look: Look<'_>) -> Vec<Span<'static>> {
    counts.set_grounds(counts.provisional(), 0);
    self::counts(counts, true, look)
}

fn count(counts: Counts, verdict: Verdict, gap: &str, look: Look<'_>) -> Span<'static> {
    let style = if counts[verdict] > 0 { look.theme.verdict(verdict) } else { look.theme.quiet() };
    Span::styled(format!("{}{gap}{}", look.glyphs.verdict(verdict), counts[verdict]), style)
}

/// ` (≈ 5, ● 12)`: how many passes are provisional, how many for real; nothing where nobody said what was real.
#[must_use]
pub fn grounds(counts: Counts, gap: &str, look: Look<'_>) -> Vec<Span<'static>> {
    let theme = look.theme;
    let kinds = [
        (counts.provisional(), &look.glyphs.provisional, theme.standing(PROVISIONAL)),
        (counts.passed_for_real(), &look.glyphs.for_real, theme.verdict(Verdict::Pass)),
    ];
    let mut spans = Vec::new();
    for (count, glyph, style) in kinds.into_iter().filter(|(count, _, _)| *count > 0) {
        let lead = match (spans.is_empty(), gap.is_empty()) {
            (true, _) => format!("{gap}("),
            (false, true) => " ".to_owned(),
            (false, false) => ", ".to_owned(),
        };
        spans.push(Span::styled(lead, theme.quiet()));
        spans.push(Span::styled(format!("{glyph}{gap}{count}"), style));
    }
    if !spans.is_empty() {
        spans.push(Span::styled(")", theme.quiet()));
    }
    spans
}

/// A pass in which an end was fake or absent.
pub const PROVISIONAL: Standing = Standing { verdict: Verdict::Pass, ground: Ground::Provisional };

/// A bar of `width` cells, a stretch for each verdict, and one of its own cells for provisional passes. Without colours
/// the stretches of other verdicts than pass are made of their marks.
///
/// Stretches are rounded so that they add up, and a verdict that occurs has at least one cell.
#[must_use]
pub fn bar(counts: Counts, width: usize, look: Look<'_>) -> Vec<Span<'static>> {
    let (theme, full) = (look.theme, look.glyphs.bar_full.as_str());
    let total = counts.total().max(1) as usize;
    let firm = counts[Verdict::Pass].saturating_sub(counts.provisional());
    let mut stretches = vec![
        (firm, full, theme.verdict(Verdict::Pass)),
        (counts.provisional(), look.glyphs.bar_provisional.as_str(), theme.standing(PROVISIONAL)),
    ];
    let others = [Verdict::Fail, Verdict::Blocked, Verdict::Inconclusive, Verdict::Skip];
    let cell = |verdict| if theme.tells_verdicts_apart() { full } else { look.glyphs.verdict(verdict) };
    stretches.extend(others.map(|verdict| (counts[verdict], cell(verdict), theme.verdict(verdict))));
    let mut spans = Vec::new();
    let (mut seen, mut drawn) = (0_usize, 0_usize);
    for (count, cell, style) in stretches.into_iter().filter(|(count, _, _)| *count > 0) {
        seen += count as usize;
        let end = (seen * width / total).max(drawn + 1).min(width);
        spans.push(Span::styled(cell.repeat(end.saturating_sub(drawn)), style));
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

/// `text` with the arrows of integration points as they are drawn.
#[must_use]
pub fn arrows(text: &str, glyphs: &Glyphs) -> String {
    text.replace("<->", &glyphs.both_ways).replace("->", &glyphs.arrow)
}

/// What is waited for, the answer to the last key, or what could not be saved: each takes the footer's place.
#[must_use]
pub fn answer(model: &Model, width: u16, look: Look<'_>) -> Option<Line<'static>> {
    let cells = usize::from(width).saturating_sub(2);
    if let Some(said) = model.waiting.said(look.glyphs) {
        return Some(Line::styled(format!(" {}", fit(&said, cells, look.glyphs)), look.theme.quiet()));
    }
    if let Some(toast) = &model.toast {
        return Some(Line::styled(format!(" {}", fit(&toast.0, cells, look.glyphs)), look.theme.toast()));
    }
    let banner = model.banner.as_ref()?;
    let key = |action| model.settings.keymap.key_text(action);
    let wait = model.walk.as_ref().map_or(0, |walk| walk.unsaved.len());
    let waits = if wait == 1 { "1 change waits".to_owned() } else { format!("{wait} changes wait") };
    let (retry, elsewhere, back) = (key(Action::RetrySaving), key(Action::SaveElsewhere), key(Action::Back));
    let text = if layout::walk(model.size).form == Form::Strip {
        format!("not saved: {}; {retry} tries now, {elsewhere} saves elsewhere", banner.why)
    } else {
        format!("{waits}: {retry} tries now, {elsewhere} saves elsewhere, {back} leaves and prints")
    };
    Some(Line::styled(format!(" {} ", fit(&text, cells, look.glyphs)), look.theme.alarm()))
}

/// Why nothing can be saved, and where it is meanwhile: takes the place of the title while that lasts.
#[must_use]
pub fn alarm(model: &Model, look: Look<'_>) -> Option<Line<'static>> {
    let banner = model.banner.as_ref().filter(|_| layout::walk(model.size).form != Form::Strip)?;
    let kept = match &banner.kept {
        Some(place) => format!("kept in {place}"),
        None => "kept nowhere but here".to_owned(),
    };
    let cells = usize::from(model.size.width).saturating_sub(2);
    let why = format!("not saved: {}; {kept}", banner.why);
    Some(Line::styled(format!(" {} ", fit(&why, cells, look.glyphs)), look.theme.alarm()))
}

/// `saved #36`, and in front of it how much is not.
#[must_use]
pub fn saved(seq: Option<u64>, unsaved_count: usize, look: Look<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if unsaved_count > 0 {
        spans.push(Span::styled(format!(" {unsaved_count} NOT SAVED "), look.theme.alarm()));
        spans.push(Span::raw(" "));
    }
    spans.extend(seq.map(|seq| Span::styled(format!("saved #{seq} "), look.theme.quiet())));
    spans
}

/// A node's text for one line, an integration point with its arrow, not made safe yet.
#[must_use]
pub fn title(node: NodeRef<'_>, look: Look<'_>) -> String {
    match node.point().filter(|_| node.names_point()) {
        Some(named) => point(named, look).0,
        None => node.text().to_owned(),
    }
}

/// What is above a node, from the top, without a section that only repeats the plan's title.
#[must_use]
pub fn path(node: NodeRef<'_>, walk: &Walk, look: Look<'_>) -> String {
    let is_title = |above: &NodeRef<'_>| above.depth() == 1 && above.text() == walk.revision.plan().title;
    let mut above: Vec<String> = node.ancestors().filter(|a| !is_title(a)).map(|a| title(a, look)).collect();
    above.reverse();
    above.join(&format!(" {} ", look.glyphs.folded))
}

/// The keys that work on this screen now, as `can` says, as many as fit, the most needed first. Help is always among
/// them.
#[must_use]
pub fn footer(
    keymap: &Keymap,
    context: Context,
    can: impl Fn(Action) -> bool,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let mut entries = keymap.footer(context);
    entries.retain(|(binding, _)| can(binding.action));
    let mut spans: Vec<Span<'static>> = vec![Span::raw(" ")];
    let is_mark = |action: Action| matches!(action, Action::Mark(_));
    let mut rest = entries.as_slice();
    if width < 60 && context == Context::Walk {
        // In a strip the five verdict keys share one word.
        let marks: Vec<&str> =
            entries.iter().filter(|(b, _)| is_mark(b.action)).map(|(_, k)| k.as_str()).collect();
        if !marks.is_empty() {
            spans.push(Span::styled(marks.join(" "), look.theme.accent()));
            spans.push(Span::raw(" mark  "));
        }
        rest = &entries[marks.len()..];
    }
    let entry_of = |binding: &Binding, key: &str| {
        [Span::styled(key.to_owned(), look.theme.accent()), Span::raw(format!(" {}  ", binding.label))]
    };
    let help = rest.iter().find(|(b, _)| b.action == Action::Help).map(|(b, key)| entry_of(b, key));
    // Until it is there, the entry for help keeps its place free.
    let mut reserve = help.as_ref().map_or(0, |entry| cells(entry));
    for (binding, key) in rest {
        let entry = entry_of(binding, key);
        if binding.action == Action::Help {
            reserve = 0;
        }
        // The blanks behind the last entry may fall off.
        if cells(&spans) + cells(&entry) + reserve <= usize::from(width) + 2 {
            spans.extend(entry);
        }
    }
    Line::from(spans)
}
