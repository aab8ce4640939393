//! A plan as readable text: an indented outline with the counts at its end.

use std::fmt::Write as _;

use crate::domain::component::ComponentState;
use crate::domain::plan::{NodeRef, Plan};

/// The plan as an indented outline.
///
/// It holds the plan's text as it is, control characters included: the caller makes them visible.
#[must_use]
pub fn plan_text(plan: &Plan) -> String {
    let outline = &plan.outline;
    let mut out = String::new();
    let _ = writeln!(out, "{}", plan.title);
    if !plan.components.is_empty() {
        let components: Vec<String> = plan.components.iter().map(|name| with_default(plan, name)).collect();
        let _ = writeln!(out, "components: {}", components.join(", "));
    }
    if !plan.connections.is_empty() {
        let connections: Vec<String> = plan.connections.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "connections: {}", connections.join(", "));
    }
    if !plan.fields.is_empty() {
        let _ = writeln!(out, "fields: {}", plan.fields.join(", "));
    }
    out.push('\n');
    let repeats_title = |node: &NodeRef<'_>| node.idx().0 == 0 && node.text() == plan.title;
    for node in outline.nodes().filter(|node| !(repeats_title(node) && node.own_tags().next().is_none())) {
        push_node(&mut out, node);
    }
    if !outline.is_empty() {
        out.push('\n');
    }
    let _ = write!(
        out,
        "{} in {}",
        counted(outline.prompt_count(), "prompt"),
        counted(outline.section_count(), "section")
    );
    if !outline.points().is_empty() {
        let _ = write!(out, ", {}", counted(outline.points().len(), "integration point"));
    }
    out.push('\n');
    out
}

/// `payments (fake: stripe-mock)`, or the name alone where the plan says no state.
fn with_default(plan: &Plan, component: &str) -> String {
    match plan.defaults.of(component) {
        ComponentState::Unknown => component.to_owned(),
        state => format!("{component} ({state})"),
    }
}

fn push_node(out: &mut String, node: NodeRef<'_>) {
    let indent = "  ".repeat(node.depth() - 1);
    let _ = write!(out, "{indent}{}{}", if node.is_prompt() { "· " } else { "" }, node.text());
    for tag in node.own_tags() {
        let _ = write!(out, " #{tag}");
    }
    if let Some(anchor) = node.anchor() {
        let _ = write!(out, " {{#{anchor}}}");
    }
    out.push('\n');
    for (label, text) in [("expected", node.expected()), ("command", node.command())] {
        for (idx, line) in text.unwrap_or_default().lines().enumerate() {
            let label = if idx == 0 { format!("{label}: ") } else { " ".repeat(label.len() + 2) };
            let _ = writeln!(out, "{indent}    {label}{line}");
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
