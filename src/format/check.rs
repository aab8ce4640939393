//! What a planner should know about a plan that opens: problems with line and column.
//!
//! One pass for each question; 100,000 prompts take no longer than reading them did.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Parsed, Problem, Severity, require_prompts};
use crate::domain::plan::{NodeRef, Outline, Plan};
use crate::domain::point::arrow_count;

/// The problems of reading, and what is suspicious about the plan, in the order of the file.
#[must_use]
pub fn check(parsed: &Parsed) -> Vec<Problem> {
    let plan = &parsed.plan;
    let mut problems = parsed.problems.clone();
    components(plan, &mut problems);
    arrows(plan, &mut problems);
    duplicates(&plan.outline, &mut problems);
    empty_sections(&plan.outline, &mut problems);
    if let Err(none) = require_prompts(plan) {
        problems.push(Problem { severity: Severity::Error, line: 1, column: 1, message: none.to_string() });
    }
    problems.sort_by(|a, b| {
        (a.line, a.column, a.severity, &a.message).cmp(&(b.line, b.column, b.severity, &b.message))
    });
    problems
}

fn problem(severity: Severity, node: NodeRef<'_>, message: String) -> Problem {
    Problem { severity, line: node.line(), column: node.column(), message }
}

fn components(plan: &Plan, problems: &mut Vec<Problem>) {
    let mut asked: HashSet<&str> = HashSet::new();
    for point in plan.outline.prompts().filter_map(NodeRef::point) {
        asked.insert(&point.from);
        asked.insert(&point.to);
    }
    // Whoever declares a connection knows that no prompt touches it yet.
    for connection in &plan.connections {
        asked.insert(&connection.from);
        asked.insert(&connection.to);
    }
    let (line, column) = plan.front_matter.as_deref().map_or((1, 1), components_place);
    for component in plan.components.iter().filter(|component| !asked.contains(component.as_str())) {
        problems.push(Problem {
            severity: Severity::Warning,
            line,
            column,
            message: format!(
                "no prompt asks about the component `{component}`: add a section such as `## {component} -> …`"
            ),
        });
    }
}

/// Where the front matter declares the components.
fn components_place(front_matter: &str) -> (u32, u32) {
    let at = front_matter.lines().position(|line| line.trim_start().starts_with("components"));
    // The fence is line 1.
    (at.map_or(1, |at| at as u32 + 2), 1)
}

fn arrows(plan: &Plan, problems: &mut Vec<Problem>) {
    for node in plan.outline.nodes().filter(|node| !node.is_prompt() && !node.names_point()) {
        if arrow_count(node.text()) == 0 {
            continue;
        }
        let why = if plan.components.is_empty() {
            "write two names around exactly one arrow, as in `cart -> inventory`"
        } else {
            "write two of the declared components around exactly one arrow, or declare the missing one"
        };
        let message = format!("`{}` has an arrow but names no integration point: {why}", node.text());
        problems.push(problem(Severity::Warning, node, message));
    }
}

fn duplicates(outline: &Outline, problems: &mut Vec<Problem>) {
    let mut anchors: HashMap<&str, u32> = HashMap::new();
    let mut prompts: HashMap<(u64, &str), u32> = HashMap::new();
    let mut paths: Vec<u64> = Vec::with_capacity(outline.len());
    for node in outline.nodes() {
        let mut hasher = DefaultHasher::new();
        let above = node.parent().and_then(|parent| paths.get(parent.idx().at())).copied().unwrap_or(0);
        (above, node.text()).hash(&mut hasher);
        paths.push(hasher.finish());
        if let Some(anchor) = node.anchor() {
            let first = *anchors.entry(anchor).or_insert(node.line());
            if first != node.line() {
                let message = format!("the anchor {{#{anchor}}} is taken since line {first}: choose another");
                problems.push(problem(Severity::Error, node, message));
            }
        } else if node.is_prompt() {
            let first = *prompts.entry((above, node.text())).or_insert(node.line());
            if first != node.line() {
                let message = format!(
                    "the same prompt stands in line {first} of the same section: reword one, or give one an {{#anchor}}"
                );
                problems.push(problem(Severity::Warning, node, message));
            }
        }
    }
}

fn empty_sections(outline: &Outline, problems: &mut Vec<Problem>) {
    let mut prompts_before: Vec<u32> = Vec::with_capacity(outline.len() + 1);
    prompts_before.push(0);
    for node in outline.nodes() {
        let before = prompts_before.last().copied().unwrap_or(0);
        prompts_before.push(before + u32::from(node.is_prompt()));
    }
    for node in outline.nodes().filter(|node| !node.is_prompt()) {
        if prompts_before[node.idx().at()] == prompts_before[node.end().at()] {
            let message = if node.text().is_empty() {
                "a heading without text and without prompts below it: remove it".to_owned()
            } else {
                format!("the section `{}` has no prompt: add a list item below it, or remove it", node.text())
            };
            problems.push(problem(Severity::Warning, node, message));
        }
    }
}
