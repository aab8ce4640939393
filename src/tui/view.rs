//! The screen from the model: which screen, and what lies over it. Changes nothing.

use ratatui::Frame;
use ratatui::text::Line;

use super::keymap::Context;
use super::layout::{Area, SMALLEST};
use super::model::Model;
use super::overlays;
use super::screens::{home, summary, walk};
use super::theme::Theme;
use super::widgets::parts::{self, Look};

/// Draws one frame.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: &Theme) {
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
    match (model.context, &model.home, &model.walk, &model.summary) {
        (Context::Home, Some(home), _, _) => home::view::draw(frame, model, home, look),
        (Context::Walk, _, Some(walk), _) => walk::view::draw(frame, model, walk, look),
        (Context::Summary, _, Some(walk), Some(summary)) => {
            summary::view::draw(frame, model, walk, summary, look);
        }
        _ => {}
    }
    overlays::view::draw(frame, model, look);
}
