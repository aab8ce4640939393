//! Strategies: in which order a plan is walked, in which stages, and why.
//!
//! An order is made of the plan, of what is known of its components, and of last time's verdicts, and of nothing
//! else: the same three give the same order in every session and on every machine. Ties are settled by the order
//! of first appearance in the plan, so that no hash seed and no clock has a say.
//!
//! Knows no screen: a [`Walkway`] is a list of stages, a stage a list of prompts.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::component::{ComponentState, States};
use super::plan::{FOCUS_TAGS, NodeIdx, Plan, focus_tag_of_title};
use super::verdict::Verdict;

mod graph;
#[cfg(test)]
mod tests;

use graph::Graph;

/// The most components that are added one stage after the other. A stage names what was there before it, so that
/// stages grow with the square of the components; no system under test comes near, a hostile plan would.
pub const MAX_STAGED_COMPONENTS: usize = 1_000;

/// What orders the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strategy {
    /// In the order of the plan.
    #[default]
    AsWritten,
    /// What hurts most first: critical, known problem, error, boundary, then the rest.
    RiskFirst,
    /// From the components that nobody calls to those they call.
    TopDown,
    /// From the components that call nobody to those that call them.
    BottomUp,
    /// From both ends to the middle.
    Sandwich,
    /// All components at once.
    BigBang,
}

impl Strategy {
    /// All six, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::AsWritten, Self::RiskFirst, Self::TopDown, Self::BottomUp, Self::Sandwich, Self::BigBang];

    /// The word for it, the same on the command line, in JSON and in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AsWritten => "as-written",
            Self::RiskFirst => "risk-first",
            Self::TopDown => "top-down",
            Self::BottomUp => "bottom-up",
            Self::Sandwich => "sandwich",
            Self::BigBang => "big-bang",
        }
    }

    /// What it does, in one sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::AsWritten => "in the order of the plan",
            Self::RiskFirst => "critical, known problem, error, boundary, then the rest",
            Self::TopDown => "callers before what they call, which is fake until it is added",
            Self::BottomUp => "what is called before its callers",
            Self::Sandwich => "from both ends to the middle",
            Self::BigBang => "all components at once",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The word was none of the six strategies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no strategy: say as-written, risk-first, top-down, bottom-up, sandwich or big-bang")]
pub struct UnknownStrategy(pub String);

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.word() == word).ok_or_else(|| UnknownStrategy(word.to_owned()))
    }
}

/// Where to look first. In order: the earlier, the sooner it is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Focus {
    /// Tagged critical.
    Critical,
    /// Tagged known-problem.
    KnownProblem,
    /// Tagged error.
    Error,
    /// Tagged boundary.
    Boundary,
    /// Tagged with none of the four.
    Rest,
}

impl Focus {
    const ALL: [Self; 5] = [Self::Critical, Self::KnownProblem, Self::Error, Self::Boundary, Self::Rest];

    /// For people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::KnownProblem => "known problem",
            Self::Error => "error",
            Self::Boundary => "boundary",
            Self::Rest => "the rest",
        }
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let at = FOCUS_TAGS.iter().position(|focus| *focus == tag)?;
        Some(Self::ALL[at])
    }
}

/// A plan's prompts in the order of a strategy: each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walkway {
    /// What ordered them.
    pub strategy: Strategy,
    /// In the order of the walk; at least one, unless there are no prompts.
    pub stages: Vec<Stage>,
}

/// One step of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// 1-based.
    pub number: usize,
    /// What its prompts have in common.
    pub topic: Topic,
    /// The components that are added now, by first appearance.
    pub adding: Vec<Arc<str>>,
    /// The components that were there before, the one added last first.
    pub with: Vec<Arc<str>>,
    /// What a stand-in answers for, by first appearance: components that are called and not there yet, unless they
    /// are known to be real or absent, and components that are there and known to be fake.
    pub fake: Vec<Arc<str>>,
    /// The connections that close a cycle among the components added now, which is why they come together.
    pub cycle: Vec<(Arc<str>, Arc<str>)>,
    /// In the order of the walk. May be empty: that a part is added and nobody asks about it is worth seeing.
    pub prompts: Vec<Step>,
}

