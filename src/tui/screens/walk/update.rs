//! What keys and answers do to a walk.

use std::collections::HashSet;
use std::sync::Arc;

use super::blocking;
use super::history::state::Found;
use super::obstacle::obstacle;
use super::order::Order;
use super::state::{After, Place, Walk};
use super::tree::Row;
use crate::domain::id::{EventId, IdMap, PromptId, SessionId};
use crate::domain::plan::NodeIdx;
use crate::domain::session::{Away, Command, Event, Fresh, Lap, Moment, Recorded, Subject};
use crate::domain::strategy::Strategy;
use crate::domain::time::clock;
use crate::domain::verdict::Verdict;
use crate::tui::effect::{Effect, Effects};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::msg::Awaited;
use crate::tui::overlays::{self, Overlay};
use crate::tui::screens::{grid, map, origin, trend};

const ALL_IS_SAVED: &str = "everything is saved: nothing waits";
const SAVED_AGAIN: &str = "saved again: everything that waited is written";

/// Does `action` in the walk.
pub fn act(model: &mut Model, action: Action) -> Effects {
    if let Some(obstacle) = model.walk.as_ref().and_then(|walk| obstacle(walk, action)) {
        model.say(obstacle);
        return Effects::none();
    }
    match action {
        Action::Mark(verdict) => mark(model, verdict, asks_for_note(model, verdict)),
        Action::MarkWithNote(verdict) => mark(model, verdict, true),
        Action::Clear => match model.walk.as_ref().and_then(Walk::current_prompt) {
            Some(prompt) => submit(model, Command::Clear { prompt }, After::Stay),
            None => Effects::none(),
        },
        Action::BlockedBy => blocking::ask(model),
        Action::Undo => undo_or_redo(model, Command::Undo),
        Action::Redo => undo_or_redo(model, Command::Redo),
        Action::Note => {
            match model.walk.as_ref().and_then(Walk::current_prompt) {
                Some(prompt) => overlays::note::open(model, Some(prompt), None),
                None => overlays::note::open(model, None, None),
            }
            Effects::none()
        }
        Action::NoteOnLast => {
            if let Some(prompt) = model.walk.as_ref().and_then(|walk| walk.decided_on().last_marked()) {
                overlays::note::open(model, Some(prompt), None);
            }
            Effects::none()
        }
        Action::NoteOnSession => {
            overlays::note::open(model, None, None);
            Effects::none()
        }
        Action::Map => {
            map::update::open(model);
            Effects::none()
        }
        Action::Grid => grid::update::open(model),
        Action::Trend => trend::update::open(model),
        Action::Debrief
        | Action::Pause
        | Action::SwitchActivity
        | Action::SetCharter
        | Action::SetTimeBox
        | Action::WasBreak
        | Action::WasWork => super::timing::act(model, action),
        Action::Summary => {
            crate::tui::screens::summary::update::open(model);
            Effects::none()
        }
        Action::Retest => crate::tui::screens::summary::update::retest(model),
        _ => {
            look(model, action);
            Effects::none()
        }
    }
}

/// Moves, folds and what opens over the walk: nothing here is written.
fn look(model: &mut Model, action: Action) {
    let Some(walk) = &mut model.walk else { return };
    let page = usize::from(walk.layout(model.size).rows.height.saturating_sub(1));
    let outline = &walk.revision.plan().outline;
    match action {
        Action::Move(motion) => go(model, motion, page),
        Action::Fold => walk.tree.fold(outline),
        Action::Unfold => walk.tree.unfold(outline),
        Action::FoldAll => walk.tree.fold_all(outline),
        Action::UnfoldAll => walk.tree.unfold_all(outline),
        Action::Find => model.overlay = Some(Overlay::Find(overlays::find::Find::new(walk))),
        Action::Filter => model.overlay = Some(Overlay::Filter(overlays::filter::FilterList::new(walk))),
        Action::Detail => model.overlay = Some(Overlay::Detail(overlays::page::Page::default())),
        Action::Components => {
            model.overlay = Some(Overlay::Components(overlays::components::ComponentList::new(walk)));
        }
        Action::Fields => model.overlay = Some(Overlay::Fields(overlays::fields::FieldList::new(walk))),
        Action::TestData => model.overlay = Some(Overlay::TestData(overlays::test_data::TestData::default())),
        Action::WalkOrder => {
            model.overlay = Some(Overlay::WalkOrder(overlays::walk_order::Strategies::new(walk)));
        }
        Action::WhyHere => {
            if let Some(why) = walk.why_here() {
                model.say(why);
            }
        }
        _ => {}
    }
}

