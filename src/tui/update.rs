//! What a message does to the model. No I/O: what must happen outside comes back as effects.

use std::mem::take;
use std::sync::Arc;

use super::effect::{Effect, Effects};
use super::input::Input;
use super::key::Key;
use super::keymap::{Action, Context, binding_of};
use super::layout::Size;
use super::model::{Banner, Model, Sheet};
use super::msg::{Msg, OpenedWalk};
use super::overlays::{self, Overlay};
use super::screens::home::state::Home;
use super::screens::origin::Entrance;
use super::screens::walk::blocking::Offer;
use super::screens::walk::state::{Place, Walk};
use super::screens::{comparison, grid, home, map, origin, summary, trend, walk};
use super::stopwatch::Stopwatch;
use super::waiting;

/// Takes in one message.
pub fn update(model: &mut Model, msg: Msg) -> Effects {
    let effects = match msg {
        Msg::Input(input) => take_input(model, input),
        Msg::Tick { now, steady_ms } => {
            (model.now, model.steady_ms) = (now, steady_ms);
            let kept = overlays::note::keep(model).and(overlays::debrief::keep(model));
            kept.and(walk::update::tick(model))
        }
        Msg::CaughtUp(missing) => walk::update::caught_up(model, missing),
        Msg::Appended(recorded) => walk::update::appended(model, recorded),
        Msg::NotSaved { batch, why, kept } => {
            model.banner = Some(Banner { why, kept });
            walk::update::not_saved(model, batch)
        }
        Msg::Stale { batch, missing } => walk::update::stale(model, batch, missing),
        Msg::WalkOpened(opened) => show_walk(model, *opened),
        Msg::OrderMade { session, order, last_time, place } => {
            walk::update::order_made(model, session, *order, last_time, place)
        }
        Msg::Awaiting(what) => {
            model.waiting.what = Some(what);
            Effects::none()
        }
        Msg::GivenUp(was_in_time) => {
            waiting::given_up(model, was_in_time);
            Effects::none()
        }
        Msg::Stored => {
            if let Some(walk) = &mut model.walk {
                walk.is_stored = true;
            }
            walk::update::take_up_order(model, Place::First)
        }
        Msg::OpenFailed(why) => {
            waiting::drop_typed(model, why);
            Effects::none()
        }
        Msg::Said(why) => {
            model.say(why);
            Effects::none()
        }
        Msg::Exported { form, went } => {
            overlays::export::exported(model, form, went);
            Effects::none()
        }
        Msg::HomeLoaded { plans, sessions } => {
            let cursor = model.home.as_ref().map(Home::selected);
            model.home = Some(Home::new(plans, sessions, cursor));
            Effects::none()
        }
        Msg::Compared(found) => {
            comparison::update::compared(model, *found);
            Effects::none()
        }
        Msg::NotCompared(why) => {
            comparison::update::not_compared(model, &why);
            Effects::none()
        }
        Msg::GridLoaded(sessions) => {
            grid::update::loaded(model, *sessions);
            Effects::none()
        }
        Msg::GridRead(found) => {
            grid::update::read(model, *found);
            Effects::none()
        }
        Msg::NoGrid(why) => {
            grid::update::broken(model, &why);
            Effects::none()
        }
        Msg::TrendLoaded(loaded) => {
            trend::update::loaded(model, *loaded);
            Effects::none()
        }
        Msg::TrendRead(found) => {
            trend::update::read(model, *found);
            Effects::none()
        }
        Msg::NoTrend(why) => {
            trend::update::broken(model, &why);
            Effects::none()
        }
        Msg::LookedBack(found) => {
            walk::update::look_back(model, *found);
            Effects::none()
        }
        Msg::NoPast(why) => {
            walk::update::no_past(model, &why);
            Effects::none()
        }
        Msg::Edited(text) => {
            overlays::debrief::edited(model, text.as_deref());
            overlays::note::edited(model, text);
            overlays::note::keep(model).and(overlays::debrief::keep(model))
        }
        Msg::DraftKept(is_kept) => {
            if let Some(walk) = &mut model.walk {
                walk.has_unkept_drafts = !is_kept;
            }
            Effects::none()
        }
    };
    settle(model);
    effects
}

