//! What the map holds.

use crate::tui::layout::Size;

/// Which component calls which, and what is known of each connection.
#[derive(Debug, Clone, Default)]
pub struct Map {}

impl Map {
    /// Keeps the cursor in sight.
    pub fn scroll(&mut self, _size: Size) {}
}