/// Moves the cursor, and says so where a stage with fails is left for the next one.
fn go(model: &mut Model, motion: Motion, page: usize) {
    let Some(walk) = &mut model.walk else { return };
    let outline = &walk.revision.plan().outline;
    let Some(from) = walk.tree.selected() else { return };
    let untested = match motion {
        Motion::NextUntested => walk.next_untested(from),
        Motion::PreviousUntested => walk.previous_untested(from),
        _ => {
            walk.tree.step(outline, motion, page);
            None
        }
    };
    if let Some(idx) = untested {
        walk.tree.go_to(outline, idx);
    }
    let goes_on = matches!(motion, Motion::NextUntested | Motion::NextSection | Motion::Down);
    if let Some(to) = walk.tree.selected().filter(|_| goes_on)
        && let Some(left) = blocking::stage_left(walk, from, to)
    {
        model.say(left);
    }
}

fn asks_for_note(model: &Model, verdict: Verdict) -> bool {
    model.settings.ask_note.contains(&verdict)
}

fn mark(model: &mut Model, verdict: Verdict, with_note: bool) -> Effects {
    let target = model.walk.as_ref().and_then(|walk| {
        let idx = walk.tree.cursor()?;
        Some((idx, walk.revision.judged(idx)?))
    });
    let Some((idx, judged)) = target else { return Effects::none() };
    let after = if with_note { After::WriteNote(idx) } else { After::GoOn(idx) };
    submit(model, Command::Mark { judged, verdict }, after)
}

fn undo_or_redo(model: &mut Model, command: Command) -> Effects {
    let about = model.walk.as_ref().and_then(|walk| {
        let session = walk.decided_on();
        if command == Command::Undo { session.next_undo() } else { session.next_redo() }
    });
    let after = about.flatten().map_or(After::Stay, After::Show);
    submit(model, command, after)
}

/// Decides `command` and sends what it makes to the disk; `after` follows when that was answered.
pub fn submit(model: &mut Model, command: Command, after: After) -> Effects {
    let (now, steady_ms) = (model.now, model.steady_ms);
    let Some(walk) = &mut model.walk else { return Effects::none() };
    match walk.decided_on().decide(command) {
        Ok(events) => {
            let mut batch = walk.unsaved.clone();
            let when = Moment { at: now, lap: Some(walk.stopwatch.lap(steady_ms)) };
            batch.extend(Fresh::decided(events, when, || model.ids.event(now)));
            walk.after = after;
            append(model, batch)
        }
        Err(refusal) => {
            model.say(refusal.to_string());
            Effects::none()
        }
    }
}

fn append(model: &Model, batch: Vec<Fresh>) -> Effects {
    match &model.walk {
        Some(walk) => {
            let (session, expected_seq) = (walk.session.id(), walk.session.seq());
            Effects::one(Effect::Append { session, expected_seq, batch })
        }
        None => Effects::none(),
    }
}

/// Time passed: tries once more to write what could not be written, else looks what others wrote.
pub fn tick(model: &mut Model) -> Effects {
    let Some(walk) = &model.walk else { return Effects::none() };
    let unsaved = walk.unsaved.clone();
    if unsaved.is_empty() && model.waiting.what == Some(Awaited::Order) {
        // The order is made from what is known now: what others wrote is looked at afterwards.
        return Effects::none();
    }
    if unsaved.is_empty() {
        let (session, after_seq) = (walk.session.id(), walk.session.seq());
        return Effects::one(Effect::CatchUp { session, after_seq });
    }
    if let Some(walk) = &mut model.walk {
        walk.after = After::Stay;
    }
    append(model, unsaved)
}

/// Tries now to write what waits.
pub fn retry(model: &mut Model) -> Effects {
    let Some(walk) = &mut model.walk else { return Effects::none() };
    if walk.unsaved.is_empty() {
        model.say(ALL_IS_SAVED);
        return Effects::none();
    }
    walk.after = After::Stay;
    let unsaved = walk.unsaved.clone();
    append(model, unsaved)
}

/// Asks where else to write what waits.
pub fn save_elsewhere(model: &mut Model) {
    if model.walk.as_ref().is_none_or(|walk| walk.unsaved.is_empty()) {
        model.say(ALL_IS_SAVED);
    } else {
        overlays::elsewhere::open(model);
    }
}

