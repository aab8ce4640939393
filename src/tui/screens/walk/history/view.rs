//! Earlier sessions beside the outline and in the detail.

use ratatui::text::Span;

use crate::domain::component::Ends;
use crate::domain::history::{Change, Difference, PastMark, Turn, listed};
use crate::domain::plan::NodeRef;
use crate::domain::time::{self, Timestamp};
use crate::domain::verdict::Verdict;
use crate::tui::screens::walk::detail::view::PageLines;
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::parts::{self, Look};

/// The last verdicts, the newest at the right: as many of the newest as have room in the `free` cells beside the text. An
/// outline that is `width` cells wide and not narrow always shows a few, since the detail has the whole text.
pub(in crate::tui::screens::walk) fn strip(
    marks: &[PastMark],
    width: u16,
    free: usize,
    look: Look<'_>,
) -> Vec<Span<'static>> {
    const NARROW: u16 = 60;
    const A_FEW: usize = 4;
    let at_least = if width < NARROW { 0 } else { A_FEW };
    let span = |mark: &PastMark| {
        let standing = mark.standing();
        // What passed is the background on which the rest is seen.
        let style = match mark.verdict {
            Verdict::Pass => look.theme.quiet(),
            _ => look.theme.standing(standing),
        };
        Span::styled(look.glyphs.standing(standing).to_owned(), style)
    };
    let mut spans: Vec<Span<'static>> = marks.iter().map(span).collect();
    // A blank behind them.
    while spans.len() > at_least && parts::cells(&spans) + 1 > free {
        spans.remove(0);
    }
    if !spans.is_empty() {
        spans.push(Span::raw(" "));
    }
    spans
}

/// What the verdict means after those of earlier sessions.
pub(in crate::tui::screens::walk) fn turn(page: &mut PageLines<'_>, walk: &Walk, node: NodeRef<'_>) {
    let theme = page.look.theme;
    let Some(id) = walk.revision.id_at(node.idx()) else { return };
    let change = walk.history.past().change(&walk.session, id);
    let change = change.or_else(|| walk.history.is_flaky(id).then_some(Change::Flaky));
    let doubtful = theme.verdict(Verdict::Inconclusive);
    let mut named: &[Difference] = &[];
    if let Some(change) = &change {
        let style = match change {
            Change::Turned(Turn::Fixed, _) => theme.verdict(Verdict::Pass),
            Change::Turned(Turn::NewlyFails, _) => theme.verdict(Verdict::Fail),
            Change::Flaky | Change::EnvironmentChanged(..) => doubtful,
        };
        page.text(&change.to_string(), "", style);
        if let Change::EnvironmentChanged(_, differences) | Change::Turned(_, differences) = change {
            named = differences;
        }
    }
    let suspicion = walk.history.suspicion(&walk.session, id);
    if suspicion.is_empty() {
        return;
    }
    // The reasons stand above already, where it passed last time.
    let why = match (suspicion.iter().all(|reason| named.contains(reason)), node.point()) {
        (true, Some(point)) => parts::point(point, page.look).0,
        _ => listed(&suspicion),
    };
    page.text(&format!("suspect: {why}"), "", doubtful);
}

/// The last verdict of earlier sessions: when, on which build, by whom, what stood at the ends, its notes.
pub(in crate::tui::screens::walk) fn last_time(
    page: &mut PageLines<'_>,
    walk: &Walk,
    node: NodeRef<'_>,
    now: Timestamp,
) {
    /// The most notes that are shown; the grid leads to the session itself.
    const MOST_NOTES: usize = 3;
    let theme = page.look.theme;
    let Some(id) = walk.revision.id_at(node.idx()) else { return };
    let Some(last) = walk.history.marks(id).last() else { return };
    page.blank();
    let build = last.conditions.build.as_ref().map(|build| format!("build {build}"));
    let said = [Some(time::ago(last.at, now)), build, Some(last.session.tester.clone())];
    let said = said.into_iter().flatten().collect::<Vec<String>>().join(", ");
    let standing = last.standing();
    // That a pass was for real is said by the ends below.
    let word = if standing.is_provisional() { standing.words() } else { standing.verdict.word() };
    let glyph = format!("last: {} {word}", page.look.glyphs.standing(standing));
    page.text(&format!("{glyph}, {said}"), "", theme.quiet());
    let known = last.conditions.ends.as_ref().map(Ends::known).filter(|known| !known.is_empty());
    if let Some(known) = known {
        page.text(&known, "  ", theme.quiet());
    }
    if last.wording != node.text() {
        page.text(&format!("judged as: {}", last.wording), "  ", theme.quiet());
    }
    for note in walk.history.notes(id).iter().take(MOST_NOTES) {
        page.text(&format!("{}  {}", note.kind.word(), note.text), "  ", theme.quiet());
    }
}

/// Why the outline has no row.
pub(in crate::tui::screens::walk) fn nothing_shown(walk: &Walk) -> String {
    match walk.history.searching().filter(|_| !walk.filter.notable.is_empty()) {
        _ if walk.filter.is_empty() => "nothing here".to_owned(),
        Some((read, total)) => format!("looking through earlier sessions: {read} of {total}"),
        None => "the filter shows nothing; Esc shows all".to_owned(),
    }
}
