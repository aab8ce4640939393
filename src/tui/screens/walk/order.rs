//! The order of a walk that is not as written: which prompt comes after which, in which stage, and how far each stage is.
//!
//! Made when the order is chosen or the walk is opened, and never again while it is walked: a mark changes counts here,
//! what stands for a component changes what a stage calls fake, and nothing changes a prompt's place.

pub mod view;

use std::ops::Range;

use crate::domain::component::States;
use crate::domain::plan::{NodeIdx, Outline, Plan};
use crate::domain::strategy::{self, Stage, Step, Strategy, Walkway};
use crate::domain::verdict::{Counts, Standing, Verdict};

/// The place of what has none: a section.
const NO_PLACE: u32 = u32::MAX;

/// A walk's order, its stages and how far each is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    walkway: Walkway,
    /// The prompts in the order of the walk.
    sequence: Vec<NodeIdx>,
    /// Parallel to the outline's nodes: where the prompt is in `sequence`.
    places: Vec<u32>,
    /// Parallel to the stages: where each begins in `sequence`.
    starts: Vec<u32>,
    /// Parallel to the stages: how the session's prompts stand.
    counts: Vec<Counts>,
    /// Parallel to the stages: true once the tester went on from there and was told of its fails.
    told: Vec<bool>,
    is_as_written: bool,
}

impl Order {
    /// The order of `strategy`; `last` gives the verdict of last time, `standing` how a prompt of the session stands.
    #[must_use]
    pub fn new(
        plan: &Plan,
        strategy: Strategy,
        states: &States,
        last: &dyn Fn(NodeIdx) -> Verdict,
        standing: &dyn Fn(NodeIdx) -> Option<Standing>,
    ) -> Self {
        let walkway = strategy::order(plan, strategy, states, last);
        let mut sequence = Vec::with_capacity(plan.outline.prompt_count());
        let mut starts = Vec::with_capacity(walkway.stages.len());
        let mut places = vec![NO_PLACE; plan.outline.len()];
        let mut counts = vec![Counts::default(); walkway.stages.len()];
        for (stage, counts) in walkway.stages.iter().zip(&mut counts) {
            starts.push(sequence.len() as u32);
            for step in &stage.prompts {
                places[step.prompt.at()] = sequence.len() as u32;
                sequence.push(step.prompt);
                if let Some(standing) = standing(step.prompt) {
                    counts.add(standing);
                }
            }
        }
        let is_as_written = starts.len() == 1 && sequence.is_sorted();
        let told = vec![false; starts.len()];
        Self { walkway, sequence, places, starts, counts, told, is_as_written }
    }

    /// What made it.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.walkway.strategy
    }

    /// True if it is one stage in the order of the plan, so that the plan's own sections show it best.
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        self.is_as_written
    }

    /// The stages with their prompts.
    #[must_use]
    pub fn walkway(&self) -> &Walkway {
        &self.walkway
    }

    /// The stage with index `at`.
    #[must_use]
    pub fn stage(&self, at: u32) -> Option<&Stage> {
        self.walkway.stages.get(at as usize)
    }

    /// How many stages there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// True if there is no stage, which no plan gives.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// How the session's prompts in the stage with index `at` stand.
    #[must_use]
    pub fn counts(&self, at: u32) -> Counts {
        self.counts.get(at as usize).copied().unwrap_or_default()
    }

    /// The prompts of the stage with index `at`, in their order.
    #[must_use]
    pub fn prompts(&self, at: u32) -> &[NodeIdx] {
        let Range { start, end } = self.range(at);
        &self.sequence[start as usize..end as usize]
    }

    fn range(&self, at: u32) -> Range<u32> {
        let all = self.sequence.len() as u32;
        let start = |at: u32| self.starts.get(at as usize).copied().unwrap_or(all);
        start(at)..start(at.saturating_add(1))
    }

    /// Where the stage with index `at` begins among all prompts.
    #[must_use]
    pub fn start(&self, at: u32) -> u32 {
        self.range(at).start
    }

    /// Where the prompt at `idx` comes among all; `None` for a section.
    #[must_use]
    pub fn place(&self, idx: NodeIdx) -> Option<u32> {
        self.places.get(idx.at()).copied().filter(|place| *place != NO_PLACE)
    }

    /// The index of the stage in which the prompt at `idx` comes.
    #[must_use]
    pub fn stage_of(&self, idx: NodeIdx) -> Option<u32> {
        let place = self.place(idx)?;
        // Of several that begin there, all but the last are empty.
        Some(self.starts.partition_point(|start| *start <= place) as u32 - 1)
    }

    /// The prompt at `idx` on its way, with its stage.
    #[must_use]
    pub fn step(&self, idx: NodeIdx) -> Option<(&Stage, &Step)> {
        let at = self.stage_of(idx)?;
        let stage = self.stage(at)?;
        stage.prompts.get((self.place(idx)? - self.start(at)) as usize).map(|step| (stage, step))
    }

    /// The prompts from place `from` on, going round at the end, each once.
    pub fn onwards(&self, from: u32) -> impl Iterator<Item = NodeIdx> {
        let (before, after) = self.halves(from);
        after.iter().chain(before).copied()
    }

    /// The prompts before place `from`, the nearest first, going round at the start, each once.
    pub fn backwards(&self, from: u32) -> impl Iterator<Item = NodeIdx> {
        let (before, after) = self.halves(from);
        before.iter().rev().chain(after.iter().rev()).copied()
    }

    fn halves(&self, from: u32) -> (&[NodeIdx], &[NodeIdx]) {
        self.sequence.split_at((from as usize).min(self.sequence.len()))
    }

    /// The first prompt in the order of the walk among those below the section at `idx` that `wanted` lets through.
    #[must_use]
    pub fn first_below(
        &self,
        outline: &Outline,
        idx: NodeIdx,
        wanted: impl Fn(NodeIdx) -> bool,
    ) -> Option<NodeIdx> {
        let end = outline.get(idx)?.end();
        let below = (idx.0 + 1..end.0).map(NodeIdx).filter(|below| wanted(*below));
        below.filter_map(|below| Some((self.place(below)?, below))).min().map(|(_, below)| below)
    }

    /// The prompt at `idx` stood so and stands so now.
    pub fn recount(&mut self, idx: NodeIdx, before: Standing, now: Standing) {
        if let Some(counts) = self.stage_of(idx).and_then(|at| self.counts.get_mut(at as usize)) {
            counts.remove(before);
            counts.add(now);
        }
    }

    /// What stands for components is `states` by now.
    pub fn restate(&mut self, plan: &Plan, states: &States) {
        self.walkway.restate(plan, states);
    }

    /// The stage with index `at` if it has fails that the tester was not told of; it counts as told then.
    pub fn tell_fails(&mut self, at: u32) -> Option<(&Stage, u32)> {
        let fails = self.counts(at)[Verdict::Fail];
        let told = self.told.get_mut(at as usize)?;
        if fails == 0 || std::mem::replace(told, true) {
            return None;
        }
        self.stage(at).map(|stage| (stage, fails))
    }
}
