//! Where to write what could not be saved: asked for when the tester wants it in another place.

use std::path::PathBuf;

use super::Overlay;
use crate::tui::effect::{Effect, Effects};
use crate::tui::key::{Code, Key};
use crate::tui::model::Model;
use crate::tui::widgets::text_field::{Lines, TextField};

/// A path being typed.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// What was typed.
    pub field: TextField,
}

/// Asks for a path.
pub fn open(model: &mut Model) {
    model.overlay = Some(Overlay::Elsewhere(Box::new(Elsewhere { field: TextField::new(Lines::One, "") })));
}

/// Types, writes, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Elsewhere(elsewhere)) = &mut model.overlay else { return Effects::none() };
    match key.code {
        Code::Esc => model.overlay = None,
        Code::Char('c') if key.ctrl => model.overlay = None,
        Code::Enter => {
            let path = elsewhere.field.text().trim().to_owned();
            model.overlay = None;
            let Some(walk) = model.walk.as_ref().filter(|walk| !walk.unsaved.is_empty()) else {
                model.say("everything is saved by now");
                return Effects::none();
            };
            if !path.is_empty() {
                return Effects::one(Effect::KeepElsewhere {
                    path: PathBuf::from(path),
                    session: walk.session.id(),
                    after_seq: walk.session.seq(),
                    batch: walk.unsaved.clone(),
                });
            }
        }
        _ => {
            elsewhere.field.press(key);
        }
    }
    Effects::none()
}
