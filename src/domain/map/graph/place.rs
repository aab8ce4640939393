//! Which row everything has: components and the lines that pass between them, ordered so that few lines cross.

use super::Text;

/// Rows between two components of a layer.
const GAP: usize = 1;
/// How often each layer is put in order by its neighbours; more changes nothing in graphs of this size.
const SWEEPS: usize = 12;

/// Something that has a place in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// A component.
    Component(usize),
    /// The line of an arc, on its way over a layer.
    Passing(usize),
}

/// The half of a line between two neighbouring layers: items as indices, left and right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) arc: usize,
    pub(super) left: usize,
    pub(super) right: usize,
}

/// Components and lines in layers, with their rows.
#[derive(Debug, Clone)]
pub(super) struct Layered {
    pub(super) arcs: Vec<(usize, usize)>,
    pub(super) items: Vec<Item>,
    /// For each layer its items from the top.
    pub(super) layers: Vec<Vec<usize>>,
    /// For each gap between layers its segments.
    pub(super) channels: Vec<Vec<Segment>>,
    /// For each item its top row and its rows.
    pub(super) rows: Vec<(usize, usize)>,
}

impl Layered {
    /// `None` if it takes more than `height` rows.
    pub(super) fn new(
        arcs: &[(usize, usize)],
        layer_of: &[usize],
        texts: &[Text],
        height: usize,
    ) -> Option<Self> {
        let count = layer_of.iter().max().map_or(0, |last| last + 1);
        let mut items: Vec<Item> = (0..texts.len()).map(Item::Component).collect();
        let mut layers: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (component, layer) in layer_of.iter().enumerate() {
            layers[*layer].push(component);
        }
        let mut channels: Vec<Vec<Segment>> = vec![Vec::new(); count.saturating_sub(1)];
        for (arc, (left, right)) in arcs.iter().enumerate() {
            let mut before = *left;
            for layer in layer_of[*left] + 1..=layer_of[*right] {
                let here = if layer == layer_of[*right] {
                    *right
                } else {
                    items.push(Item::Passing(arc));
                    layers[layer].push(items.len() - 1);
                    items.len() - 1
                };
                channels[layer - 1].push(Segment { arc, left: before, right: here });
                before = here;
            }
        }
        let rows = vec![(0, 0); items.len()];
        let mut layered = Self { arcs: arcs.to_vec(), items, layers, channels, rows };
        layered.put_in_order();
        layered.measure(texts);
        layered.settle(height)?;
        Some(layered)
    }

    /// Puts each layer in the order of its neighbours' middle, and keeps the order with the fewest crossings.
    fn put_in_order(&mut self) {
        let (mut best, mut fewest) = (self.layers.clone(), self.crossings());
        for sweep in 0..SWEEPS {
            let rightwards = sweep % 2 == 0;
            let order: Vec<usize> = if rightwards {
                (1..self.layers.len()).collect()
            } else {
                (0..self.layers.len()).rev().collect()
            };
            for layer in order {
                let place = self.places();
                let mut items = std::mem::take(&mut self.layers[layer]);
                items.sort_by_key(|item| {
                    let near = self.neighbours(*item, rightwards);
                    let sum: usize = near.iter().map(|at| place[*at]).sum();
                    if near.is_empty() { place[*item] * 1000 } else { sum * 1000 / near.len() }
                });
                self.layers[layer] = items;
            }
            let crossings = self.crossings();
            if crossings < fewest {
                (best, fewest) = (self.layers.clone(), crossings);
            }
        }
        self.layers = best;
    }

    /// Each item's place in its layer.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.items.len()];
        for layer in &self.layers {
            layer.iter().enumerate().for_each(|(place, item)| places[*item] = place);
        }
        places
    }

    /// What `item` is joined with on its left, or on its right.
    fn neighbours(&self, item: usize, on_the_left: bool) -> Vec<usize> {
        let segments = self.channels.iter().flatten();
        if on_the_left {
            segments.filter(|s| s.right == item).map(|s| s.left).collect()
        } else {
            segments.filter(|s| s.left == item).map(|s| s.right).collect()
        }
    }

    fn crossings(&self) -> usize {
        let place = self.places();
        let mut count = 0;
        for channel in &self.channels {
            for (at, a) in channel.iter().enumerate() {
                for b in &channel[at + 1..] {
                    let left = place[a.left].cmp(&place[b.left]);
                    let right = place[a.right].cmp(&place[b.right]);
                    count += usize::from(left != right && left.is_ne() && right.is_ne());
                }
            }
        }
        count
    }

    /// A row for each line that ends at a component, on either side, and for its text.
    fn measure(&mut self, texts: &[Text]) {
        for item in 0..self.items.len() {
            let height = match self.items[item] {
                Item::Passing(_) => 1,
                Item::Component(component) => {
                    let ends = [true, false].map(|side| self.neighbours(item, side).len());
                    texts[component].rows.max(ends[0]).max(ends[1]) + 2
                }
            };
            self.rows[item].1 = height;
        }
    }

    /// Gives each item its top row, near the middle of what it is joined with; `None` if a layer is too high.
    fn settle(&mut self, height: usize) -> Option<()> {
        for layer in 0..self.layers.len() {
            let mut y = 0;
            for item in self.layers[layer].clone() {
                self.rows[item].0 = y;
                y += self.rows[item].1 + GAP;
            }
            if y > height + GAP {
                return None;
            }
        }
        for sweep in 0..SWEEPS {
            let rightwards = sweep % 2 == 0;
            let order: Vec<usize> = if rightwards {
                (0..self.layers.len()).collect()
            } else {
                (0..self.layers.len()).rev().collect()
            };
            for layer in order {
                self.settle_layer(layer, rightwards, height);
            }
        }
        // Nothing above what is drawn.
        let top = self.rows.iter().map(|(y, _)| *y).min().unwrap_or(0);
        self.rows.iter_mut().for_each(|(y, _)| *y -= top);
        Some(())
    }

    fn settle_layer(&mut self, layer: usize, rightwards: bool, height: usize) {
        let items = self.layers[layer].clone();
        let middle = |rows: &[(usize, usize)], item: usize| rows[item].0 * 2 + rows[item].1;
        let mut next = 0;
        for item in &items {
            let near = self.neighbours(*item, rightwards);
            let wanted = if near.is_empty() {
                self.rows[*item].0
            } else {
                let sum: usize = near.iter().map(|at| middle(&self.rows, *at)).sum();
                (sum / near.len()).saturating_sub(self.rows[*item].1) / 2
            };
            self.rows[*item].0 = wanted.max(next);
            next = self.rows[*item].0 + self.rows[*item].1 + GAP;
        }
        // What was pushed out at the bottom comes back up, the last first.
        let mut bottom = height;
        for item in items.iter().rev() {
            let (y, rows) = self.rows[*item];
            self.rows[*item].0 = y.min(bottom.saturating_sub(rows));
            bottom = self.rows[*item].0.saturating_sub(GAP);
        }
    }
}
