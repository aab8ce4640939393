//! The rules themselves: pairs of nodes of the old outline and the new one, rule after rule.
//!
//! A *container* is anything that prompts can stand in: the top, a section, or a prompt with children. Containers are
//! paired too, so that a retitled section still lends its prompts their place.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use foldhash::quality::FixedState;

use super::hash_of;
use super::sides::{Pairs, Score, Side, Waiting, near_pairs};
use super::wording::{MOVED_AND_REWORDED, REWORDED, Wording, normalised};
use crate::domain::plan::{NodeIdx, Outline};
use crate::domain::revision::Revision;

/// Rounds of pairing containers and then their prompts: each round reaches one level of retitled sections deeper.
const ROUNDS: usize = 8;

/// A word that more prompts than this have says nothing about which one was moved.
const RARE: usize = 12;
/// So many prompts are compared with one that may have been moved and reworded, those with the rarest words first.
const MOST_CANDIDATES: usize = 24;

/// The finished pairing.
pub(super) struct Matching {
    prompts: Pairs,
    containers: Pairs,
    /// Parallel to the new nodes: the place among the removed prompts that came back here.
    from_removed: Vec<Option<usize>>,
    old_container: Vec<usize>,
    new_container: Vec<usize>,
}

impl Matching {
    /// Pairs the prompts of `previous` with those of `new`.
    pub(super) fn of(previous: &Revision, new: &Outline) -> Self {
        let mut matcher = Matcher::new(previous, new);
        matcher.by_anchor();
        matcher.by_path_and_text();
        matcher.by_unique_text();
        matcher.by_section();
        matcher.by_wording();
        matcher.by_wording_elsewhere();
        Self {
            prompts: matcher.prompts,
            containers: matcher.containers,
            from_removed: matcher.from_removed,
            old_container: matcher.old.container,
            new_container: matcher.new.container,
        }
    }

    /// The old node that the prompt at `new` was.
    pub(super) fn old_of(&self, new: NodeIdx) -> Option<NodeIdx> {
        self.prompts.old_of[new.at()].map(|at| NodeIdx(at as u32))
    }

    /// The new node that the prompt at `old` has become.
    pub(super) fn new_of(&self, old: NodeIdx) -> Option<NodeIdx> {
        self.prompts.new_of[old.at()].map(|at| NodeIdx(at as u32))
    }

    /// The place among the removed prompts of the one that came back at `new`.
    pub(super) fn removed_of(&self, new: NodeIdx) -> Option<usize> {
        self.from_removed[new.at()]
    }

    /// True where a prompt's container is not what its old container has become.
    pub(super) fn is_moved(&self, old: NodeIdx, new: NodeIdx) -> bool {
        self.containers.new_of[self.old_container[old.at()]] != Some(self.new_container[new.at()])
    }
}

struct Matcher<'a> {
    previous: &'a Revision,
    old: Side<'a>,
    new: Side<'a>,
    prompts: Pairs,
    containers: Pairs,
    from_removed: Vec<Option<usize>>,
    came_back: Vec<bool>,
}

impl<'a> Matcher<'a> {
    fn new(previous: &'a Revision, new: &'a Outline) -> Self {
        let old = &previous.plan().outline;
        let mut containers = Pairs::new(old.len() + 1, new.len() + 1);
        containers.join(0, 0);
        Self {
            previous,
            old: Side::of(old),
            new: Side::of(new),
            prompts: Pairs::new(old.len(), new.len()),
            containers,
            from_removed: vec![None; new.len()],
            came_back: vec![false; previous.removed().len()],
        }
    }

    fn open_old(&self) -> impl Iterator<Item = usize> {
        (0..self.old.is_prompt.len()).filter(|at| self.is_open_old(*at))
    }

    fn open_new(&self) -> impl Iterator<Item = usize> {
        (0..self.new.is_prompt.len()).filter(|at| self.is_open_new(*at))
    }

    fn is_open_old(&self, at: usize) -> bool {
        self.old.is_prompt[at] && self.prompts.new_of[at].is_none()
    }

