//! All commands of the screen by name: type a few letters, Enter does it.

use super::line::{self, About};
use super::{Overlay, fields};
use crate::domain::session::Command;
use crate::tui::effect::Effects;
use crate::tui::fuzzy;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Binding};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;
use crate::tui::widgets::text_field::{Lines, TextField};

/// The commands that fit what was typed.
#[derive(Debug, Clone)]
pub struct Palette {
    /// What was typed.
    pub field: TextField,
    all: Vec<(&'static Binding, String)>,
    /// Indices into the commands, the best first.
    fitting: Vec<usize>,
    /// Index into `fitting`.
    pub selected: usize,
}

impl Palette {
    /// All commands of the screen that is shown.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let all: Vec<(&'static Binding, String)> = model
            .settings
            .keymap
            .rows(model.context())
            .filter(|(binding, _)| binding.action != Action::Palette)
            .map(|(binding, keys)| (binding, keys.first().map(ToString::to_string).unwrap_or_default()))
            .collect();
        let fitting = (0..all.len()).collect();
        Self { field: TextField::new(Lines::One, ""), all, fitting, selected: 0 }
    }

    /// The commands that fit, the best first, with the key of each.
    pub fn rows(&self) -> impl Iterator<Item = &(&'static Binding, String)> {
        self.fitting.iter().map(|at| &self.all[*at])
    }

    /// Finds what fits what was typed.
    pub fn narrow(&mut self) {
        self.selected = 0;
        if self.assignment().is_some() {
            self.fitting =
                self.all.iter().position(|(b, _)| b.action == Action::Fields).into_iter().collect();
            return;
        }
        if let Some((about, _)) = self.line() {
            let opens = line::action(about);
            self.fitting = self.all.iter().position(|(b, _)| b.action == opens).into_iter().collect();
            return;
        }
        let texts: Vec<String> = self.all.iter().map(|(b, _)| format!("{} {}", b.name, b.help)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        self.fitting = fuzzy::ranked(&self.field.text(), &texts);
    }

    /// `field build=4f2c`: a command that may be typed whole, with what it sets.
    #[must_use]
    pub fn assignment(&self) -> Option<(String, Option<String>)> {
        fields::assignment(self.field.text().trim_start().strip_prefix("field ")?)
    }

    /// `timebox 90m`, `charter Explore …`: likewise.
    #[must_use]
    pub fn line(&self) -> Option<(About, String)> {
        let text = self.field.text();
        let (name, said) = text.trim_start().split_once(' ')?;
        let about = match name {
            "charter" => About::Charter,
            "timebox" => About::TimeBox,
            _ => return None,
        };
        Some((about, said.trim().to_owned())).filter(|(_, said)| !said.is_empty())
    }
}

/// Types, selects, does, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let page = usize::from(model.size.height.saturating_sub(6));
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return Effects::none() };
    if let Some(selected) = super::moved(palette.selected, palette.fitting.len(), page, key) {
        palette.selected = selected;
        return Effects::none();
    }
    match key.code {
        Code::Esc => model.overlay = None,
        Code::Char('c') if key.ctrl => model.overlay = None,
        Code::Enter => {
            let action = palette.rows().nth(palette.selected).map(|(binding, _)| binding.action);
            let (assignment, line) = (palette.assignment(), palette.line());
            model.overlay = None;
            if let (Some(Action::Fields), Some(assignment)) = (action, assignment) {
                return submit(model, Command::SetFields(vec![assignment]), After::Stay);
            }
            if let (Some(Action::SetCharter | Action::SetTimeBox), Some((about, said))) = (action, line) {
                return line::say(model, about, &said);
            }
            return match action {
                Some(action) => crate::tui::update::act(model, action),
                None => {
                    model.say("no command has a name like that");
                    Effects::none()
                }
            };
        }
        _ => {
            if palette.field.press(key) {
                palette.narrow();
            }
        }
    }
    Effects::none()
}
