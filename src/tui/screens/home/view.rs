//! Home on the screen.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::state::{CHROME_ROWS, Home, PlanRow, Row, SessionRow};
use crate::domain::time;
use crate::tui::keymap::{Action, Context};
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::widgets::parts::{self, Look};

/// Draws home.
pub fn draw(frame: &mut Frame<'_>, model: &Model, home: &Home, look: Look<'_>) {
    let (head, rest) = Area::whole(model.size).split_top(CHROME_ROWS - 1);
    let (list, footer) = rest.split_bottom(1);
    let open = home.sessions.iter().filter(|s| s.is_open).count();
    let (plans, sessions) = (home.plans.len(), home.sessions.len());
    let right = format!("{}, {}, {open} open ", counted(plans, "plan"), counted(sessions, "session"));
    let title = vec![Span::styled(" seamwalk", look.theme.strong())];
    let right = vec![Span::styled(right, look.theme.quiet())];
    parts::put(frame, head, 0, &parts::spread(title, right, head.width, look.glyphs));
    let seen = home.rows().iter().enumerate().skip(home.top()).take(usize::from(list.height));
    for (row, (at, entry)) in (0..list.height).zip(seen) {
        let is_current = at == home.cursor();
        parts::put(frame, list, row, &line_of(model, home, *entry, is_current, list.width, look));
        if is_current {
            parts::tint(frame, list, row, look.theme.cursor());
        }
    }
    if home.plans.is_empty() {
        draw_welcome(frame, home, list, look);
    }
    let line = parts::answer(model, footer.width, look).unwrap_or_else(|| {
        let needs_session = |action| matches!(action, Action::Retest | Action::Compare);
        let can = |action| !needs_session(action) || home.selected_session().is_some();
        parts::footer(&model.settings.keymap, Context::Home, can, footer.width, look)
    });
    parts::put(frame, footer, 0, &line);
}

/// What to do with a program that knows nothing yet.
fn draw_welcome(frame: &mut Frame<'_>, home: &Home, list: Area, look: Look<'_>) {
    let below = u16::try_from(home.rows().len()).unwrap_or(u16::MAX).saturating_add(1);
    let lines = [
        "Any Markdown checklist is a plan. To walk your own:",
        "  seamwalk path/to/checklist.md",
        "One key a verdict, saved before it is shown.",
    ];
    for (row, text) in (below..).zip(lines) {
        let text = parts::fit(&format!("  {text}"), usize::from(list.width), look.glyphs);
        parts::put(frame, list, row, &Line::styled(text, look.theme.quiet()));
    }
}

fn line_of(
    model: &Model,
    home: &Home,
    row: Row,
    is_current: bool,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let lead = if is_current { look.glyphs.cursor.as_str() } else { " " };
    match row {
        Row::Heading(text) => Line::styled(format!(" {text}"), look.theme.quiet()),
        Row::Session(at) => session_line(model, home, &home.sessions[at], lead, width, look),
        Row::Plan(at) => plan_line(&home.plans[at], lead, width, look),
        Row::Sample => {
            let offer = "Walk the sample plan: a web shop whose parts talk to each other";
            let left = vec![Span::raw(format!("{lead} ")), Span::styled(offer, look.theme.strong())];
            parts::spread(left, Vec::new(), width, look.glyphs)
        }
    }
}

fn session_line(
    model: &Model,
    home: &Home,
    session: &SessionRow,
    lead: &str,
    width: u16,
    look: Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let counts = session.counts;
    let is_wide = width >= 76;
    let mut left = vec![
        Span::raw(format!("{lead} ")),
        Span::styled(crate::visible::line(&session.title).into_owned(), theme.strong()),
    ];
    let retest = session.is_retest.then(|| "retest".to_owned());
    let about = retest.iter().chain(&session.charter).chain([&session.tester]).cloned();
    let about = about.collect::<Vec<String>>();
    let about = about.join(&format!(" {} ", look.glyphs.separator));
    left.push(Span::styled(format!("  {}", crate::visible::line(&about)), theme.quiet()));
    let mut right = Vec::new();
    if is_wide {
        right.extend(parts::bar(counts, 16, look));
    }
    let tally = format!(" {}/{}", counts.tested(), counts.total());
    right.push(Span::raw(format!("{tally:>9}  ")));
    if home.has_provisional && width >= 60 {
        let text = match counts.provisional() {
            0 => String::new(),
            count => format!("{} {count}", look.glyphs.provisional),
        };
        right.push(Span::styled(parts::padded(&text, 6), theme.standing(parts::PROVISIONAL)));
    }
    if is_wide {
        let failed = counts[crate::domain::verdict::Verdict::Fail];
        let style =
            if failed > 0 { theme.verdict(crate::domain::verdict::Verdict::Fail) } else { theme.quiet() };
        let glyph = look.glyphs.verdict(crate::domain::verdict::Verdict::Fail);
        right.push(Span::styled(format!("{glyph} {failed:<4}"), style));
    }
    right.push(Span::styled(format!("{:>13} ", time::ago(session.updated_at, model.now)), theme.quiet()));
    parts::spread(left, right, width, look.glyphs)
}

fn plan_line(plan: &PlanRow, lead: &str, width: u16, look: Look<'_>) -> Line<'static> {
    let mut left = vec![
        Span::raw(format!("{lead} ")),
        Span::styled(crate::visible::line(&plan.title).into_owned(), look.theme.strong()),
    ];
    if let Some(source) = &plan.source {
        left.push(Span::styled(format!("  {}", crate::visible::line(source)), look.theme.quiet()));
    }
    let prompts = counted(plan.prompt_count as usize, "prompt");
    let sessions = counted(plan.session_count as usize, "session");
    let right = vec![Span::styled(format!("{prompts}, {sessions} "), look.theme.quiet())];
    parts::spread(left, right, width, look.glyphs)
}

fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
