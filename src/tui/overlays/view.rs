//! What lies over the screen, drawn: boxes in the middle, the note at the bottom.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::Overlay;
use super::activity::{self, ActivityList};
use super::filter::{Choice, FilterList};
use super::find::Find;
use super::line::LineField;
use super::note::NoteField;
use super::palette::Palette;
use super::test_data::{self, TestData};
use super::{blocking, components, debrief, fields, walk_order};
use crate::domain::session::{Activity, NoteKind};
use crate::domain::time;
use crate::domain::verdict::Verdict;
use crate::format::report;
use crate::tui::fuzzy;
use crate::tui::keymap::Action;
use crate::tui::layout::{self, Area, Form};
use crate::tui::model::Model;
use crate::tui::screens::walk::detail::view::detail_lines;
use crate::tui::screens::walk::state::Walk;
use crate::tui::screens::walk::tree::Row;
use crate::tui::settings::Glyphs;
use crate::tui::theme::{ColorDepth, Theme};
use crate::tui::widgets::parts::{self, Look};
use crate::tui::widgets::text_field::TextField;
use crate::visible;

/// The most lines that a page lays out.
const MOST_LINES: usize = 20_000;

/// Draws what lies over the screen, if something does.
pub fn draw(frame: &mut Frame<'_>, model: &Model, look: Look<'_>) {
    let Some(overlay) = &model.overlay else { return };
    let area = area(model);
    parts::wipe(frame, area);
    match overlay {
        Overlay::Help(page) => {
            let lines = help_lines(model, area, look);
            draw_page(frame, area, " keys ", " Esc closes ", &lines, page.top, look);
        }
        Overlay::Detail(page) => {
            let lines =
                model.walk.as_ref().map(|walk| full_detail(model, walk, area, look)).unwrap_or_default();
            let row = model.walk.as_ref().and_then(|walk| walk.tree.selected());
            let (name, keys) = match row {
                Some(Row::Stage(_)) => (" stage ", " Esc closes "),
                Some(Row::Node(_)) | None => (" prompt ", " Esc closes, verdict keys mark "),
            };
            draw_page(frame, area, name, keys, &lines, page.top, look);
        }
        Overlay::Components(list) => {
            if let Some(walk) = &model.walk {
                components::view::draw(frame, area, walk, list, look);
            }
        }
        Overlay::Fields(list) => {
            if let Some(walk) = &model.walk {
                fields::view::draw(frame, area, walk, list, look);
            }
        }
        Overlay::TestData(list) => draw_test_data(frame, area, model, *list, look),
        Overlay::Palette(palette) => draw_palette(frame, area, palette, look),
        Overlay::Find(find) => draw_find(frame, area, model, find, look),
        Overlay::Export(export) => super::export::view::draw(frame, area, export, look),
        Overlay::Filter(list) => draw_filter(frame, area, model, list, look),
        Overlay::Blocking(list) => blocking::view::draw(frame, area, model, list, look),
        Overlay::WalkOrder(list) => walk_order::view::draw(frame, area, list, look),
        Overlay::Elsewhere(elsewhere) => draw_elsewhere(frame, area, &elsewhere.field, look),
        Overlay::Note(note) => draw_note(frame, area, note, look),
        Overlay::Activity(list) => draw_activity(frame, area, model, *list, look),
        Overlay::Debrief(debrief) => debrief::view::draw(frame, area, model, debrief, look),
        Overlay::Line(line) => draw_line(frame, area, model, line, look),
    }
}

