//! The loop: wait for something to happen, update, carry out effects, draw once.
//!
//! Whatever is queued is taken in before the next frame, so that a held key never leaves the screen behind.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Local;

use super::effects::{Done, Host, Outside, Unsettled};
use super::errands::awaited;
use super::input::Reader;
use super::terminal::Terminal;
use crate::domain::session::{Away, Event};
use crate::domain::time::{Timestamp, clock};
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::Context;
use crate::tui::model::Model;
use crate::tui::msg::Msg;
use crate::tui::overlays::Overlay;
use crate::tui::run::RunError;
use crate::tui::theme::Theme;
use crate::tui::update::{lacking, lacks, update};
use crate::tui::view;

/// The walk's clock shows seconds.
const TICK: Duration = Duration::from_secs(1);

/// How long to wait for a key before looking whether what is being read is there: less than a frame.
const GLANCE: Duration = Duration::from_millis(3);

/// What the clock shows now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_clock(Local::now().fixed_offset())
}

/// What could not be saved when the tester left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leftover {
    /// Each change and each note that was begun, in words.
    pub lines: Vec<String>,
    /// The file that keeps the changes.
    pub kept: Option<PathBuf>,
    /// What that file would hold, where no folder took it.
    pub rescue: Option<String>,
}

impl Leftover {
    /// What `model` still wants to have saved.
    #[must_use]
    pub fn of(model: &Model, outside: &Outside) -> Self {
        let kept = outside.kept_in().map(Path::to_owned);
        let waits = model.walk.as_ref().filter(|walk| kept.is_none() && !walk.unsaved.is_empty());
        let rescue = waits
            .map(|walk| outside.rescue_text(walk.session.id(), walk.session.seq(), walk.unsaved.clone()));
        Self { lines: unsaved(model), kept, rescue }
    }
}

