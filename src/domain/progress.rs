//! How far a session is: each node's verdict, and the counts below every section.
//!
//! Kept up to date by what changed: a mark touches its prompt and the few sections above it, never the rest.

use super::plan::{NodeIdx, NodeRef, Outline};
use super::revision::Revision;
use super::session::Session;
use super::verdict::{Counts, Standing, Verdict};

/// Verdicts and counts of one session over one state of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Parallel to the outline's nodes; `None` for sections and for prompts outside the session.
    standings: Vec<Option<Standing>>,
    /// The nodes that something stands below, in file order.
    parents: Vec<NodeIdx>,
    /// Parallel to `parents`: counts of the prompts below, the node itself left out.
    below: Vec<Counts>,
    totals: Counts,
}

impl Progress {
    /// Counts everything once.
    #[must_use]
    pub fn new(revision: &Revision, session: &Session) -> Self {
        let outline = &revision.plan().outline;
        let parents: Vec<NodeIdx> =
            outline.nodes().filter(|node| node.has_children()).map(NodeRef::idx).collect();
        let mut progress = Self {
            standings: vec![None; outline.len()],
            below: vec![Counts::default(); parents.len()],
            parents,
            totals: Counts::default(),
        };
        // What the node at hand stands in: where that ends, and its place among the parents.
        let mut open: Vec<(NodeIdx, usize)> = Vec::new();
        let mut next_parent = 0;
        revision.visit_prompts_of(session.start(), |id, prompt| {
            progress.standings[prompt.idx().at()] = Some(session.standing(id));
        });
        for node in outline.nodes() {
            while open.pop_if(|(end, _)| *end <= node.idx()).is_some() {}
            if let Some(standing) = progress.standings[node.idx().at()] {
                progress.totals.add(standing);
                open.iter().for_each(|(_, parent)| progress.below[*parent].add(standing));
            }
            if node.has_children() {
                open.push((node.end(), next_parent));
                next_parent += 1;
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
        self.parents.binary_search(&idx).map(|at| self.below[at]).unwrap_or_default()
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
            if let Ok(at) = self.parents.binary_search(&above.idx()) {
                self.below[at].remove(before);
                self.below[at].add(standing);
            }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;
    use crate::domain::component::{Ends, States};
    use crate::domain::id::{PlanId, PromptId};
    use crate::domain::plan::{Entry, NodeKind, NodeRef, Plan};
    use crate::domain::verdict::Ground;

    const STATES: [&str; 4] = ["real", "fake: stub", "absent", "unknown"];

    /// Two points with three prompts each, and a prompt outside of any.
    fn revision() -> Revision {
        let mut entries = Vec::new();
        for point in ["cart -> inventory", "cart -> payments"] {
            entries.push(Entry::new(NodeKind::Section, 1, 1, point));
            entries.extend((0..3).map(|n| Entry::new(NodeKind::Prompt, 2, n + 2, format!("{point} {n}"))));
        }
        entries.push(Entry::new(NodeKind::Section, 1, 9, "Others"));
        entries.push(Entry::new(NodeKind::Prompt, 2, 10, "Prices are shown"));
        let outline = Outline::from_entries(&entries, &[]);
        let ids = (0..outline.prompt_count() as u128).map(|n| PromptId(Uuid::from_u128(n))).collect();
        let plan = Plan { title: "Shop".to_owned(), outline, ..Plan::default() };
        Revision::new(PlanId(Uuid::nil()), 1, plan, ids, Vec::new()).unwrap()
    }

    fn standing(verdict: Verdict, from: &str, to: &str) -> Standing {
        let mut states = States::default();
        states.set("a", from.parse().unwrap());
        states.set("b", to.parse().unwrap());
        Standing { verdict, ground: Ends::of("a", "b", &states).ground() }
    }

    #[test]
    fn a_pass_counts_by_what_stood_at_both_ends() {
        for from in STATES {
            for to in STATES {
                for verdict in Verdict::ALL {
                    let mut counts = Counts::default();
                    counts.add(standing(verdict, from, to));
                    let passed = u32::from(verdict == Verdict::Pass);
                    let stands_in = |state: &str| state.starts_with("fake") || state == "absent";
                    let provisional = if stands_in(from) || stands_in(to) { passed } else { 0 };
                    let real = if (from, to) == ("real", "real") { passed } else { 0 };
                    let found = (counts[Verdict::Pass], counts.provisional(), counts.passed_for_real());
                    assert_eq!(found, (passed, provisional, real), "{verdict}, {from} -> {to}");
                    counts.remove(standing(verdict, from, to));
                    assert_eq!(counts, Counts::default(), "{verdict}, {from} -> {to}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        /// The naive model: count all prompts below a section anew.
        #[test]
        fn counts_that_are_kept_are_those_that_counting_anew_gives(
            changes in proptest::collection::vec((0..7_usize, 0..6_usize, 0..4_usize, 0..4_usize), 0..60)
        ) {
            let revision = revision();
            let outline = &revision.plan().outline;
            let places: Vec<NodeIdx> = outline.prompts().map(NodeRef::idx).collect();
            let parents: Vec<NodeIdx> =
                outline.nodes().filter(|node| node.has_children()).map(NodeRef::idx).collect();
            let mut progress = Progress {
                standings: outline.nodes().map(|node| node.is_prompt().then(Standing::default)).collect(),
                below: vec![Counts::default(); parents.len()],
                parents,
                totals: Counts::default(),
            };
            for place in &places {
                progress.totals.add(Standing::default());
                for above in outline.node(*place).ancestors() {
                    let at = progress.parents.binary_search(&above.idx()).unwrap();
                    progress.below[at].add(Standing::default());
                }
            }
            let mut model = vec![Standing::default(); places.len()];
            for (prompt, verdict, from, to) in changes {
                model[prompt] = standing(Verdict::ALL[verdict], STATES[from], STATES[to]);
                progress.set(outline, places[prompt], model[prompt]);
            }
            let anew = |wanted: &dyn Fn(NodeIdx) -> bool| {
                let mut counts = Counts::default();
                places.iter().zip(&model).filter(|(at, _)| wanted(**at)).for_each(|(_, s)| counts.add(*s));
                counts
            };
            prop_assert_eq!(progress.totals(), anew(&|_| true));
            for section in outline.nodes().filter(|node| !node.is_prompt()) {
                let is_below = |at: NodeIdx| at > section.idx() && at < section.end();
                prop_assert_eq!(progress.below(section.idx()), anew(&is_below));
            }
            let by_ground = |ground| model.iter().filter(|s| s.verdict == Verdict::Pass && s.ground == ground).count();
            prop_assert_eq!(progress.totals().provisional() as usize, by_ground(Ground::Provisional));
            prop_assert_eq!(progress.totals().passed_for_real() as usize, by_ground(Ground::Real));
        }
    }
}
