//! Which way each line goes between two layers: level, down or up in a column of its own, level again.

use super::place::{Item, Layered, Segment};
use super::{EAST, Graph, NORTH, Placed, SOUTH, Text, WEST, Wire};

/// Cells at either end of a channel that only level lines pass: an arrow's head, the sign of its verdict, one to breathe.
const STUB: usize = 3;

/// The drawing; `None` if it takes more than `width` cells or two lines would have to share cells.
pub(super) fn drawn(layered: &Layered, texts: &[Text], width: usize) -> Option<Graph> {
    let mut boxes = vec![Placed::default(); texts.len()];
    let mut wires: Vec<Wire> = layered
        .arcs
        .iter()
        .map(|(left, right)| Wire { left: *left, right: *right, cells: Vec::new() })
        .collect();
    let mut x = 0;
    for (number, layer) in layered.layers.iter().enumerate() {
        let text_cells = layer.iter().filter_map(|item| match layered.items[*item] {
            Item::Component(component) => Some(texts[component].cells),
            Item::Passing(_) => None,
        });
        // A border and a blank on either side.
        let layer_width = text_cells.max().unwrap_or(0) + 4;
        for item in layer {
            let (y, height) = layered.rows[*item];
            match layered.items[*item] {
                Item::Component(component) => boxes[component] = Placed { x, y, width: layer_width, height },
                Item::Passing(arc) => {
                    wires[arc].cells.extend((x..x + layer_width).map(|x| (x, y, EAST | WEST)));
                }
            }
        }
        x += layer_width;
        let Some(channel) = layered.channels.get(number) else { break };
        x += route(layered, channel, x, &mut wires)?;
    }
    let height = boxes.iter().map(|placed| placed.y + placed.height).max().unwrap_or(0);
    let lowest = wires.iter().flat_map(|wire| &wire.cells).map(|(_, y, _)| y + 1).max().unwrap_or(0);
    // Each part was added as its layer came; from left to right they are one line.
    (x <= width).then(|| Graph { boxes, wires, width: x, height: height.max(lowest) })
}

/// A line between two layers with its rows on either side.
#[derive(Debug, Clone, Copy)]
struct Run {
    arc: usize,
    from: usize,
    to: usize,
}

/// Draws the lines of one channel that begins at column `x`, and says how wide it is.
fn route(layered: &Layered, channel: &[Segment], x: usize, wires: &mut [Wire]) -> Option<usize> {
    let row = |item: usize, segment: &Segment, is_left: bool| port(layered, channel, item, segment, is_left);
    let runs: Vec<Run> = channel
        .iter()
        .map(|s| Run { arc: s.arc, from: row(s.left, s, true), to: row(s.right, s, false) })
        .collect();
    let tracks = tracks(&runs)?;
    let track_count = tracks.iter().flatten().max().map_or(0, |last| last + 1);
    let width = STUB * 2 + track_count.max(1);
    for (run, track) in runs.iter().zip(tracks) {
        let cells = &mut wires[run.arc].cells;
        let Some(track) = track else {
            cells.extend((x..x + width).map(|x| (x, run.from, EAST | WEST)));
            continue;
        };
        let turn = x + STUB + track;
        cells.extend((x..turn).map(|x| (x, run.from, EAST | WEST)));
        let (out, into) = if run.to > run.from { (SOUTH, NORTH) } else { (NORTH, SOUTH) };
        cells.push((turn, run.from, WEST | out));
        let between: Vec<usize> = if run.to > run.from {
            (run.from + 1..run.to).collect()
        } else {
            (run.to + 1..run.from).rev().collect()
        };
        cells.extend(between.into_iter().map(|y| (turn, y, NORTH | SOUTH)));
        cells.push((turn, run.to, into | EAST));
        cells.extend((turn + 1..x + width).map(|x| (x, run.to, EAST | WEST)));
    }
    Some(width)
}

/// The row in which `segment` ends at `item`: lines that end at one side of a component have a row each, in the order of
/// what they lead to, around its middle.
fn port(layered: &Layered, channel: &[Segment], item: usize, segment: &Segment, is_left: bool) -> usize {
    let (y, height) = layered.rows[item];
    if matches!(layered.items[item], Item::Passing(_)) {
        return y;
    }
    let far = |s: &Segment| {
        let (y, height) = layered.rows[if is_left { s.right } else { s.left }];
        y * 2 + height
    };
    let mut ends: Vec<&Segment> =
        channel.iter().filter(|s| (if is_left { s.left } else { s.right }) == item).collect();
    ends.sort_by_key(|s| (far(s), s.arc));
    let place = ends.iter().position(|s| *s == segment).unwrap_or(0);
    y + 1 + (height - 2 - ends.len()) / 2 + place
}

/// For each run the column in which it changes its row, counted from the left; `None` for one that is level.
///
/// Where one ends level in the row in which another begins, the one that begins has to turn first; two that share a
/// column must not share a row. `None` altogether if that cannot be had.
fn tracks(runs: &[Run]) -> Option<Vec<Option<usize>>> {
    let span = |run: &Run| (run.from.min(run.to), run.from.max(run.to));
    let mut tracks: Vec<Option<usize>> = vec![None; runs.len()];
    let mut open: Vec<usize> = (0..runs.len()).filter(|at| runs[*at].from != runs[*at].to).collect();
    // Those that go down from below and those that go up from above first: they cross fewer others.
    open.sort_by_key(|at| {
        let run = runs[*at];
        if run.to > run.from { (0, usize::MAX - run.from) } else { (1, run.from) }
    });
    while !open.is_empty() {
        let is_free = |at: &usize| {
            let waits_for = |other: &usize| other != at && runs[*other].from == runs[*at].to;
            !open.iter().any(waits_for)
        };
        let next = open.iter().position(is_free)?;
        let at = open.remove(next);
        let run = runs[at];
        let after = runs
            .iter()
            .zip(&tracks)
            .filter(|(other, _)| other.from == run.to)
            .filter_map(|(_, track)| *track)
            .max();
        let mut track = after.map_or(0, |after| after + 1);
        let overlaps = |track: usize| {
            runs.iter().zip(&tracks).any(|(other, taken)| {
                let ((a, b), (c, d)) = (span(other), span(&run));
                *taken == Some(track) && a <= d && c <= b
            })
        };
        while overlaps(track) {
            track += 1;
        }
        tracks[at] = Some(track);
    }
    Some(tracks)
}
