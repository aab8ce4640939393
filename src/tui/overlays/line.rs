//! One line about the session: its charter, or how long it may take.

use super::Overlay;
use crate::domain::session::Command;
use crate::domain::time::{parse_duration, spoken};
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;
use crate::tui::widgets::text_field::{Lines, TextField};

/// What the line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The session's mission.
    Charter,
    /// How long it may take.
    TimeBox,
}

impl About {
    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Charter => " charter ",
            Self::TimeBox => " time box ",
        }
    }

    /// Shown while nothing is typed.
    #[must_use]
    pub fn placeholder(self, ellipsis: &str) -> String {
        match self {
            Self::Charter => format!("Explore {ellipsis} with {ellipsis} to discover {ellipsis}"),
            Self::TimeBox => "90m, 1h30m or 45".to_owned(),
        }
    }
}

/// The line being typed.
#[derive(Debug, Clone)]
pub struct LineField {
    /// What it is about.
    pub about: About,
    /// What was typed.
    pub field: TextField,
}

/// Opens the line with what is said now.
pub fn open(model: &mut Model, about: About) {
    let Some(walk) = &model.walk else { return };
    let session = walk.decided_on();
    let said = match about {
        About::Charter => session.charter().unwrap_or_default().to_owned(),
        About::TimeBox => session.time_box_ms().map(spoken).unwrap_or_default(),
    };
    let field = TextField::new(Lines::One, &said);
    model.overlay = Some(Overlay::Line(Box::new(LineField { about, field })));
}

/// The command that opens the line.
#[must_use]
pub fn action(about: About) -> Action {
    match about {
        About::Charter => Action::SetCharter,
        About::TimeBox => Action::SetTimeBox,
    }
}

/// Saves what was said in one go; what cannot be saved is there in the line to be put right.
pub fn say(model: &mut Model, about: About, said: &str) -> Effects {
    let field = TextField::new(Lines::One, said);
    model.overlay = Some(Overlay::Line(Box::new(LineField { about, field })));
    save(model)
}

/// Types, saves, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Line(line)) = &mut model.overlay else { return Effects::none() };
    match key.code {
        Code::Esc => model.overlay = None,
        Code::Char('c') if key.ctrl => model.overlay = None,
        Code::Enter => return save(model),
        _ => {
            line.field.press(key);
        }
    }
    Effects::none()
}

fn save(model: &mut Model) -> Effects {
    let Some(Overlay::Line(line)) = &model.overlay else { return Effects::none() };
    let text = line.field.text();
    let command = match line.about {
        About::Charter => Command::SetCharter(Some(text)),
        About::TimeBox if text.trim().is_empty() => Command::SetTimeBox(None),
        About::TimeBox => match parse_duration(&text) {
            Some(ms) => Command::SetTimeBox(Some(ms)),
            None => {
                model.say("no duration: say it like 90m, 1h30m or 45 (minutes)");
                return Effects::none();
            }
        },
    };
    if let Some(walk) = &model.walk
        && let Err(refusal) = walk.decided_on().decide(command.clone())
    {
        model.say(refusal.to_string());
        return Effects::none();
    }
    model.overlay = None;
    submit(model, command, After::Stay)
}
