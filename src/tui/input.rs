//! What a terminal can tell the program, in the program's own words.

use super::key::Key;

/// One thing that happened at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed (or repeats).
    Key(Key),
    /// Text was pasted: never keys.
    Paste(String),
    /// The left button was pressed at a cell, counted from 0.
    Click {
        /// Column.
        column: u16,
        /// Row.
        row: u16,
    },
    /// The wheel turned over a cell, counted from 0; down is positive.
    Wheel {
        /// Column.
        column: u16,
        /// Row.
        row: u16,
        /// How many notches.
        notches: i16,
    },
    /// The terminal came to the front.
    FocusGained,
    /// Something else did.
    FocusLost,
    /// The terminal has a new size, in cells, or must be drawn anew at the same size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
}
