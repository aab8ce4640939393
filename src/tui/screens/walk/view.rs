//! The walk on the screen. Work depends on the rows that are seen, never on the length of the plan.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::detail;
use super::history;
use super::obstacle::obstacle;
use super::order::view::{current_stage, section_of, stage_line, stage_row};
use super::state::Walk;
use super::tree::Row;
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::verdict::{Counts, Verdict};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout::{Area, Form};
use crate::tui::model::Model;
use crate::tui::widgets::clock;
use crate::tui::widgets::ends;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Draws the walk.
pub fn draw(frame: &mut Frame<'_>, model: &Model, walk: &Walk, look: Look<'_>) {
    let at = walk.layout(model.size);
    if at.form == Form::Strip {
        parts::put(frame, at.header, 0, &strip_header(model, walk, at.header.width, look));
        draw_strip_text(frame, walk, at.text, look);
    } else {
        parts::put(frame, at.header, 0, &title_line(model, walk, at.header.width, look));
        parts::put(frame, at.header, 1, &progress_line(walk, at.header.width, look));
        parts::put(frame, at.header, 2, &stage_line(walk, at.header.width, look));
        parts::boxed(frame, at.outline, &Line::default(), &[&outline_hint(walk)], look);
        parts::boxed(frame, at.detail, &Line::default(), &[], look);
        parts::join(frame, at.outline, at.detail, look);
        detail::view::draw(frame, model, walk, at.text, look);
    }
    draw_rows(frame, walk, at.rows, look);
    parts::put(frame, at.footer, 0, &footer(model, walk, at.footer.width, look));
}

