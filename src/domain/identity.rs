//! Which prompt of an edited plan is which prompt of the plan before.
//!
//! In this order, each rule only for what the ones before it left over: an explicit anchor; section path and text; the
//! same but for case, blanks and punctuation; unique text elsewhere (moved); the same text in what its section has
//! become; similar wording at the same place (reworded); very similar wording elsewhere. Prompts that were removed
//! earlier come back by anchor, by path and text, or by unique text. Every rule is close to linear.

mod matching;
mod sides;
mod wording;

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::thread;

use super::id::{Derivation, IdSet, PlanId, PromptId, derived};
use super::plan::{MAX_PROMPTS, NodeIdx, NodeRef, Outline, Plan};
use super::revision::{RemovedPrompt, Revision, in_order};
use foldhash::quality::FixedState;
use matching::Matching;

/// The identities of a new state of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// One a prompt, in file order.
    pub ids: Vec<PromptId>,
    /// The prompts' numbers among prompts, from 0, in the order of their identities.
    pub by_id: Vec<u32>,
    /// Prompts that earlier states had and this one lacks, oldest first.
    pub removed: Vec<RemovedPrompt>,
    /// What happened to the plan.
    pub changes: PlanChanges,
}

/// A prompt that says something else than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// Which prompt.
    pub id: PromptId,
    /// What it said before.
    pub old_text: String,
}

/// What happened to a plan between two states; shows as `plan changed: 3 added, 1 reworded; results kept`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanChanges {
    /// Prompts that were never there before.
    pub added: usize,
    /// Prompts that stand under another section.
    pub moved: usize,
    /// Prompts that say something else; case, blanks and punctuation do not count.
    pub reworded: Vec<Reworded>,
    /// Prompts that are gone.
    pub removed: usize,
    /// Prompts that were gone and are back.
    pub restored: usize,
    /// True where something else is otherwise: the order, a section's title, tags, details.
    pub rearranged: bool,
}

impl PlanChanges {
    /// True where nothing happened that a tester should know of.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

impl fmt::Display for PlanChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.added, "added"),
            (self.restored, "restored"),
            (self.moved, "moved"),
            (self.reworded.len(), "reworded"),
            (self.removed, "removed"),
        ];
        let said: Vec<String> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        match (said.is_empty(), self.rearranged) {
            (true, false) => Ok(()),
            (true, true) => f.write_str("plan changed: order, titles or details; results kept"),
            (false, _) => write!(f, "plan changed: {}; results kept", said.join(", ")),
        }
    }
}

/// Gives every prompt of `plan` its identity: the one it had in `previous`, or a derived one.
#[must_use]
pub fn matched(plan_id: PlanId, previous: Option<&Revision>, plan: &Plan) -> Matched {
    let outline = &plan.outline;
    let Some(previous) = previous else {
        let (ids, by_id) = mint(plan_id, outline, &vec![None; outline.prompt_count()], |_| false);
        return Matched { ids, by_id, removed: Vec::new(), changes: PlanChanges::default() };
    };
    let matching = Matching::of(previous, outline);
    let mut changes = PlanChanges::default();
    let mut kept = Vec::with_capacity(outline.prompt_count());
    let mut returned = IdSet::default();
    for prompt in outline.prompts() {
        let from_old = matching.old_of(prompt.idx());
        let from_removed = matching.removed_of(prompt.idx()).and_then(|at| previous.removed().get(at));
        let id = match (from_old.and_then(|old| previous.id_at(old)), from_removed) {
            (Some(id), _) => Some(id),
            (None, Some(removed)) => Some(removed.id),
            (None, None) => None,
        };
        if let (Some(old), Some(id)) = (from_old, id) {
            let old = previous.plan().outline.node(old);
            changes.moved += usize::from(matching.is_moved(old.idx(), prompt.idx()));
            if old.text() != prompt.text()
                && wording::normalised(old.text()) != wording::normalised(prompt.text())
            {
                changes.reworded.push(Reworded { id, old_text: old.text().to_owned() });
            }
        } else if let Some(id) = id {
            changes.restored += 1;
            returned.insert(id);
        } else {
            changes.added += 1;
        }
        kept.push(id);
    }
    let gone: Vec<RemovedPrompt> = previous
        .prompts()
        .filter(|(_, prompt)| matching.new_of(prompt.idx()).is_none())
        .map(|(id, prompt)| remembered(id, prompt))
        .collect();
    changes.removed = gone.len();
    changes.rearranged = !says_the_same(&previous.plan().outline, outline);
    let was_removed: IdSet<PromptId> = previous.removed().iter().map(|removed| removed.id).collect();
    let is_taken = |id: PromptId| previous.ordinal(id).is_some() || was_removed.contains(&id);
    let (ids, by_id) = mint(plan_id, outline, &kept, is_taken);
    let mut removed: Vec<RemovedPrompt> =
        previous.removed().iter().filter(|removed| !returned.contains(&removed.id)).cloned().collect();
    removed.extend(gone);
    // The oldest are forgotten first; their results stay, and their derived identity comes back with their text.
    removed.drain(..removed.len().saturating_sub(MAX_PROMPTS));
    Matched { ids, by_id, removed, changes }
}

