//! Where things are on the screen, in plain numbers: views draw there, clicks are looked up there.

/// A rectangle of cells, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Left column.
    pub x: u16,
    /// Top row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The size of the terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The least terminal that is served: a strip in a tmux pane.
pub const SMALLEST: Size = Size { width: 40, height: 8 };

impl Size {
    /// True below [`SMALLEST`].
    #[must_use]
    pub fn is_too_small(self) -> bool {
        self.width < SMALLEST.width || self.height < SMALLEST.height
    }
}

impl Area {
    /// The whole terminal.
    #[must_use]
    pub fn whole(size: Size) -> Self {
        Self { x: 0, y: 0, width: size.width, height: size.height }
    }

    /// True if the cell lies inside.
    #[must_use]
    pub fn contains(self, column: u16, row: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&column)
            && (self.y..self.y.saturating_add(self.height)).contains(&row)
    }

    /// Without the cells of a border.
    #[must_use]
    pub fn inner(self) -> Self {
        Self {
            x: self.x + 1,
            y: self.y + 1,
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// The upper `rows` rows and what is below them.
    #[must_use]
    pub fn split_top(self, rows: u16) -> (Self, Self) {
        let rows = rows.min(self.height);
        (Self { height: rows, ..self }, Self { y: self.y + rows, height: self.height - rows, ..self })
    }

    /// What is above the lower `rows` rows, and those.
    #[must_use]
    pub fn split_bottom(self, rows: u16) -> (Self, Self) {
        let rows = rows.min(self.height);
        self.split_top(self.height - rows)
    }

    /// The left `columns` columns and what is right of them.
    #[must_use]
    pub fn split_left(self, columns: u16) -> (Self, Self) {
        let columns = columns.min(self.width);
        (Self { width: columns, ..self }, Self { x: self.x + columns, width: self.width - columns, ..self })
    }

    /// A rectangle of at most that size in the middle.
    #[must_use]
    pub fn centered(self, width: u16, height: u16) -> Self {
        let (width, height) = (width.min(self.width), height.min(self.height));
        Self { x: self.x + (self.width - width) / 2, y: self.y + (self.height - height) / 2, width, height }
    }
}

/// The first of `len` that is seen, so that `cursor` is among `seen` with one neighbour on either side.
#[must_use]
pub fn in_sight(first: usize, cursor: usize, seen: usize, len: usize) -> usize {
    let margin = usize::from(seen > 2);
    let lowest = (cursor + 1 + margin).saturating_sub(seen.max(1));
    let highest = cursor.saturating_sub(margin);
    first.clamp(lowest.min(highest), highest).min(len.saturating_sub(seen))
}

/// How the walk's panes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Outline and detail side by side, with a common border.
    Wide,
    /// Outline above detail, with a common border.
    Tall,
    /// A strip: the prompt's text and a few neighbours, no borders.
    Strip,
}

/// Where the walk's parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkLayout {
    /// How the panes lie.
    pub form: Form,
    /// Title, progress, `saved #n`.
    pub header: Area,
    /// The pane of the outline with its border.
    pub outline: Area,
    /// The rows of the outline.
    pub rows: Area,
    /// The pane of the detail with its border.
    pub detail: Area,
    /// The text of the detail.
    pub text: Area,
    /// Keys, answers.
    pub footer: Area,
}

/// What stands above the walk's panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// Title and progress.
    Plain,
    /// Title, progress and the stage. A strip has no room for a line more.
    Staged,
}

/// Where the walk's parts are on a terminal of that size, as written.
#[must_use]
pub fn walk(size: Size) -> WalkLayout {
    walk_below(size, Head::Plain)
}

/// Where the walk's parts are on a terminal of that size below that head.
#[must_use]
pub fn walk_below(size: Size, head: Head) -> WalkLayout {
    let form = match (size.width, size.height) {
        (76.., 12..) => Form::Wide,
        (_, 18..) => Form::Tall,
        _ => Form::Strip,
    };
    let whole = Area::whole(size);
    let (header, rest) = whole.split_top(match (form, head) {
        (Form::Strip, _) => 1,
        (Form::Wide | Form::Tall, Head::Plain) => 2,
        (Form::Wide | Form::Tall, Head::Staged) => 3,
    });
    let (body, footer) = rest.split_bottom(1);
    match form {
        Form::Wide => {
            let (outline, detail) = body.split_left(body.width * 54 / 100);
            let detail = Area { x: detail.x - 1, width: detail.width + 1, ..detail };
            WalkLayout { form, header, outline, rows: outline.inner(), detail, text: detail.inner(), footer }
        }
        Form::Tall => {
            let (outline, detail) = body.split_top(body.height / 2);
            let detail = Area { y: detail.y - 1, height: detail.height + 1, ..detail };
            WalkLayout { form, header, outline, rows: outline.inner(), detail, text: detail.inner(), footer }
        }
        Form::Strip => {
            let (outline, detail) = body.split_bottom(body.height.div_ceil(2));
            // The text comes first: in a strip it is what the eye looks for.
            WalkLayout { form, header, outline: detail, rows: detail, detail: outline, text: outline, footer }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_costs_one_row_and_none_in_a_strip() {
        for (size, rows) in [((120, 40), 1), ((80, 24), 1), ((50, 30), 1), ((40, 8), 0)] {
            let size = Size { width: size.0, height: size.1 };
            let (plain, staged) = (walk(size), walk_below(size, Head::Staged));
            assert_eq!(staged.header.height - plain.header.height, rows, "{size:?}");
            assert_eq!((staged.form, staged.footer), (plain.form, plain.footer), "{size:?}");
        }
    }

    #[test]
    fn no_part_of_the_walk_lies_outside_the_terminal() {
        for width in 1..200 {
            for height in 1..70 {
                let layout = walk_below(Size { width, height }, Head::Staged);
                for area in
                    [layout.header, layout.outline, layout.rows, layout.detail, layout.text, layout.footer]
                {
                    assert!(area.width == 0 || area.x + area.width <= width, "{width}x{height} {layout:?}");
                    assert!(
                        area.height == 0 || area.y + area.height <= height,
                        "{width}x{height} {layout:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_smallest_terminal_shows_prompt_and_neighbours() {
        let layout = walk(SMALLEST);
        assert_eq!(layout.form, Form::Strip);
        assert_eq!((layout.text.height, layout.rows.height), (3, 3));
    }
}
