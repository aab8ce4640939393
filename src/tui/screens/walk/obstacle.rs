//! Why an action cannot be done now: said when its key is pressed, and the reason it is not in the footer.

use super::blocking::cannot_ask;
use super::state::Walk;
use super::tree::Row;
use crate::domain::session::Refusal;
use crate::tui::keymap::{Action, Motion};

/// What is in the way of `action`; `None` if nothing is.
#[must_use]
pub fn obstacle(walk: &Walk, action: Action) -> Option<String> {
    let session = walk.decided_on();
    let writes = matches!(
        action,
        Action::Mark(_)
            | Action::MarkWithNote(_)
            | Action::BlockedBy
            | Action::Clear
            | Action::Undo
            | Action::Redo
            | Action::Note
            | Action::NoteOnLast
            | Action::NoteOnSession
            | Action::WalkOrder
            | Action::Pause
            | Action::SwitchActivity
            | Action::SetCharter
            | Action::SetTimeBox
            | Action::WasBreak
            | Action::WasWork
    );
    if writes && !session.is_open() {
        return Some(Refusal::SessionClosed.to_string());
    }
    let refused = |is_refused: bool, refusal: Refusal| is_refused.then(|| refusal.to_string());
    match action {
        Action::Mark(_) | Action::MarkWithNote(_) => no_prompt(walk),
        Action::BlockedBy => no_prompt(walk).or_else(|| cannot_ask(walk)),
        Action::Clear => no_prompt(walk).or_else(|| {
            let marked = walk.current_prompt().is_some_and(|prompt| session.mark(prompt).is_some());
            refused(!marked, Refusal::NothingToClear)
        }),
        Action::Retest if session.is_open() => {
            Some("the session goes on: its summary offers to retest what did not work so far".to_owned())
        }
        Action::Undo => refused(session.next_undo().is_none(), Refusal::NothingToUndo),
        Action::Redo => refused(session.next_redo().is_none(), Refusal::NothingToRedo),
        Action::NoteOnLast if session.last_marked().is_none() => Some("no prompt was marked yet".to_owned()),
        Action::Components
            if walk.revision.plan().points().next().is_none()
                && walk.revision.plan().components.is_empty() =>
        {
            Some(NO_COMPONENTS.to_owned())
        }
        Action::Map if walk.revision.plan().points().next().is_none() => Some(
            "this plan names no integration point: a heading like `cart -> inventory` gives it a map"
                .to_owned(),
        ),
        Action::WasBreak | Action::WasWork if walk.stopwatch.away_ms().is_none() => {
            Some("no time away is asked about".to_owned())
        }
        Action::TestData if walk.revision.plan().data.is_empty() => {
            Some("this plan has no test data: list it under data: in its front matter".to_owned())
        }
        Action::WhyHere if walk.why_here().is_none() => {
            Some("a section has no place in the walk: ask at a prompt".to_owned())
        }
        Action::Move(Motion::NextUntested | Motion::PreviousUntested) => nothing_untested(walk),
        _ => None,
    }
}

const NO_COMPONENTS: &str = "this plan names no component: a heading like `cart -> payments` does";

fn no_prompt(walk: &Walk) -> Option<String> {
    if walk.tree.rows().is_empty() {
        return Some("nothing is shown: Esc takes the filter away".to_owned());
    }
    if matches!(walk.tree.selected(), Some(Row::Stage(_))) {
        return Some("a stage has no verdict: mark the prompts below it".to_owned());
    }
    if walk.current_prompt().is_none() {
        return Some("a section has no verdict: mark the prompts below it".to_owned());
    }
    // A prompt that the session is not about is shown for what is below it.
    let outside = walk.tree.cursor().is_some_and(|idx| walk.progress.verdict(idx).is_none());
    let about = match &walk.session.start().only {
        Some(tag) => format!("#{tag} only"),
        None => "what is retested only".to_owned(),
    };
    outside.then(|| format!("this session is about {about}: this prompt is not part of it"))
}

fn nothing_untested(walk: &Walk) -> Option<String> {
    if walk.tree.selected().and_then(|from| walk.next_untested(from)).is_some() {
        return None;
    }
    let what = if walk.filter.is_empty() {
        "everything is tested"
    } else {
        "everything that the filter shows is tested"
    };
    Some(what.to_owned())
}
