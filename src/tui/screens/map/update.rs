//! What keys do in the map.

use crate::tui::effect::Effects;
use crate::tui::keymap::Action;
use crate::tui::model::Model;

/// Does `action` in the map.
pub fn act(_model: &mut Model, _action: Action) -> Effects {
    Effects::none()
}

/// A click.
pub fn click(_model: &mut Model, _column: u16, _row: u16) -> Effects {
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(_model: &mut Model, _rows: i32) {}