/// Where the overlay lies; clicks outside close it.
#[must_use]
pub fn area(model: &Model) -> Area {
    let whole = Area::whole(model.size);
    let is_strip = layout::walk(model.size).form == Form::Strip;
    let (wide, high) = if is_strip {
        (whole.width, whole.height)
    } else {
        (whole.width.saturating_sub(6).min(100), whole.height.saturating_sub(4))
    };
    match &model.overlay {
        Some(Overlay::Note(note)) => {
            let most = (whole.height / 2).max(2);
            let wanted = note.field.rows(whole.width.saturating_sub(4)).clamp(2, most) + 2;
            let (above, footer) = whole.split_bottom(u16::from(!is_strip));
            let _ = footer;
            above.split_bottom(wanted.min(above.height)).1
        }
        Some(Overlay::Elsewhere(_) | Overlay::Line(_)) => {
            let (above, _footer) = whole.split_bottom(u16::from(!is_strip));
            above.split_bottom(3.min(above.height)).1
        }
        Some(Overlay::Components(list)) => {
            let rows = u16::try_from(list.rows.len()).unwrap_or(u16::MAX).saturating_add(2);
            whole.centered(wide.min(76), high.min(rows))
        }
        Some(Overlay::Fields(list)) => {
            let rows = u16::try_from(list.names.len()).unwrap_or(u16::MAX).saturating_add(3);
            whole.centered(wide.min(64), high.min(rows))
        }
        Some(Overlay::Activity(_)) => {
            whole.centered(wide.min(44), high.min(u16::try_from(Activity::ALL.len()).unwrap_or(4) + 2))
        }
        Some(Overlay::Filter(list)) => {
            let rows = u16::try_from(list.len())
                .unwrap_or(u16::MAX)
                .saturating_add(2 + u16::from(!list.tags.is_empty()));
            whole.centered(wide.min(56), high.min(rows))
        }
        Some(Overlay::Export(export)) => {
            let rows = super::export::view::rows(export, wide.saturating_sub(2));
            whole.centered(wide, high.min(rows.saturating_add(2)))
        }
        Some(Overlay::Debrief(_)) => whole,
        Some(Overlay::Detail(_)) => whole.centered(wide, high),
        Some(Overlay::Blocking(list)) => {
            let most = (0..list.names.len()).map(|scope| list.len_of(scope)).max().unwrap_or(0);
            let rows = u16::try_from(most).unwrap_or(u16::MAX).saturating_add(2 + blocking::view::HEAD_ROWS);
            whole.centered(wide.max(40), high.min(rows))
        }
        Some(Overlay::WalkOrder(list)) => whole.centered(wide, high.min(list.rows().saturating_add(2))),
        Some(_) => whole.centered(wide.max(40), high),
        None => Area::default(),
    }
}

/// Which row of the list that is open lies at a cell.
#[must_use]
pub fn list_row(model: &Model, column: u16, row: u16) -> Option<usize> {
    let area = area(model);
    let (list, len, selected) = match model.overlay.as_ref()? {
        Overlay::Find(find) => (field_and_list(area).1, find.fitting.len(), find.selected),
        Overlay::Palette(palette) => (field_and_list(area).1, palette.rows().count(), palette.selected),
        Overlay::Filter(list) => (area.inner(), list.len(), list.selected),
        Overlay::Export(list) => (area.inner(), report::Form::ALL.len(), list.selected),
        Overlay::Components(list) => (area.inner(), list.rows.len(), list.selected),
        Overlay::Fields(list) => (area.inner(), list.names.len() + 1, list.selected),
        Overlay::Blocking(list) => (blocking::view::rows(area), list.shown().len(), list.selected),
        Overlay::WalkOrder(list) => (area.inner(), list.choices.len(), list.selected),
        Overlay::TestData(list) => {
            let data = &model.walk.as_ref()?.revision.plan().data;
            (area.inner(), test_data::values(data).count(), list.selected)
        }
        Overlay::Activity(list) => (area.inner(), Activity::ALL.len(), list.selected),
        Overlay::Help(_)
        | Overlay::Detail(_)
        | Overlay::Elsewhere(_)
        | Overlay::Note(_)
        | Overlay::Debrief(_)
        | Overlay::Line(_) => return None,
    };
    let at = list_top(len, selected, list.height) + usize::from(row.checked_sub(list.y)?);
    (list.contains(column, row) && at < len).then_some(at)
}

