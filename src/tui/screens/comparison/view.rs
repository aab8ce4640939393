//! The comparison on the screen.

use ratatui::Frame;

use super::state::Comparison;
use crate::tui::model::Model;
use crate::tui::widgets::parts::Look;

/// Draws the comparison.
pub fn draw(_frame: &mut Frame<'_>, _model: &Model, _comparison: &Comparison, _look: Look<'_>) {}