/// What the screen as it is shown lacks and can do without for a moment: to be looked up when it was drawn and nothing
/// else is waiting.
#[must_use]
pub fn lacking(model: &Model) -> Option<Effect> {
    if model.size.is_too_small() || model.waiting.what.is_some() {
        return None;
    }
    match model.sheets.last() {
        Some(Sheet::Grid(grid)) => return grid.lacking().map(Effect::ReadGrid),
        Some(Sheet::Trend(trend)) => return trend.lacking().map(Effect::ReadTrend),
        Some(Sheet::Comparison(comparison)) => return comparison.lacking().map(Effect::Compare),
        _ => {}
    }
    let walk = model.walk.as_ref()?;
    match model.context() {
        Context::Walk | Context::Summary => {
            let rows = usize::from(walk.layout(model.size).rows.height);
            walk.lacking(rows).map(Effect::LookBack)
        }
        _ => None,
    }
}

/// True if the screen as it is shown lacks what `effect` reads, be it the next piece or a later one.
#[must_use]
pub fn lacks(model: &Model, effect: &Effect) -> bool {
    match (effect, model.sheets.last()) {
        // Numbers of prompts are those of this very grid.
        (Effect::ReadGrid(read), Some(Sheet::Grid(grid))) => {
            Arc::ptr_eq(&read.sessions.prompts, &grid.sessions().prompts)
        }
        _ => lacking(model).as_ref() == Some(effect),
    }
}

fn show_walk(model: &mut Model, opened: OpenedWalk) -> Effects {
    let OpenedWalk { revision, session, source, said, drafts: stored, answers, is_stored } = opened;
    let finished = !session.is_open();
    let mut before = model.walk.take();
    let texts = before.as_mut().map(|walk| (take(&mut walk.drafts), take(&mut walk.answers_begun)));
    let (mut drafts, mut answers_begun) = texts.unwrap_or_default();
    answers_begun.extend(answers.into_iter().map(|(question, text)| ((session.id(), question), text)));
    drafts.extend(stored.into_iter().map(|(prompt, draft)| ((session.id(), prompt), draft)));
    let stopwatch = Stopwatch::begin(&session, model.now, model.steady_ms);
    let chosen = origin::leave(model, session.id(), &mut before);
    model.let_go.extend(before);
    let mut walk = Walk::new(revision, session, source, stopwatch);
    let (mut said, mut place, mut finished) = (said, Place::First, finished);
    if let Some((_, Entrance::Prompt(prompt))) = &chosen {
        (place, finished) = (Place::Kept, false);
        if !prompt.is_some_and(|prompt| walk.show(prompt)) {
            said = Some(grid::update::LEFT_THE_PLAN.to_owned());
        }
    }
    let is_at_summary = matches!(chosen, Some((_, Entrance::Summary)));
    let origin = chosen.map(|(origin, _)| origin);
    model.walk = Some(Walk { drafts, answers_begun, is_stored, origin, ..walk });
    model.base = Context::Walk;
    model.overlay = None;
    model.sheets.clear();
    model.toast = None;
    if finished || is_at_summary {
        summary::update::open(model);
    }
    if let Some(origin) = model.walk.as_mut().and_then(|walk| walk.origin.as_mut()) {
        origin.is_at_summary = is_at_summary;
    }
    if let Some(said) = said {
        model.say(said);
    }
    walk::update::take_up_order(model, place)
}

