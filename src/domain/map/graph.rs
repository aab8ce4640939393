//! Boxes and arrows in layers: where each component stands, and which way each connection goes.
//!
//! Callers stand left of what they call, in as many layers as the longest chain has. A connection that closes a cycle is
//! drawn against that direction, so that the components of a cycle stand together. After Sugiyama: break cycles, layer,
//! order, place, route; small systems only, so that plain loops do. Pure numbers, in cells of whatever size somebody
//! draws them.

mod place;
mod route;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::Map;

/// The most components that are drawn: more is a tangle that a matrix shows better.
pub const MOST_COMPONENTS: usize = 14;

/// A drawing, in cells from its own left upper corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// One for each component, in their order.
    pub boxes: Vec<Placed>,
    /// One for each pair of components that are connected.
    pub wires: Vec<Wire>,
    /// Cells from left to right.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Where a component stands, its border included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Left column.
    pub x: usize,
    /// Top row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// The line between two components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The component at its left end.
    pub left: usize,
    /// The component at its right end.
    pub right: usize,
    /// Its cells in order from the left: column, row, and which neighbours it joins.
    pub cells: Vec<(usize, usize, u8)>,
}

/// Joins the cell on its right.
pub const EAST: u8 = 1;
/// Joins the cell on its left.
pub const WEST: u8 = 2;
/// Joins the cell above.
pub const NORTH: u8 = 4;
/// Joins the cell below.
pub const SOUTH: u8 = 8;

/// How much room a component's text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// The cells of its longest line.
    pub cells: usize,
    /// Its lines.
    pub rows: usize,
}

impl Graph {
    /// The drawing of `map`, whose components have `texts`; `None` if it takes more than `width` × `height` cells, or
    /// cannot be drawn without lines running into one another.
    #[must_use]
    pub fn new(map: &Map, texts: &[Text], width: usize, height: usize) -> Option<Self> {
        if texts.is_empty() || texts.len() > MOST_COMPONENTS {
            return None;
        }
        let arcs = arcs(map, texts.len());
        let layers = layers(texts.len(), &arcs);
        let plan = place::Layered::new(&arcs, &layers, texts, height)?;
        route::drawn(&plan, texts, width)
    }
}

/// The pairs of connected components, each once, from the one that stands left to the one that stands right.
fn arcs(map: &Map, count: usize) -> Vec<(usize, usize)> {
    let mut calls: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut is_called = vec![false; count];
    for cell in map.cells().iter().filter(|cell| cell.from != cell.to) {
        calls[cell.from].push(cell.to);
        is_called[cell.to] = true;
    }
    // From those that nobody calls, so that as few connections as possible run backwards.
    let roots = (0..count).filter(|at| !is_called[*at]).chain((0..count).filter(|at| is_called[*at]));
    let mut visited = vec![Visit::New; count];
    let mut arcs = BTreeMap::new();
    for root in roots {
        follow(root, &calls, &mut visited, &mut arcs);
    }
    arcs.into_values().collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done,
}

/// Depth first; at most [`MOST_COMPONENTS`] deep.
fn follow(
    at: usize,
    calls: &[Vec<usize>],
    visited: &mut [Visit],
    arcs: &mut BTreeMap<(usize, usize), (usize, usize)>,
) {
    if visited[at] != Visit::New {
        return;
    }
    visited[at] = Visit::Open;
    for &to in &calls[at] {
        let arc = if visited[to] == Visit::Open { (to, at) } else { (at, to) };
        arcs.entry((at.min(to), at.max(to))).or_insert(arc);
        follow(to, calls, visited, arcs);
    }
    visited[at] = Visit::Done;
}

/// Each component's layer: one more than the last of those left of it; who has nobody left of it stands just left of
/// what it calls.
fn layers(count: usize, arcs: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0_usize; count];
    for _ in 0..count {
        for &(left, right) in arcs {
            layers[right] = layers[right].max(layers[left] + 1);
        }
    }
    for at in 0..count {
        let has_left = arcs.iter().any(|(_, right)| *right == at);
        let nearest = arcs.iter().filter(|(left, _)| *left == at).map(|(_, right)| layers[*right]).min();
        if let (false, Some(nearest)) = (has_left, nearest) {
            layers[at] = nearest.saturating_sub(1);
        }
    }
    layers
}
