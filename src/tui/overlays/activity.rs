//! What the tester does now: one letter switches, so that two keys are all it takes.

use super::Overlay;
use crate::domain::session::{Activity, Command};
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;

/// The list, with the activity that is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityList {
    /// Index into [`Activity::ALL`].
    pub selected: usize,
}

/// The letter that switches to `activity`.
#[must_use]
pub const fn letter(activity: Activity) -> char {
    match activity {
        Activity::Testing => 't',
        Activity::BugInvestigation => 'b',
        Activity::SetUp => 's',
        Activity::OffCharter => 'o',
    }
}

/// Opens the list on what is done now.
pub fn open(model: &mut Model) {
    let Some(walk) = &model.walk else { return };
    let selected = walk.decided_on().activity() as usize;
    model.overlay = Some(Overlay::Activity(ActivityList { selected }));
}

/// Switches, selects, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let Some(Overlay::Activity(list)) = &mut model.overlay else { return Effects::none() };
    let by_letter = Activity::ALL.into_iter().find(|a| key == Key::plain(Code::Char(letter(*a))));
    if let Some(activity) = by_letter {
        return switch(model, activity);
    }
    let key = match action {
        Some(Action::Move(Motion::Down)) => Key::plain(Code::Down),
        Some(Action::Move(Motion::Up)) => Key::plain(Code::Up),
        _ => key,
    };
    if let Some(selected) = super::moved(list.selected, Activity::ALL.len(), Activity::ALL.len(), key) {
        list.selected = selected;
        return Effects::none();
    }
    match key.code {
        Code::Enter => {
            let activity = Activity::ALL[list.selected];
            switch(model, activity)
        }
        Code::Esc => {
            model.overlay = None;
            Effects::none()
        }
        _ if matches!(action, Some(Action::Back | Action::SwitchActivity | Action::Quit)) => {
            model.overlay = None;
            Effects::none()
        }
        _ => Effects::none(),
    }
}

fn switch(model: &mut Model, activity: Activity) -> Effects {
    model.overlay = None;
    let is_so = model.walk.as_ref().is_some_and(|walk| {
        let session = walk.decided_on();
        session.activity() == activity && !session.is_paused()
    });
    if is_so {
        model.say(format!("{} goes on", activity.said()));
        return Effects::none();
    }
    submit(model, Command::Switch(activity), After::Stay)
}
