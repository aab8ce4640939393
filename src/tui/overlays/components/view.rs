//! The components on the screen: name, state, and how much of the plan rests on each.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::{ComponentList, ComponentRow};
use crate::domain::component::ComponentState;
use crate::tui::layout::Area;
use crate::tui::overlays::view::{draw_list, list_top, title};
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Cells of the list's own marker, and of the arrow in front of an end of the current prompt.
const LEAD_CELLS: usize = 5;

/// Draws the panel.
pub fn draw(frame: &mut Frame<'_>, area: Area, walk: &Walk, list: &ComponentList, look: Look<'_>) {
    let hints: [&str; 3] = match list.naming {
        None => [
            " r real  f fake  a absent  c unknown  u undo  Enter closes ",
            " r real f fake a absent c unknown ",
            " r f a c ",
        ],
        Some(_) => [" Enter sets it, a fake needs no name, Esc goes back ", " Enter sets it, Esc back ", ""],
    };
    parts::boxed(frame, area, &title(" what is real? ", look), &hints, look);
    let inner = area.inner();
    let names = name_cells(list, inner);
    draw_list(frame, inner, list.rows.len(), list.selected, look, |at| {
        line_of(walk, &list.rows[at], at < list.near_count, names, inner.width, look)
    });
    if let Some(field) = &list.naming {
        let top = list_top(list.rows.len(), list.selected, inner.height);
        let lead = u16::try_from(LEAD_CELLS + names + 2).unwrap_or(u16::MAX);
        let row = u16::try_from(list.selected - top).unwrap_or(u16::MAX);
        let line = Area { y: inner.y + row, height: 1, ..inner };
        let (_, line) = line.split_left(lead);
        parts::wipe_cells(frame, line);
        let (label, text) = line.split_left(6);
        parts::put(frame, label, 0, &Line::styled("fake: ", look.theme.standing(parts::PROVISIONAL)));
        field.draw(frame, parts::rect(text), look.theme.text());
    }
}

/// The column of names is as wide as they are, up to a third of the panel.
fn name_cells(list: &ComponentList, inner: Area) -> usize {
    let widest = list.rows.iter().map(|row| visible::width(&visible::line(&row.name))).max().unwrap_or(0);
    widest.min(usize::from(inner.width) / 3).max(4)
}

fn line_of(
    walk: &Walk,
    row: &ComponentRow,
    is_near: bool,
    names: usize,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let arrow = if is_near { look.glyphs.arrow.as_str() } else { "" };
    let name = parts::fit(&row.name, names, look.glyphs);
    let gap = " ".repeat(names.saturating_sub(visible::width(&name)) + 2);
    let style = if is_near { theme.strong() } else { theme.text() };
    let (saved, decided) = (walk.session.states().of(&row.name), walk.decided_on().states().of(&row.name));
    let left = vec![
        Span::styled(parts::padded(arrow, LEAD_CELLS - 2), theme.accent()),
        Span::styled(format!("{name}{gap}"), style),
        state_of(saved, decided, look),
    ];
    let right = if width >= 60 {
        format!("{:>9}  {:>11} ", counted(row.point_count, "point"), counted(row.prompt_count, "prompt"))
    } else {
        format!("{} ", row.prompt_count)
    };
    parts::spread(left, vec![Span::styled(right, theme.quiet())], width.saturating_sub(2), look.glyphs)
}

/// The state on the disk, or the one on its way there with a `!`.
fn state_of(saved: &ComponentState, decided: &ComponentState, look: Look<'_>) -> Span<'static> {
    let text = visible::line(&decided.to_string()).into_owned();
    if saved == decided {
        Span::styled(text, look.theme.component(decided))
    } else {
        Span::styled(format!("{text}!"), look.theme.alarm())
    }
}

fn counted(count: u32, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
