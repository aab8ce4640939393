//! What the tester waits for, and what is typed meanwhile: it counts once the answer is there, in its order, as if it had
//! been typed then. Esc gives up what can be given up; leaving, stopping and a new size need not wait.

use std::collections::VecDeque;

use super::effect::{Effect, Effects};
use super::input::Input;
use super::key::{Code, Key};
use super::keymap::Action;
use super::model::Model;
use super::msg::Awaited;
use super::settings::Glyphs;
use super::update::act;

/// What is being read, and what was typed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    /// What the tester waits for.
    pub what: Option<Awaited>,
    /// Keys and pastes that are to be taken then, the first one first.
    pub typed: VecDeque<Input>,
}

impl Awaited {
    /// What is going on.
    const fn words(self) -> &'static str {
        match self {
            Self::Session => "opening the session",
            Self::Plan => "opening the plan",
            Self::Sessions => "reading the sessions",
            Self::Order => "putting the prompts in order",
        }
    }

    /// What became of it where it was given up.
    const fn given_up(self) -> &'static str {
        match self {
            Self::Session => "the session was not opened",
            Self::Plan => "the plan was not opened",
            Self::Sessions => "the sessions are not shown",
            Self::Order => "the order is as it was",
        }
    }

    /// The order of a walk is chosen already: it is on the disk, and cannot be given up.
    const fn can_be_given_up(self) -> bool {
        !matches!(self, Self::Order)
    }
}

impl Waiting {
    /// What to say of it; `None` if nothing is waited for.
    #[must_use]
    pub fn said(&self, glyphs: &Glyphs) -> Option<String> {
        let what = self.what?;
        let mut said = format!("{} {}", what.words(), glyphs.ellipsis);
        if what.can_be_given_up() {
            said.push_str("  Esc gives up");
        }
        match self.typed.len() {
            0 => {}
            1 => said.push_str("; 1 key waits"),
            keys => said.push_str(&format!("; {keys} keys wait")),
        }
        Some(said)
    }
}

/// Takes in what happens while `awaited` is read; `None` where that is the same as ever.
pub fn take_input(model: &mut Model, awaited: Awaited, input: &Input) -> Option<Effects> {
    match input {
        Input::Resize { .. } | Input::FocusGained | Input::FocusLost => None,
        Input::Key(key) => Some(press(model, awaited, *key)),
        Input::Paste(_) => {
            hold(model, input.clone());
            Some(Effects::none())
        }
        // They are about what is on the screen, which is about to go.
        Input::Click { .. } | Input::Wheel { .. } => Some(Effects::none()),
    }
}

fn press(model: &mut Model, awaited: Awaited, key: Key) -> Effects {
    match model.settings.keymap.action(model.context(), key) {
        Some(action @ (Action::Quit | Action::Suspend | Action::Redraw)) => return act(model, action),
        _ if key == Key::plain(Code::Esc) && awaited.can_be_given_up() => {
            return Effects::one(Effect::GiveUp);
        }
        _ => hold(model, Input::Key(key)),
    }
    Effects::none()
}

/// What is not seen must not be changed: on a terminal that is too small nothing is kept for later.
fn hold(model: &mut Model, input: Input) {
    if !model.size.is_too_small() {
        model.waiting.typed.push_back(input);
    }
}

/// It is waited for no longer; if it was too late for that, Esc counts when it is there, as any other key.
pub fn given_up(model: &mut Model, was_in_time: bool) {
    if !was_in_time {
        hold(model, Input::Key(Key::plain(Code::Esc)));
        return;
    }
    if let Some(what) = model.waiting.what.take() {
        let said = what.given_up().to_owned();
        drop_typed(model, said);
    }
}

/// What was to be opened is not: what was typed for it has nowhere to go, and says so behind `said`.
pub fn drop_typed(model: &mut Model, said: String) {
    let dropped = std::mem::take(&mut model.waiting.typed).len();
    model.say(match dropped {
        0 => said,
        1 => format!("{said}; 1 key that was typed for it is not taken"),
        keys => format!("{said}; {keys} keys that were typed for it are not taken"),
    });
}