/// What a stage's prompts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The plan as it is.
    Everything,
    /// Where to look first.
    Focus(Focus),
    /// What is added.
    Components,
}

/// A prompt on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which prompt.
    pub prompt: NodeIdx,
    /// Why it comes where it comes; its `Display` is the sentence.
    pub reason: Reason,
}

/// Why a prompt comes where it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is its turn in the plan.
    AsWritten,
    /// Its tags, and its verdict last time.
    Risk(Focus, Verdict),
    /// All components are there from the start.
    AllAtOnce,
    /// There are more components than [`MAX_STAGED_COMPONENTS`].
    TooManyComponents,
    /// It belongs to no integration point.
    NoPoint,
    /// Its component calls itself.
    Itself {
        /// The component.
        component: Arc<str>,
        /// The stage that adds it.
        stage: usize,
    },
    /// One end came first.
    Added {
        /// The end that is added now.
        newer: Arc<str>,
        /// The stage that adds it.
        stage: usize,
        /// The end that was there.
        older: Arc<str>,
    },
    /// Both ends came at once.
    Together {
        /// The end that calls.
        from: Arc<str>,
        /// The end that is called.
        to: Arc<str>,
        /// The stage that adds both.
        stage: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsWritten => f.write_str("this is its place in the plan"),
            Self::Risk(focus, last) => {
                match focus {
                    Focus::Rest => f.write_str("none of critical, known problem, error and boundary")?,
                    Focus::Critical | Focus::KnownProblem | Focus::Error | Focus::Boundary => {
                        write!(f, "it is marked {}", focus.words())?;
                    }
                }
                match last {
                    Verdict::Untested => Ok(()),
                    Verdict::Pass => f.write_str("; it passed last time"),
                    Verdict::Fail => f.write_str("; it failed last time"),
                    Verdict::Blocked => f.write_str("; it was blocked last time"),
                    Verdict::Inconclusive => f.write_str("; it was inconclusive last time"),
                    Verdict::Skip => f.write_str("; it was skipped last time"),
                }
            }
            Self::AllAtOnce => f.write_str("all components are there from the start"),
            Self::TooManyComponents => {
                write!(f, "more than {MAX_STAGED_COMPONENTS} components are not added one by one")
            }
            Self::NoPoint => f.write_str("it has no integration point, so it comes in the first stage"),
            Self::Itself { component, stage } => write!(f, "{component} is added in stage {stage}"),
            Self::Added { newer, stage, older } => {
                write!(f, "{newer} is added in stage {stage}, {older} was there")
            }
            Self::Together { from, to, stage } => {
                write!(f, "{from} and {to} are added together in stage {stage}")
            }
        }
    }
}

impl Walkway {
    /// The prompts in the order of the walk, each with its stage.
    pub fn steps(&self) -> impl Iterator<Item = (&Stage, &Step)> {
        self.stages.iter().flat_map(|stage| stage.prompts.iter().map(move |step| (stage, step)))
    }

    /// Where `prompt` comes; `None` for what is no prompt of the plan.
    #[must_use]
    pub fn find(&self, prompt: NodeIdx) -> Option<(&Stage, &Step)> {
        self.steps().find(|(_, step)| step.prompt == prompt)
    }

    /// The stage's line: `stage 3 of 6: adding inventory; with cart, web; still fake: payments, mail`.
    #[must_use]
    pub fn line(&self, stage: &Stage) -> String {
        format!("{}{}", self.count(stage), stage.summary())
    }

    /// What stands for components is `states` by now: says anew what is fake, and leaves the order as it is.
    pub fn restate(&mut self, plan: &Plan, states: &States) {
        if matches!(self.strategy, Strategy::AsWritten | Strategy::RiskFirst) {
            return;
        }
        for (stage, anew) in self.stages.iter_mut().zip(stages(plan, self.strategy, states)) {
            stage.fake = anew.fake;
        }
    }

