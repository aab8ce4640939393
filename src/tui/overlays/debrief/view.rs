//! The debrief, drawn: all five questions where there is room, else the one that is being answered.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::Debrief;
use crate::domain::session::Question;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::overlays::view::title;
use crate::tui::widgets::parts::{self, Look};

/// Rows that all questions with a line each, and a field of three, take.
const ALL_ROWS: u16 = 14;

/// Draws the debrief.
pub fn draw(frame: &mut Frame<'_>, area: Area, model: &Model, debrief: &Debrief, look: Look<'_>) {
    let said = model.toast.as_ref().map(|toast| {
        format!(" {} ", parts::fit(&toast.0, usize::from(area.width).saturating_sub(6), look.glyphs))
    });
    let hints = [
        said.as_deref().unwrap_or(
            " Enter saves and goes on, Shift-Enter or Ctrl-j new line, Tab next, Ctrl-e editor, Esc keeps what was begun ",
        ),
        " Enter saves, Ctrl-j new line, Tab next, Ctrl-e editor, Esc ",
        " Enter saves, Tab next, Esc ",
    ];
    let number = format!(" debrief {}/{} ", debrief.at + 1, Question::ALL.len());
    parts::boxed(frame, area, &title(&number, look), &hints, look);
    let inner = area.inner();
    let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if inner.height < ALL_ROWS {
        draw_question(frame, inner, debrief, debrief.at, look);
        return;
    }
    let mut rest = inner;
    for at in 0..Question::ALL.len() {
        // A heading, an answer, a blank; the current one takes what the others leave.
        let others = u16::try_from(Question::ALL.len() - 1 - at).unwrap_or(0) * 3;
        let wanted = debrief.fields[at].rows(inner.width.saturating_sub(2)).saturating_add(3).max(LEAST_ROWS);
        let rows = if at == debrief.at { rest.height.saturating_sub(others).min(wanted) } else { 3 };
        let (part, below) = rest.split_top(rows);
        draw_question(frame, part, debrief, at, look);
        rest = below;
    }
}

/// The least rows of the current question: a heading, a field of three and a blank. It grows with what is typed.
const LEAST_ROWS: u16 = 5;

/// A question, and its field or the beginning of its answer.
fn draw_question(frame: &mut Frame<'_>, area: Area, debrief: &Debrief, at: usize, look: Look<'_>) {
    let theme = look.theme;
    let (question, is_current) = (Question::ALL[at], at == debrief.at);
    let lead = if is_current { look.glyphs.cursor.as_str() } else { " " };
    let style = if is_current { theme.strong() } else { theme.text() };
    let heading = Line::from(vec![
        Span::styled(format!("{lead} {:<10}", question.word()), style),
        Span::styled(question.asks(), theme.quiet()),
    ]);
    parts::put(frame, area, 0, &heading);
    let text = Area {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1 + u16::from(area.height > 3)),
    };
    let field = &debrief.fields[at];
    if is_current {
        field.draw(frame, parts::rect(text), theme.text());
        return;
    }
    let all = field.text();
    let mut lines = all.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let more = if lines.next().is_some() { format!(" {}", look.glyphs.ellipsis) } else { String::new() };
    let room = usize::from(text.width).saturating_sub(parts::cells(&[Span::raw(more.as_str())]));
    let shown = format!("{}{more}", parts::fit(first, room, look.glyphs));
    parts::put(frame, text, 0, &Line::raw(shown));
}
