//! What passes without a key, and the keys that are about time: pause, activity, time box, charter, time away, debrief.

use crate::domain::session::{Away, Command};
use crate::tui::effect::Effects;
use crate::tui::input::Input;
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::overlays::{activity, debrief, line};
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;
use crate::tui::stopwatch::Focus;

/// `input` ends the stretch since the last one, unless nobody need be there for it.
pub fn touch(model: &mut Model, input: &Input) {
    if matches!(input, Input::Resize { .. }) {
        return;
    }
    let ask_after_ms = model.settings.ask_away_after_ms.unwrap_or(u64::MAX);
    let steady_ms = model.steady_ms;
    let Some(walk) = &mut model.walk else { return };
    let limit_ms = walk.is_running().then_some(ask_after_ms);
    walk.stopwatch.touch(steady_ms, limit_ms);
    match input {
        Input::FocusGained => walk.stopwatch.set_focus(Focus::Here),
        Input::FocusLost => walk.stopwatch.set_focus(Focus::Elsewhere),
        _ => {}
    }
}

/// Does what is about time.
pub fn act(model: &mut Model, action: Action) -> Effects {
    match action {
        Action::Pause => {
            let is_paused = model.walk.as_ref().is_some_and(|walk| walk.decided_on().is_paused());
            submit(model, if is_paused { Command::Resume } else { Command::Pause }, After::Stay)
        }
        Action::Debrief => {
            debrief::open(model);
            Effects::none()
        }
        Action::SwitchActivity => {
            activity::open(model);
            Effects::none()
        }
        Action::SetCharter => {
            line::open(model, line::About::Charter);
            Effects::none()
        }
        Action::SetTimeBox => {
            line::open(model, line::About::TimeBox);
            Effects::none()
        }
        Action::WasBreak => explain_away(model, Away::Break),
        Action::WasWork => explain_away(model, Away::Work),
        _ => Effects::none(),
    }
}

fn explain_away(model: &mut Model, was: Away) -> Effects {
    match model.walk.as_mut().and_then(|walk| walk.stopwatch.take_away()) {
        Some(ms) => submit(model, Command::ExplainAway { ms, was }, After::Stay),
        None => Effects::none(),
    }
}
