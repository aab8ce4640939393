//! The screen from the model: which screen, and what lies over it. Changes nothing.

use ratatui::Frame;
use ratatui::text::Line;

use super::keymap::Context;
use super::layout::{Area, SMALLEST};
use super::model::{Model, Sheet};
use super::overlays;
use super::screens::{comparison, grid, home, map, summary, trend, walk};
use super::theme::Theme;
use super::widgets::parts::{self, Look};

/// Draws one frame.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: &Theme) {
    let now = frame.area();
    if (now.width, now.height) != (model.size.width, model.size.height) {
        // The terminal was resized and has not said so yet: what is laid out for the old size may lie outside. The next
        // frame follows that message.
        return;
    }
    let look = Look { theme, glyphs: &model.settings.glyphs };
    if model.size.is_too_small() {
        let area = Area::whole(model.size);
        let text = format!(
            "{}x{} is too small: seamwalk needs {}x{}",
            area.width, area.height, SMALLEST.width, SMALLEST.height
        );
        for (row, line) in (0..area.height).zip(parts::wrapped(&text, usize::from(area.width))) {
            parts::put(frame, area, row, &Line::raw(line));
        }
        return;
    }
    match (model.sheets.last(), &model.home, &model.walk) {
        (Some(Sheet::Summary(summary)), _, Some(walk)) => {
            summary::view::draw(frame, model, walk, summary, look);
        }
        (Some(Sheet::Map(map)), _, _) => map::view::draw(frame, model, map, look),
        (Some(Sheet::Grid(grid)), _, _) => grid::view::draw(frame, model, grid, look),
        (Some(Sheet::Trend(trend)), _, _) => trend::view::draw(frame, model, trend, look),
        (Some(Sheet::Comparison(comparison)), _, _) => {
            comparison::view::draw(frame, model, comparison, look);
        }
        (None, Some(home), _) if model.base == Context::Home => {
            home::view::draw(frame, model, home, look);
        }
        (None, _, Some(walk)) => walk::view::draw(frame, model, walk, look),
        _ => {}
    }
    if let Some(alarm) = parts::alarm(model, look) {
        let (title, _) = Area::whole(model.size).split_top(1);
        parts::wipe(frame, title);
        parts::put(frame, title, 0, &alarm);
    }
    overlays::view::draw(frame, model, look);
}
