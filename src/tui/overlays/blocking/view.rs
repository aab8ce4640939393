//! The list of what a fail may block, drawn: the scopes on the first row, their prompts below.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::BlockList;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::overlays::view::{draw_list, title};
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Rows above the prompts.
pub const HEAD_ROWS: u16 = 1;

/// Where the prompts are.
#[must_use]
pub fn rows(area: Area) -> Area {
    area.inner().split_top(HEAD_ROWS).1
}

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, area: Area, model: &Model, list: &BlockList, look: Look<'_>) {
    let count = list.count_in();
    let enter = match (list.first_unseen(), count) {
        (_, 0) => "Enter marks none".to_owned(),
        (Some(_), _) => "Enter shows the rest".to_owned(),
        (None, 1) => "Enter marks 1 blocked".to_owned(),
        (None, n) => format!("Enter marks {n} blocked"),
    };
    let scopes = if list.names.len() > 1 { "Tab shows others, " } else { "" };
    let hints = [
        format!(" Space takes in or out, c all, {scopes}{enter}, Esc leaves "),
        format!(" Space, c all, {scopes}{enter}, Esc "),
        format!(" {enter}, Esc "),
    ];
    let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
    let about = parts::fit(&list.about, usize::from(area.width).saturating_sub(18), look.glyphs);
    parts::boxed(frame, area, &title(&format!(" blocked by: {about} "), look), &hints, look);
    parts::put(frame, area.inner(), 0, &scope_line(list, area.inner().width, look));
    let rows = rows(area);
    let Some(walk) = &model.walk else { return };
    let outline = &walk.revision.plan().outline;
    draw_list(frame, rows, list.shown().len(), list.selected, look, |at| {
        let candidate = list.shown()[at];
        let node = outline.node(candidate.idx);
        let left = vec![
            Span::raw(if candidate.is_in { "[x] " } else { "[ ] " }),
            Span::raw(visible::line(node.text()).into_owned()),
        ];
        let section = node.parent().filter(|_| list.scope > 0 && rows.width >= 60);
        let section = section.map(|section| parts::title(section, look)).unwrap_or_default();
        let section = parts::fit(&section, usize::from(rows.width) / 3, look.glyphs);
        let right = Some(format!("{section} ")).filter(|_| !section.is_empty());
        let right = right.map(|section| Span::styled(section, look.theme.quiet())).into_iter().collect();
        parts::spread(left, right, rows.width.saturating_sub(2), look.glyphs)
    });
}

/// `‹cart -> inventory 5› inventory 11  cart 16`; where that is too wide, the one that is shown and how many there are.
fn scope_line(list: &BlockList, width: u16, look: Look<'_>) -> Line<'static> {
    let name = |scope: usize, cells: usize| {
        let name = parts::arrows(&list.names[scope], look.glyphs);
        format!("{} {}", parts::fit(&name, cells, look.glyphs), list.len_of(scope))
    };
    let marks = if look.glyphs.ascii { ["[", "]"] } else { ["\u{2039}", "\u{203a}"] };
    let cells = usize::from(width).saturating_sub(14).max(8);
    let shown = format!(" {}{}{} ", marks[0], name(list.scope, cells), marks[1]);
    let others: Vec<String> =
        (0..list.names.len()).filter(|scope| *scope != list.scope).map(|scope| name(scope, cells)).collect();
    let others = others.join("  ");
    let room = usize::from(width).saturating_sub(visible::width(&shown) + 1);
    let others = if visible::width(&others) <= room { others } else { String::new() };
    Line::from(vec![
        Span::styled(shown, look.theme.strong()),
        Span::styled(format!(" {others}"), look.theme.quiet()),
    ])
}
