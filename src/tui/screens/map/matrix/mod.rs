//! The matrix's measures: how much of a cell there is room for, and which rows and columns are seen.

use crate::tui::layout::Area;

pub mod view;

/// The widest row heading.
const MAX_HEADING_CELLS: u16 = 20;
/// In front of a row heading: the mark of the current row and a blank.
pub const GUTTER_CELLS: u16 = 2;
/// The most a column grows where there is room.
const MAX_COLUMN_CELLS: u16 = 14;
/// The longest column heading that is written downwards.
const MAX_HEADING_ROWS: u16 = 10;

/// How much of a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Density {
    /// Two rows: glyph and counts above, real or fake and age below.
    Tall,
    /// All of that in one row.
    Wide,
    /// Glyph, counts, real or fake.
    Short,
    /// Glyph, real or fake; the headings of columns are written downwards.
    Dots,
}

impl Density {
    /// The least cells of a column, the blank behind it included.
    const fn least_cells(self) -> u16 {
        match self {
            Self::Tall => 6,
            Self::Wide => 14,
            Self::Short => 6,
            Self::Dots => 3,
        }
    }

    const fn row_height(self) -> u16 {
        match self {
            Self::Tall => 2,
            Self::Wide | Self::Short | Self::Dots => 1,
        }
    }
}

/// How a matrix lies in its area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// How much of a cell is shown.
    pub density: Density,
    /// The cells of a row heading, without what is in front of it and the blank behind it.
    pub heading_cells: u16,
    /// The rows of the column headings.
    pub heading_rows: u16,
    /// The cells of a column, the blank behind it included.
    pub column_cells: u16,
    /// The rows of a cell.
    pub row_height: u16,
}

impl Measures {
    /// For `count` components, the longest of whose names takes `longest` cells: the most that fits whole; where nothing
    /// does, what shows the most connections at once.
    #[must_use]
    pub fn new(area: Area, count: usize, longest: usize) -> Self {
        let count = u16::try_from(count).unwrap_or(u16::MAX).max(1);
        let longest = u16::try_from(longest).unwrap_or(u16::MAX).max(2);
        let heading_cells = longest.min(MAX_HEADING_CELLS).min((area.width / 5).max(8));
        let room = area.width.saturating_sub(GUTTER_CELLS + heading_cells + 1);
        for density in [Density::Tall, Density::Wide, Density::Short] {
            let column_cells = room / count;
            let rows = u32::from(count) * u32::from(density.row_height()) + 1;
            if column_cells >= density.least_cells() && rows <= u32::from(area.height) {
                let most = MAX_COLUMN_CELLS.max(density.least_cells());
                let column_cells = column_cells.min(most);
                return Self::of(density, heading_cells, 1, column_cells);
            }
        }
        // Written downwards, a heading takes rows that the matrix may need.
        if area.height >= 10 {
            let spare = area.height.saturating_sub(count).max(area.height / 4).max(3);
            let heading_rows = longest.min(MAX_HEADING_ROWS).min(spare);
            return Self::of(Density::Dots, heading_cells, heading_rows, Density::Dots.least_cells());
        }
        Self::of(Density::Short, heading_cells, 1, Density::Short.least_cells())
    }

    fn of(density: Density, heading_cells: u16, heading_rows: u16, column_cells: u16) -> Self {
        Self { density, heading_cells, heading_rows, column_cells, row_height: density.row_height() }
    }

    /// The cells that a column's heading may take; written downwards, the rows.
    #[must_use]
    pub fn label_cells(&self) -> usize {
        match self.density {
            Density::Dots => usize::from(self.heading_rows),
            Density::Tall | Density::Wide | Density::Short => usize::from(self.column_cells - 1),
        }
    }

    /// Where cells begin: the left edge of the first column.
    #[must_use]
    pub fn left_edge(&self, area: Area) -> u16 {
        area.x + GUTTER_CELLS + self.heading_cells + 1
    }

    /// How many whole columns are seen.
    #[must_use]
    pub fn columns_seen(&self, area: Area) -> usize {
        // The blank behind the last column may fall off.
        let room = (area.x + area.width + 1).saturating_sub(self.left_edge(area));
        usize::from(room / self.column_cells).max(1)
    }

    /// How many whole rows are seen.
    #[must_use]
    pub fn rows_seen(&self, area: Area) -> usize {
        usize::from(area.height.saturating_sub(self.heading_rows) / self.row_height).max(1)
    }

    /// The row and column of the cell at this place of the screen, counted from the first that is seen.
    #[must_use]
    pub fn at(&self, area: Area, column: u16, row: u16) -> Option<(usize, usize)> {
        let from = row.checked_sub(area.y + self.heading_rows)? / self.row_height;
        let to = column.checked_sub(self.left_edge(area))? / self.column_cells;
        let (from, to) = (usize::from(from), usize::from(to));
        (from < self.rows_seen(area) && to < self.columns_seen(area)).then_some((from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width: u16, height: u16) -> Area {
        Area { x: 1, y: 3, width, height }
    }

    #[test]
    fn as_much_of_a_cell_is_shown_as_there_is_room_for() {
        for (width, height, count, density) in [
            (80, 36, 11, Density::Tall),
            (200, 13, 11, Density::Wide),
            (90, 14, 11, Density::Short),
            (78, 12, 11, Density::Short),
            (118, 36, 30, Density::Dots),
            (78, 12, 200, Density::Dots),
            (40, 5, 11, Density::Short),
            (78, 12, 2, Density::Tall),
        ] {
            assert_eq!(Measures::new(area(width, height), count, 9).density, density, "{width}x{height}");
        }
    }

    #[test]
    fn what_is_seen_fits_and_every_cell_of_it_can_be_clicked() {
        for (width, height) in [(38, 5), (78, 12), (82, 35), (200, 60), (10, 3)] {
            for count in [1, 2, 11, 30, 200, 5000] {
                let area = area(width, height);
                let measures = Measures::new(area, count, 12);
                let (rows, columns) = (measures.rows_seen(area), measures.columns_seen(area));
                for (from, to) in [(0, 0), (rows - 1, columns - 1)] {
                    let column = measures.left_edge(area) + to as u16 * measures.column_cells;
                    let row = area.y + measures.heading_rows + from as u16 * measures.row_height;
                    assert_eq!(measures.at(area, column, row), Some((from, to)), "{width}x{height} {count}");
                }
                assert_eq!(measures.at(area, 0, area.y), None);
            }
        }
    }
}
