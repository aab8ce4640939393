//! The summary on the screen.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::state::{CHROME_ROWS, Row, Summary};
use crate::domain::history::listed;
use crate::domain::plan::NodeRef;
use crate::domain::retest::USUAL;
use crate::domain::session::{Activity, Question};
use crate::domain::time;
use crate::tui::keymap::{Action, Context};
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::screens::walk::obstacle::obstacle;
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::clock;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Draws the summary.
pub fn draw(frame: &mut Frame<'_>, model: &Model, walk: &Walk, summary: &Summary, look: Look<'_>) {
    let (head, rest) = Area::whole(model.size).split_top(CHROME_ROWS - 1);
    let (list, footer) = rest.split_bottom(1);
    draw_head(frame, model, walk, head, look);
    let seen = summary.rows().iter().enumerate().skip(summary.top()).take(usize::from(list.height));
    for (row, (at, entry)) in (0..list.height).zip(seen) {
        let is_current = at == summary.cursor();
        parts::put(frame, list, row, &line_of(model, walk, entry, is_current, list.width, look));
        if is_current {
            parts::tint(frame, list, row, look.theme.cursor());
        }
    }
    let can = |action| match action {
        Action::Finish => walk.decided_on().is_open(),
        Action::Reopen => !walk.decided_on().is_open(),
        Action::Retest => USUAL.iter().any(|verdict| walk.progress.totals()[*verdict] > 0),
        Action::Map => obstacle(walk, action).is_none(),
        _ => true,
    };
    let line = parts::answer(model, footer.width, look)
        .unwrap_or_else(|| parts::footer(&model.settings.keymap, Context::Summary, can, footer.width, look));
    parts::put(frame, footer, 0, &line);
}

fn draw_head(frame: &mut Frame<'_>, model: &Model, walk: &Walk, head: Area, look: Look<'_>) {
    let theme = look.theme;
    let title = visible::line(&walk.revision.plan().title).into_owned();
    let state = match walk.session.ended_at() {
        Some(at) => format!("finished {}", at.date_hour_minute()),
        None => "open".to_owned(),
    };
    let left =
        vec![Span::styled(format!(" {title}"), theme.strong()), Span::styled("  summary", theme.quiet())];
    let is_narrow = head.width < 76;
    let about = match is_narrow {
        true => format!("{state} "),
        false => {
            let tester = parts::fit(&walk.session.start().tester, 30, look.glyphs);
            format!("{tester}  {}  {state} ", time::clock(walk.elapsed_ms(model.steady_ms)))
        }
    };
    let right = vec![Span::styled(about, theme.quiet())];
    parts::put(frame, head, 0, &parts::spread(left, right, head.width, look.glyphs));
    let totals = walk.progress.totals();
    let mut bar = vec![Span::raw(" ")];
    bar.extend(parts::bar(totals, usize::from(head.width).saturating_sub(2), look));
    parts::put(frame, head, 1, &Line::from(bar));
    let tested = if is_narrow { "" } else { " tested " };
    let tested = format!(" {}/{}{tested}  ", totals.tested(), totals.total());
    let mut counts = vec![Span::styled(tested, theme.strong())];
    counts.extend(match head.width {
        0..60 => parts::strip_counts(totals, look),
        60..100 => parts::counts(totals, is_narrow, look),
        _ => parts::worded_counts(totals, look),
    });
    let saved = parts::saved(walk.saved(), walk.unsaved.len(), look);
    parts::put(frame, head, 2, &parts::spread(counts, saved, head.width, look.glyphs));
}

fn line_of(
    model: &Model,
    walk: &Walk,
    row: &Row,
    is_current: bool,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let lead = if is_current { look.glyphs.cursor.as_str() } else { " " };
    match row {
        Row::Heading(text) => Line::styled(format!("{lead} {text}"), theme.strong()),
        Row::StandIns(text) => {
            let text = parts::fit(text, usize::from(width).saturating_sub(4), look.glyphs);
            Line::styled(format!("{lead}  {text}"), theme.standing(parts::PROVISIONAL))
        }
        Row::Text(text) => Line::styled(format!("{lead}  {}", visible::line(text)), theme.quiet()),
        Row::Time(activity) => {
            let label = activity.map_or("paused", Activity::said);
            let ms = match activity {
                Some(activity) => walk.activity_ms(*activity, model.steady_ms),
                None => walk.decided_on().times().paused_ms(),
            };
            let walked_ms = activity.map(|_| walk.elapsed_ms(model.steady_ms));
            let mut spans = vec![Span::raw(format!("{lead}  "))];
            spans.extend(clock::bar(label, ms, walked_ms, width.saturating_sub(4), look));
            Line::from(spans)
        }
        Row::Answer { question, text } => {
            let label = question.map_or("", Question::word);
            let left = vec![
                Span::styled(format!("{lead}  {label:<10} "), theme.quiet()),
                Span::raw(visible::line(text).into_owned()),
            ];
            parts::spread(left, Vec::new(), width, look.glyphs)
        }
        Row::Searching => {
            let text = match walk.history.searching() {
                Some((read, total)) => format!("looking through earlier sessions: {read} of {total}"),
                None => String::new(),
            };
            Line::styled(format!("{lead}  {text}"), theme.quiet())
        }
        Row::Suspect { idx, fails, why } => {
            let node = walk.revision.plan().outline.get(*idx);
            let point = node.and_then(NodeRef::point).map(|point| parts::point(point, look).0);
            let left = vec![
                Span::raw(format!("{lead}  ")),
                Span::styled(visible::line(&point.unwrap_or_default()).into_owned(), theme.strong()),
                Span::raw(format!("  {}", visible::line(&listed(why)))),
            ];
            let fails = format!("{fails} {} ", if *fails == 1 { "fail" } else { "fails" });
            parts::spread(left, vec![Span::styled(fails, theme.quiet())], width, look.glyphs)
        }
        Row::Prompt { standing, text, idx } => {
            let left = vec![
                Span::raw(format!("{lead}  ")),
                Span::styled(format!("{} ", look.glyphs.standing(*standing)), theme.standing(*standing)),
                Span::raw(visible::line(text).into_owned()),
            ];
            let path = walk.revision.plan().outline.get(*idx).map(|node| parts::path(node, walk, look));
            let path = parts::fit(&path.unwrap_or_default(), usize::from(width) / 3, look.glyphs);
            parts::spread(left, vec![Span::styled(format!("{path} "), theme.quiet())], width, look.glyphs)
        }
        Row::Blocking { text, .. } => {
            let left = vec![
                Span::raw(format!("{lead}      ")),
                Span::styled(visible::line(text).into_owned(), theme.quiet()),
            ];
            parts::spread(left, Vec::new(), width, look.glyphs)
        }
        Row::Note { at, kind, text, on_prompt, .. } => {
            let indent = if *on_prompt { "      " } else { "  " };
            let head = format!("{lead}{indent}{} {}  ", at.hour_minute(), kind.word());
            let left = vec![Span::styled(head, theme.quiet()), Span::raw(visible::line(text).into_owned())];
            parts::spread(left, Vec::new(), width, look.glyphs)
        }
    }
}