/// Milliseconds since `began` by a clock that never steps.
fn steady_ms(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Runs until the tester leaves. What could not be saved comes back.
///
/// A walk that is `unsettled` is drawn once and then written, before any key is read.
///
/// # Errors
///
/// When the terminal cannot be read or drawn on, or the walk cannot be written.
pub fn run(
    terminal: &mut Terminal,
    model: &mut Model,
    outside: &mut Outside,
    theme: &Theme,
    unsettled: Option<Unsettled>,
) -> Result<Leftover, RunError> {
    let mut reader = Reader::new();
    let began = Instant::now();
    let mut ticked = Instant::now();
    if let (Some(unsettled), Some(walk)) = (unsettled, &model.walk) {
        terminal.draw(|frame| view::draw(frame, model, theme))?;
        let settled = outside.settle(unsettled, &walk.revision)?;
        if take_in(model, settled, outside, terminal) {
            return Ok(Leftover::of(model, outside));
        }
    }
    loop {
        terminal.draw(|frame| view::draw(frame, model, theme))?;
        let input = loop {
            // What is being read already is not asked for again.
            let lacking = lacking(model).filter(|effect| !outside.is_at(effect));
            let timeout = match lacking {
                Some(_) => Some(Duration::ZERO),
                None if outside.is_reading() => Some(GLANCE),
                None => shows_clock(model).then_some(TICK),
            };
            let input = reader.next_input(timeout)?;
            (model.now, model.steady_ms) = (now(), steady_ms(began));
            if input.is_some() {
                break input;
            }
            let ended = match (arrive(model, outside, terminal), lacking) {
                (Some(ended), _) => ended,
                // The clock goes on while pieces are looked up.
                (None, Some(effect)) if ticked.elapsed() < TICK => {
                    carry_out(model, effect, outside, terminal)
                }
                // Nothing changed that could be drawn.
                (None, None) if outside.is_reading() && ticked.elapsed() < TICK => continue,
                (None, _) => {
                    ticked = Instant::now();
                    let tick = Msg::Tick { now: model.now, steady_ms: model.steady_ms };
                    take_in(model, tick, outside, terminal)
                }
            };
            if ended {
                return Ok(Leftover::of(model, outside));
            }
            break None;
        };
        let mut next = input;
        while let Some(input) = next {
            if take_in(model, Msg::Input(input), outside, terminal) {
                return Ok(Leftover::of(model, outside));
            }
            next = reader.queued()?;
        }
        if arrive(model, outside, terminal) == Some(true) {
            return Ok(Leftover::of(model, outside));
        }
    }
}

/// True where something on the screen changes with time alone.
fn shows_clock(model: &Model) -> bool {
    let open = model.walk.as_ref().is_some_and(|walk| walk.session.is_open() || !walk.unsaved.is_empty());
    (open && model.base != Context::Home) || types_unkept(model)
}

/// True while something was typed that is on no disk yet: it is kept a second later, with or without another key.
fn types_unkept(model: &Model) -> bool {
    matches!(&model.overlay, Some(Overlay::Note(note)) if note.is_unkept())
}

/// Takes in `msg` and all that follows from it; true if the program ends.
pub fn take_in(model: &mut Model, msg: Msg, outside: &mut Outside, host: &mut impl Host) -> bool {
    let mut pending = vec![msg];
    while let Some(msg) = pending.pop() {
        let Effects(effects) = update(model, msg);
        outside.let_go(std::mem::take(&mut model.let_go));
        for effect in effects {
            match outside.carry_out(effect, model.now, host) {
                Done::Answer(answer) => pending.extend(answer.map(|msg| *msg)),
                Done::Quit => return true,
            }
        }
    }
    false
}

/// Takes in what was being read, if it is there, and then what was typed meanwhile; `Some(true)` if the program ends. What
/// nobody waits for and no screen lacks any more is dropped.
pub fn arrive(model: &mut Model, outside: &mut Outside, host: &mut impl Host) -> Option<bool> {
    let (errand, answer) = outside.answer()?;
    if awaited(&errand).is_none() && !lacks(model, &errand) {
        return Some(false);
    }
    model.waiting.what = None;
    let mut ended = take_in(model, answer, outside, host);
    while !ended
        && model.waiting.what.is_none()
        && let Some(input) = model.waiting.typed.pop_front()
    {
        ended = take_in(model, Msg::Input(input), outside, host);
    }
    Some(ended)
}

/// Carries out `effect` and takes in its answer; true if the program ends.
pub fn carry_out(model: &mut Model, effect: Effect, outside: &mut Outside, host: &mut impl Host) -> bool {
    match outside.carry_out(effect, model.now, host) {
        Done::Answer(Some(answer)) => take_in(model, *answer, outside, host),
        Done::Answer(None) => false,
        Done::Quit => true,
    }
}

/// Each unsaved change and each note that was begun, as a line.
fn unsaved(model: &Model) -> Vec<String> {
    let Some(walk) = &model.walk else { return Vec::new() };
    let title = |prompt| {
        let node = walk.revision.place(prompt).and_then(|idx| walk.revision.plan().outline.get(idx));
        node.map_or_else(|| format!("prompt {prompt}"), |node| node.text().to_owned())
    };
    let line = |event: &Event| match event {
        Event::VerdictRecorded { verdict, wording, .. } => format!("{verdict}: {wording}"),
        Event::VerdictCleared { prompt, .. } => format!("cleared: {}", title(*prompt)),
        Event::NoteAdded(note) => {
            let about = note.prompt.map_or_else(|| "the session".to_owned(), title);
            format!("{} on {about}: {}", note.kind.word(), note.text)
        }
        Event::Undone { event } => format!("undone: {event}"),
        Event::Redone { event } => format!("done again: {event}"),
        Event::ComponentSet { component, state } => format!("{component}: {state}"),
        Event::FieldSet { name, value } => format!("{name}: {}", value.as_deref().unwrap_or_default()),
        Event::StrategyChosen(strategy) => format!("order: {strategy}"),
        Event::CharterSet(charter) => format!("charter: {}", charter.as_deref().unwrap_or_default()),
        Event::TimeBoxSet(ms) => format!("time box: {}", ms.map(clock).unwrap_or_default()),
        Event::ActivitySwitched(activity) => format!("activity: {}", activity.said()),
        Event::Paused => "paused".to_owned(),
        Event::Resumed => "resumed".to_owned(),
        Event::AwayExplained { ms, was: Away::Break } => format!("away for {}: a break", clock(*ms)),
        Event::AwayExplained { ms, was: Away::Work } => format!("away for {}: no break", clock(*ms)),
        Event::DebriefAnswered { question, answer } => {
            format!("{}: {}", question.word(), answer.as_deref().unwrap_or_default())
        }
        Event::SessionClosed => "session finished".to_owned(),
        Event::SessionReopened => "session reopened".to_owned(),
        Event::SessionStarted(_) => "session started".to_owned(),
    };
    let mut lines: Vec<String> =
        walk.unsaved.iter().map(|fresh| format!("{} {}", fresh.at, line(&fresh.event))).collect();
    let unkept = walk.drafts.iter().filter(|_| walk.has_unkept_drafts);
    lines.extend(unkept.map(|((_, prompt), draft)| {
        let about = prompt.map_or_else(|| "the session".to_owned(), title);
        format!("{} begun on {about}: {}", draft.kind.word(), draft.text)
    }));
    lines
}
