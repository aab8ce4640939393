//! The fields on the screen, a row each.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::FieldList;
use crate::tui::layout::Area;
use crate::tui::overlays::view::{draw_list, list_top, title};
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Cells of the list's own marker.
const LEAD_CELLS: usize = 2;

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, area: Area, walk: &Walk, list: &FieldList, look: Look<'_>) {
    let hints: [&str; 2] = match (&list.editing, list.selected_name()) {
        (None, _) => [" Enter writes, c takes away, u undo, Esc closes ", " Enter writes, c takes away "],
        (Some(_), Some(_)) => [" Enter saves, empty takes away, Esc goes back ", " Enter saves, Esc back "],
        (Some(_), None) => [" like build=4f2c, Enter saves, Esc goes back ", " like build=4f2c "],
    };
    parts::boxed(frame, area, &title(" fields ", look), &hints, look);
    let inner = area.inner();
    let names = name_cells(list, inner);
    draw_list(frame, inner, list.names.len() + 1, list.selected, look, |at| match list.names.get(at) {
        Some(name) => line_of(walk, name, names, inner, look),
        None => Line::from(Span::styled("another field", look.theme.quiet())),
    });
    if let Some(field) = &list.editing {
        let top = list_top(list.names.len() + 1, list.selected, inner.height);
        let is_another = list.selected_name().is_none();
        let lead = LEAD_CELLS + if is_another { 0 } else { names + 2 };
        let row = u16::try_from(list.selected - top).unwrap_or(u16::MAX);
        let line = Area { y: inner.y + row, height: 1, ..inner };
        let (_, line) = line.split_left(u16::try_from(lead).unwrap_or(u16::MAX));
        parts::wipe_cells(frame, line);
        field.draw(frame, parts::rect(line), look.theme.text());
    }
}

fn name_cells(list: &FieldList, inner: Area) -> usize {
    let widest = list.names.iter().map(|name| visible::width(&visible::line(name))).max().unwrap_or(0);
    widest.min(usize::from(inner.width) / 3).max(4)
}

fn line_of(walk: &Walk, name: &str, names: usize, inner: Area, look: Look<'_>) -> Line<'static> {
    let (saved, decided) = (walk.session.fields().get(name), walk.decided_on().fields().get(name));
    let label = parts::padded(&parts::fit(name, names, look.glyphs), names + 2);
    let room = usize::from(inner.width).saturating_sub(LEAD_CELLS + names + 3);
    let value = match decided {
        Some(value) => parts::fit(value, room, look.glyphs),
        None => "not said".to_owned(),
    };
    let value = match (saved == decided, decided) {
        (true, Some(_)) => Span::styled(value, look.theme.strong()),
        (true, None) => Span::styled(value, look.theme.quiet()),
        (false, _) => Span::styled(format!("{value}!"), look.theme.alarm()),
    };
    Line::from(vec![Span::styled(label, look.theme.quiet()), value])
}
