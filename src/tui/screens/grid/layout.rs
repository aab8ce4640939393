//! Where the grid's parts are, in plain numbers: views draw there, clicks are looked up there.

use crate::tui::layout::{Area, Size};

/// Below this height there are no borders.
const BORDERS_FROM: u16 = 12;
/// From this height on, what is known of a cell has a pane of its own.
const PANE_FROM: u16 = 18;
/// From this height on, that pane is a larger one.
const LARGE_PANE_FROM: u16 = 34;
/// The most rows above the prompts that say what a session is.
const MOST_HEADS: usize = 6;
/// The cells that the signs of the widest column would leave empty.
const WIDEST_COLUMN: u16 = 16;

/// Where the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// Title and how many there are.
    pub header: Area,
    /// The grid with its border; without one, the same as `inside`.
    pub body: Area,
    /// The grid.
    pub inside: Area,
    /// What is known of the selected cell, with its border.
    pub pane: Option<Area>,
    /// The same in one row.
    pub line: Option<Area>,
    /// Keys, answers.
    pub footer: Area,
    /// How wide a prompt's text is.
    pub text_cells: u16,
    /// How wide a column is, with the blank behind it.
    pub column_cells: u16,
    /// How many rows above the prompts say what a session is.
    pub head_rows: u16,
    /// How many columns are seen.
    pub columns_seen: usize,
}

impl Places {
    /// Where the parts are on a terminal of that size, with so many sessions that have so many things to say of
    /// themselves.
    #[must_use]
    pub fn new(size: Size, columns: usize, heads: usize) -> Self {
        let is_boxed = size.height >= BORDERS_FROM;
        let (header, rest) = Area::whole(size).split_top(if is_boxed { 2 } else { 1 });
        let (rest, footer) = rest.split_bottom(1);
        let (body, pane, line) = match size.height {
            PANE_FROM.. => {
                let (body, pane) = rest.split_bottom(if size.height >= LARGE_PANE_FROM { 8 } else { 5 });
                // The boxes share an edge.
                (body, Some(Area { y: pane.y - 1, height: pane.height + 1, ..pane }), None)
            }
            _ => {
                let (body, line) = rest.split_bottom(1);
                (body, None, Some(line))
            }
        };
        let inside = if is_boxed { body.inner() } else { body };
        let narrowest = match size.width {
            100.. => 9,
            60.. => 8,
            _ => 6,
        };
        let count = u16::try_from(columns.max(1)).unwrap_or(u16::MAX);
        // A prompt has two fifths at least, and whatever the columns leave.
        let room = inside.width - inside.width * 2 / 5;
        let column_cells = (room / count).clamp(narrowest, WIDEST_COLUMN);
        let seen = (room / column_cells).min(count);
        let most = usize::from(inside.height / 4).clamp(1, MOST_HEADS);
        Self {
            header,
            body,
            inside,
            pane,
            line,
            footer,
            text_cells: inside.width - seen * column_cells,
            column_cells,
            head_rows: heads.min(most) as u16,
            columns_seen: usize::from(seen),
        }
    }

    /// True where a border is drawn around the grid.
    #[must_use]
    pub fn is_boxed(&self) -> bool {
        self.body != self.inside
    }

    /// How many prompts and sections are seen.
    #[must_use]
    pub fn lines_seen(&self) -> usize {
        usize::from(self.inside.height.saturating_sub(self.head_rows))
    }

    /// Where the rows of prompts and sections are.
    #[must_use]
    pub fn lines(&self) -> Area {
        self.inside.split_top(self.head_rows).1
    }

    /// The left edge of the column at `at` among those seen.
    #[must_use]
    pub fn column_x(&self, at: usize) -> u16 {
        self.inside.x + self.text_cells + at as u16 * self.column_cells
    }

    /// Which of the columns seen is there.
    #[must_use]
    pub fn column_at(&self, x: u16) -> Option<usize> {
        let cells = x.checked_sub(self.inside.x + self.text_cells)?;
        Some(usize::from(cells / self.column_cells.max(1))).filter(|at| *at < self.columns_seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_the_grid_lies_outside_the_terminal() {
        for width in 40..240 {
            for height in 8..80 {
                for (columns, heads) in [(0, 1), (1, 2), (3, 4), (12, 9), (200, 40)] {
                    let places = Places::new(Size { width, height }, columns, heads);
                    let parts = [Some(places.header), Some(places.body), Some(places.inside), places.pane];
                    for area in parts.into_iter().chain([places.line, Some(places.footer)]).flatten() {
                        assert!(area.x + area.width <= width && area.y + area.height <= height, "{places:?}");
                        assert!(area.width > 0 && area.height > 0, "{width}x{height} {places:?}");
                    }
                    let right = places.column_x(places.columns_seen);
                    assert_eq!(right, places.inside.x + places.inside.width, "{places:?}");
                    assert!(
                        places.text_cells >= 14 && places.lines_seen() >= 3,
                        "{width}x{height} {places:?}"
                    );
                    assert!((1..=columns.max(1)).contains(&places.columns_seen), "{places:?}");
                }
            }
        }
    }

    #[test]
    fn a_column_is_found_where_it_is_drawn() {
        let places = Places::new(Size { width: 80, height: 24 }, 12, 4);
        for at in 0..places.columns_seen {
            for x in places.column_x(at)..places.column_x(at) + places.column_cells {
                assert_eq!(places.column_at(x), Some(at));
            }
        }
        assert_eq!(places.column_at(places.column_x(0) - 1), None);
        assert_eq!(places.column_at(79), None);
    }
}
