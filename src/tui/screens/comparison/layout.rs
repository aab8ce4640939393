//! Where the comparison's parts are, in plain numbers: views draw there, clicks are looked up there.

use crate::tui::layout::{Area, Size};

/// Below this height there are no borders, and one row says which sessions are compared.
const BORDERS_FROM: u16 = 14;
/// From this height on, what is known of a prompt has a pane of its own.
const PANE_FROM: u16 = 18;
/// From this height on, that pane is a larger one.
const LARGE_PANE_FROM: u16 = 34;

/// Where the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// The plan, and the two sessions.
    pub header: Area,
    /// The list with its border; without one, the same as `list`.
    pub body: Area,
    /// The rows of the list.
    pub list: Area,
    /// What is known of the selected prompt, with its border.
    pub pane: Option<Area>,
    /// The same in one row.
    pub line: Option<Area>,
    /// Keys, answers.
    pub footer: Area,
}

impl Places {
    /// Where the parts are on a terminal of that size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let is_boxed = size.height >= BORDERS_FROM;
        let (header, rest) = Area::whole(size).split_top(if is_boxed { 3 } else { 1 });
        let (rest, footer) = rest.split_bottom(1);
        let (body, pane, line) = if size.height >= PANE_FROM {
            let (body, pane) = rest.split_bottom(if size.height >= LARGE_PANE_FROM { 8 } else { 5 });
            // The boxes share an edge.
            (body, Some(Area { y: pane.y - 1, height: pane.height + 1, ..pane }), None)
        } else {
            let (body, line) = rest.split_bottom(1);
            (body, None, Some(line))
        };
        let list = if is_boxed { body.inner() } else { body };
        Self { header, body, list, pane, line, footer }
    }

    /// True where a border is drawn around the list.
    #[must_use]
    pub fn is_boxed(&self) -> bool {
        self.body != self.list
    }
}
