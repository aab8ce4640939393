//! The trend on the screen. Work depends on the sessions, never on their prompts.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::Trend;
use crate::domain::time;
use crate::domain::trend::{Entry, Read, Series, level};
use crate::domain::verdict::Verdict;
use crate::tui::keymap::Context;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// From this width on, a row names tester and build.
const WIDE_FROM: u16 = 100;
/// Below this width, a row has the day only.
const NARROW_BELOW: u16 = 60;

/// Draws the trend.
pub fn draw(frame: &mut Frame<'_>, model: &Model, trend: &Trend, look: Look<'_>) {
    let places = trend.places();
    draw_header(frame, model, trend, places.header, look);
    draw_sparks(frame, trend, places.sparks, look);
    draw_list(frame, trend, places.list, look);
    let keymap = &model.settings.keymap;
    let can = |_| !trend.entries().is_empty();
    let footer = parts::answer(model, places.footer.width, look)
        .unwrap_or_else(|| parts::footer(keymap, Context::Trend, can, places.footer.width, look));
    parts::put(frame, places.footer, 0, &footer);
}

fn draw_header(frame: &mut Frame<'_>, model: &Model, trend: &Trend, header: Area, look: Look<'_>) {
    let theme = look.theme;
    let count = trend.entries().len();
    let sessions = format!("{count} session{}", if count == 1 { "" } else { "s" });
    let reading = trend.read().map(|read| format!("   reading {read} of {count}")).unwrap_or_default();
    let left = vec![
        Span::styled(format!(" {}", visible::line(trend.title())), theme.strong()),
        Span::styled("  over time", theme.quiet()),
    ];
    if header.height < 2 {
        let right = vec![Span::styled(format!("{sessions} "), theme.quiet())];
        parts::put(frame, header, 0, &parts::spread(left, right, header.width, look.glyphs));
        return;
    }
    let walk = model.walk.as_ref().filter(|_| model.base == Context::Walk);
    let right = walk.map(|walk| parts::saved(walk.saved(), walk.unsaved.len(), look)).unwrap_or_default();
    parts::put(frame, header, 0, &parts::spread(left, right, header.width, look.glyphs));
    let left = vec![Span::raw(format!(" {sessions}")), Span::styled(reading, theme.quiet())];
    parts::put(frame, header, 1, &parts::spread(left, Vec::new(), header.width, look.glyphs));
}

fn style_of(series: Series, look: Look<'_>) -> Style {
    let theme = look.theme;
    match series {
        Series::Passed => theme.verdict(Verdict::Pass),
        Series::Provisional => theme.standing(parts::PROVISIONAL),
        Series::Failed | Series::NewlyFailing => theme.verdict(Verdict::Fail),
        Series::UntestedPoints => theme.accent(),
        Series::Untested | Series::Minutes => theme.text(),
    }
}

/// A column of a sparkline.
fn spark(level: usize, look: Look<'_>) -> char {
    const UNICODE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];
    let heights = if look.glyphs.ascii { ASCII } else { UNICODE };
    heights.get(level).copied().unwrap_or(heights[7])
}

/// `passed  ▁▂▅▇█  78 %, was 70 %`: of the newest sessions as many as have room, up to the one that is selected.
fn draw_sparks(frame: &mut Frame<'_>, trend: &Trend, area: Area, look: Look<'_>) {
    const NAME_CELLS: usize = 17;
    /// A few sessions are drawn broader, so that a step is seen.
    const MOST_CELLS_EACH: usize = 3;
    const VALUE_CELLS: usize = 24;
    let entries = trend.entries();
    let value_cells = if area.width < NARROW_BELOW { 7 } else { VALUE_CELLS };
    let room = usize::from(area.width).saturating_sub(NAME_CELLS + value_cells + 1).max(1);
    let each = (room / entries.len().max(1)).clamp(1, MOST_CELLS_EACH);
    // The newest at the right, unless the selected session is further back.
    let (len, cursor) = (entries.len(), trend.cursor());
    let first = if cursor + room >= len { len } else { cursor + 1 }.saturating_sub(room);
    for (row, series) in (0..area.height).zip(trend.series()) {
        let ceiling = series.ceiling(entries);
        let style = style_of(series, look);
        let mut line = vec![Span::styled(
            parts::padded(&format!(" {}", series.words()), NAME_CELLS),
            look.theme.quiet(),
        )];
        for (at, entry) in entries.iter().enumerate().skip(first).take(room) {
            let height = series.of(entry).map_or(' ', |value| spark(level(value, ceiling), look));
            let style = if at == trend.cursor() { look.theme.cursor() } else { style };
            line.push(Span::styled(height.to_string().repeat(each), style));
        }
        let value = |entry: Option<&Entry>| entry.and_then(|entry| series.of(entry));
        let now = value(entries.get(trend.cursor()));
        let before = value(trend.cursor().checked_sub(1).and_then(|at| entries.get(at)));
        let said = now.map(|value| format!(" {}", series.said(value))).unwrap_or_default();
        line.push(Span::styled(said, look.theme.strong()));
        if let Some(before) = before.filter(|_| value_cells == VALUE_CELLS) {
            line.push(Span::styled(format!(", was {}", series.said(before)), look.theme.quiet()));
        }
        parts::put(frame, area, row, &Line::from(line));
    }
}

