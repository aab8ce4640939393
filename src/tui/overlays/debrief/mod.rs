//! The debrief: five questions, one after the other, each with as many lines as it takes.
//!
//! Enter saves an answer as an event and goes on; what is typed is kept on the disk meanwhile, as a note's text is.
//! Esc closes and keeps what was begun for the next time.

pub mod view;

use super::Overlay;
use crate::domain::session::{Command, Question, Refusal};
use crate::domain::time::Timestamp;
use crate::tui::effect::{Effect, Effects};
use crate::tui::key::{Code, Key};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::After;
use crate::tui::screens::walk::update::submit;
use crate::tui::widgets::text_field::{Lines, TextField};

/// So many keys are kept at once, as in a note.
const MOST_UNKEPT: usize = 12;

/// So long at most a key waits for others, in milliseconds.
const KEEP_EVERY_MS: u64 = 1_000;

/// The five fields, and which one is typed into.
#[derive(Debug, Clone)]
pub struct Debrief {
    /// One for each of [`Question::ALL`].
    pub fields: Vec<TextField>,
    /// Index into both.
    pub at: usize,
    /// How many keys or pasted characters of the current field are not on the disk.
    unkept: usize,
    /// When it was last kept.
    kept_at: Timestamp,
}

impl Debrief {
    /// The question that is being answered.
    #[must_use]
    pub fn question(&self) -> Question {
        Question::ALL[self.at]
    }

    fn text(&self) -> String {
        self.fields[self.at].text()
    }

    fn typed(&mut self, keys: usize, now: Timestamp) -> bool {
        self.unkept += keys;
        // A clock that was set back is no reason to wait.
        let is_late = now < self.kept_at || now.ms_since(self.kept_at) >= KEEP_EVERY_MS;
        self.unkept >= MOST_UNKEPT || (self.unkept > 0 && is_late)
    }
}

/// Opens the debrief on the first question without an answer, with what was answered or begun before.
pub fn open(model: &mut Model) {
    let Some(walk) = &model.walk else { return };
    let session = walk.decided_on();
    let said = |question: Question| {
        let begun = walk.answers_begun.get(&(session.id(), question));
        begun.map_or_else(|| session.debrief_answer(question).unwrap_or_default(), String::as_str)
    };
    let fields = Question::ALL.map(|question| TextField::new(Lines::Several, said(question))).to_vec();
    let is_open = |question: &Question| session.debrief_answer(*question) != Some(said(*question));
    let at = Question::ALL.iter().position(is_open).unwrap_or(0);
    let debrief = Debrief { fields, at, unkept: 0, kept_at: model.now };
    model.overlay = Some(Overlay::Debrief(Box::new(debrief)));
}

/// Types, saves and goes on, goes back and forth, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let now = model.now;
    let Some(Overlay::Debrief(debrief)) = &mut model.overlay else { return Effects::none() };
    let last = Question::ALL.len() - 1;
    match key.code {
        Code::Enter if !(key.shift || key.alt || key.ctrl) => {
            let next = (debrief.at < last).then_some(debrief.at + 1);
            answer(model, next)
        }
        Code::Tab => {
            let step = if key.shift { last } else { 1 };
            let next = (debrief.at + step) % Question::ALL.len();
            answer(model, Some(next))
        }
        Code::Char('e') if key.ctrl => {
            let text = debrief.text();
            if let Some(walk) = &mut model.walk {
                walk.stopwatch.vouch();
            }
            Effects::one(Effect::EditText(text))
        }
        Code::Char('c') if key.ctrl => close(model),
        Code::Esc => close(model),
        _ if debrief.fields[debrief.at].press(key) && debrief.typed(1, now) => keep(model),
        _ => Effects::none(),
    }
}

/// Saves the current answer, if it is another one than before, and goes to question `next`, or closes.
fn answer(model: &mut Model, next: Option<usize>) -> Effects {
    let (Some(Overlay::Debrief(debrief)), Some(walk)) = (&mut model.overlay, &mut model.walk) else {
        return Effects::none();
    };
    let (question, text) = (debrief.question(), debrief.text());
    let command = Command::Answer { question, answer: text.clone() };
    let is_new = match walk.decided_on().decide(command.clone()) {
        Ok(_) => true,
        Err(Refusal::NothingToChange) => false,
        Err(refusal) => {
            model.say(refusal.to_string());
            return Effects::none();
        }
    };
    debrief.unkept = 0;
    walk.answers_begun.remove(&(walk.session.id(), question));
    match next {
        Some(next) => debrief.at = next,
        None => model.overlay = None,
    }
    if is_new {
        return submit(model, command, After::Stay);
    }
    if next.is_none() {
        model.say("the debrief is done");
    }
    // What was begun may have become what was there before.
    forget(model, question)
}

fn forget(model: &Model, question: Question) -> Effects {
    match &model.walk {
        Some(walk) => {
            Effects::one(Effect::KeepAnswer { session: walk.session.id(), question, text: String::new() })
        }
        None => Effects::none(),
    }
}

fn close(model: &mut Model) -> Effects {
    let (Some(Overlay::Debrief(debrief)), Some(walk)) = (&mut model.overlay, &mut model.walk) else {
        return Effects::none();
    };
    let (question, text) = (debrief.question(), debrief.text());
    let about = (walk.session.id(), question);
    let said = walk.decided_on().debrief_answer(question).unwrap_or_default();
    let effects = if said == text.trim() {
        walk.answers_begun.remove(&about);
        if debrief.unkept > 0 { forget(model, question) } else { Effects::none() }
    } else {
        walk.answers_begun.insert(about, text);
        let kept = keep(model);
        model.say("not saved: what was begun waits for the next time");
        kept
    };
    model.overlay = None;
    effects
}

/// Keeps what is typed, if there is something to keep.
pub fn keep(model: &mut Model) -> Effects {
    let (now, Some(Overlay::Debrief(debrief)), Some(walk)) = (model.now, &mut model.overlay, &model.walk)
    else {
        return Effects::none();
    };
    if debrief.unkept == 0 {
        return Effects::none();
    }
    (debrief.unkept, debrief.kept_at) = (0, now);
    let text = if debrief.fields[debrief.at].is_blank() { String::new() } else { debrief.text() };
    Effects::one(Effect::KeepAnswer { session: walk.session.id(), question: debrief.question(), text })
}

/// Something was put into the field that was not typed key by key.
pub fn pasted(model: &mut Model, text: &str) -> Effects {
    let now = model.now;
    let Some(Overlay::Debrief(debrief)) = &mut model.overlay else { return Effects::none() };
    let at = debrief.at;
    debrief.fields[at].paste(text);
    if debrief.typed(text.chars().count(), now) { keep(model) } else { Effects::none() }
}

/// The tester's editor gave `text` back.
pub fn edited(model: &mut Model, text: Option<&str>) {
    if let (Some(Overlay::Debrief(debrief)), Some(text)) = (&mut model.overlay, text) {
        let at = debrief.at;
        debrief.fields[at] = TextField::new(Lines::Several, text.trim_end_matches('\n'));
        debrief.unkept = MOST_UNKEPT;
    }
}
