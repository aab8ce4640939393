//! How far a session is: each node's verdict, and the counts below every section.
//!
//! Kept up to date by what changed: a mark touches its prompt and the few sections above it, never the rest.

use super::plan::{NodeIdx, Outline};
use super::revision::Revision;
use super::session::Session;
use super::verdict::{Counts, Standing, Verdict};

/// Verdicts and counts of one session over one state of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Parallel to the outline's nodes; `None` for sections and for prompts outside the session.
    standings: Vec<Option<Standing>>,
    /// Parallel to the outline's nodes: counts of the prompts below, the node itself left out.
    below: Vec<Counts>,
    totals: Counts,
}

impl Progress {
    /// Counts everything once.
    #[must_use]
    pub fn new(revision: &Revision, session: &Session) -> Self {
        let outline = &revision.plan().outline;
        let mut progress = Self {
            standings: vec![None; outline.len()],
            below: vec![Counts::default(); outline.len()],
            totals: Counts::default(),
        };
        for (id, prompt) in revision.prompts_of(session.start()) {
            let standing = session.standing(id);
            progress.standings[prompt.idx().at()] = Some(standing);
            progress.totals.add(standing);
            for above in prompt.ancestors() {
                progress.below[above.idx().at()].add(standing);
            }
        }
        progress
    }

    /// The verdict of the prompt at `idx`; `None` for a section or a prompt outside the session.
    #[must_use]
    pub fn verdict(&self, idx: NodeIdx) -> Option<Verdict> {
        self.standing(idx).map(|standing| standing.verdict)
    }

    /// As [`Progress::verdict`], with what the verdict rests on.
    #[must_use]
    pub fn standing(&self, idx: NodeIdx) -> Option<Standing> {
        self.standings.get(idx.at()).copied().flatten()
    }

    /// Counts of the session's prompts below `idx`, itself left out.
    #[must_use]
    pub fn below(&self, idx: NodeIdx) -> Counts {
        self.below.get(idx.at()).copied().unwrap_or_default()
    }

    /// Counts of all of the session's prompts.
    #[must_use]
    pub fn totals(&self) -> Counts {
        self.totals
    }

    /// The prompt at `idx` stands so now; prompts outside the session are left alone.
    pub fn set(&mut self, outline: &Outline, idx: NodeIdx, standing: Standing) {
        let Some(before) = self.standing(idx) else { return };
        self.standings[idx.at()] = Some(standing);
        self.totals.remove(before);
        self.totals.add(standing);
        for above in outline.node(idx).ancestors() {
            let counts = &mut self.below[above.idx().at()];
            counts.remove(before);
            counts.add(standing);
        }
    }

    /// The first untested prompt after `from` that `wanted` lets through, going round at the end.
    #[must_use]
    pub fn next_untested(&self, from: NodeIdx, wanted: impl Fn(NodeIdx) -> bool) -> Option<NodeIdx> {
        let len = self.standings.len();
        let start = from.at() + 1;
        (start..len).chain(0..start.min(len)).find_map(|at| self.untested_at(at, &wanted))
    }

    /// The last untested prompt before `from` that `wanted` lets through, going round at the start.
    #[must_use]
    pub fn previous_untested(&self, from: NodeIdx, wanted: impl Fn(NodeIdx) -> bool) -> Option<NodeIdx> {
        let len = self.standings.len();
        let end = from.at().min(len);
        (0..end).rev().chain((end..len).rev()).find_map(|at| self.untested_at(at, &wanted))
    }

    /// The first untested prompt of all that `wanted` lets through.
    #[must_use]
    pub fn first_untested(&self, wanted: impl Fn(NodeIdx) -> bool) -> Option<NodeIdx> {
        (0..self.standings.len()).find_map(|at| self.untested_at(at, &wanted))
    }

    fn untested_at(&self, at: usize, wanted: impl Fn(NodeIdx) -> bool) -> Option<NodeIdx> {
        let idx = NodeIdx(at as u32);
        (self.verdict(idx) == Some(Verdict::Untested) && wanted(idx)).then_some(idx)
    }
}
