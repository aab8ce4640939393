//! A plan as it was read at one time, with the identity of every prompt in it.

use serde::{Deserialize, Serialize};

use super::id::{IdSet, PlanId, PromptId};
use super::plan::{BrokenOutline, NodeIdx, NodeRef, Plan};
use super::session::{Judged, Start};

/// A prompt that is no longer in the plan, kept so that it gets its history back if it returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedPrompt {
    /// Its identity.
    pub id: PromptId,
    /// Its anchor when it was last seen.
    pub anchor: Option<String>,
    /// What was above it when it was last seen, from the top.
    pub path: Vec<String>,
    /// What it said when it was last seen.
    pub text: String,
}

/// One state of a plan's file, with the identity of every prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    plan_id: PlanId,
    number: u32,
    plan: Plan,
    /// Parallel to the outline's prompts in file order.
    ids: Vec<PromptId>,
    removed: Vec<RemovedPrompt>,
    /// The numbers of the prompts among prompts, in the order of their identities: a prompt is found by halving. Much
    /// cheaper to make than a hash map, and no crafted file can make it slow.
    by_id: Vec<u32>,
    /// Parallel to `ids`, so in file order: where each prompt is.
    places: Vec<NodeIdx>,
}

/// The identities do not fit the outline: the file was damaged or made by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRevision {
    /// The outline itself is broken.
    #[error(transparent)]
    Outline(#[from] BrokenOutline),
    /// Not one identity a prompt, or one twice.
    #[error("{ids} distinct identities for {prompts} prompts")]
    Identities {
        /// How many distinct identities there are.
        ids: usize,
        /// How many prompts there are.
        prompts: usize,
    },
}

/// The identities of a plan's prompts, each there once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    ids: Vec<PromptId>,
    by_id: Vec<u32>,
}

impl Identities {
    /// `ids` in file order, with their numbers, from 0, in the order of the identities.
    ///
    /// # Errors
    ///
    /// [`BrokenRevision::Identities`] if one is there twice, or `by_id` is not their order.
    pub fn sorted(ids: Vec<PromptId>, by_id: Vec<u32>) -> Result<Self, BrokenRevision> {
        let number_of = |ordinal: &u32| ids.get(*ordinal as usize).map(|id| id.0.as_u128());
        // Each greater than the one before it: then each is there once, and so all are.
        let ascending = by_id.iter().map(number_of).try_fold(None, |before, id| match id {
            Some(id) if before.is_none_or(|before| before < id) => Ok(Some(id)),
            _ => Err(()),
        });
        if ascending.is_err() || by_id.len() != ids.len() {
            let distinct: IdSet<PromptId> = ids.iter().copied().collect();
            return Err(BrokenRevision::Identities { ids: distinct.len(), prompts: ids.len() });
        }
        Ok(Self { ids, by_id })
    }
}

/// The numbers of `ids`, from 0, in the order of the identities; equal ones in the order of the numbers.
#[must_use]
pub fn in_order(ids: &[PromptId]) -> Vec<u32> {
    // One number holds an identity but for its end, and the identity's number: numbers that lie side by side are sorted
    // in a fraction of the time that looking up each of two identities for each comparison takes.
    let end = u128::from(u32::MAX);
    let numbered = ids.iter().zip(0_u32..).map(|(id, number)| id.0.as_u128() & !end | u128::from(number));
    let mut sorted: Vec<u128> = numbered.collect();
    sorted.sort_unstable();
    let number_of = |packed: &u128| (packed & end) as u32;
    let mut by_id: Vec<u32> = sorted.iter().map(number_of).collect();
    let id_of = |number: &u32| ids[*number as usize].0.as_u128();
    // Hashes differ before their ends; a crafted file may hold others.
    if !by_id.is_sorted_by_key(id_of) {
        by_id.sort_by_key(id_of);
    }
    by_id
}

impl Revision {
    /// Joins a plan with its prompts' identities, in file order.
    ///
    /// # Errors
    ///
    /// [`BrokenRevision`] unless there is exactly one distinct identity a prompt.
    pub fn new(
        plan_id: PlanId,
        number: u32,
        plan: Plan,
        ids: Vec<PromptId>,
        removed: Vec<RemovedPrompt>,
    ) -> Result<Self, BrokenRevision> {
        let by_id = in_order(&ids);
        Self::sorted(plan_id, number, plan, ids, removed, by_id)
    }

    /// As [`Revision::new`], with the numbers of the prompts in the order of their identities, for a revision that was
    /// stored.
    ///
    /// # Errors
    ///
    /// [`BrokenRevision`] says what does not hold together.
    pub fn sorted(
        plan_id: PlanId,
        number: u32,
        plan: Plan,
        ids: Vec<PromptId>,
        removed: Vec<RemovedPrompt>,
        by_id: Vec<u32>,
    ) -> Result<Self, BrokenRevision> {
        Self::of(plan_id, number, plan, Identities::sorted(ids, by_id)?, removed)
    }

