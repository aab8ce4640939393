//! Writing a report from the summary: choose a form, see where it went, copy its path.

use std::path::PathBuf;

use super::Overlay;
use crate::format::report::Form;
use crate::tui::effect::{Effect, Effects};
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;

pub mod view;

/// The forms, and where the last report went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// Index into [`Form::ALL`].
    pub selected: usize,
    /// The report that was written of the selected form.
    pub written: Option<PathBuf>,
}

impl Export {
    /// The form that is selected.
    #[must_use]
    pub fn form(&self) -> Form {
        Form::ALL[self.selected.min(Form::ALL.len() - 1)]
    }
}

/// Offers the forms.
pub fn open(model: &mut Model) {
    if model.walk.is_some() {
        model.overlay = Some(Overlay::Export(Export::default()));
    }
}

/// Selects, writes, copies the path, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let (Some(Overlay::Export(export)), Some(walk)) = (&mut model.overlay, &model.walk) else {
        return Effects::none();
    };
    let key = match action {
        Some(Action::Move(Motion::Down)) => Key::plain(Code::Down),
        Some(Action::Move(Motion::Up)) => Key::plain(Code::Up),
        _ => key,
    };
    if let Some(selected) = super::moved(export.selected, Form::ALL.len(), Form::ALL.len(), key) {
        if selected != export.selected {
            *export = Export { selected, written: None };
        }
        return Effects::none();
    }
    match (action, key.code) {
        (_, Code::Enter) => match export.written.clone() {
            Some(path) => {
                let path = path.display().to_string();
                model.say(format!("copied {path}"));
                Effects::one(Effect::Copy(path))
            }
            None => Effects::one(Effect::Export { session: walk.session.id(), form: export.form() }),
        },
        (_, Code::Esc) | (Some(Action::Back | Action::Export), _) => {
            model.overlay = None;
            Effects::none()
        }
        _ => Effects::none(),
    }
}

/// A report was written, or why not.
pub fn exported(model: &mut Model, form: Form, went: Result<PathBuf, String>) {
    let waits = model.walk.as_ref().map_or(0, |walk| walk.unsaved.len());
    match went {
        Ok(path) => {
            match waits {
                0 => {}
                1 => model.say("1 change is not saved yet and not in it"),
                n => model.say(format!("{n} changes are not saved yet and not in it")),
            }
            // Whoever closed the list meanwhile still gets to know where it is.
            match &mut model.overlay {
                Some(Overlay::Export(export)) if export.form() == form => export.written = Some(path),
                _ => model.say(format!("written to {}", path.display())),
            }
        }
        Err(why) => model.say(why),
    }
}
