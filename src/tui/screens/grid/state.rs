//! What the grid holds.

use crate::tui::layout::Size;

/// Prompts by sessions.
#[derive(Debug, Clone, Default)]
pub struct Grid {}

impl Grid {
    /// Keeps the cursor in sight.
    pub fn scroll(&mut self, _size: Size) {}
}
