//! A note being written: on a prompt, or on the session.
//!
//! Esc keeps what was typed as a draft, so that a slip costs nothing: the next `n` on that prompt goes on with it.

use super::Overlay;
use crate::domain::id::PromptId;
use crate::domain::plan::NodeIdx;
use crate::domain::session::{Command, NoteKind, NoteText};
use crate::tui::effect::{Effect, Effects};
use crate::tui::key::{Code, Key};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::{After, Draft};
use crate::tui::screens::walk::update::{go_on, submit};
use crate::tui::widgets::text_field::{Lines, TextField};

/// The note's text, kind and subject.
#[derive(Debug, Clone)]
pub struct NoteField {
    /// What was typed.
    pub field: TextField,
    /// What kind of remark.
    pub kind: NoteKind,
    /// What it is about; `None` for the session.
    pub prompt: Option<PromptId>,
    /// What the prompt says.
    pub about: String,
    /// Where the walk goes on from once the note is saved or given up.
    go_on_from: Option<NodeIdx>,
}

/// Opens a note on `prompt`, with the draft that was begun on it; the walk goes on from `go_on_from` afterwards.
pub fn open(model: &mut Model, prompt: Option<PromptId>, go_on_from: Option<NodeIdx>) {
    let Some(walk) = &mut model.walk else { return };
    if !walk.decided_on().is_open() {
        model.say(crate::domain::session::Refusal::SessionClosed.to_string());
        return;
    }
    let node =
        prompt.and_then(|p| walk.revision.place(p)).and_then(|idx| walk.revision.plan().outline.get(idx));
    let about = match (prompt, node) {
        (Some(_), Some(node)) => node.text().to_owned(),
        (Some(_), None) => "a prompt that is no longer in the plan".to_owned(),
        (None, _) => "the session".to_owned(),
    };
    let draft = walk
        .drafts
        .remove(&(walk.session.id(), prompt))
        .unwrap_or(Draft { kind: NoteKind::default(), text: String::new() });
    let field = TextField::new(Lines::Several, &draft.text);
    model.overlay =
        Some(Overlay::Note(Box::new(NoteField { field, kind: draft.kind, prompt, about, go_on_from })));
}

/// Types, changes the kind, saves, or keeps a draft.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Note(note)) = &mut model.overlay else { return Effects::none() };
    match key.code {
        Code::Tab if key.shift => {
            let back = NoteKind::ALL.len() - 1;
            note.kind = (0..back).fold(note.kind, |kind, _| kind.next());
            Effects::none()
        }
        Code::Tab => {
            note.kind = note.kind.next();
            Effects::none()
        }
        Code::Char('e') if key.ctrl => Effects::one(Effect::EditText(note.field.text())),
        Code::Char('c') if key.ctrl => close(model),
        Code::Esc => close(model),
        Code::Enter if !(key.shift || key.alt || key.ctrl) => save(model),
        _ => {
            note.field.press(key);
            Effects::none()
        }
    }
}

fn save(model: &mut Model) -> Effects {
    let Some(Overlay::Note(note)) = model.overlay.take() else { return Effects::none() };
    if note.field.is_blank() {
        if let Some(from) = note.go_on_from {
            go_on(model, from);
        }
        return Effects::none();
    }
    let command =
        Command::AddNote(NoteText { kind: note.kind, text: note.field.text(), prompt: note.prompt });
    if let Some(walk) = &model.walk
        && let Err(refusal) = walk.decided_on().decide(command.clone())
    {
        model.say(refusal.to_string());
        model.overlay = Some(Overlay::Note(note));
        return Effects::none();
    }
    submit(model, command, note.go_on_from.map_or(After::Stay, After::GoOn))
}

fn close(model: &mut Model) -> Effects {
    let Some(Overlay::Note(note)) = model.overlay.take() else { return Effects::none() };
    if let Some(from) = note.go_on_from {
        go_on(model, from);
    }
    let Some(walk) = &mut model.walk else { return Effects::none() };
    if !note.field.is_blank() {
        let about = (walk.session.id(), note.prompt);
        walk.drafts.insert(about, Draft { kind: note.kind, text: note.field.text() });
        model.say("not saved: the draft waits for the next note on this prompt");
    }
    Effects::none()
}

/// The tester's editor gave `text` back.
pub fn edited(model: &mut Model, text: Option<String>) {
    if let (Some(Overlay::Note(note)), Some(text)) = (&mut model.overlay, text) {
        note.field = TextField::new(Lines::Several, text.trim_end_matches('\n'));
    }
}