/// True if both outlines say the same in the same order; where in the file does not count.
fn says_the_same(old: &Outline, new: &Outline) -> bool {
    let same = |(old, new): (NodeRef<'_>, NodeRef<'_>)| {
        (old.kind(), old.depth(), old.text(), old.expected(), old.command())
            == (new.kind(), new.depth(), new.text(), new.expected(), new.command())
            && old.own_tags().eq(new.own_tags())
            && old.blocks().eq(new.blocks())
    };
    old.len() == new.len() && old.nodes().zip(new.nodes()).all(same)
}

fn remembered(id: PromptId, prompt: NodeRef<'_>) -> RemovedPrompt {
    RemovedPrompt {
        id,
        anchor: prompt.anchor().map(str::to_owned),
        path: prompt.path().into_iter().map(str::to_owned).collect(),
        text: prompt.text().to_owned(),
    }
}

/// Fills the gaps in `kept`, parallel to the prompts, with derived identities that are not taken; also the prompts'
/// numbers in the order of their identities.
fn mint(
    plan_id: PlanId,
    outline: &Outline,
    kept: &[Option<PromptId>],
    is_taken: impl Fn(PromptId) -> bool,
) -> (Vec<PromptId>, Vec<u32>) {
    let plan = plan_id.to_string();
    let new: Vec<NodeRef<'_>> =
        kept.iter().zip(outline.prompts()).filter(|(kept, _)| kept.is_none()).map(|(_, node)| node).collect();
    let first = first_choices(&plan, &new);
    let mut next = first.iter();
    let ids: Vec<PromptId> = kept.iter().filter_map(|kept| kept.or_else(|| next.next().copied())).collect();
    let by_id = in_order(&ids);
    let is_same = |pair: &[u32]| ids[pair[0] as usize] == ids[pair[1] as usize];
    if !by_id.windows(2).any(is_same) && !first.iter().any(|id| is_taken(*id)) {
        return (ids, by_id);
    }
    let ids = salted(&plan, outline, kept, &first, is_taken);
    let by_id = in_order(&ids);
    (ids, by_id)
}

/// As [`mint`], where some of the `first` choices of those that are not kept are equal or taken: the first prompt that
/// asks for an identity gets it, and the next one tries the next salt.
fn salted(
    plan: &str,
    outline: &Outline,
    kept: &[Option<PromptId>],
    first: &[PromptId],
    is_taken: impl Fn(PromptId) -> bool,
) -> Vec<PromptId> {
    let mut taken: IdSet<PromptId> = kept.iter().flatten().copied().collect();
    taken.reserve(first.len());
    // The next salt to try for a place and text, so that thousands of equal texts do not try from 0 each.
    let mut salts: HashMap<u64, u32, FixedState> = HashMap::default();
    let mut take = |id: PromptId| !is_taken(id) && taken.insert(id);
    let mut first = first.iter();
    let mut ids = Vec::with_capacity(kept.len());
    for (kept, prompt) in kept.iter().zip(outline.prompts()) {
        if let Some(id) = kept {
            ids.push(*id);
            continue;
        }
        // Sections of the same name have a salt each; where their prompts' keys are equal, the next salt is free.
        let place = prompt.parent().map_or(u32::MAX, |parent| parent.idx().0);
        let salt = salts.entry(hash_of(&(place, prompt.anchor(), prompt.text()))).or_default();
        let first = first.next().copied().filter(|id| *salt == 0 && take(*id));
        *salt = (*salt).max(1);
        ids.push(first.unwrap_or_else(|| {
            let mut derivation = PromptDerivation::new(plan);
            loop {
                let id = derivation.derived(prompt, &salt.to_string());
                *salt += 1;
                if take(id) {
                    break id;
                }
            }
        }));
    }
    ids
}

