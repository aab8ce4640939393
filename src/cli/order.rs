//! `seamwalk plan order`: the stages of a strategy, their prompts, and why each is where it is.
//!
//! Needs no database: it orders the plan as a first session would, with the states that the plan itself declares.

use std::sync::Arc;

use serde::Serialize;

use super::args::{Format, Input};
use super::output::Output;
use super::page::{Ink, Page};
use super::plan::Source;
use crate::domain::plan::{NodeRef, Plan};
use crate::domain::strategy::{self, Stage, Strategy, Walkway};
use crate::domain::verdict::Verdict;
use crate::error::{Error, Exit};

/// Prints the order of the plan in `input`. A plan without a prompt is refused once its stages are printed.
///
/// # Errors
///
/// [`Error::Read`] if it cannot be read, [`Error::Said`] if it is no plan.
pub fn order(input: &Input, strategy: Strategy, format: Format, output: &mut Output) -> Result<Exit, Error> {
    let source = Source::read(input)?;
    let plan = source.plan()?;
    let walkway = strategy::order(&plan, strategy, &plan.defaults, &|_| Verdict::Untested);
    match format {
        Format::Text => output.page(&page(&plan, &walkway))?,
        Format::Json => output.json(&OrderDocument::of(&plan, &walkway))?,
    }
    source.require_prompts(&plan)?;
    Ok(Exit::OK)
}

#[derive(Serialize)]
struct OrderDocument<'w> {
    strategy: &'static str,
    stages: Vec<StageDocument<'w>>,
}

#[derive(Serialize)]
struct StageDocument<'w> {
    number: usize,
    adding: Vec<&'w str>,
    with: Vec<&'w str>,
    fake: Vec<&'w str>,
    cycle: Vec<[&'w str; 2]>,
    prompts: Vec<PromptDocument<'w>>,
}

#[derive(Serialize)]
struct PromptDocument<'w> {
    line: u32,
    text: &'w str,
    reason: String,
}

impl<'w> OrderDocument<'w> {
    fn of(plan: &'w Plan, walkway: &'w Walkway) -> Self {
        let stages = walkway.stages.iter().map(|stage| StageDocument::of(plan, stage)).collect();
        Self { strategy: walkway.strategy.word(), stages }
    }
}

impl<'w> StageDocument<'w> {
    fn of(plan: &'w Plan, stage: &'w Stage) -> Self {
        let names = |components: &'w [Arc<str>]| components.iter().map(AsRef::as_ref).collect();
        let prompt = |step: &strategy::Step| {
            let node = plan.outline.node(step.prompt);
            PromptDocument { line: node.line(), text: node.text(), reason: step.reason.to_string() }
        };
        Self {
            number: stage.number,
            adding: names(&stage.adding),
            with: names(&stage.with),
            fake: names(&stage.fake),
            cycle: stage.cycle.iter().map(|(from, to)| [from.as_ref(), to.as_ref()]).collect(),
            prompts: stage.prompts.iter().map(prompt).collect(),
        }
    }
}

/// Stages with their lines; below, each reason once over the prompts that share it.
fn page(plan: &Plan, walkway: &Walkway) -> Page {
    let mut page = Page::default();
    let strategy = walkway.strategy;
    page.paragraph(&[], Ink::Strong, &plan.title);
    page.paragraph(&[(Ink::Plain, strategy.word()), (Ink::Plain, ": ")], Ink::Plain, strategy.meaning());
    let last_line = plan.outline.nodes().next_back().map_or(0, NodeRef::line);
    let width = last_line.to_string().len();
    for stage in &walkway.stages {
        page.blank();
        page.paragraph(&[(Ink::Strong, &walkway.count(stage))], Ink::Plain, &stage.summary());
        let mut said = None;
        for step in &stage.prompts {
            if said != Some(&step.reason) {
                page.paragraph(&[(Ink::Plain, "  ")], Ink::Faint, &step.reason.to_string());
                said = Some(&step.reason);
            }
            let node = plan.outline.node(step.prompt);
            let line = format!("  {:>width$}  ", node.line());
            page.paragraph(&[(Ink::Faint, &line)], Ink::Plain, node.text());
        }
        if stage.prompts.is_empty() {
            page.line([(Ink::Faint, "  no prompt in this stage")]);
        }
    }
    page
}