    /// The beginning of a stage's line: `stage 3 of 6: `.
    #[must_use]
    pub fn count(&self, stage: &Stage) -> String {
        format!("stage {} of {}: ", stage.number, self.stages.len())
    }
}

impl Stage {
    /// What is going on: `adding inventory; with cart, web; still fake: payments, mail`.
    #[must_use]
    pub fn summary(&self) -> String {
        self.parts(usize::MAX, usize::MAX).join("; ")
    }

    /// The parts of its summary, what it is about first: with at most `most` names in each, and of what was there before,
    /// which is what one can best do without, with at most `most_before`. Of none, their number is said; what was there
    /// before is then left out.
    #[must_use]
    pub fn parts(&self, most: usize, most_before: usize) -> Vec<String> {
        let mut parts = match self.topic {
            Topic::Everything => vec!["everything, as written".to_owned()],
            Topic::Focus(focus) => vec![focus.words().to_owned()],
            Topic::Components if self.adding.is_empty() => {
                vec!["prompts without an integration point".to_owned()]
            }
            Topic::Components => vec![format!("adding {}", listed(&self.adding, most))],
        };
        if !self.with.is_empty() && most_before > 0 {
            parts.push(format!("with {}", listed(&self.with, most_before)));
        }
        if !self.fake.is_empty() {
            parts.push(format!("still fake: {}", listed(&self.fake, most)));
        }
        if !self.cycle.is_empty() {
            let closing: Vec<String> =
                self.cycle.iter().map(|(from, to)| format!("{from} -> {to}")).collect();
            parts.push(format!("a cycle, closed by {}", listed(&closing, most)));
        }
        parts
    }
}

/// `a, b and 3 more`; one that would be the only one left out is named too.
fn listed(names: &[impl AsRef<str>], most: usize) -> String {
    let most = if names.len() <= most.saturating_add(1) { names.len() } else { most };
    let named: Vec<&str> = names[..most].iter().map(AsRef::as_ref).collect();
    match names.len() - most {
        0 => named.join(", "),
        left if most == 0 => left.to_string(),
        left => format!("{} and {left} more", named.join(", ")),
    }
}

/// The prompts of `plan` in the order of `strategy`.
///
/// `states` says which components are known to be real, fake or absent: it decides what a stage calls fake, never
/// the order, which must not change under a tester's hands. `last` gives a prompt's verdict in the session before,
/// `Untested` where there is none; only risk first asks for it.
#[must_use]
pub fn order(plan: &Plan, strategy: Strategy, states: &States, last: &dyn Fn(NodeIdx) -> Verdict) -> Walkway {
    let stages = match strategy {
        Strategy::AsWritten => vec![as_written(plan)],
        Strategy::RiskFirst => risk_first(plan, last),
        Strategy::BigBang => filled(plan, Staging::at_once(plan, states), &Reason::AllAtOnce),
        Strategy::TopDown | Strategy::BottomUp | Strategy::Sandwich => {
            match staging(plan, strategy, states) {
                Some(staging) => by_component(plan, staging),
                None => filled(plan, Staging::at_once(plan, states), &Reason::TooManyComponents),
            }
        }
    };
    Walkway { strategy, stages }
}

/// The stages that [`order`] gives, without their prompts: much cheaper, since it asks for no prompt's point.
#[must_use]
pub fn stages(plan: &Plan, strategy: Strategy, states: &States) -> Vec<Stage> {
    match strategy {
        Strategy::AsWritten => vec![stage(1, Topic::Everything)],
        Strategy::RiskFirst => {
            let mut stages = risk_first(plan, &|_| Verdict::Untested);
            stages.iter_mut().for_each(|stage| stage.prompts.clear());
            stages
        }
        Strategy::BigBang => Staging::at_once(plan, states).stages,
        Strategy::TopDown | Strategy::BottomUp | Strategy::Sandwich => {
            staging(plan, strategy, states).unwrap_or_else(|| Staging::at_once(plan, states)).stages
        }
    }
}