/// How far the page that is open can be scrolled.
#[must_use]
pub fn last_top(model: &Model) -> usize {
    let area = area(model);
    let theme = Theme::new(crate::tui::settings::ThemeName::Mono, ColorDepth::None, &[]);
    let look = Look { theme: &theme, glyphs: &model.settings.glyphs };
    let lines = match (&model.overlay, &model.walk) {
        (Some(Overlay::Help(_)), _) => help_lines(model, area, look).len(),
        (Some(Overlay::Detail(_)), Some(walk)) => full_detail(model, walk, area, look).len(),
        _ => 0,
    };
    lines.saturating_sub(usize::from(area.inner().height))
}

fn full_detail(model: &Model, walk: &Walk, area: Area, look: Look<'_>) -> Vec<Line<'static>> {
    detail_lines(walk, model.now, area.inner().width.saturating_sub(2), MOST_LINES, look)
}

/// A box's name.
#[must_use]
pub(super) fn title(text: &str, look: Look<'_>) -> Line<'static> {
    Line::styled(text.to_owned(), look.theme.strong())
}

fn draw_page(
    frame: &mut Frame<'_>,
    area: Area,
    name: &str,
    keys: &str,
    lines: &[Line<'static>],
    top: usize,
    look: Look<'_>,
) {
    let inner = area.inner();
    let last = lines.len().saturating_sub(usize::from(inner.height));
    let top = top.min(last);
    let keys = if last > 0 {
        format!(" {}/{} {keys}", (top + usize::from(inner.height)).min(lines.len()), lines.len())
    } else {
        keys.to_owned()
    };
    parts::boxed(frame, area, &title(name, look), &[&keys, " Esc "], look);
    let text = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (row, line) in (0..text.height).zip(lines.iter().skip(top)) {
        parts::put(frame, text, row, line);
    }
}

fn help_lines(model: &Model, area: Area, look: Look<'_>) -> Vec<Line<'static>> {
    let is_narrow = model.size.width < 60;
    let width = area.inner().width.saturating_sub(2);
    let mut lines = Vec::new();
    let mut group = "";
    for (binding, keys) in model.settings.keymap.rows(model.context()) {
        if keys.is_empty() {
            continue;
        }
        if binding.group != group {
            if !group.is_empty() {
                lines.push(Line::default());
            }
            group = binding.group;
            lines.push(Line::styled(group, look.theme.strong()));
        }
        let shown = if is_narrow { &keys[..1] } else { keys };
        let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
        let column = if is_narrow { 10 } else { 14 };
        lines.extend(help_entry(&shown.join("  "), column, binding.help, width, look));
    }
    lines.push(Line::default());
    lines.push(Line::styled("in a note", look.theme.strong()));
    for (keys, does) in [
        ("Enter", "save"),
        ("Shift-Enter  Ctrl-j", "a new line"),
        ("Tab", "note, bug, question, idea, setup"),
        ("Ctrl-e", "write it in $EDITOR"),
        ("Esc", "close; what was typed waits for the next time"),
    ] {
        let keys = if is_narrow { keys.rsplit("  ").next().unwrap_or(keys) } else { keys };
        lines.extend(help_entry(keys, if is_narrow { 10 } else { 20 }, does, width, look));
    }
    lines
}

/// Keys, and what they do in as many lines as it takes.
fn help_entry(keys: &str, column: usize, does: &str, width: u16, look: Look<'_>) -> Vec<Line<'static>> {
    let room = usize::from(width).saturating_sub(column + 2).max(8);
    let mut keys = format!("  {keys:<column$}");
    let mut lines = Vec::new();
    for line in parts::wrapped(does, room) {
        let lead = std::mem::replace(&mut keys, " ".repeat(column + 2));
        lines.push(Line::from(vec![Span::styled(lead, look.theme.accent()), Span::raw(line)]));
    }
    lines
}

/// Rows of a list around the selected one, drawn with a marker in front.
pub(super) fn draw_list(
    frame: &mut Frame<'_>,
    area: Area,
    len: usize,
    selected: usize,
    look: Look<'_>,
    line: impl Fn(usize) -> Line<'static>,
) {
    let top = list_top(len, selected, area.height);
    for (row, at) in (0..area.height).zip(top..len) {
        let lead = if at == selected { look.glyphs.cursor.as_str() } else { " " };
        let mut spans = vec![Span::raw(format!("{lead} "))];
        spans.extend(line(at).spans);
        parts::put(frame, area, row, &Line::from(spans));
        if at == selected {
            parts::tint(frame, area, row, look.theme.cursor());
        }
    }
}

/// The first row of a list on the screen: the selected one stays in the middle where it can.
#[must_use]
pub(super) fn list_top(len: usize, selected: usize, height: u16) -> usize {
    let height = usize::from(height);
    selected.saturating_sub(height.saturating_sub(1) / 2).min(len.saturating_sub(height))
}

/// The field on the first row, the list below it.
fn field_and_list(area: Area) -> (Area, Area) {
    let inner = area.inner();
    let (field, list) = inner.split_top(1);
    (Area { x: field.x + 2, width: field.width.saturating_sub(3), ..field }, list)
}

fn draw_palette(frame: &mut Frame<'_>, area: Area, palette: &Palette, look: Look<'_>) {
    parts::boxed(frame, area, &title(" commands ", look), &[" Enter does it, Esc closes "], look);
    let (field, list) = field_and_list(area);
    parts::put(frame, area.inner(), 0, &Line::styled(":", look.theme.accent()));
    palette.field.draw(frame, parts::rect(field), look.theme.text());
    let rows: Vec<_> = palette.rows().collect();
    let width = list.width;
    draw_list(frame, list, rows.len(), palette.selected, look, |at| {
        let (binding, key) = rows[at];
        let column = if width < 60 { 0 } else { 24 };
        let mut left = vec![Span::styled(format!("{:<column$}", binding.name), look.theme.strong())];
        if column > 0 {
            left.push(Span::raw(binding.help));
        }
        parts::spread(
            left,
            vec![Span::styled(format!("{key} "), look.theme.accent())],
            width.saturating_sub(2),
            look.glyphs,
        )
    });
}

fn draw_find(frame: &mut Frame<'_>, area: Area, model: &Model, find: &Find, look: Look<'_>) {
    let found = find.fitting.len();
    let keys = format!(" {found} found, Enter goes there, Esc closes ");
    parts::boxed(frame, area, &title(" find ", look), &[&keys, &format!(" {found} found ")], look);
    let (field, list) = field_and_list(area);
    parts::put(frame, area.inner(), 0, &Line::styled("/", look.theme.accent()));
    find.field.draw(frame, parts::rect(field), look.theme.text());
    let Some(walk) = &model.walk else { return };
    let query = find.field.text();
    let outline = &walk.revision.plan().outline;
    draw_list(frame, list, find.fitting.len(), find.selected, look, |at| {
        let node = outline.node(find.fitting[at]);
        let mark = match walk.progress.standing(node.idx()) {
            Some(standing) => {
                Span::styled(format!("{} ", look.glyphs.standing(standing)), look.theme.standing(standing))
            }
            None => Span::styled("# ".to_owned(), look.theme.quiet()),
        };
        let mut left = vec![mark];
        left.extend(found_text(&query, node.text(), look));
        let is_narrow = list.width < 60;
        let above = node.parent().filter(|_| !is_narrow).map(|p| parts::title(p, look)).unwrap_or_default();
        let above = parts::fit(&above, usize::from(list.width) / 3, look.glyphs);
        parts::spread(
            left,
            vec![Span::styled(format!("{above} "), look.theme.quiet())],
            list.width.saturating_sub(2),
            look.glyphs,
        )
    });
}

/// `text` with the letters that `query` found made conspicuous, in runs.
fn found_text(query: &str, text: &str, look: Look<'_>) -> Vec<Span<'static>> {
    let found = fuzzy::found_graphemes(query, text);
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (grapheme, found) in text.graphemes(true).zip(found) {
        match runs.last_mut() {
            Some((kind, run)) if *kind == found => run.push_str(grapheme),
            _ => runs.push((found, grapheme.to_owned())),
        }
    }
    let style = |found| if found { look.theme.found() } else { look.theme.text() };
    runs.into_iter()
        .map(|(found, run)| Span::styled(visible::line(&run).into_owned(), style(found)))
        .collect()
}

fn draw_filter(frame: &mut Frame<'_>, area: Area, model: &Model, list: &FilterList, look: Look<'_>) {
    let keymap = &model.settings.keymap;
    let clear = keymap.key_text(Action::Clear);
    let keys = format!(" Space takes in or out, {clear} shows all, Enter closes ");
    parts::boxed(
        frame,
        area,
        &title(" show only ", look),
        &[&keys, &format!(" Space, {clear} all, Enter ")],
        look,
    );
    let Some(walk) = &model.walk else { return };
    let totals = walk.progress.totals();
    draw_list(frame, area.inner(), list.len(), list.selected, look, |at| {
        let (is_in, spans, count) = match list.choice(at) {
            Some(Choice::Verdict(verdict)) => {
                let action = if verdict == Verdict::Untested { Action::Undo } else { Action::Mark(verdict) };
                let mut spans =
                    vec![Span::styled(format!("{:<2}", keymap.key_text(action)), look.theme.accent())];
                spans.extend(parts::badge(verdict, look));
                (walk.filter.verdicts.contains(&verdict), spans, totals[verdict].to_string())
            }
            Some(Choice::Notable(notable)) => {
                let text = format!("  {}", notable.word());
                let has_room = area.width >= 50;
                let count = if has_room { notable.meaning().to_owned() } else { String::new() };
                (walk.filter.notable.contains(&notable), vec![Span::raw(text)], count)
            }
            Some(Choice::Tag(tag, count)) => {
                let text = format!("  #{}", visible::line(tag));
                let is_in = walk.filter.tags.iter().any(|wanted| wanted == tag);
                (is_in, vec![Span::raw(text)], count.to_string())
            }
            None => return Line::default(),
        };
        let mut left = vec![Span::raw(if is_in { "[x] " } else { "[ ] " })];
        left.extend(spans);
        let mut right = vec![Span::styled(count, look.theme.quiet())];
        if list.choice(at) == Some(Choice::Verdict(Verdict::Pass)) {
            right.extend(parts::grounds(totals, " ", look));
        }
        right.push(Span::raw(" "));
        parts::spread(left, right, area.inner().width.saturating_sub(2), look.glyphs)
    });
}

fn draw_test_data(frame: &mut Frame<'_>, area: Area, model: &Model, list: TestData, look: Look<'_>) {
    parts::boxed(frame, area, &title(" test data ", look), &[" Enter copies, Esc closes "], look);
    let Some(walk) = &model.walk else { return };
    let data = &walk.revision.plan().data;
    let inner = area.inner();
    let selected_row = test_data::values(data).nth(list.selected).map(|(row, _)| row);
    let values: Vec<_> = test_data::values(data).collect();
    draw_list(frame, inner, values.len(), list.selected, look, |at| {
        let (row, (name, value)) = values[at];
        let is_first = at == 0 || values[at - 1].0 != row;
        let bullet = if is_first { format!("{:>3} ", row + 1) } else { "    ".to_owned() };
        let style = if Some(row) == selected_row { look.theme.strong() } else { look.theme.text() };
        let name = format!("{:<14} ", parts::fit(name, 14, look.glyphs));
        Line::from(vec![
            Span::styled(bullet, look.theme.quiet()),
            Span::styled(name, look.theme.quiet()),
            Span::styled(parts::fit(value, usize::from(inner.width).saturating_sub(22), look.glyphs), style),
        ])
    });
}

fn draw_elsewhere(frame: &mut Frame<'_>, area: Area, field: &TextField, look: Look<'_>) {
    let hints = [" Enter writes a new file, or one into a folder; Esc closes ", " Enter writes, Esc "];
    parts::boxed(frame, area, &title(" write what waits to ", look), &hints, look);
    let inner = area.inner();
    let text = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    field.draw(frame, parts::rect(text), look.theme.text());
}

/// What can be done, with its letter and the time it took.
fn draw_activity(frame: &mut Frame<'_>, area: Area, model: &Model, list: ActivityList, look: Look<'_>) {
    parts::boxed(
        frame,
        area,
        &title(" from now on ", look),
        &[" a letter switches, Esc closes ", " Esc "],
        look,
    );
    let Some(walk) = &model.walk else { return };
    let inner = area.inner();
    draw_list(frame, inner, Activity::ALL.len(), list.selected, look, |at| {
        let activity = Activity::ALL[at];
        let left = vec![
            Span::styled(format!("{} ", activity::letter(activity)), look.theme.accent()),
            Span::raw(activity.said()),
        ];
        let took = time::clock(walk.activity_ms(activity, model.steady_ms));
        let right = vec![Span::styled(format!("{took} "), look.theme.quiet())];
        parts::spread(left, right, inner.width.saturating_sub(2), look.glyphs)
    });
}

/// A line above the footer, with an example while it is empty. What is wrong with it is said in its lower edge.
fn draw_line(frame: &mut Frame<'_>, area: Area, model: &Model, line: &LineField, look: Look<'_>) {
    let hint = match &model.toast {
        Some(toast) => {
            let cells = usize::from(area.width).saturating_sub(6);
            format!(" {} ", parts::fit(&toast.0, cells, look.glyphs))
        }
        None => " Enter saves, empty takes it away, Esc closes ".to_owned(),
    };
    parts::boxed(frame, area, &title(line.about.title(), look), &[&hint, " Enter, Esc "], look);
    let inner = area.inner();
    let text = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    line.field.draw(frame, parts::rect(text), look.theme.text());
    if line.field.text().is_empty() {
        let example = parts::fit(
            &line.about.placeholder(&look.glyphs.ellipsis),
            usize::from(text.width).saturating_sub(2),
            look.glyphs,
        );
        let behind_cursor = Area { x: text.x + 2, width: text.width.saturating_sub(2), ..text };
        parts::put(frame, behind_cursor, 0, &Line::styled(example, look.theme.quiet()));
    }
}

fn draw_note(frame: &mut Frame<'_>, area: Area, note: &NoteField, look: Look<'_>) {
    let kinds = kind_tabs(note.kind, look);
    let about_cells = usize::from(area.width).saturating_sub(parts::cells(&kinds) + 8);
    let mut heading = kinds;
    heading.push(Span::styled(
        format!("on: {} ", parts::fit(&note.about, about_cells, look.glyphs)),
        look.theme.quiet(),
    ));
    let hints = [
        " Enter saves, Shift-Enter or Ctrl-j new line, Tab kind, Ctrl-e editor, Esc keeps a draft ",
        " Enter saves, Ctrl-j new line, Tab kind, Ctrl-e editor, Esc draft ",
        " Enter saves, Tab kind, Esc ",
    ];
    parts::boxed(frame, area, &Line::from(heading), &hints, look);
    let inner = area.inner();
    let text = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    note.field.draw(frame, parts::rect(text), look.theme.text());
}

/// ` note [bug] question idea setup `, or the kind alone in a narrow terminal.
fn kind_tabs(current: NoteKind, look: Look<'_>) -> Vec<Span<'static>> {
    let glyphs: &Glyphs = look.glyphs;
    let open = if glyphs.ascii { ("[", "]") } else { ("‹", "›") };
    vec![
        Span::raw(" "),
        Span::styled(format!("{}{}{}", open.0, current.word(), open.1), look.theme.strong()),
        Span::raw(" "),
    ]
}