    fn is_open_new(&self, at: usize) -> bool {
        self.new.is_prompt[at] && self.prompts.old_of[at].is_none() && self.from_removed[at].is_none()
    }

    /// Pairs what has the same key, the first with the first, the second with the second.
    fn pair(&mut self, old_key: impl Fn(&Side<'_>, usize) -> u64, new_key: impl Fn(&Side<'_>, usize) -> u64) {
        let open: Vec<usize> = self.open_new().collect();
        if open.is_empty() {
            return;
        }
        let mut waiting: Waiting = self.open_old().map(|at| (old_key(&self.old, at), at)).collect();
        for new in open {
            if let Some(old) = waiting.next(new_key(&self.new, new)) {
                self.prompts.join(old, new);
            }
        }
    }

    /// As [`Matcher::pair`], with removed prompts: `removed_keys` is parallel to them.
    fn pair_removed(
        &mut self,
        removed_keys: &[Option<u64>],
        new_key: impl Fn(&Side<'_>, usize) -> Option<u64>,
    ) {
        let gone = removed_keys.iter().enumerate().filter(|(at, _)| !self.came_back[*at]);
        let mut waiting: Waiting = gone.filter_map(|(at, key)| Some(((*key)?, at))).collect();
        if waiting.is_empty() {
            return;
        }
        let open: Vec<usize> = self.open_new().collect();
        for new in open {
            let key = new_key(&self.new, new);
            if let Some(at) = key.and_then(|key| waiting.next(key)) {
                self.from_removed[new] = Some(at);
                self.came_back[at] = true;
            }
        }
    }

    /// An anchor is the author's own word: it goes before everything else. Of several equal ones the first counts.
    fn by_anchor(&mut self) {
        let mut anchors: HashMap<&str, usize> = HashMap::new();
        for at in self.open_old() {
            if let Some(anchor) = self.old.anchor(at) {
                anchors.entry(anchor).or_insert(at);
            }
        }
        let anchored: Vec<(usize, &str)> =
            self.open_new().filter_map(|at| Some((at, self.new.anchor(at)?))).collect();
        for (new, anchor) in anchored {
            if let Some(old) = anchors.remove(anchor) {
                self.prompts.join(old, new);
            }
        }
    }

    /// The same text at the same path, duplicates by their neighbours and then in order; then the same but for spelling.
    fn by_path_and_text(&mut self) {
        let near =
            |side: &Side<'_>, at: usize| hash_of(&(side.exact_key(at), side.before[at], side.after[at]));
        let below = |side: &Side<'_>, at: usize| hash_of(&(side.exact_key(at), side.before[at]));
        let above = |side: &Side<'_>, at: usize| hash_of(&(side.exact_key(at), side.after[at]));
        let same = |side: &Side<'_>, at: usize| side.exact_key(at);
        let alike = |side: &Side<'_>, at: usize| side.loose_key(at);
        self.pair(near, near);
        self.pair(below, below);
        self.pair(above, above);
        self.pair(same, same);
        // Only now: a prompt that stayed where it was and was given the anchor of a removed one is still itself.
        let removed: Vec<Option<u64>> =
            self.previous.removed().iter().map(|r| r.anchor.as_deref().map(hash_of)).collect();
        self.pair_removed(&removed, |side, at| side.anchor(at).map(hash_of));
        let removed = self.removed_keys(&|text| hash_of(text));
        self.pair_removed(&removed, |side, at| Some(side.exact_key(at)));
        self.pair(alike, alike);
        let removed = self.removed_keys(&|text| hash_of(&normalised(text)));
        self.pair_removed(&removed, |side, at| Some(side.loose_key(at)));
    }

    fn removed_keys(&self, hash: &dyn Fn(&str) -> u64) -> Vec<Option<u64>> {
        let key = |path: &[String], text: &str| {
            let path = path.iter().fold(0_u64, |above, text| hash_of(&(above, hash(text))));
            hash_of(&(path, hash(text)))
        };
        self.previous.removed().iter().map(|r| Some(key(&r.path, &r.text))).collect()
    }

    /// A text that occurs once in either plan, anywhere: moved. Removed prompts come back so too.
    fn by_unique_text(&mut self) {
        // Only texts that are still looked for need counting; after a few edits that is next to nothing.
        let open: HashMap<u64, u32, FixedState> = self.open_new().map(|at| (self.new.loose[at], 0)).collect();
        if open.is_empty() {
            return;
        }
        let once = |side: &Side<'_>| {
            let mut counts = open.clone();
            for (loose, is_prompt) in side.loose.iter().zip(&side.is_prompt) {
                if let Some(count) = counts.get_mut(loose).filter(|_| *is_prompt) {
                    *count += 1;
                }
            }
            counts
        };
        let (in_old, in_new) = (once(&self.old), once(&self.new));
        // A text that is not unique gets a key of its own, by place, which nothing on the other side has.
        let key = |seed: u64, loose: u64, at: usize| {
            let unique = in_old.get(&loose) == Some(&1) && in_new.get(&loose) == Some(&1);
            if unique { loose } else { hash_of(&(seed, at, "not unique")) }
        };
        self.pair(|side, at| key(1, side.loose[at], at), |side, at| key(2, side.loose[at], at));
        let mut in_removed: HashMap<u64, u32> = HashMap::new();
        let removed: Vec<u64> =
            self.previous.removed().iter().map(|r| hash_of(&normalised(&r.text))).collect();
        for loose in &removed {
            *in_removed.entry(*loose).or_default() += 1;
        }
        let unique = |loose: u64| {
            in_old.get(&loose) == Some(&0)
                && in_removed.get(&loose) == Some(&1)
                && in_new.get(&loose) == Some(&1)
        };
        let removed: Vec<Option<u64>> = removed.into_iter().map(|l| Some(l).filter(|l| unique(*l))).collect();
        self.pair_removed(&removed, |side, at| Some(side.loose[at]));
    }