fn stage(number: usize, topic: Topic) -> Stage {
    let (adding, with, fake, cycle, prompts) = Default::default();
    Stage { number, topic, adding, with, fake, cycle, prompts }
}

fn as_written(plan: &Plan) -> Stage {
    let step = |prompt| Step { prompt, reason: Reason::AsWritten };
    let prompts = plan.outline.prompts().map(|node| step(node.idx())).collect();
    Stage { prompts, ..stage(1, Topic::Everything) }
}

/// A stage for each focus that has prompts; in each, what failed last time first and what was never tested last.
fn risk_first(plan: &Plan, last: &dyn Fn(NodeIdx) -> Verdict) -> Vec<Stage> {
    let outline = &plan.outline;
    // Tags are inherited: one look at the node above is enough, since it comes first.
    let mut focus_of: Vec<Focus> = Vec::with_capacity(outline.len());
    let mut groups: [Vec<Step>; Focus::ALL.len()] = Default::default();
    for node in outline.nodes() {
        let above = node.parent().map_or(Focus::Rest, |parent| focus_of[parent.idx().at()]);
        let title = if node.is_prompt() { None } else { focus_tag_of_title(node.text()) };
        let own = title.into_iter().chain(node.own_tags()).filter_map(Focus::of_tag).min();
        let focus = own.map_or(above, |own| own.min(above));
        focus_of.push(focus);
        if node.is_prompt() {
            let reason = Reason::Risk(focus, last(node.idx()));
            groups[focus as usize].push(Step { prompt: node.idx(), reason });
        }
    }
    let mut stages = Vec::new();
    for (focus, mut prompts) in Focus::ALL.into_iter().zip(groups).filter(|(_, steps)| !steps.is_empty()) {
        // Stable: what is equal stays as written.
        prompts.sort_by_key(|step| match &step.reason {
            Reason::Risk(_, verdict) => urgency(*verdict),
            _ => 0,
        });
        stages.push(Stage { prompts, ..stage(stages.len() + 1, Topic::Focus(focus)) });
    }
    stages
}

/// The smaller, the sooner: what failed, what could not be told, what passed, what nobody tested.
const fn urgency(last: Verdict) -> u8 {
    match last {
        Verdict::Fail => 0,
        Verdict::Blocked => 1,
        Verdict::Inconclusive => 2,
        Verdict::Pass => 3,
        Verdict::Skip => 4,
        Verdict::Untested => 5,
    }
}

/// The stages before the prompts are put into them.
struct Staging {
    graph: Graph,
    /// Parallel to the graph's components: the index of the stage that adds it.
    added_in: Vec<usize>,
    /// At least one.
    stages: Vec<Stage>,
}

impl Staging {
    /// One stage for everything.
    fn at_once(plan: &Plan, states: &States) -> Self {
        let graph = Graph::of(plan);
        let fake = graph.names.iter().filter(|name| matches!(states.of(name), ComponentState::Fake(_)));
        let (fake, adding) = (fake.cloned().collect(), graph.names.clone());
        let only = Stage { fake, adding, ..stage(1, Topic::Components) };
        Self { added_in: vec![0; graph.names.len()], graph, stages: vec![only] }
    }
}

/// All prompts of `plan` in the one stage of `staging`.
fn filled(plan: &Plan, staging: Staging, reason: &Reason) -> Vec<Stage> {
    let mut stages = staging.stages;
    let step = |prompt| Step { prompt, reason: reason.clone() };
    stages[0].prompts = plan.outline.prompts().map(|node| step(node.idx())).collect();
    stages
}