fn take_input(model: &mut Model, input: Input) -> Effects {
    walk::timing::touch(model, &input);
    if let Some(effects) = model.waiting.what.and_then(|what| waiting::take_input(model, what, &input)) {
        return effects;
    }
    match input {
        Input::FocusGained | Input::FocusLost => Effects::none(),
        Input::Resize { width, height } => {
            model.size = Size { width, height };
            Effects::none()
        }
        Input::Key(key) => {
            let offer = model.toast.take().and_then(|toast| toast.1);
            press(model, key, offer)
        }
        Input::Paste(_) | Input::Click { .. } | Input::Wheel { .. } if model.size.is_too_small() => {
            Effects::none()
        }
        Input::Paste(text) => {
            let Some(effects) = overlays::paste(model, &text) else {
                model.say("pasted text marks nothing: open a note to put it in");
                return Effects::none();
            };
            effects
        }
        Input::Click { column, row } => {
            model.toast = None;
            match (&model.overlay, model.context()) {
                (Some(_), _) => overlays::click(model, column, row),
                (None, Context::Walk) => walk::update::click(model, column, row),
                (None, Context::Home) => home::update::click(model, row),
                (None, Context::Summary) => summary::update::click(model, row),
                (None, Context::Map) => map::update::click(model, column, row),
                (None, Context::Grid) => grid::update::click(model, column, row),
                (None, Context::Trend) => trend::update::click(model, column, row),
                (None, Context::Comparison) => comparison::update::click(model, column, row),
            }
        }
        Input::Wheel { notches, .. } => {
            let motion_rows = i32::from(notches) * 3;
            match (&model.overlay, model.context()) {
                (Some(_), _) => overlays::wheel(model, motion_rows),
                (None, Context::Walk) => walk::update::wheel(model, motion_rows),
                (None, Context::Home) => home::update::wheel(model, motion_rows),
                (None, Context::Summary) => summary::update::wheel(model, motion_rows),
                (None, Context::Map) => map::update::wheel(model, motion_rows),
                (None, Context::Grid) => grid::update::wheel(model, motion_rows),
                (None, Context::Trend) => trend::update::wheel(model, motion_rows),
                (None, Context::Comparison) => comparison::update::wheel(model, motion_rows),
            }
            Effects::none()
        }
    }
}

/// An `offer` that stands is for its own key and this very press.
fn press(model: &mut Model, key: Key, offer: Option<Offer>) -> Effects {
    if model.size.is_too_small() {
        return press_unseen(model, key);
    }
    if model.overlay.is_some() {
        return overlays::press(model, key);
    }
    match offer {
        Some(offer)
            if model.settings.keymap.action(model.context(), key) == Some(Action::BlockedBy)
                && model.context() == Context::Walk =>
        {
            walk::blocking::take(model, offer)
        }
        _ => act_on(model, key),
    }
}

/// Nothing of the walk is seen, so nothing of it may change: the program can be left or stopped.
fn press_unseen(model: &mut Model, key: Key) -> Effects {
    match model.settings.keymap.action(model.context(), key) {
        Some(action @ (Action::Back | Action::Quit | Action::Suspend | Action::Redraw)) => act(model, action),
        Some(_) | None => Effects::none(),
    }
}

/// Does what `key` is bound to on the screen that is shown.
pub(super) fn act_on(model: &mut Model, key: Key) -> Effects {
    match model.settings.keymap.action(model.context(), key) {
        Some(action) => act(model, action),
        None => {
            model.leaving = false;
            escape_or_explain(model, key)
        }
    }
}

fn escape_or_explain(model: &mut Model, key: Key) -> Effects {
    use super::key::Code;
    if key == Key::plain(Code::Esc) {
        match model.context() {
            Context::Walk => return walk::update::escape(model),
            Context::Summary | Context::Map | Context::Grid | Context::Trend | Context::Comparison => {
                return origin::close_sheet(model);
            }
            Context::Home => {}
        }
        return Effects::none();
    }
    let help = model.settings.keymap.key_text(Action::Help);
    model.say(format!("{key} does nothing here; {help} shows the keys"));
    Effects::none()
}

