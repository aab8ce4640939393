//! The component graph of a plan: who calls whom, what forms a cycle, who comes first.
//!
//! Components are numbered by their first appearance in the plan, and every list is sorted by that number: a hash
//! map finds a name, it never orders anything. Nothing here recurses, so that no chain of calls exhausts the stack.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::plan::Plan;
use crate::domain::point::IntegrationPoint;

/// Who calls whom.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Components that are an end of a point or a connection, by first appearance.
    pub(super) names: Vec<Arc<str>>,
    /// For each component whom it calls, ascending, each once; never itself.
    pub(super) calls: Vec<Vec<usize>>,
    numbers: HashMap<Arc<str>, usize>,
}

impl Graph {
    /// The components and calls of `plan`: the front matter's first, then those of the headings, as in the file.
    pub(super) fn of(plan: &Plan) -> Self {
        let connected: HashSet<&str> =
            plan.points().flat_map(|point| [point.from.as_str(), point.to.as_str()]).collect();
        let mut graph = Self::default();
        for component in plan.components.iter().filter(|name| connected.contains(name.as_str())) {
            graph.number(component);
        }
        for IntegrationPoint { from, to, both_ways, .. } in plan.points() {
            let (from, to) = (graph.number(from), graph.number(to));
            if from != to {
                graph.calls[from].push(to);
                graph.calls[to].extend(both_ways.then_some(from));
            }
        }
        for callees in &mut graph.calls {
            callees.sort_unstable();
            callees.dedup();
        }
        graph
    }

    /// The number of the component called `name`.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.find(name) {
            return number;
        }
        let name: Arc<str> = name.into();
        self.numbers.insert(Arc::clone(&name), self.names.len());
        self.names.push(name);
        self.calls.push(Vec::new());
        self.names.len() - 1
    }

    /// The strongly connected components, after Kosaraju: what is finished last in the graph is a root, and what a
    /// root reaches against the arrows calls it and is called by it.
    pub(super) fn groups(&self) -> Groups {
        let mut finished = Vec::with_capacity(self.names.len());
        let mut closing = Vec::new();
        let mut marks = vec![Mark::New; self.names.len()];
        for component in 0..self.names.len() {
            depth_first(&self.calls, component, &mut marks, &mut finished, &mut closing);
        }
        let callers = reversed(&self.calls);
        let mut members: Vec<Vec<usize>> = Vec::new();
        marks.fill(Mark::New);
        for &component in finished.iter().rev() {
            let mut group = Vec::new();
            depth_first(&callers, component, &mut marks, &mut group, &mut Vec::new());
            if !group.is_empty() {
                group.sort_unstable();
                members.push(group);
            }
        }
        // By first appearance, so that a group's number settles ties.
        members.sort_unstable();
        let mut group_of = vec![0; self.names.len()];
        for (group, component) in members.iter().enumerate().flat_map(|(g, m)| m.iter().map(move |c| (g, *c)))
        {
            group_of[component] = group;
        }
        let mut groups = Groups { closing: vec![Vec::new(); members.len()], calls: Vec::new(), members };
        closing.sort_unstable();
        for (from, to) in closing {
            groups.closing[group_of[from]].push((from, to));
        }
        groups.calls = groups
            .members
            .iter()
            .enumerate()
            .map(|(group, members)| {
                let callees = members.iter().flat_map(|member| &self.calls[*member]).map(|c| group_of[*c]);
                let mut callees: Vec<usize> = callees.filter(|callee| *callee != group).collect();
                callees.sort_unstable();
                callees.dedup();
                callees
            })
            .collect();
        groups
    }
}

/// Components that call each other in a circle, or one alone; and the calls between these groups, without a cycle.
#[derive(Debug)]
pub(super) struct Groups {
    /// Each group's components, ascending; groups by their first component.
    pub(super) members: Vec<Vec<usize>>,
    /// Each group's calls that close a cycle: without them it would have none.
    pub(super) closing: Vec<Vec<(usize, usize)>>,
    calls: Vec<Vec<usize>>,
}

impl Groups {
    /// Every group after all that call it.
    pub(super) fn callers_first(&self) -> Vec<usize> {
        sorted(&self.calls, &reversed(&self.calls))
    }

    /// Every group after all that it calls.
    pub(super) fn callees_first(&self) -> Vec<usize> {
        sorted(&reversed(&self.calls), &self.calls)
    }
}

/// After Kahn: each number after those in `before` it; of several that could come next, the smallest.
fn sorted(after: &[Vec<usize>], before: &[Vec<usize>]) -> Vec<usize> {
    let mut missing: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..missing.len()).filter(|number| missing[*number] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(missing.len());
    while let Some(Reverse(number)) = ready.pop() {
        order.push(number);
        for &next in &after[number] {
            missing[next] -= 1;
            if missing[next] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order
}

fn reversed(arrows: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); arrows.len()];
    for (from, ends) in arrows.iter().enumerate() {
        for &to in ends {
            reversed[to].push(from);
        }
    }
    reversed
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

/// Visits what `start` reaches and nobody visited: `finished` takes each after all it reaches, `closing` the arrows
/// that lead back to where the visit came from.
fn depth_first(
    arrows: &[Vec<usize>],
    start: usize,
    marks: &mut [Mark],
    finished: &mut Vec<usize>,
    closing: &mut Vec<(usize, usize)>,
) {
    if marks[start] != Mark::New {
        return;
    }
    marks[start] = Mark::Open;
    // Each with how many of its arrows were followed.
    let mut open = vec![(start, 0)];
    while let Some((at, followed)) = open.last_mut() {
        let at = *at;
        let Some(&next) = arrows[at].get(*followed) else {
            marks[at] = Mark::Done;
            finished.push(at);
            open.pop();
            continue;
        };
        *followed += 1;
        match marks[next] {
            Mark::New => {
                marks[next] = Mark::Open;
                open.push((next, 0));
            }
            Mark::Open => closing.push((at, next)),
            Mark::Done => {}
        }
    }
}