/// A stage for each component, or for the components of one cycle; `None` where there are too many.
fn staging(plan: &Plan, strategy: Strategy, states: &States) -> Option<Staging> {
    let graph = Graph::of(plan);
    if graph.names.len() > MAX_STAGED_COMPONENTS {
        return None;
    }
    let groups = graph.groups();
    let order = match strategy {
        Strategy::BottomUp => groups.callees_first(),
        Strategy::Sandwich => both_ends(&groups.callers_first(), &groups.callees_first()),
        Strategy::AsWritten | Strategy::RiskFirst | Strategy::TopDown | Strategy::BigBang => {
            groups.callers_first()
        }
    };
    let mut stages = Vec::with_capacity(order.len().max(1));
    let mut added_in = vec![usize::MAX; graph.names.len()];
    for (at, &group) in order.iter().enumerate() {
        for &component in &groups.members[group] {
            added_in[component] = at;
        }
    }
    let name = |component: usize| Arc::clone(&graph.names[component]);
    let mut present: Vec<usize> = Vec::with_capacity(graph.names.len());
    let mut called = vec![false; graph.names.len()];
    let known: Vec<&ComponentState> = graph.names.iter().map(|name| states.of(name)).collect();
    for (at, &group) in order.iter().enumerate() {
        let members = &groups.members[group];
        for &callee in members.iter().flat_map(|member| &graph.calls[*member]) {
            called[callee] = true;
        }
        let stands_in = |component: usize| match known[component] {
            ComponentState::Fake(_) => called[component] || added_in[component] <= at,
            ComponentState::Unknown => called[component] && added_in[component] > at,
            ComponentState::Real | ComponentState::Absent => false,
        };
        stages.push(Stage {
            adding: members.iter().map(|member| name(*member)).collect(),
            with: present.iter().rev().map(|component| name(*component)).collect(),
            fake: (0..graph.names.len()).filter(|c| stands_in(*c)).map(name).collect(),
            cycle: groups.closing[group].iter().map(|(from, to)| (name(*from), name(*to))).collect(),
            ..stage(at + 1, Topic::Components)
        });
        present.extend(members);
    }
    if stages.is_empty() {
        stages.push(stage(1, Topic::Components));
    }
    Some(Staging { graph, added_in, stages })
}

/// Each prompt in the stage that adds the later one of its ends.
fn by_component(plan: &Plan, Staging { graph, added_in, mut stages }: Staging) -> Vec<Stage> {
    let name = |component: usize| Arc::clone(&graph.names[component]);
    for node in plan.outline.prompts() {
        let ends = node.point().and_then(|point| Some((graph.find(&point.from)?, graph.find(&point.to)?)));
        let (at, reason) = match ends {
            None => (0, Reason::NoPoint),
            Some((from, to)) => {
                let at = added_in[from].max(added_in[to]);
                (at, reason(at + 1, (name(from), added_in[from]), (name(to), added_in[to])))
            }
        };
        stages[at].prompts.push(Step { prompt: node.idx(), reason });
    }
    stages
}

fn reason(stage: usize, (from, from_at): (Arc<str>, usize), (to, to_at): (Arc<str>, usize)) -> Reason {
    match from_at.cmp(&to_at) {
        std::cmp::Ordering::Less => Reason::Added { newer: to, stage, older: from },
        std::cmp::Ordering::Greater => Reason::Added { newer: from, stage, older: to },
        std::cmp::Ordering::Equal if from == to => Reason::Itself { component: from, stage },
        std::cmp::Ordering::Equal => Reason::Together { from, to, stage },
    }
}

/// Takes turns: the next one from the top, the next one from the bottom, each once.
fn both_ends(top: &[usize], bottom: &[usize]) -> Vec<usize> {
    let mut taken = vec![false; top.len()];
    let mut order = Vec::with_capacity(top.len());
    for pair in top.iter().zip(bottom) {
        for &group in [pair.0, pair.1] {
            if !std::mem::replace(&mut taken[group], true) {
                order.push(group);
            }
        }
    }
    order
}
