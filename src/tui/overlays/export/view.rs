//! The list of forms, drawn; below it where the report went.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::Export;
use crate::format::report::Form;
use crate::tui::layout::Area;
use crate::tui::overlays::view::{draw_list, title};
use crate::tui::widgets::parts::{self, Look};

/// How many rows it takes in a box that is `width` wide inside: the forms, and the path in full.
#[must_use]
pub fn rows(export: &Export, width: u16) -> u16 {
    let below = path_lines(export, width).len();
    let blank = usize::from(below > 0);
    u16::try_from(Form::ALL.len() + blank + below).unwrap_or(u16::MAX)
}

/// The path in full, since a terminal may refuse to copy it in silence.
fn path_lines(export: &Export, width: u16) -> Vec<String> {
    let Some(path) = &export.written else { return Vec::new() };
    parts::wrapped(&format!("written to {}", path.display()), usize::from(width.saturating_sub(3)).max(8))
}

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, area: Area, export: &Export, look: Look<'_>) {
    let hints: [&str; 2] = match export.written {
        Some(_) => [" Enter copies the path, Esc closes ", " Enter copies, Esc "],
        None => [" Enter writes it here, Esc closes ", " Enter writes, Esc "],
    };
    parts::boxed(frame, area, &title(" report ", look), &hints, look);
    let inner = area.inner();
    let lines = path_lines(export, inner.width);
    // Where the report went matters more than the other forms.
    let below = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(inner.height.saturating_sub(1));
    let (list, path) = inner.split_bottom(below);
    draw_list(frame, list, Form::ALL.len(), export.selected, look, |at| {
        let form = Form::ALL[at];
        let word = Span::styled(format!("{:<10}", form.word()), look.theme.strong());
        let room = usize::from(inner.width).saturating_sub(14);
        let meaning = parts::fit(form.meaning(), room, look.glyphs);
        Line::from(vec![word, Span::styled(meaning, look.theme.quiet())])
    });
    for (row, line) in (0..path.height).zip(lines) {
        parts::put(frame, path, row, &Line::styled(format!(" {line}"), look.theme.accent()));
    }
}