    /// What every section has become, and the same texts in it.
    fn by_section(&mut self) {
        for _ in 0..ROUNDS {
            let mut changed = self.containers_that_are_prompts();
            changed |= self.containers_by_path();
            changed |= self.containers_by_votes();
            changed |= self.containers_below_containers();
            changed |= self.prompts_in_containers();
            if !changed {
                break;
            }
        }
    }

    /// A prompt's children follow their prompt.
    fn containers_that_are_prompts(&mut self) -> bool {
        let mut changed = false;
        for old in 0..self.old.is_prompt.len() {
            if let Some(new) = self.prompts.new_of[old] {
                changed |= self.containers.join(old + 1, new + 1);
            }
        }
        changed
    }

    /// Containers with the same texts from the top, where there is one on either side.
    fn containers_by_path(&mut self) -> bool {
        let index = |side: &Side<'_>, taken: &[Option<usize>]| {
            let mut places: HashMap<u64, Vec<usize>, FixedState> = HashMap::default();
            for (container, children) in side.children.iter().enumerate() {
                if !children.is_empty() && taken[container].is_none() {
                    places.entry(side.loose_path[container]).or_default().push(container);
                }
            }
            places
        };
        let old = index(&self.old, &self.containers.new_of);
        let new = index(&self.new, &self.containers.old_of);
        let mut changed = false;
        for (path, old) in old {
            if let ([old], Some([new])) = (old.as_slice(), new.get(&path).map(Vec::as_slice)) {
                changed |= self.containers.join(*old, *new);
            }
        }
        changed
    }

    /// Containers between which most of the children went: retitled, or moved with everything in them.
    fn containers_by_votes(&mut self) -> bool {
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut vote = |old: usize, new: usize| {
            let pair = (self.old.container[old], self.new.container[new]);
            if self.containers.free(pair.0, pair.1) {
                *votes.entry(pair).or_default() += 1;
            }
        };
        for (old, new) in self.prompts.new_of.iter().enumerate() {
            if let Some(new) = new {
                vote(old, *new);
            }
        }
        for (old, new) in self.containers.new_of.iter().enumerate().skip(1) {
            if let Some(new) = new.filter(|new| *new > 0)
                && !(self.old.is_prompt[old - 1] && self.new.is_prompt[new - 1])
            {
                vote(old - 1, new - 1);
            }
        }
        let mut ranked: Vec<((usize, usize), usize)> = votes.into_iter().collect();
        ranked.sort_by_key(|(pair, votes)| (Reverse(*votes), *pair));
        let mut changed = false;
        for ((old, new), votes) in ranked {
            let fewest = self.old.children[old].len().min(self.new.children[new].len());
            changed |= votes * 2 >= fewest && self.containers.join(old, new);
        }
        changed
    }

    /// Containers in paired containers: by title, then by what is in them and how alike the titles are.
    fn containers_below_containers(&mut self) -> bool {
        let mut changed = false;
        for old_parent in 0..self.old.children.len() {
            let Some(new_parent) = self.containers.new_of[old_parent] else { continue };
            let open = |side: &Side<'_>, parent: usize, taken: &[Option<usize>]| -> Vec<usize> {
                side.children[parent]
                    .iter()
                    .map(|at| at + 1)
                    .filter(|container| taken[*container].is_none() && !side.children[*container].is_empty())
                    .collect()
            };
            let old = open(&self.old, old_parent, &self.containers.new_of);
            let new = open(&self.new, new_parent, &self.containers.old_of);
            if !old.is_empty() && !new.is_empty() {
                changed |= self.pair_siblings(&old, &new);
            }
        }
        changed
    }

    fn pair_siblings(&mut self, old: &[usize], new: &[usize]) -> bool {
        let titles = |side: &Side<'_>, containers: &[usize]| -> Vec<Wording> {
            containers.iter().map(|container| Wording::of(side.text(container - 1))).collect()
        };
        let (old_titles, new_titles) = (titles(&self.old, old), titles(&self.new, new));
        let mut scored: Vec<(Score, usize, usize)> = Vec::new();
        for (i, j) in near_pairs(old.len(), new.len()) {
            let same_title = self.old.loose[old[i] - 1] == self.new.loose[new[j] - 1];
            let alike = old_titles[i].similarity(&new_titles[j]);
            let common = self.common_children(old[i], new[j]);
            if same_title || alike >= REWORDED || common >= 0.5 {
                let score = f32::from(u8::from(same_title)) * 2.0 + alike + common;
                scored.push((Score::new(score, i.abs_diff(j)), old[i], new[j]));
            }
        }
        self.join_best(scored, |matcher, old, new| matcher.containers.join(old, new))
    }

    /// Which part of the smaller container's texts the other has too.
    fn common_children(&self, old: usize, new: usize) -> f32 {
        /// Enough children to tell one section from another; keeps the comparison of two huge sections short.
        const LOOKED_AT: usize = 64;
        let texts = |side: &Side<'_>, container: usize| {
            let mut texts: Vec<u64> =
                side.children[container].iter().take(LOOKED_AT).map(|at| side.loose[*at]).collect();
            texts.sort_unstable();
            texts
        };
        let (old, new) = (texts(&self.old, old), texts(&self.new, new));
        let fewest = old.len().min(new.len()).max(1);
        let common = old.iter().filter(|text| new.binary_search(text).is_ok()).count().min(fewest);
        common as f32 / fewest as f32
    }

    fn join_best(
        &mut self,
        mut scored: Vec<(Score, usize, usize)>,
        mut join: impl FnMut(&mut Self, usize, usize) -> bool,
    ) -> bool {
        scored.sort_unstable();
        let mut changed = false;
        for (_, old, new) in scored {
            changed |= join(self, old, new);
        }
        changed
    }

    /// The same text in what its container has become, duplicates in order.
    fn prompts_in_containers(&mut self) -> bool {
        let before = self.open_new().count();
        let became: Vec<Option<usize>> = self.containers.new_of.clone();
        self.pair(
            |side, at| match became[side.container[at]] {
                Some(container) => hash_of(&(container, side.loose[at])),
                None => hash_of(&(at, "no container")),
            },
            |side, at| hash_of(&(side.container[at], side.loose[at])),
        );
        before != self.open_new().count()
    }

    /// Similar wording in what the container has become; the same neighbours count in its favour.
    fn by_wording(&mut self) {
        let mut scored: Vec<(Score, usize, usize)> = Vec::new();
        for (old_container, new_container) in self.containers.new_of.iter().enumerate() {
            let Some(new_container) = *new_container else { continue };
            let old: Vec<usize> = self.open_in(&self.old, old_container, |at| self.is_open_old(at));
            let new: Vec<usize> = self.open_in(&self.new, new_container, |at| self.is_open_new(at));
            if old.is_empty() || new.is_empty() {
                continue;
            }
            let old_words: Vec<Wording> = old.iter().map(|at| Wording::of(self.old.text(*at))).collect();
            let new_words: Vec<Wording> = new.iter().map(|at| Wording::of(self.new.text(*at))).collect();
            for (i, j) in near_pairs(old.len(), new.len()) {
                let alike = old_words[i].similarity(&new_words[j]);
                if alike >= REWORDED && self.anchors_agree(old[i], new[j]) {
                    let bonus = 0.1 * f32::from(self.same_neighbours(old[i], new[j]));
                    scored.push((Score::new(alike + bonus, i.abs_diff(j)), old[i], new[j]));
                }
            }
        }
        self.join_best(scored, |matcher, old, new| matcher.prompts.join(old, new));
    }

    fn open_in(&self, side: &Side<'_>, container: usize, is_open: impl Fn(usize) -> bool) -> Vec<usize> {
        side.children[container].iter().copied().filter(|at| is_open(*at)).collect()
    }

    fn same_neighbours(&self, old: usize, new: usize) -> u8 {
        u8::from(self.old.before[old] == self.new.before[new])
            + u8::from(self.old.after[old] == self.new.after[new])
    }

    /// Two different anchors say that these are two prompts.
    fn anchors_agree(&self, old: usize, new: usize) -> bool {
        match (self.old.anchor(old), self.new.anchor(new)) {
            (Some(old), Some(new)) => old == new,
            _ => true,
        }
    }

    /// Very similar wording in another section, found by the rare words of both: moved and reworded.
    fn by_wording_elsewhere(&mut self) {
        /// A sentence of fewer words is too common to be recognised elsewhere.
        const FEWEST_WORDS: usize = 3;
        let old: Vec<(usize, Wording)> =
            self.open_old().map(|at| (at, Wording::of(self.old.text(at)))).collect();
        let mut by_word: HashMap<u64, Vec<usize>, FixedState> = HashMap::default();
        for (i, (_, wording)) in old.iter().enumerate() {
            for word in wording.words() {
                let places = by_word.entry(*word).or_default();
                // One more than rare is enough to know that it is not.
                if places.len() <= RARE && places.last() != Some(&i) {
                    places.push(i);
                }
            }
        }
        let mut scored: Vec<(Score, usize, usize)> = Vec::new();
        for at in self.open_new() {
            let wording = Wording::of(self.new.text(at));
            let mut telling: Vec<&Vec<usize>> = wording
                .words()
                .iter()
                .filter_map(|word| by_word.get(word))
                .filter(|places| places.len() <= RARE)
                .collect();
            telling.sort_by_key(|places| places.len());
            let mut candidates: Vec<usize> =
                telling.into_iter().flatten().copied().take(MOST_CANDIDATES).collect();
            candidates.sort_unstable();
            candidates.dedup();
            for i in candidates {
                let (old, old_wording) = &old[i];
                let alike = old_wording.similarity(&wording);
                let telling = old_wording.words().len().min(wording.words().len()) >= FEWEST_WORDS;
                if telling && alike >= MOVED_AND_REWORDED && self.anchors_agree(*old, at) {
                    scored.push((Score::new(alike, 0), *old, at));
                }
            }
        }
        self.join_best(scored, |matcher, old, new| matcher.prompts.join(old, new));
    }
}
