//! Where the map's parts are, in plain numbers: views draw there, clicks are looked up there.

use super::state::Form;
use crate::tui::layout::{Area, Size};

/// From this width on the panel stands beside the map.
const PANEL_BESIDE_FROM: u16 = 100;
/// From this height on it stands below where it does not stand beside.
const PANEL_BELOW_FROM: u16 = 20;
/// The same where boxes and arrows need the rows.
const PANEL_BELOW_GRAPH_FROM: u16 = 36;
/// Below this height there are no borders.
const BORDERS_FROM: u16 = 12;

/// Where the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Title and totals.
    pub header: Area,
    /// The map with its border; without one, the same as `inside`.
    pub body: Area,
    /// The map.
    pub inside: Area,
    /// All about the selected connection, with its border; on a small terminal only `line`.
    pub panel: Option<Area>,
    /// The selected connection in one row.
    pub line: Option<Area>,
    /// Keys, answers.
    pub footer: Area,
}

impl Places {
    /// True where a border is drawn around the map.
    #[must_use]
    pub fn is_boxed(&self) -> bool {
        self.body != self.inside
    }
}

/// Where the panel stands if there is room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Beside the map, else below.
    Beside,
    /// Below, so that the map has the whole width.
    Below,
}

/// Where the parts are on a terminal of that size. Boxes and arrows have its whole width.
#[must_use]
pub fn places(size: Size, form: Form, side: Side) -> Places {
    let is_boxed = size.height >= BORDERS_FROM;
    let (header, rest) = Area::whole(size).split_top(if is_boxed { 2 } else { 1 });
    let (rest, footer) = rest.split_bottom(1);
    let places = |body: Area, panel, line| {
        let inside = if is_boxed { body.inner() } else { body };
        Places { header, body, inside, panel, line, footer }
    };
    if is_boxed && size.width >= PANEL_BESIDE_FROM && side == Side::Beside && form != Form::Graph {
        let panel_cells = (rest.width / 3).clamp(34, 46);
        let (body, panel) = rest.split_left(rest.width - panel_cells);
        // The boxes share an edge.
        let panel = Area { x: panel.x - 1, width: panel.width + 1, ..panel };
        return places(body, Some(panel), None);
    }
    let below_from = if form == Form::Graph { PANEL_BELOW_GRAPH_FROM } else { PANEL_BELOW_FROM };
    if size.height >= below_from {
        let rows = if form == Form::Graph { 6 } else { (rest.height / 3).clamp(6, 10) };
        let (body, panel) = rest.split_bottom(rows);
        let panel = Area { y: panel.y - 1, height: panel.height + 1, ..panel };
        return places(body, Some(panel), None);
    }
    let (body, line) = rest.split_bottom(1);
    places(body, None, Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_the_map_lies_outside_the_terminal() {
        for width in 40..240 {
            for height in 8..80 {
                let forms = [Form::Matrix, Form::List, Form::Graph];
                for (form, side) in
                    forms.into_iter().flat_map(|form| [(form, Side::Beside), (form, Side::Below)])
                {
                    let places = places(Size { width, height }, form, side);
                    let parts = [Some(places.header), Some(places.body), Some(places.inside), places.panel];
                    for area in parts.into_iter().chain([places.line, Some(places.footer)]).flatten() {
                        assert!(area.x + area.width <= width && area.y + area.height <= height, "{places:?}");
                        assert!(area.width > 0 && area.height > 0, "{width}x{height} {places:?}");
                    }
                }
            }
        }
    }
}
