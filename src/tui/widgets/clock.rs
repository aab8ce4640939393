//! The session's time as screens show it: how much of its box is used, what is being done, and where the time went.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::parts::{self, Look};
use crate::domain::session::Activity;
use crate::domain::time;
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::screens::walk::state::{TimeLeft, Walk};

/// `24:10 / 45:00`, with a word where little or nothing is left, where it stands still, or what is done instead of
/// testing. The words come first, so that colour is never needed.
#[must_use]
pub fn header(walk: &Walk, steady_ms: u64, look: Look<'_>) -> Vec<Span<'static>> {
    let session = walk.decided_on();
    if !session.is_open() {
        return vec![Span::raw("finished ")];
    }
    let mut spans = Vec::new();
    if let Some((words, style)) = sign(walk, steady_ms, look) {
        spans.push(Span::styled(format!("{words}  "), style));
    }
    let elapsed = time::clock(walk.elapsed_ms(steady_ms));
    let text = match session.time_box_ms() {
        Some(box_ms) => format!("{elapsed} / {} ", time::clock(box_ms)),
        None => format!("{elapsed} "),
    };
    spans.push(Span::styled(text, box_style(walk.time_left(steady_ms), look)));
    spans
}

/// The same in a word or two, for where a clock has no room.
#[must_use]
pub fn sign(walk: &Walk, steady_ms: u64, look: Look<'_>) -> Option<(String, Style)> {
    let session = walk.decided_on();
    if !session.is_open() {
        return None;
    }
    let activity = match (session.is_paused(), session.activity()) {
        (true, _) => return Some(("paused".to_owned(), look.theme.strong())),
        (false, Activity::Testing) => None,
        (false, activity) => Some(activity.said()),
    };
    let left = walk.time_left(steady_ms);
    let over = match left {
        TimeLeft::None => Some("time is up"),
        TimeLeft::Little => Some("time is short"),
        TimeLeft::Enough | TimeLeft::Unlimited => None,
    };
    match (activity, over) {
        (None, None) => None,
        (Some(activity), None) => Some((activity.to_owned(), look.theme.accent())),
        (None, Some(over)) => Some((over.to_owned(), box_style(left, look))),
        (Some(activity), Some(over)) => Some((format!("{activity}, {over}"), box_style(left, look))),
    }
}

fn box_style(left: TimeLeft, look: Look<'_>) -> Style {
    match left {
        TimeLeft::Unlimited | TimeLeft::Enough => look.theme.text(),
        TimeLeft::Little => look.theme.time_short(),
        TimeLeft::None => look.theme.time_up(),
    }
}

/// The question about a stretch without a key, where one is asked.
#[must_use]
pub fn away(model: &Model, walk: &Walk, width: u16, look: Look<'_>) -> Option<Line<'static>> {
    model.settings.ask_away_after_ms?;
    let away_ms = walk.stopwatch.away_ms().filter(|_| walk.is_running())?;
    let key = |action| model.settings.keymap.key_text(action);
    let (is_break, is_work) = (key(Action::WasBreak), key(Action::WasWork));
    let away = time::clock(away_ms);
    let texts = if walk.stopwatch.away_counts() {
        [
            format!(
                "away for {away}: {is_break} if that was a break; it counts as {}",
                walk.session.activity().said()
            ),
            format!("away {away}: {is_break} if it was a break"),
        ]
    } else {
        [
            format!(
                "away for {away}, which is not counted: {is_break} if that was a break, {is_work} if it was work"
            ),
            format!("away {away}: {is_break} break, {is_work} work"),
        ]
    };
    let cells = usize::from(width).saturating_sub(2);
    let text = texts.iter().find(|text| text.len() <= cells).unwrap_or(&texts[1]);
    Some(Line::styled(format!(" {}", parts::fit(text, cells, look.glyphs)), look.theme.toast()))
}

/// What took `ms`: a bar of its share of all the time walked, or the time alone where it is no part of that.
#[must_use]
pub fn bar(label: &str, ms: u64, walked_ms: Option<u64>, width: u16, look: Look<'_>) -> Vec<Span<'static>> {
    let cells = usize::from(width).saturating_sub(LABEL_CELLS + FIGURE_CELLS).min(MOST_BAR_CELLS);
    let share = |of: usize| {
        let all = u128::from(walked_ms.unwrap_or(0).max(1));
        usize::try_from(u128::from(ms) * of as u128 / all).unwrap_or(of).min(of)
    };
    let mut spans = vec![Span::raw(format!("{label:<LABEL_CELLS$}"))];
    match walked_ms {
        Some(_) => {
            // What occurred is seen, as in the bar of verdicts.
            let full = share(cells).max(usize::from(ms > 0 && cells > 0));
            spans.push(Span::styled(look.glyphs.bar_full.repeat(full), look.theme.accent()));
            spans.push(Span::styled(look.glyphs.bar_empty.repeat(cells - full), look.theme.quiet()));
        }
        None => spans.push(Span::raw(" ".repeat(cells))),
    }
    spans.push(Span::raw(format!("{:>9}", time::clock(ms))));
    if walked_ms.is_some() {
        spans.push(Span::styled(format!("{:>4} %", share(100)), look.theme.quiet()));
    }
    spans
}

/// Cells of the longest label and a blank.
const LABEL_CELLS: usize = 18;
/// Cells of time and share.
const FIGURE_CELLS: usize = 15;
/// A longer bar says no more.
const MOST_BAR_CELLS: usize = 40;