/// Does `action` on the screen that is shown.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let is_here = binding_of(action).is_some_and(|binding| binding.is_in(model.context()));
    if !is_here {
        return Effects::none();
    }
    let was_leaving = take(&mut model.leaving);
    match action {
        Action::Help => {
            model.overlay = Some(Overlay::Help(overlays::page::Page::default()));
            Effects::none()
        }
        Action::Palette => {
            model.overlay = Some(Overlay::Palette(overlays::palette::Palette::new(model)));
            Effects::none()
        }
        Action::RetrySaving => walk::update::retry(model),
        Action::SaveElsewhere => {
            walk::update::save_elsewhere(model);
            Effects::none()
        }
        Action::Quit => leave(model, was_leaving),
        Action::Suspend => Effects::one(Effect::Suspend),
        Action::Redraw => Effects::one(Effect::Redraw),
        Action::Back => back(model, was_leaving),
        _ => match model.context() {
            Context::Home => home::update::act(model, action),
            Context::Walk => walk::update::act(model, action),
            Context::Summary => summary::update::act(model, action),
            Context::Map => map::update::act(model, action),
            Context::Grid => grid::update::act(model, action),
            Context::Trend => trend::update::act(model, action),
            Context::Comparison => comparison::update::act(model, action),
        },
    }
}

fn back(model: &mut Model, was_leaving: bool) -> Effects {
    match model.context() {
        Context::Summary | Context::Map | Context::Grid | Context::Trend | Context::Comparison => {
            origin::close_sheet(model)
        }
        Context::Walk if map::update::come_back(model) => Effects::none(),
        Context::Walk if let Some(effects) = origin::come_back(model) => effects,
        // With unsaved changes there is no way home: another walk opened from there would take their place.
        Context::Walk if model.home.is_some() && unsaved_count(model) == 0 => {
            model.base = Context::Home;
            Effects::one(Effect::LoadHome)
        }
        Context::Walk | Context::Home => leave(model, was_leaving),
    }
}

fn leave(model: &mut Model, was_leaving: bool) -> Effects {
    match unsaved_warning(model).filter(|_| !was_leaving) {
        Some(warning) => {
            model.leaving = true;
            model.say(warning);
            Effects::none()
        }
        None => Effects::one(Effect::Quit),
    }
}

fn unsaved_count(model: &Model) -> usize {
    model.walk.as_ref().map_or(0, |walk| walk.unsaved.len())
}

/// What leaving the program would cost: changes that wait for the disk, notes that were begun.
fn unsaved_warning(model: &Model) -> Option<String> {
    let unkept = model.walk.as_ref().filter(|walk| walk.has_unkept_drafts);
    let drafts = unkept.map_or(0, |walk| walk.drafts.len());
    let what = match (unsaved_count(model), drafts) {
        (0, 0) => return None,
        (0, 1) => "1 note was begun and is".to_owned(),
        (0, n) => format!("{n} notes were begun and are"),
        (1, _) => "1 change is".to_owned(),
        (n, _) => format!("{n} changes are"),
    };
    Some(format!("{what} not saved yet: once more to leave and have them printed"))
}

/// Brings what depends on size and cursor in line, once a message.
fn settle(model: &mut Model) {
    overlays::settle(model);
    let size = model.size;
    if let Some(walk) = &mut model.walk {
        walk.tree.scroll(usize::from(walk.layout(size).rows.height));
    }
    if let Some(home) = &mut model.home {
        home.scroll(usize::from(size.height.saturating_sub(home::state::CHROME_ROWS)));
    }
    match model.sheets.last_mut() {
        Some(Sheet::Summary(summary)) => {
            summary.scroll(usize::from(size.height.saturating_sub(summary::state::CHROME_ROWS)));
        }
        Some(Sheet::Map(map)) => map.scroll(size),
        Some(Sheet::Grid(grid)) => grid.scroll(size),
        Some(Sheet::Trend(trend)) => trend.scroll(size),
        Some(Sheet::Comparison(comparison)) => comparison.scroll(size),
        None => {}
    }
}