/// The identities of `prompts` with the salt 0, which nearly all of them get.
///
/// From some thousands on two threads share the work: it was a fourth of the time until a plan of 100,000 prompts that
/// was never seen stood on the screen, and each prompt's hash is its own affair.
fn first_choices(plan: &str, prompts: &[NodeRef<'_>]) -> Vec<PromptId> {
    /// Below, starting a thread costs more than it saves.
    const WORTH_A_THREAD: usize = 4_000;
    let choose = |prompts: &[NodeRef<'_>]| -> Vec<PromptId> {
        let mut derivation = PromptDerivation::new(plan);
        prompts.iter().map(|prompt| derivation.derived(*prompt, "0")).collect()
    };
    if prompts.len() < WORTH_A_THREAD {
        return choose(prompts);
    }
    let (here, there) = prompts.split_at(prompts.len() / 2);
    thread::scope(|scope| {
        let there_chosen = scope.spawn(|| choose(there));
        let mut chosen = choose(here);
        // A thread that failed failed in what this one can do as well.
        chosen.extend(there_chosen.join().unwrap_or_else(|_| choose(there)));
        chosen
    })
}

/// Derives the identities of a plan's prompts: from the plan and the anchor, or else the texts of what is above and the
/// text; then a salt.
struct PromptDerivation {
    derivation: Derivation,
    /// How long what all prompts begin with is.
    plan_len: usize,
    /// The last prompt's parent without an anchor, and how long what its children begin with is, which stands in
    /// `derivation`: most prompts follow one that stands beside them.
    above: Option<(Option<NodeIdx>, usize)>,
}

impl PromptDerivation {
    fn new(plan: &str) -> Self {
        let mut derivation = Derivation::default();
        derivation.push("prompt");
        derivation.push(plan);
        let plan_len = derivation.len();
        Self { derivation, plan_len, above: None }
    }

    fn derived(&mut self, prompt: NodeRef<'_>, salt: &str) -> PromptId {
        if let Some(anchor) = prompt.anchor() {
            self.derivation.truncate(self.plan_len);
            self.above = None;
            self.derivation.push("anchor");
            self.derivation.push(anchor);
        } else {
            let parent = prompt.parent().map(NodeRef::idx);
            match self.above {
                Some((above, len)) if above == parent => self.derivation.truncate(len),
                _ => {
                    self.derivation.truncate(self.plan_len);
                    self.derivation.push("text");
                    prompt.path().into_iter().for_each(|text| self.derivation.push(text));
                    self.above = Some((parent, self.derivation.len()));
                }
            }
            self.derivation.push(prompt.text());
        }
        self.derivation.push(salt);
        PromptId(self.derivation.derived())
    }
}

/// The identity of a plan that says its own.
#[must_use]
pub fn explicit_plan_id(explicit_id: &str) -> PlanId {
    PlanId(derived(&["plan", explicit_id]))
}

/// The identity of a plan that does not: from its file's name and its title, with the first salt that is not `taken`.
///
/// # Errors
///
/// Whatever `taken` fails with.
pub fn derived_plan_id<E>(
    file_name: &str,
    title: &str,
    mut taken: impl FnMut(PlanId) -> Result<bool, E>,
) -> Result<PlanId, E> {
    let mut salt = 0_u64;
    loop {
        let id = PlanId(derived(&["plan", file_name, title, &salt.to_string()]));
        if !taken(id)? {
            return Ok(id);
        }
        salt += 1;
    }
}

/// A hash that is the same within one run of the program; never stored.
fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    FixedState::default().hash_one(value)
}

/// The place of a node's container: 0 for the top, else one more than the parent's place.
fn container_of(node: NodeRef<'_>) -> usize {
    node.parent().map_or(0, |parent| parent.idx().at() + 1)
}
