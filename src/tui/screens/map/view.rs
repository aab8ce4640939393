//! The map on the screen.

use ratatui::Frame;

use super::state::Map;
use crate::tui::model::Model;
use crate::tui::widgets::parts::Look;

/// Draws the map.
pub fn draw(_frame: &mut Frame<'_>, _model: &Model, _map: &Map, _look: Look<'_>) {}