/// A column at the right of a row: its name, the least width from which on it is shown, its text and how that looks.
struct Column {
    name: &'static str,
    from_width: u16,
    text: fn(&Entry, Option<&Read>) -> String,
    style: fn(&Entry, Option<&Read>, Look<'_>) -> Style,
}

fn plain(_: &Entry, _: Option<&Read>, look: Look<'_>) -> Style {
    look.theme.text()
}

fn quiet(_: &Entry, _: Option<&Read>, look: Look<'_>) -> Style {
    look.theme.quiet()
}

const COLUMNS: [Column; 7] = [
    Column {
        name: "tested",
        from_width: 0,
        text: |entry, _| format!("{}/{}", entry.counts().tested(), entry.counts().total()),
        style: plain,
    },
    Column {
        name: "fail",
        from_width: 0,
        text: |entry, _| entry.counts()[Verdict::Fail].to_string(),
        style: |entry, _, look| match entry.counts()[Verdict::Fail] {
            0 => look.theme.quiet(),
            _ => look.theme.verdict(Verdict::Fail),
        },
    },
    Column {
        name: "new",
        from_width: NARROW_BELOW,
        text: |_, read| read.map(|read| read.newly_failing.to_string()).unwrap_or_default(),
        style: |_, read, look| match read.map_or(0, |read| read.newly_failing) {
            0 => look.theme.quiet(),
            _ => look.theme.verdict(Verdict::Fail),
        },
    },
    Column {
        name: "fixed",
        from_width: NARROW_BELOW,
        text: |_, read| read.map(|read| read.fixed.to_string()).unwrap_or_default(),
        style: |_, read, look| match read.map_or(0, |read| read.fixed) {
            0 => look.theme.quiet(),
            _ => look.theme.verdict(Verdict::Pass),
        },
    },
    Column {
        name: "prov.",
        from_width: 80,
        text: |entry, _| entry.counts().provisional().to_string(),
        style: |entry, _, look| match entry.counts().provisional() {
            0 => look.theme.quiet(),
            _ => look.theme.standing(parts::PROVISIONAL),
        },
    },
    Column {
        name: "points",
        from_width: 80,
        text: |_, read| {
            let all = |read: &Read| read.points_tested + read.points_untested + read.points_without_prompt;
            read.map(|read| format!("{}/{}", read.points_tested, all(read))).unwrap_or_default()
        },
        style: plain,
    },
    Column {
        name: "time",
        from_width: NARROW_BELOW,
        text: |entry, _| time::clock(entry.walked_ms),
        style: quiet,
    },
];

/// The cells that the texts of a column take, as they are known by now; the widest decides.
fn cells_of(column: &Column, entries: &[Entry]) -> usize {
    let widest = entries.iter().map(|entry| (column.text)(entry, entry.verdicts.as_ref()).len()).max();
    widest.unwrap_or(0).max(column.name.len())
}

fn draw_list(frame: &mut Frame<'_>, trend: &Trend, area: Area, look: Look<'_>) {
    let theme = look.theme;
    let entries = trend.entries();
    let shown = COLUMNS.iter().filter(|column| area.width >= column.from_width);
    let columns: Vec<(&Column, usize)> = shown.map(|column| (column, cells_of(column, entries))).collect();
    let right_cells: usize = columns.iter().map(|(_, cells)| cells + 2).sum::<usize>() + 1;
    let (date_cells, about_cells) = match area.width {
        WIDE_FROM.. => (16, 20),
        NARROW_BELOW.. => (11, 8),
        _ => (5, 0),
    };
    let left_cells = 2 + date_cells + 1 + about_cells + usize::from(about_cells > 0);
    let bar_cells = usize::from(area.width).saturating_sub(left_cells + right_cells).clamp(4, 48);
    let mut heading = parts::padded("  session", left_cells);
    heading.push_str(&" ".repeat(bar_cells));
    columns.iter().for_each(|(column, cells)| heading.push_str(&format!("  {:>1$}", column.name, cells)));
    parts::put(frame, area, 0, &Line::styled(heading, theme.quiet()));
    let seen = entries.iter().enumerate().skip(trend.top()).take(trend.rows_seen());
    for (row, (at, entry)) in (1..area.height).zip(seen) {
        let is_current = at == trend.cursor();
        let mark = if is_current { look.glyphs.cursor.as_str() } else { "" };
        let whole = entry.started_at.date_hour_minute();
        let date = match date_cells {
            16 => whole.as_str(),
            11 => whole.get(5..).unwrap_or_default(),
            _ => whole.get(5..10).unwrap_or_default(),
        };
        let mut line = vec![Span::raw(parts::padded(mark, 2)), Span::raw(format!("{date} "))];
        if about_cells > 0 {
            let fields = &entry.session.fields;
            let build = fields.get("build").map(|build| format!(" {build}")).unwrap_or_default();
            let about = format!("{}{build}", entry.session.tester);
            let about = parts::padded(&parts::fit(&about, about_cells, look.glyphs), about_cells + 1);
            line.push(Span::styled(about, theme.quiet()));
        }
        line.extend(parts::bar(entry.counts(), bar_cells, look));
        for (column, cells) in &columns {
            let read = entry.verdicts.as_ref();
            let text = format!("  {:>1$}", (column.text)(entry, read), cells);
            line.push(Span::styled(text, (column.style)(entry, read, look)));
        }
        parts::put(frame, area, row, &Line::from(line));
        if is_current {
            parts::tint(frame, area, row, theme.cursor());
        }
    }
    if entries.is_empty() {
        parts::put(frame, area, 1, &Line::styled("  no session yet: walk the plan", theme.quiet()));
    }
}
