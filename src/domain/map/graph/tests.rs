//! That a drawing is right whatever calls what: every connection has a line, and no two run into one another.

use std::collections::{HashMap, HashSet};

use proptest::prelude::{ProptestConfig, prop, prop_assert, proptest};
use uuid::Uuid;

use super::*;
use crate::domain::id::PlanId;
use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
use crate::domain::revision::Revision;

/// A map of components `0`, `1`, … with these connections.
fn map(calls: &[(usize, usize)]) -> Map {
    let entries: Vec<Entry> = calls
        .iter()
        .map(|(from, to)| Entry::new(NodeKind::Section, 1, 1, format!("{from} -> {to}")))
        .collect();
    let plan = Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
    Map::new(&Revision::new(PlanId(Uuid::from_u128(1)), 1, plan, Vec::new(), Vec::new()).unwrap(), None)
}

fn graph(map: &Map) -> Option<Graph> {
    let texts = vec![Text { cells: 6, rows: 1 }; map.components().len()];
    Graph::new(map, &texts, 400, 200)
}

/// The component's layer, counted from the left.
fn layer_of(map: &Map, graph: &Graph, name: &str) -> usize {
    let columns: HashSet<usize> = graph.boxes.iter().map(|placed| placed.x).collect();
    let mut columns: Vec<usize> = columns.into_iter().collect();
    columns.sort_unstable();
    let x = graph.boxes[map.component_idx(name).unwrap()].x;
    columns.iter().position(|column| *column == x).unwrap()
}

/// Why the drawing is wrong; `None` if it is right.
fn fault(map: &Map, graph: &Graph) -> Option<String> {
    let inside = |placed: &Placed, x: usize, y: usize| {
        (placed.x..placed.x + placed.width).contains(&x) && (placed.y..placed.y + placed.height).contains(&y)
    };
    for (at, placed) in graph.boxes.iter().enumerate() {
        if placed.x + placed.width > graph.width || placed.y + placed.height > graph.height {
            return Some(format!("box {at} lies outside"));
        }
        for other in &graph.boxes[at + 1..] {
            let apart = placed.x + placed.width <= other.x
                || other.x + other.width <= placed.x
                || placed.y + placed.height < other.y
                || other.y + other.height < placed.y;
            if !apart {
                return Some(format!("box {at} touches another one"));
            }
        }
    }
    let pairs: HashSet<(usize, usize)> = map
        .cells()
        .iter()
        .filter(|cell| cell.from != cell.to)
        .map(|cell| (cell.from.min(cell.to), cell.from.max(cell.to)))
        .collect();
    let drawn: HashSet<(usize, usize)> =
        graph.wires.iter().map(|wire| (wire.left.min(wire.right), wire.left.max(wire.right))).collect();
    if pairs != drawn || drawn.len() != graph.wires.len() {
        return Some(format!("{pairs:?} are connected, {drawn:?} are drawn"));
    }
    let mut taken: HashMap<(usize, usize), Vec<u8>> = HashMap::new();
    for wire in &graph.wires {
        let (first, last) = (wire.cells.first()?, wire.cells.last()?);
        let (left, right) = (&graph.boxes[wire.left], &graph.boxes[wire.right]);
        if first.0 != left.x + left.width || last.0 + 1 != right.x {
            return Some(format!("the line {} - {} does not reach its ends", wire.left, wire.right));
        }
        for (placed, y) in [(left, first.1), (right, last.1)] {
            if y <= placed.y || y + 1 >= placed.y + placed.height {
                return Some(format!("the line {} - {} ends at a corner", wire.left, wire.right));
            }
        }
        for pair in wire.cells.windows(2) {
            let ((x, y, _), (next_x, next_y, _)) = (pair[0], pair[1]);
            if x.abs_diff(next_x) + y.abs_diff(next_y) != 1 {
                return Some(format!("the line {} - {} is broken at {x}, {y}", wire.left, wire.right));
            }
        }
        for (x, y, mask) in &wire.cells {
            if graph.boxes.iter().any(|placed| inside(placed, *x, *y)) {
                return Some(format!("the line {} - {} runs through a box", wire.left, wire.right));
            }
            taken.entry((*x, *y)).or_default().push(*mask);
        }
    }
    let crosses = |masks: &[u8]| {
        matches!(masks, [_]) || matches!(masks, [a, b] if a | b == 15 && a & b == 0 && [3, 12].contains(a))
    };
    let clash = taken.iter().find(|(_, masks)| !crosses(masks));
    clash.map(|(place, masks)| format!("lines run into one another at {place:?}: {masks:?}"))
}

#[test]
fn callers_stand_left_of_what_they_call_and_a_cycle_stands_together() {
    let chain = map(&[(0, 1), (1, 2), (0, 2)]);
    let drawn = graph(&chain).unwrap();
    assert_eq!(fault(&chain, &drawn), None);
    assert_eq!(["0", "1", "2"].map(|name| layer_of(&chain, &drawn, name)), [0, 1, 2]);
    let cycle = map(&[(0, 1), (1, 2), (2, 1), (2, 3), (3, 3)]);
    let drawn = graph(&cycle).unwrap();
    assert_eq!(fault(&cycle, &drawn), None);
    assert_eq!(["0", "1", "2", "3"].map(|name| layer_of(&cycle, &drawn, name)), [0, 1, 2, 3]);
    assert_eq!(drawn.wires.len(), 3, "both ways is one line, itself is none");
    let one = map(&[(0, 0)]);
    assert_eq!(graph(&one).map(|drawn| (drawn.boxes.len(), drawn.wires.len())), Some((1, 0)));
}

#[test]
fn what_does_not_fit_is_not_drawn() {
    let chain = map(&[(0, 1), (1, 2), (2, 3)]);
    let texts = vec![Text { cells: 6, rows: 1 }; 4];
    assert!(Graph::new(&chain, &texts, 60, 10).is_none() && Graph::new(&chain, &texts, 80, 2).is_none());
    let drawn = Graph::new(&chain, &texts, 80, 3).unwrap();
    assert!(drawn.width <= 80 && drawn.height == 3);
    let many: Vec<(usize, usize)> = (0..MOST_COMPONENTS).map(|at| (at, at + 1)).collect();
    assert_eq!(graph(&map(&many)), None);
    assert_eq!(graph(&map(&[])), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_connection_has_a_line_of_its_own(calls in prop::collection::vec((0..9_usize, 0..9_usize), 1..20)) {
        let map = map(&calls);
        if let Some(drawn) = graph(&map) {
            let fault = fault(&map, &drawn);
            prop_assert!(fault.is_none(), "{:?}: {:?}", calls, fault);
        }
    }
}