    /// As [`Revision::sorted`], of identities that were looked at before the outline was there.
    ///
    /// # Errors
    ///
    /// [`BrokenRevision`] if the outline is broken or has another number of prompts.
    pub fn of(
        plan_id: PlanId,
        number: u32,
        plan: Plan,
        Identities { ids, by_id }: Identities,
        removed: Vec<RemovedPrompt>,
    ) -> Result<Self, BrokenRevision> {
        plan.outline.verify()?;
        let places: Vec<NodeIdx> = plan.outline.prompts().map(NodeRef::idx).collect();
        if ids.len() != places.len() {
            return Err(BrokenRevision::Identities { ids: ids.len(), prompts: places.len() });
        }
        Ok(Self { plan_id, number, plan, ids, removed, by_id, places })
    }

    /// Which plan this is a state of.
    #[must_use]
    pub fn plan_id(&self) -> PlanId {
        self.plan_id
    }

    /// 1 for the first state seen, one more for each change.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The plan as it was read.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The prompts' identities, in file order.
    #[must_use]
    pub fn ids(&self) -> &[PromptId] {
        &self.ids
    }

    /// Prompts that earlier states had and this one lacks.
    #[must_use]
    pub fn removed(&self) -> &[RemovedPrompt] {
        &self.removed
    }

    /// The numbers of the prompts among prompts, from 0, in the order of their identities.
    #[must_use]
    pub fn by_id(&self) -> &[u32] {
        &self.by_id
    }

    /// The identity of the prompt at `idx`; `None` for a section.
    #[must_use]
    pub fn id_at(&self, idx: NodeIdx) -> Option<PromptId> {
        self.places.binary_search(&idx).ok().map(|ordinal| self.ids[ordinal])
    }

    /// Where `prompt` is, if it is in this state of the plan.
    #[must_use]
    pub fn place(&self, prompt: PromptId) -> Option<NodeIdx> {
        self.ordinal(prompt).map(|ordinal| self.places[ordinal])
    }

    /// The prompt that has this number among prompts, from 0 in file order.
    #[must_use]
    pub fn prompt_at(&self, ordinal: usize) -> Option<(PromptId, NodeRef<'_>)> {
        Some((*self.ids.get(ordinal)?, self.plan.outline.get(*self.places.get(ordinal)?)?))
    }

    /// The number of `prompt` among the prompts, from 0 in file order, if it is in this state of the plan.
    #[must_use]
    pub fn ordinal(&self, prompt: PromptId) -> Option<usize> {
        let number_of = |ordinal: &u32| self.ids[*ordinal as usize].0.as_u128();
        let at = self.by_id.binary_search_by_key(&prompt.0.as_u128(), number_of).ok()?;
        Some(self.by_id[at] as usize)
    }

    /// The prompts that belong to a session which was started so, in file order.
    #[must_use]
    pub fn prompts_of(&self, start: &Start) -> Vec<(PromptId, NodeRef<'_>)> {
        let mut wanted = Vec::new();
        self.visit_prompts_of(start, |id, prompt| wanted.push((id, prompt)));
        wanted
    }

    /// As [`Revision::prompts_of`], one after the other.
    pub fn visit_prompts_of<'a>(&'a self, start: &Start, mut visit: impl FnMut(PromptId, NodeRef<'a>)) {
        if start.takes_in_all() {
            self.prompts().for_each(|(id, prompt)| visit(id, prompt));
            return;
        }
        let mut ids = self.ids.iter();
        self.plan.outline.visit_tagged_prompts(|prompt, tags| {
            if let Some(id) = ids.next().filter(|id| start.takes_in(**id, |only| tags.contains(&only))) {
                visit(*id, prompt);
            }
        });
    }

    /// The prompt at `idx` as it stands, to be judged; `None` for a section.
    #[must_use]
    pub fn judged(&self, idx: NodeIdx) -> Option<Judged> {
        let prompt = self.id_at(idx)?;
        let node = self.plan.outline.get(idx)?;
        let ends = node.point().map(|point| (point.from.clone(), point.to.clone()));
        Some(Judged { prompt, wording: node.text().to_owned(), ends })
    }

    /// All prompts with their identities, in file order.
    pub fn prompts(&self) -> impl Iterator<Item = (PromptId, NodeRef<'_>)> {
        self.ids.iter().copied().zip(self.plan.outline.prompts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn numbers_come_in_the_order_of_their_identities() {
        let of =
            |ids: &[u128]| in_order(&ids.iter().map(|id| PromptId(Uuid::from_u128(*id))).collect::<Vec<_>>());
        assert_eq!(of(&[]), [] as [u32; 0]);
        let high = 1_u128 << 127;
        assert_eq!(of(&[high, 1 << 40, high | 1 << 40]), [1, 0, 2]);
        // They differ in what is left out at first, and are equal.
        assert_eq!(of(&[9, 7, 8, 7]), [1, 3, 2, 0]);
        assert_eq!(of(&[high | 2, high | 1, 3]), [2, 1, 0]);
    }
}
