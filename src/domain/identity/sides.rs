//! What the rules work on: either outline with its hashes, a one-to-one pairing, and how candidates are ranked.

use std::cmp::Reverse;
use std::collections::HashMap;

use foldhash::quality::FixedState;

use super::wording::normalise_into;
use super::{container_of, hash_of};
use crate::domain::plan::{NodeIdx, NodeKind, Outline};

/// Up to so many pairs in one container are all compared; beyond, only neighbours are.
const ALL_PAIRS: usize = 2_500;
/// How far neighbours reach in a container with more.
const WINDOW: usize = 8;

/// What is asked of a node again and again, worked out once.
pub(super) struct Side<'a> {
    outline: &'a Outline,
    /// Parallel to the nodes: hash of the text as written.
    exact: Vec<u64>,
    /// Parallel to the nodes: hash of the text without case, blanks and punctuation.
    pub(super) loose: Vec<u64>,
    /// Parallel to the containers: hash of the texts from the top.
    exact_path: Vec<u64>,
    /// Parallel to the containers: as `exact_path`, of loose texts.
    pub(super) loose_path: Vec<u64>,
    /// Parallel to the nodes: loose hashes of the nearest neighbours in the same container that say something else,
    /// 0 for none. In a run of equal texts all have the same neighbours, so that their order decides.
    pub(super) before: Vec<u64>,
    pub(super) after: Vec<u64>,
    /// Parallel to the nodes.
    pub(super) container: Vec<usize>,
    /// Parallel to the containers: the nodes directly in each.
    pub(super) children: Vec<Vec<usize>>,
    pub(super) is_prompt: Vec<bool>,
}

impl<'a> Side<'a> {
    pub(super) fn of(outline: &'a Outline) -> Self {
        let len = outline.len();
        let mut side = Self {
            outline,
            exact: Vec::with_capacity(len),
            loose: Vec::with_capacity(len),
            exact_path: vec![0; len + 1],
            loose_path: vec![0; len + 1],
            before: vec![0; len],
            after: vec![0; len],
            container: Vec::with_capacity(len),
            children: vec![Vec::new(); len + 1],
            is_prompt: Vec::with_capacity(len),
        };
        let mut normalised = String::new();
        for node in outline.nodes() {
            let (at, container) = (node.idx().at(), container_of(node));
            let exact = hash_of(node.text());
            normalise_into(node.text(), &mut normalised);
            let loose = hash_of(normalised.as_str());
            side.exact_path[at + 1] = hash_of(&(side.exact_path[container], exact));
            side.loose_path[at + 1] = hash_of(&(side.loose_path[container], loose));
            if let Some(previous) = side.children[container].last().copied() {
                let same = side.loose[previous] == loose;
                side.before[at] = if same { side.before[previous] } else { side.loose[previous] };
            }
            side.exact.push(exact);
            side.loose.push(loose);
            side.container.push(container);
            side.children[container].push(at);
            side.is_prompt.push(node.kind() == NodeKind::Prompt);
        }
        for children in &side.children {
            for pair in children.windows(2).rev() {
                let (at, next) = (pair[0], pair[1]);
                let same = side.loose[next] == side.loose[at];
                side.after[at] = if same { side.after[next] } else { side.loose[next] };
            }
        }
        side
    }

    pub(super) fn exact_key(&self, at: usize) -> u64 {
        hash_of(&(self.exact_path[self.container[at]], self.exact[at]))
    }

    pub(super) fn loose_key(&self, at: usize) -> u64 {
        hash_of(&(self.loose_path[self.container[at]], self.loose[at]))
    }

    pub(super) fn text(&self, at: usize) -> &'a str {
        self.outline.node(NodeIdx(at as u32)).text()
    }

    pub(super) fn anchor(&self, at: usize) -> Option<&'a str> {
        self.outline.node(NodeIdx(at as u32)).anchor()
    }
}

/// Places that wait for a partner, by a key. They leave in the order in which they came.
///
/// Equal keys are linked in one list of numbers, as there are 100,000 keys that nearly always have one place each.
pub(super) struct Waiting {
    /// The first and the last index into `places`.
    ends: HashMap<u64, (u32, u32), FixedState>,
    /// Each place with the index of the next one that has the same key; [`Waiting::LAST`] for none.
    places: Vec<(u32, u32)>,
}

impl Waiting {
    const LAST: u32 = u32::MAX;

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Takes the place out that waited longest under `key`.
    pub(super) fn next(&mut self, key: u64) -> Option<usize> {
        let (first, _) = self.ends.get_mut(&key)?;
        let (place, next) = *self.places.get(*first as usize)?;
        *first = next;
        Some(place as usize)
    }
}

impl FromIterator<(u64, usize)> for Waiting {
    fn from_iter<I: IntoIterator<Item = (u64, usize)>>(keyed: I) -> Self {
        let keyed = keyed.into_iter();
        let expected = keyed.size_hint().1.unwrap_or(0);
        let mut waiting = Self {
            ends: HashMap::with_capacity_and_hasher(expected, FixedState::default()),
            places: Vec::with_capacity(expected),
        };
        for (key, place) in keyed {
            let added = waiting.places.len() as u32;
            waiting.places.push((place as u32, Self::LAST));
            let (_, last) = waiting.ends.entry(key).or_insert((added, added));
            if *last != added {
                waiting.places[*last as usize].1 = added;
                *last = added;
            }
        }
        waiting
    }
}

/// Both directions of a one-to-one pairing.
pub(super) struct Pairs {
    pub(super) new_of: Vec<Option<usize>>,
    pub(super) old_of: Vec<Option<usize>>,
}

impl Pairs {
    pub(super) fn new(old: usize, new: usize) -> Self {
        Self { new_of: vec![None; old], old_of: vec![None; new] }
    }

    pub(super) fn free(&self, old: usize, new: usize) -> bool {
        self.new_of[old].is_none() && self.old_of[new].is_none()
    }

    pub(super) fn join(&mut self, old: usize, new: usize) -> bool {
        let free = self.free(old, new);
        if free {
            self.new_of[old] = Some(new);
            self.old_of[new] = Some(old);
        }
        free
    }
}

/// How well two things fit; the best sorts first, and of equals the ones whose places differ least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(Reverse<u32>, usize);

impl Score {
    pub(super) fn new(fit: f32, apart: usize) -> Self {
        Self(Reverse((fit * 10_000.0) as u32), apart)
    }
}

/// All pairs of `old` and `new` places where these are few, else the ones near each other.
pub(super) fn near_pairs(old: usize, new: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = old * new <= ALL_PAIRS;
    (0..old).flat_map(move |i| {
        // The lists may differ in length: the window follows the same share of the way.
        let middle = i * new / old.max(1);
        let range = if all { 0..new } else { middle.saturating_sub(WINDOW)..(middle + WINDOW + 1).min(new) };
        range.map(move |j| (i, j))
    })
}
