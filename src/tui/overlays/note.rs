//! A note being written: on a prompt, or on the session.
//!
//! Esc keeps what was typed as a draft, so that a slip costs nothing: the next `n` on that prompt goes on with it. While
//! it is typed, the draft is kept on the disk every second and every few keys, so that a kill costs no more than those.

use super::Overlay;
use crate::domain::id::PromptId;
use crate::domain::plan::NodeIdx;
use crate::domain::session::{Command, NoteKind, NoteText};
use crate::domain::time::Timestamp;
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
    /// How many keys or pasted characters are not on the disk.
    unkept: usize,
    /// When the draft was last kept.
    kept_at: Timestamp,
    /// True if there is a draft on the disk.
    has_draft: bool,
}

/// So many keys are kept at once: a disk that syncs for each would make typing slow, and this many are typed anew soon.
const MOST_UNKEPT: usize = 12;

/// So long at most a key waits for others, in milliseconds.
const KEEP_EVERY_MS: u64 = 1_000;

impl NoteField {
    /// True while something was typed that is on no disk.
    #[must_use]
    pub fn is_unkept(&self) -> bool {
        self.unkept > 0
    }

    fn typed(&mut self, keys: usize, now: Timestamp) -> bool {
        self.unkept += keys;
        // A clock that was set back is no reason to wait.
        let is_late = now < self.kept_at || now.ms_since(self.kept_at) >= KEEP_EVERY_MS;
        self.unkept >= MOST_UNKEPT || (self.unkept > 0 && is_late)
    }
}

/// Keeps the draft of the note that is open, if there is something to keep.
pub fn keep(model: &mut Model) -> Effects {
    let (now, Some(Overlay::Note(note)), Some(walk)) = (model.now, &mut model.overlay, &model.walk) else {
        return Effects::none();
    };
    if !note.is_unkept() {
        return Effects::none();
    }
    (note.unkept, note.kept_at) = (0, now);
    let text = if note.field.is_blank() { String::new() } else { note.field.text() };
    note.has_draft = !text.is_empty();
    let (session, prompt, kind) = (walk.session.id(), note.prompt, note.kind);
    Effects::one(Effect::KeepDraft { session, prompt, kind, text })
}

/// Something was put into the open note that was not typed key by key.
pub fn pasted(model: &mut Model, text: &str) -> Effects {
    let Some(Overlay::Note(note)) = &mut model.overlay else { return Effects::none() };
    note.field.paste(text);
    if note.typed(text.chars().count(), model.now) { keep(model) } else { Effects::none() }
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
    walk.stopwatch.begin_writing(model.steady_ms);
    let draft = walk.drafts.remove(&(walk.session.id(), prompt));
    let has_draft = draft.is_some();
    let Draft { kind, text } = draft.unwrap_or(Draft { kind: NoteKind::default(), text: String::new() });
    let field = TextField::new(Lines::Several, &text);
    let kept_at = model.now;
    let note = NoteField { field, kind, prompt, about, go_on_from, unkept: 0, kept_at, has_draft };
    model.overlay = Some(Overlay::Note(Box::new(note)));
    if has_draft {
        model.say("this note was begun before: go on with it, or empty it");
    }
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
        Code::Char('e') if key.ctrl => {
            let text = note.field.text();
            if let Some(walk) = &mut model.walk {
                walk.stopwatch.vouch();
            }
            Effects::one(Effect::EditText(text))
        }
        Code::Char('c') if key.ctrl => close(model),
        Code::Esc => close(model),
        Code::Enter if !(key.shift || key.alt || key.ctrl) => save(model),
        _ if note.field.press(key) && note.typed(1, model.now) => keep(model),
        _ => Effects::none(),
    }
}

/// Nothing is left of a draft that was emptied.
fn drop_draft(model: &Model, note: &NoteField) -> Effects {
    match &model.walk {
        Some(walk) if note.has_draft => {
            let (session, prompt, kind) = (walk.session.id(), note.prompt, note.kind);
            Effects::one(Effect::KeepDraft { session, prompt, kind, text: String::new() })
        }
        _ => Effects::none(),
    }
}

fn save(model: &mut Model) -> Effects {
    let Some(Overlay::Note(note)) = model.overlay.take() else { return Effects::none() };
    if note.field.is_blank() {
        if let Some(walk) = &mut model.walk {
            walk.stopwatch.end_writing();
        }
        if let Some(from) = note.go_on_from {
            go_on(model, from);
        }
        return drop_draft(model, &note);
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
    let kept = keep(model);
    let Some(Overlay::Note(note)) = model.overlay.take() else { return Effects::none() };
    if let Some(from) = note.go_on_from {
        go_on(model, from);
    }
    let Some(walk) = &mut model.walk else { return Effects::none() };
    walk.stopwatch.end_writing();
    if !note.field.is_blank() {
        let about = (walk.session.id(), note.prompt);
        walk.drafts.insert(about, Draft { kind: note.kind, text: note.field.text() });
        model.say("not saved: the draft waits for the next note on this prompt");
    }
    kept
}

/// The tester's editor gave `text` back.
pub fn edited(model: &mut Model, text: Option<String>) {
    if let (Some(Overlay::Note(note)), Some(text)) = (&mut model.overlay, text) {
        note.field = TextField::new(Lines::Several, text.trim_end_matches('\n'));
        note.unkept = MOST_UNKEPT;
    }
}