fn title_line(model: &Model, walk: &Walk, width: u16, look: Look<'_>) -> Line<'static> {
    let start = walk.session.start();
    let theme = look.theme;
    let mut left =
        vec![Span::styled(format!(" {}", visible::line(&walk.revision.plan().title)), theme.strong())];
    let mut aside = Vec::new();
    aside.extend(start.retest.as_ref().map(|_| "retest".to_owned()));
    aside.extend(walk.session.charter().map(str::to_owned));
    aside.extend(start.only.as_ref().map(|tag| format!("only #{tag}")));
    for text in aside {
        left.push(Span::styled(format!(" {} ", look.glyphs.separator), theme.quiet()));
        left.push(Span::raw(visible::line(&text).into_owned()));
    }
    let fields = walk.revision.plan().in_order(walk.session.fields());
    let mut about: Vec<String> = fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
    about.push(start.tester.clone());
    let about =
        parts::fit(&about.join(&format!(" {} ", look.glyphs.separator)), usize::from(width) / 2, look.glyphs);
    let mut right = vec![Span::styled(about, theme.quiet()), Span::raw("   ")];
    right.extend(clock::header(walk, model.steady_ms, look));
    parts::spread(left, right, width, look.glyphs)
}

fn progress_line(walk: &Walk, width: u16, look: Look<'_>) -> Line<'static> {
    let totals = walk.progress.totals();
    let mut left = vec![Span::raw(" ")];
    // A filter's words need the room that a long bar takes.
    let tenths = if walk.filter.is_empty() { 3 } else { 2 };
    left.extend(parts::bar(totals, usize::from(width) * tenths / 10, look));
    left.push(Span::styled(format!("  {}/{}", totals.tested(), totals.total()), look.theme.strong()));
    left.push(Span::raw("   "));
    left.extend(parts::counts(totals, width < 100, look));
    let mut right = Vec::new();
    if !walk.filter.is_empty() {
        let words = parts::fit(&format!("only {}", walk.filter.words()), usize::from(width) / 4, look.glyphs);
        right.push(Span::styled(format!("{words}   "), look.theme.accent()));
    }
    right.extend(saved(walk, look));
    parts::spread(left, right, width, look.glyphs)
}

fn saved(walk: &Walk, look: Look<'_>) -> Vec<Span<'static>> {
    parts::saved(walk.saved(), walk.unsaved.len(), look)
}

fn strip_header(model: &Model, walk: &Walk, width: u16, look: Look<'_>) -> Line<'static> {
    let totals = walk.progress.totals();
    let mut left =
        vec![Span::styled(format!("{}/{} ", totals.tested(), totals.total()), look.theme.strong())];
    if !walk.filter.is_empty() {
        left.push(Span::styled(format!("only {} ", walk.filter.words()), look.theme.accent()));
    }
    let counts = parts::strip_counts(totals, look);
    let sign = clock::sign(walk, model.steady_ms, look);
    let mut right: Vec<_> =
        sign.map(|(words, style)| Span::styled(format!("{words} "), style)).into_iter().collect();
    right.extend(saved(walk, look));
    if let Some((order, at)) = current_stage(walk) {
        let long = format!("stage {}/{} ", at + 1, order.len());
        let taken = parts::cells(&left) + parts::cells(&counts) + parts::cells(&right);
        let fits = taken + visible::width(&long) < usize::from(width);
        let stage = if fits { long } else { format!("s{}/{} ", at + 1, order.len()) };
        left.push(Span::styled(stage, look.theme.accent()));
    }
    left.extend(counts);
    parts::spread(left, right, width, look.glyphs)
}

/// Which row the cursor is on, of how many.
fn outline_hint(walk: &Walk) -> String {
    let row = walk.tree.row().map_or(0, |row| row + 1);
    format!(" {row}/{} ", walk.tree.rows().len())
}

/// A toast, the banner, or the keys.
fn footer(model: &Model, walk: &Walk, width: u16, look: Look<'_>) -> Line<'static> {
    let cells = usize::from(width).saturating_sub(2);
    if let Some(answer) = parts::answer(model, width, look) {
        return answer;
    }
    if let Some(question) = clock::away(model, walk, width, look) {
        return question;
    }
    if !walk.session.is_open() {
        let keymap = &model.settings.keymap;
        let text =
            format!("this session is finished; {} shows its summary", keymap.key_text(Action::Summary));
        return Line::styled(format!(" {}", parts::fit(&text, cells, look.glyphs)), look.theme.toast());
    }
    parts::footer(
        &model.settings.keymap,
        Context::Walk,
        |action| obstacle(walk, action).is_none(),
        width,
        look,
    )
}

fn draw_rows(frame: &mut Frame<'_>, walk: &Walk, area: Area, look: Look<'_>) {
    let rows = walk.tree.rows();
    let selected = walk.tree.selected();
    let seen = rows.iter().skip(walk.tree.top()).take(usize::from(area.height));
    let mut above = None;
    for (at, row) in (0..area.height).zip(seen) {
        let is_current = Some(*row) == selected;
        let line = match *row {
            Row::Node(idx) => outline_row(walk, idx, above, is_current, area.width, look),
            Row::Stage(stage) => stage_row(walk, stage, is_current, area.width, look),
        };
        parts::put(frame, area, at, &line);
        if is_current {
            parts::tint(frame, area, at, look.theme.cursor());
        }
        above = Some(*row);
    }
    if rows.is_empty() {
        let text = history::view::nothing_shown(walk);
        parts::put(frame, area, 0, &Line::styled(format!(" {text}"), look.theme.quiet()));
    }
}

/// A section or a prompt; `above` is what is drawn on the row above it.
fn outline_row(
    walk: &Walk,
    idx: NodeIdx,
    above: Option<Row>,
    is_current: bool,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let outline = &walk.revision.plan().outline;
    let node = outline.node(idx);
    let glyphs = look.glyphs;
    let indent = (walk.tree.indent(node.depth()) * 2).min(usize::from(width) / 3);
    let cursor = if is_current { glyphs.cursor.as_str() } else { " " };
    let mut left = vec![Span::raw(format!("{cursor}{}", " ".repeat(indent)))];
    let folds = walk.tree.can_fold(outline, Row::Node(idx));
    if folds {
        let fold = if walk.tree.is_folded(Row::Node(idx)) { &glyphs.folded } else { &glyphs.open };
        left.push(Span::styled(format!("{fold} "), look.theme.quiet()));
    }
    if node.is_prompt() {
        left.push(verdict_mark(walk, idx, look));
        left.push(Span::raw(" "));
    }
    left.extend(node_text(walk, node, look));
    let mut right = Vec::new();
    let id = walk.revision.id_at(idx);
    if id.is_some() && walk.session.notes_on(id).next().is_some() {
        right.push(Span::styled(format!("{} ", glyphs.note), look.theme.accent()));
    }
    if folds {
        right.extend(tested_and_worst(walk.progress.below(idx), look));
    } else {
        if walk.tree.staged().is_some() {
            right.extend(section_of(walk, node, above, width, look));
        }
        let free = usize::from(width).saturating_sub(parts::cells(&left) + parts::cells(&right) + 1);
        right.extend(history::view::strip(id.map_or(&[], |id| walk.history.marks(id)), width, free, look));
    }
    parts::spread(left, right, width, glyphs)
}

/// The verdict's glyph; where one is on its way to the disk, that one with a `!`.
fn verdict_mark(walk: &Walk, idx: NodeIdx, look: Look<'_>) -> Span<'static> {
    if let Some(id) = walk.revision.id_at(idx).filter(|id| walk.unsaved_verdict(*id).is_some()) {
        let standing = walk.decided_on().standing(id);
        return Span::styled(format!("{}!", look.glyphs.standing(standing)), look.theme.alarm());
    }
    match walk.progress.standing(idx) {
        Some(standing) => {
            Span::styled(look.glyphs.standing(standing).to_owned(), look.theme.standing(standing))
        }
        None => Span::raw(" "),
    }
}

fn node_text(walk: &Walk, node: NodeRef<'_>, look: Look<'_>) -> Vec<Span<'static>> {
    match node.point().filter(|_| node.names_point()) {
        Some(point) => {
            let (ends, kind) = parts::point(point, look);
            let mut spans = vec![Span::styled(visible::line(&ends).into_owned(), look.theme.strong())];
            if let Some(kind) = kind {
                spans.push(Span::styled(format!("  {}", visible::line(&kind)), look.theme.quiet()));
            }
            spans.extend(ends::mark(&ends::of(point, walk.session.states()), look));
            spans
        }
        None => {
            let style = if node.is_prompt() { look.theme.text() } else { look.theme.strong() };
            vec![Span::styled(visible::line(node.text()).into_owned(), style)]
        }
    }
}

/// `2/3 ✗`: tested, all, and the worst verdict, of passes a provisional one; a pass only once all is tested.
#[must_use]
pub fn tested_and_worst(counts: Counts, look: Look<'_>) -> Vec<Span<'static>> {
    if counts.total() == 0 {
        return Vec::new();
    }
    let mut tested = counts;
    tested.set(Verdict::Untested, 0);
    let worst = tested.worst_standing().filter(|worst| {
        let is_good = matches!(worst.verdict, Verdict::Pass | Verdict::Skip);
        !is_good || counts[Verdict::Untested] == 0
    });
    let mut spans =
        vec![Span::styled(format!("{}/{} ", counts.tested(), counts.total()), look.theme.quiet())];
    spans.push(match worst {
        Some(worst) => Span::styled(format!("{} ", look.glyphs.standing(worst)), look.theme.standing(worst)),
        None => Span::raw("  "),
    });
    spans
}

fn draw_strip_text(frame: &mut Frame<'_>, walk: &Walk, area: Area, look: Look<'_>) {
    let width = usize::from(area.width).saturating_sub(2);
    let text = match (walk.current(), current_stage(walk)) {
        (Some(node), _) => match node.point().filter(|_| node.names_point()) {
            Some(point) => parts::point(point, look).0,
            None => node.text().to_owned(),
        },
        (None, Some((order, at))) => {
            order.stage(at).map(|stage| order.walkway().line(stage)).unwrap_or_default()
        }
        (None, None) => return,
    };
    let mut lines = parts::wrapped(&text, width);
    let rows = usize::from(area.height);
    if lines.len() < rows
        && let Some(known) = walk.current().and_then(|node| known_ends(walk, node))
    {
        let text = parts::fit(&known, width, look.glyphs);
        parts::put(frame, area, area.height - 1, &Line::styled(format!("  {text}"), look.theme.quiet()));
    }
    if lines.len() > rows && rows > 0 {
        lines.truncate(rows);
        if let Some(last) = lines.last_mut() {
            let cut = visible::truncate(last, width.saturating_sub(1), "").into_owned();
            *last = format!("{cut}{}", look.glyphs.ellipsis);
        }
    }
    for (row, line) in (0..area.height).zip(lines) {
        let lead = if row == 0 { look.glyphs.cursor.as_str() } else { " " };
        let spans = vec![Span::raw(format!("{lead} ")), Span::styled(line, look.theme.strong())];
        parts::put(frame, area, row, &Line::from(spans));
    }
}

/// What is known of the ends of the node's point now, for a strip.
fn known_ends(walk: &Walk, node: NodeRef<'_>) -> Option<String> {
    let known = ends::of(node.point()?, walk.session.states()).known();
    (!known.is_empty()).then_some(known)
}
