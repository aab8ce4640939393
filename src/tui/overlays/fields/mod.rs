//! What the session says of its environment: build, environment, … Enter writes a value, empty takes it away.

pub mod view;

use super::Overlay;
use crate::domain::session::{Command, Refusal};
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::screens::walk::state::{After, Walk};
use crate::tui::screens::walk::update::{act, submit};
use crate::tui::widgets::text_field::{Lines, TextField};

/// The fields with a cursor; behind the last one is the offer to add another.
#[derive(Debug, Clone)]
pub struct FieldList {
    /// Those of the plan in its order, then what else the session says.
    pub names: Vec<String>,
    /// The selected row; `names.len()` is the offer.
    pub selected: usize,
    /// The value being typed for the selected row; `name=value` for another field.
    pub editing: Option<TextField>,
}

impl FieldList {
    /// The fields of this walk. Where there is none yet, one can be typed at once.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        let names = names_of(walk);
        let is_open = walk.decided_on().is_open();
        let editing = (names.is_empty() && is_open).then(|| TextField::new(Lines::One, ""));
        Self { names, selected: 0, editing }
    }

    /// The name of the selected field; `None` on the offer to add another.
    #[must_use]
    pub fn selected_name(&self) -> Option<&str> {
        self.names.get(self.selected).map(String::as_str)
    }
}

fn names_of(walk: &Walk) -> Vec<String> {
    let plan = walk.revision.plan();
    let said = walk.decided_on().fields().keys().filter(|name| !plan.fields.contains(name));
    plan.fields.iter().chain(said).cloned().collect()
}

/// Reads `build=4f2c`; an empty value takes the field away.
#[must_use]
pub fn assignment(text: &str) -> Option<(String, Option<String>)> {
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty()).then(|| (name.to_owned(), (!value.is_empty()).then(|| value.to_owned())))
}

/// Writes, takes away, selects, undoes, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Fields(list)) = &model.overlay else { return Effects::none() };
    if list.editing.is_some() {
        return press_editing(model, key);
    }
    match (key.code, key.ctrl || key.alt) {
        (Code::Enter, _) => begin(model),
        (Code::Esc, _) => model.overlay = None,
        (Code::Char('c'), false) => return take_away(model),
        _ => return press_bound(model, key),
    }
    Effects::none()
}

fn press_bound(model: &mut Model, key: Key) -> Effects {
    let page = model.size.height.saturating_sub(6);
    match model.settings.keymap.action(model.context(), key) {
        Some(action @ (Action::Undo | Action::Redo)) => return act(model, action),
        Some(Action::Back | Action::Fields) => model.overlay = None,
        Some(Action::Move(motion)) => {
            if let Some(Overlay::Fields(list)) = &mut model.overlay {
                list.selected = list.selected.saturating_add_signed(motion.rows(page)).min(list.names.len());
            }
        }
        _ => {}
    }
    Effects::none()
}

fn begin(model: &mut Model) {
    let (Some(Overlay::Fields(list)), Some(walk)) = (&mut model.overlay, &model.walk) else { return };
    if !walk.decided_on().is_open() {
        model.say(Refusal::SessionClosed.to_string());
        return;
    }
    let said = list.selected_name().and_then(|name| walk.decided_on().fields().get(name));
    list.editing = Some(TextField::new(Lines::One, said.map_or("", String::as_str)));
}

fn take_away(model: &mut Model) -> Effects {
    let Some(Overlay::Fields(list)) = &model.overlay else { return Effects::none() };
    match list.selected_name().map(str::to_owned) {
        Some(name) => submit(model, Command::SetFields(vec![(name, None)]), After::Stay),
        None => Effects::none(),
    }
}

fn press_editing(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Fields(list)) = &mut model.overlay else { return Effects::none() };
    match key.code {
        Code::Enter => return write(model),
        Code::Esc => list.editing = None,
        Code::Char('c') if key.ctrl => list.editing = None,
        _ => {
            if let Some(field) = &mut list.editing {
                field.press(key);
            }
        }
    }
    Effects::none()
}

fn write(model: &mut Model) -> Effects {
    let Some(Overlay::Fields(list)) = &mut model.overlay else { return Effects::none() };
    let Some(field) = &list.editing else { return Effects::none() };
    let text = field.text();
    let is_new = list.selected_name().is_none();
    let wanted = match list.selected_name() {
        Some(name) => Some((name.to_owned(), Some(text.clone()))),
        None => assignment(&text),
    };
    let Some((name, value)) = wanted else {
        if text.trim().is_empty() {
            list.editing = None;
        } else {
            model.say("write it like build=4f2c");
        }
        return Effects::none();
    };
    list.editing = None;
    if is_new && value.is_some() && !list.names.contains(&name) {
        list.names.push(name.clone());
    }
    list.selected = (list.selected + 1).min(list.names.len());
    submit(model, Command::SetFields(vec![(name, value)]), After::Stay)
}
