//! The grid on the screen.

use ratatui::Frame;

use super::state::Grid;
use crate::tui::model::Model;
use crate::tui::widgets::parts::Look;

/// Draws the grid.
pub fn draw(_frame: &mut Frame<'_>, _model: &Model, _grid: &Grid, _look: Look<'_>) {}
