//! The list of orders, drawn: above the six, below the stages of the selected one.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::{Choice, Strategies};
use crate::domain::strategy::Strategy;
use crate::tui::layout::Area;
use crate::tui::overlays::view::{draw_list, title};
use crate::tui::screens::walk::order::view::stage_spans;
use crate::tui::widgets::parts::{self, Look};

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, area: Area, list: &Strategies, look: Look<'_>) {
    let hints = [" Enter walks so, Esc leaves it as it is ", " Enter walks so, Esc leaves "];
    parts::boxed(frame, area, &title(" walk order ", look), &hints, look);
    let (choices, stages) = area.inner().split_top(list.choices.len() as u16);
    draw_list(frame, choices, list.choices.len(), list.selected, look, |at| {
        choice_line(&list.choices[at], list.current, choices.width.saturating_sub(2), look)
    });
    if let Some(choice) = list.choices.get(list.selected) {
        draw_stages(frame, stages.split_top(1).1, choice, look);
    }
}

fn choice_line(choice: &Choice, current: Strategy, width: u16, look: Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let mark = if choice.strategy == current { "* " } else { "  " };
    let mut left = vec![
        Span::styled(mark, theme.accent()),
        Span::styled(format!("{:<12}", choice.strategy.word()), theme.strong()),
    ];
    if width >= 50 {
        left.push(Span::raw(choice.strategy.meaning()));
    }
    let stages = match choice.stages.len() {
        1 => "1 stage ".to_owned(),
        n => format!("{n} stages "),
    };
    parts::spread(left, vec![Span::styled(stages, theme.quiet())], width, look.glyphs)
}

/// A stage a line, as many as there is room for.
fn draw_stages(frame: &mut Frame<'_>, area: Area, choice: &Choice, look: Look<'_>) {
    let count = choice.stages.len();
    let rows = usize::from(area.height);
    let shown = if count > rows { rows.saturating_sub(1) } else { count };
    let digits = count.to_string().len();
    for (row, stage) in (0..area.height).zip(choice.stages.iter().take(shown)) {
        let number = format!("  {:>digits$}  ", stage.number);
        let cells = usize::from(area.width).saturating_sub(number.len() + 1);
        let mut spans = vec![Span::styled(number, look.theme.accent())];
        spans.extend(stage_spans(stage, cells, look));
        parts::put(frame, area, row, &Line::from(spans));
    }
    if shown < count && rows > 0 {
        let more = format!("  and {} more stages", count - shown);
        parts::put(frame, area, shown as u16, &Line::styled(more, look.theme.quiet()));
    }
}
