//! The stages of a walk on the screen: a line above the panes, rows in the outline.

use ratatui::text::{Line, Span};

use super::Order;
use crate::domain::plan::NodeRef;
use crate::domain::strategy::Stage;
use crate::tui::screens::walk::state::Walk;
use crate::tui::screens::walk::tree::Row;
use crate::tui::screens::walk::view::tested_and_worst;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// The order of the walk and the index of the stage that the cursor is in.
#[must_use]
pub fn current_stage(walk: &Walk) -> Option<(&Order, u32)> {
    let order = walk.tree.order()?;
    match walk.tree.selected()? {
        Row::Stage(at) => Some((order, at)),
        Row::Node(idx) => {
            // On a section of a walk in the order of the plan, all is one stage.
            let at = if order.is_as_written() { Some(0) } else { order.stage_of(idx) };
            at.map(|at| (order, at))
        }
    }
}

/// `stage 3 of 6: adding inventory; with cart, web; still fake: payments, mail`, with fewer names where it is narrow.
#[must_use]
pub fn stage_line(walk: &Walk, width: u16, look: Look<'_>) -> Line<'static> {
    let Some((order, at)) = current_stage(walk) else { return Line::default() };
    let Some(stage) = order.stage(at) else { return Line::default() };
    let lead = format!(" {}: ", order.strategy());
    let count = order.walkway().count(stage);
    let room = usize::from(width).saturating_sub(visible::width(&lead) + visible::width(&count) + 1);
    let mut spans = vec![Span::styled(lead, look.theme.quiet()), Span::styled(count, look.theme.accent())];
    spans.extend(stage_spans(stage, room, look));
    Line::from(spans)
}

/// What a stage is about in at most `cells` cells: with as many names as fit, else with the numbers of names.
#[must_use]
pub fn stage_spans(stage: &Stage, cells: usize, look: Look<'_>) -> Vec<Span<'static>> {
    const ALL: usize = usize::MAX;
    // With how many names of each part, and of what was there before.
    const FORMS: [(usize, usize); 8] =
        [(ALL, ALL), (ALL, 3), (ALL, 1), (ALL, 0), (5, 0), (3, 0), (2, 0), (1, 0)];
    let fits = |parts: &Vec<String>| visible::width(&visible::line(&parts.join("; "))) <= cells;
    let drawn = |parts: Vec<String>| -> Vec<String> {
        parts.iter().map(|part| parts::arrows(part, look.glyphs)).collect()
    };
    let parts = FORMS.into_iter().map(|(most, before)| drawn(stage.parts(most, before))).find(fits);
    let parts = parts.unwrap_or_else(|| {
        let numbers = stage.parts(0, 0).into_iter().skip(1);
        stage.parts(1, 0).into_iter().take(1).chain(numbers).collect()
    });
    let about = parts::fit(&parts[0], cells, look.glyphs);
    let rest: String = parts[1..].iter().flat_map(|part| ["; ", part.as_str()]).collect();
    let rest = parts::fit(&rest, cells.saturating_sub(visible::width(&about)), look.glyphs);
    vec![Span::styled(about, look.theme.strong()), Span::styled(rest, look.theme.quiet())]
}

/// A stage's row in the outline: its number, what it is about, how far it is.
#[must_use]
pub fn stage_row(walk: &Walk, at: u32, is_current: bool, width: u16, look: Look<'_>) -> Line<'static> {
    let glyphs = look.glyphs;
    let Some((order, stage)) = walk.tree.order().and_then(|order| Some((order, order.stage(at)?))) else {
        return Line::default();
    };
    let cursor = if is_current { glyphs.cursor.as_str() } else { " " };
    let fold = if walk.tree.is_folded(Row::Stage(at)) { &glyphs.folded } else { &glyphs.open };
    let lead = format!("{cursor}{fold} ");
    let number = format!("{} ", stage.number);
    let right = if stage.prompts.is_empty() {
        vec![Span::styled("no prompt ", look.theme.quiet())]
    } else {
        tested_and_worst(order.counts(at), look)
    };
    let taken = visible::width(&lead) + visible::width(&number) + parts::cells(&right) + 1;
    let mut left = vec![Span::styled(lead, look.theme.quiet()), Span::styled(number, look.theme.accent())];
    left.extend(stage_spans(stage, usize::from(width).saturating_sub(taken), look));
    parts::spread(left, right, width, glyphs)
}

/// Among stages, the section of a prompt, unless the row above is of the same one: it is repeated at the top of the
/// screen only.
#[must_use]
pub fn section_of(
    walk: &Walk,
    node: NodeRef<'_>,
    above: Option<Row>,
    width: u16,
    look: Look<'_>,
) -> Option<Span<'static>> {
    let is_title = |above: &NodeRef<'_>| above.depth() == 1 && above.text() == walk.revision.plan().title;
    let section = node.parent().filter(|parent| !is_title(parent))?;
    let before = above.and_then(Row::node).and_then(|idx| walk.revision.plan().outline.node(idx).parent());
    if width < 60 || before.is_some_and(|before| before.idx() == section.idx()) {
        return None;
    }
    let text = parts::fit(&parts::title(section, look), usize::from(width) / 3, look.glyphs);
    Some(Span::styled(format!("{text} "), look.theme.quiet()))
}