/// Takes in what somebody else wrote; the cursor stays where it is.
pub fn caught_up(model: &mut Model, missing: Vec<Recorded>) -> Effects {
    let Some(walk) = &mut model.walk else { return Effects::none() };
    let count = missing.len();
    // Their events have the time until here.
    walk.stopwatch.restart(model.steady_ms);
    if let Err(error) = walk.take_in(missing) {
        model.say(format!("the session on the disk is not what is shown here ({error}): reopen it"));
        return Effects::none();
    }
    model.refresh_sheets();
    model.say(format!("{count} {} from another terminal", if count == 1 { "change" } else { "changes" }));
    take_up_order(model, Place::Kept)
}

/// The disk holds `recorded` now.
pub fn appended(model: &mut Model, recorded: Vec<Recorded>) -> Effects {
    let had_trouble = model.banner.take().is_some();
    let Some(walk) = &mut model.walk else { return Effects::none() };
    let was_untested = walk.progress.totals()[Verdict::Untested];
    let said = blocking::answer(walk, &recorded)
        .or_else(|| recorded.last().and_then(|last| answer_to(walk, &last.event)));
    let judged = recorded.iter().any(|recorded| matches!(recorded.event, Event::VerdictRecorded { .. }));
    walk.unsaved.clear();
    walk.intended = None;
    if let Err(error) = walk.take_in(recorded) {
        model.say(format!("the session on the disk is not what is shown here ({error}): reopen it"));
        return Effects::none();
    }
    let all_tested = was_untested > 0 && walk.progress.totals()[Verdict::Untested] == 0;
    let went_on = follow(model);
    let effects = take_up_order(model, Place::First);
    let summary = model.settings.keymap.key_text(Action::Summary);
    if all_tested {
        model.say(format!("all is tested: {summary} shows the summary"));
    } else if had_trouble {
        model.say(SAVED_AGAIN);
    } else if let (true, Some(said)) = (judged, model.walk.as_ref().and_then(map::update::all_visited)) {
        model.say(said);
    } else if let (Some(said), None) = (said, &model.toast) {
        model.say(said);
    }
    if let Some(went_on) = went_on {
        say_after(model, went_on);
    }
    model.refresh_sheets();
    effects
}

/// Walks in the order that the session says, if that is another one than before. It has to be made first; one that asks
/// for last time, when the session has its place after the others.
pub fn take_up_order(model: &mut Model, place: Place) -> Effects {
    let Some(walk) = &mut model.walk else { return Effects::none() };
    match walk.session.strategy() {
        strategy if strategy == walk.strategy() => Effects::none(),
        Strategy::AsWritten => {
            walk.set_order(None);
            if place == Place::First {
                walk.go_to_first();
            }
            Effects::none()
        }
        Strategy::RiskFirst if walk.last_time.is_none() && !walk.is_stored => Effects::none(),
        _ => Effects::one(Effect::MakeOrder(Box::new(walk.wanted_order(place)))),
    }
}

/// The order is made that the session said when it was asked for; if it says another one by now, that is asked for.
pub fn order_made(
    model: &mut Model,
    session: SessionId,
    order: Order,
    last_time: Option<Arc<IdMap<PromptId, Verdict>>>,
    place: Place,
) -> Effects {
    let Some(walk) = model.walk.as_mut().filter(|walk| walk.session.id() == session) else {
        return Effects::none();
    };
    walk.last_time = last_time;
    walk.set_order(Some(order));
    if place == Place::First {
        walk.go_to_first();
    }
    take_up_order(model, place)
}

/// Takes in a piece of the past.
pub fn look_back(model: &mut Model, found: Found) {
    let Some(walk) = &mut model.walk else { return };
    let was_searching = walk.history.searching().is_some();
    let is_news = walk.look_back(found);
    let is_done = was_searching && walk.history.searching().is_none();
    if is_news || is_done {
        model.refresh_sheets();
    }
}

/// The past cannot be read: said once, and the walk goes on without.
pub fn no_past(model: &mut Model, why: &str) {
    if let Some(walk) = &mut model.walk {
        walk.history.give_up();
    }
    model.say(format!("earlier sessions cannot be shown: {why}"));
}

