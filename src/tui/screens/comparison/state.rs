//! What the comparison holds.

use crate::tui::layout::Size;

/// What is different between two sessions.
#[derive(Debug, Clone, Default)]
pub struct Comparison {}

impl Comparison {
    /// Keeps the cursor in sight.
    pub fn scroll(&mut self, _size: Size) {}
}
