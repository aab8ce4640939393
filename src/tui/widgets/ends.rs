//! What stands at the ends of an integration point, drawn. Where nobody said anything, nothing is.

use ratatui::text::{Line, Span};

use super::parts::{self, Look};
use crate::domain::component::{ComponentState, End, Ends, States};
use crate::domain::point::IntegrationPoint;
use crate::domain::verdict::Ground;
use crate::visible;

/// What `states` has at the ends of `point`.
#[must_use]
pub fn of(point: &IntegrationPoint, states: &States) -> Ends {
    Ends::of(&point.from, &point.to, states)
}

/// `FAKE`, `ABSENT` or `real`, behind a section's point: what a pass below it would rest on now.
#[must_use]
pub fn mark(ends: &Ends, look: Look<'_>) -> Option<Span<'static>> {
    let is_fake = |end: &&End| matches!(end.state, ComponentState::Fake(_));
    let word = match ends.ground() {
        Ground::Unstated => return None,
        Ground::Real => "real",
        Ground::Provisional if ends.each().any(|end| is_fake(&end)) => "FAKE",
        Ground::Provisional => "ABSENT",
    };
    let worst = ends.each().find(|end| end.is_stood_in()).unwrap_or(&ends.from);
    Some(Span::styled(format!("  {word}"), look.theme.component(&worst.state)))
}

/// `head` with what is known of both ends beside it, one below the other; below it where there is no room.
#[must_use]
pub fn beside(head: Vec<Span<'static>>, ends: &Ends, width: usize, look: Look<'_>) -> Vec<Line<'static>> {
    let known: Vec<(String, Span<'static>)> =
        ends.each().filter(|end| end.is_known()).map(|end| words(end, width, look)).collect();
    let names = known.iter().map(|(name, _)| visible::width(name)).max().unwrap_or(0);
    let states = known.iter().map(|(_, state)| visible::width(&state.content)).max().unwrap_or(0);
    let room = width.saturating_sub(parts::cells(&head) + 3);
    let mut head = Some(head);
    let mut lines = Vec::new();
    if names + 1 + states > room {
        lines.extend(head.take().map(Line::from));
    }
    let column = if head.is_some() { width - (names + 1 + states) } else { 2.min(width) };
    for (name, state) in known {
        let mut spans = head.take().unwrap_or_default();
        let blank = (column + names).saturating_sub(parts::cells(&spans) + visible::width(&name));
        spans.push(Span::raw(" ".repeat(blank)));
        spans.push(Span::styled(format!("{name} "), look.theme.quiet()));
        spans.push(state);
        lines.push(Line::from(spans));
    }
    lines.extend(head.map(Line::from));
    lines
}

/// Name and state, each in at most its half of `width`.
fn words(end: &End, width: usize, look: Look<'_>) -> (String, Span<'static>) {
    let half = (width / 2).saturating_sub(2);
    let state = parts::fit(&end.state.to_string(), half, look.glyphs);
    let style = look.theme.component(&end.state);
    (parts::fit(&end.component, half, look.glyphs), Span::styled(state, style))
}