/// What to say about an event that the outline alone does not show.
fn answer_to(walk: &Walk, event: &Event) -> Option<String> {
    match event {
        Event::Undone { event } => Some(format!("undone: {}", subject(walk, *event))),
        Event::Redone { event } => Some(format!("done again: {}", subject(walk, *event))),
        Event::NoteAdded(note) => Some(format!("{} saved", note.kind.word())),
        Event::SessionClosed => Some("the session is finished".to_owned()),
        Event::SessionReopened => Some("the session goes on".to_owned()),
        Event::ComponentSet { component, state } => Some(format!("{component} is {state}")),
        Event::FieldSet { name, value: Some(value) } => Some(format!("{name}: {value}")),
        Event::FieldSet { name, value: None } => Some(format!("{name} is not said any more")),
        Event::StrategyChosen(strategy) => Some(format!("{strategy}: {}", strategy.meaning())),
        Event::CharterSet(Some(charter)) => Some(format!("charter: {charter}")),
        Event::CharterSet(None) => Some("the session has no charter any more".to_owned()),
        Event::TimeBoxSet(Some(ms)) => Some(format!("time box: {}", clock(*ms))),
        Event::TimeBoxSet(None) => Some("the session has no time box any more".to_owned()),
        Event::ActivitySwitched(activity) => Some(format!("from now on: {}", activity.said())),
        Event::Paused => Some("paused; z or a mark lets it go on".to_owned()),
        Event::Resumed => Some("the clock goes on".to_owned()),
        Event::AwayExplained { ms, was: Away::Break } => Some(format!("{} of it was a break", clock(*ms))),
        Event::AwayExplained { ms, was: Away::Work } => Some(format!("{} more of work", clock(*ms))),
        Event::DebriefAnswered { question, .. } => Some(format!("{} saved", question.word())),
        Event::SessionStarted(_) | Event::VerdictRecorded { .. } | Event::VerdictCleared { .. } => None,
    }
}

/// What the decision was about that `event` led.
fn subject(walk: &Walk, event: EventId) -> String {
    match walk.session.subject_of(event) {
        Subject::Prompt { first, others: 0 } => walk.title_of(first).to_owned(),
        Subject::Prompt { first, others } => format!("{} and {others} more", walk.title_of(first)),
        Subject::Component(component) => format!("what stands for {component}"),
        Subject::Field(name) => format!("the field {name}"),
        Subject::Charter => "the charter".to_owned(),
        Subject::TimeBox => "the time box".to_owned(),
        Subject::Debrief(question) => format!("{} in the debrief", question.word()),
        Subject::Note | Subject::Nothing => "a note".to_owned(),
    }
}

/// The tester goes on from a prompt that was judged.
struct WentOn {
    from: NodeIdx,
    /// What to say of the stage that is left.
    left: Option<String>,
}

/// What is said and offered when the tester has gone on, in addition to what is said already.
fn say_after(model: &mut Model, WentOn { from, left }: WentOn) {
    if let Some(left) = left {
        let said = model.toast.take().map(|toast| toast.0);
        let separator = format!("  {} ", model.settings.glyphs.separator);
        model.say(said.into_iter().chain([left]).collect::<Vec<String>>().join(&separator));
    }
    if let Some((offer, words)) = model.walk.as_ref().and_then(|walk| blocking::offer_after(walk, from)) {
        model.offer(offer, &words);
    }
}

/// Does what was to follow the append; tells from where the tester went on.
fn follow(model: &mut Model) -> Option<WentOn> {
    let walk = model.walk.as_mut()?;
    let after = std::mem::replace(&mut walk.after, After::Stay);
    match after {
        After::GoOn(from) => {
            let mut left = None;
            if let Some(next) = walk.next_untested(Row::Node(from)) {
                walk.tree.go_to(&walk.revision.plan().outline, next);
                left = blocking::stage_left(walk, Row::Node(from), Row::Node(next));
            }
            return Some(WentOn { from, left });
        }
        After::LeaveJudged => {
            let next = walk.tree.selected().filter(|row| match row {
                Row::Node(idx) => walk.progress.verdict(*idx) != Some(Verdict::Untested),
                Row::Stage(_) => false,
            });
            if let Some(next) = next.and_then(|row| walk.next_untested(row)) {
                walk.tree.go_to(&walk.revision.plan().outline, next);
            }
        }
        After::WriteNote(at) => {
            let prompt = walk.revision.id_at(at);
            overlays::note::open(model, prompt, Some(at));
        }
        After::Show(prompt) => {
            if let Some(idx) = walk.revision.place(prompt) {
                walk.tree.go_to(&walk.revision.plan().outline, idx);
            }
        }
        After::Stay => {}
    }
    None
}

/// Goes on from `from` as after a mark.
pub fn go_on(model: &mut Model, from: NodeIdx) {
    if let Some(walk) = &mut model.walk {
        walk.after = After::GoOn(from);
    }
    if let Some(went_on) = follow(model) {
        say_after(model, went_on);
    }
}

/// `batch` is not on the disk: it is kept, shown as such, and tried again.
pub fn not_saved(model: &mut Model, batch: Vec<Fresh>) -> Effects {
    if let Some(walk) = &mut model.walk {
        walk.keep_unsaved(batch);
    }
    follow(model);
    Effects::none()
}

/// The disk holds `missing` beyond what was known: somebody else wrote, or an attempt of ours that failed did all the
/// same. Takes that in, and sends what is left of `batch` but for what somebody else decided on the same prompts.
pub fn stale(model: &mut Model, batch: Vec<Fresh>, missing: Vec<Recorded>) -> Effects {
    let Some(walk) = &mut model.walk else { return Effects::none() };
    let is_ours = |recorded: &Recorded| batch.iter().any(|fresh| fresh.id == recorded.id);
    let written: HashSet<EventId> = missing.iter().filter(|r| is_ours(r)).map(|r| r.id).collect();
    let theirs: Vec<PromptId> = missing
        .iter()
        .filter(|recorded| !written.contains(&recorded.id))
        .flat_map(|recorded| walk.rests_on(&recorded.event))
        .collect();
    let is_anybodys = missing.iter().any(|recorded| !written.contains(&recorded.id));
    if let Err(error) = walk.take_in(missing) {
        model.say(format!("the session on the disk is not what is shown here ({error}): reopen it"));
        return Effects::none();
    }
    let ordering = take_up_order(model, Place::Kept);
    let Some(walk) = &mut model.walk else { return ordering };
    let mut left: Vec<Fresh> = batch.into_iter().filter(|fresh| !written.contains(&fresh.id)).collect();
    if is_anybodys {
        // Their events have the time until now, which our laps would claim once more.
        left.iter_mut().for_each(|fresh| fresh.lap = Some(Lap::default()));
    }
    let count = left.len();
    // A decision is kept or dropped as one.
    let leader = |fresh: &Fresh| fresh.leader.unwrap_or(fresh.id);
    let is_theirs = |fresh: &Fresh| walk.rests_on(&fresh.event).iter().any(|prompt| theirs.contains(prompt));
    let dropped: HashSet<EventId> = left.iter().filter(|fresh| is_theirs(fresh)).map(leader).collect();
    let kept = left.into_iter().filter(|fresh| !dropped.contains(&leader(fresh))).collect();
    walk.keep_unsaved(kept);
    let left = walk.unsaved.clone();
    if left.len() < count {
        walk.after = After::Stay;
        model.banner = None;
        model.say("changed in another terminal meanwhile: look, then press the key again");
    }
    if left.is_empty() {
        if model.banner.take().is_some() {
            model.say(SAVED_AGAIN);
        }
        follow(model);
        let Effects(mut effects) = ordering;
        effects.push(Effect::NothingWaits);
        return Effects(effects);
    }
    ordering.and(append(model, left))
}

/// Esc goes back to the map from a connection's prompts, else takes a filter away; it never leaves the walk.
pub fn escape(model: &mut Model) -> Effects {
    if map::update::come_back(model) {
        return Effects::none();
    }
    if let Some(walk) = &mut model.walk
        && !walk.filter.is_empty()
    {
        walk.set_filter(super::filter::Filter::default());
        model.say("everything is shown again");
        return Effects::none();
    }
    origin::come_back(model).unwrap_or_default()
}

/// A click selects a row; on the row that is selected it folds or unfolds.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let Some(walk) = &mut model.walk else { return Effects::none() };
    let rows = walk.layout(model.size).rows;
    if !rows.contains(column, row) {
        return Effects::none();
    }
    let at = walk.tree.top() + usize::from(row - rows.y);
    let Some(clicked) = walk.tree.rows().get(at).copied() else { return Effects::none() };
    let outline = &walk.revision.plan().outline;
    if walk.tree.selected() == Some(clicked) {
        walk.tree.toggle_fold(outline, clicked);
    } else {
        walk.tree.select(clicked);
    }
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    let motion = if rows > 0 { Motion::PageDown } else { Motion::PageUp };
    if let Some(walk) = &mut model.walk {
        walk.tree.step(&walk.revision.plan().outline, motion, rows.unsigned_abs() as usize);
    }
}
