//! What stands in whose way: what the footer offers after a fail or a blocked prompt, and the same asked for by name.
//!
//! Nothing here marks anything that the tester did not see: one prompt is named in the offer itself, several are listed
//! first.

use super::obstacle::obstacle;
use super::state::{After, Walk};
use super::tree::Row;
use super::update::submit;
use crate::domain::id::PromptId;
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::session::{Command, Event, Recorded};
use crate::domain::verdict::Verdict;
use crate::tui::effect::Effects;
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::overlays::Overlay;
use crate::tui::overlays::blocking::BlockList;

/// What the footer offers for one key. It goes with the next key, whichever that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// To say that the blocked `prompt` is blocked by the failing `by`.
    Name {
        /// What is blocked.
        prompt: PromptId,
        /// What fails.
        by: PromptId,
    },
    /// To list the open prompts that the failing `by` may be in the way of.
    List {
        /// What fails.
        by: PromptId,
    },
}

/// Open prompts that may be blocked by the same fail, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What they have in common: an integration point, a section or a component.
    pub name: String,
    /// In the order of the walk.
    pub prompts: Vec<NodeIdx>,
}

/// What is offered after a mark on the prompt at `idx`, with the words for it. A plan without any connection is walked as
/// a checklist: nothing is offered there, [`Action::BlockedBy`] does it when asked.
#[must_use]
pub fn offer_after(walk: &Walk, idx: NodeIdx) -> Option<(Offer, String)> {
    walk.revision.plan().points().next()?;
    let prompt = walk.revision.id_at(idx)?;
    let mark = walk.session.mark(prompt)?;
    match mark.verdict {
        Verdict::Blocked if mark.blocked_by.is_none() => {
            let by = walk.session.last_fail(prompt)?;
            Some((Offer::Name { prompt, by }, format!("blocked by: {}", walk.title_of(by))))
        }
        Verdict::Fail => {
            walk.revision.plan().outline.node(idx).point()?;
            let narrowest = scopes(walk, idx).into_iter().next()?;
            let count = narrowest.prompts.len();
            let words = format!("mark what it blocks ({count} open in {})", narrowest.name);
            Some((Offer::List { by: prompt }, words))
        }
        _ => None,
    }
}

/// The open prompts of the same integration point, else of the same section, then those of each of its components,
/// where that gives any, and others.
#[must_use]
pub fn scopes(walk: &Walk, cause: NodeIdx) -> Vec<Scope> {
    let outline = &walk.revision.plan().outline;
    let Some(node) = outline.get(cause) else { return Vec::new() };
    let mut scopes: Vec<Scope> = Vec::new();
    let mut add = |name: String, belongs: &dyn Fn(NodeRef<'_>) -> bool| {
        let prompts = open_prompts(walk, cause, belongs);
        if !prompts.is_empty() && scopes.iter().all(|known| known.prompts != prompts) {
            scopes.push(Scope { name, prompts });
        }
    };
    match node.point() {
        Some(point) => {
            let same = |other: NodeRef<'_>| other.point().is_some_and(|other| std::ptr::eq(other, point));
            let arrow = if point.both_ways { "<->" } else { "->" };
            add(format!("{} {arrow} {}", point.from, point.to), &same);
            for component in [&point.to, &point.from] {
                let touches = |other: NodeRef<'_>| {
                    other.point().is_some_and(|other| other.from == *component || other.to == *component)
                };
                add(component.clone(), &touches);
            }
        }
        None => {
            let section = node.parent();
            let name = section.map_or_else(|| walk.revision.plan().title.clone(), |s| s.text().to_owned());
            let parent = section.map(NodeRef::idx);
            add(name, &|other| other.parent().map(NodeRef::idx) == parent);
        }
    }
    scopes
}

/// The untested prompts of the session that `belongs` lets through, `cause` left out, in the order of the walk.
fn open_prompts(walk: &Walk, cause: NodeIdx, belongs: &dyn Fn(NodeRef<'_>) -> bool) -> Vec<NodeIdx> {
    let is_open = |idx: NodeIdx| {
        let unsaved = walk.revision.id_at(idx).and_then(|prompt| walk.unsaved_verdict(prompt));
        walk.progress.verdict(idx) == Some(Verdict::Untested) && unsaved.is_none()
    };
    let prompts = walk.revision.plan().outline.prompts();
    let wanted = prompts.filter(|node| node.idx() != cause && is_open(node.idx()) && belongs(*node));
    let mut prompts: Vec<NodeIdx> = wanted.map(NodeRef::idx).collect();
    if let Some(order) = walk.tree.staged() {
        prompts.sort_by_key(|idx| order.place(*idx));
    }
    prompts
}

/// Takes what the footer offered.
pub fn take(model: &mut Model, offer: Offer) -> Effects {
    if let Some(obstacle) = model.walk.as_ref().and_then(closed) {
        model.say(obstacle);
        return Effects::none();
    }
    match offer {
        Offer::Name { prompt, by } => name(model, prompt, by),
        Offer::List { by } => {
            list(model, by);
            Effects::none()
        }
    }
}

fn closed(walk: &Walk) -> Option<String> {
    if walk.decided_on().is_open() { None } else { obstacle(walk, Action::Undo) }
}

/// Does for the prompt under the cursor what would be offered after its mark.
pub fn ask(model: &mut Model) -> Effects {
    let Some(walk) = &model.walk else { return Effects::none() };
    let Some(prompt) = walk.current_prompt() else { return Effects::none() };
    match (walk.session.verdict(prompt), walk.session.last_fail(prompt)) {
        (Verdict::Blocked, Some(by)) => name(model, prompt, by),
        _ => {
            list(model, prompt);
            Effects::none()
        }
    }
}

/// Why [`ask`] cannot be answered for the prompt under the cursor.
#[must_use]
pub fn cannot_ask(walk: &Walk) -> Option<String> {
    let prompt = walk.current_prompt()?;
    let why = match walk.session.verdict(prompt) {
        Verdict::Blocked if walk.session.last_fail(prompt).is_some() => return None,
        Verdict::Blocked => "no other prompt fails: nothing can be named as what blocks this one",
        Verdict::Fail => {
            let idx = walk.revision.place(prompt)?;
            if scopes(walk, idx).is_empty() {
                "nothing is open that it could be in the way of"
            } else {
                return None;
            }
        }
        _ => "mark it blocked, or mark fail what is in the way of others",
    };
    Some(why.to_owned())
}

fn name(model: &mut Model, prompt: PromptId, by: PromptId) -> Effects {
    let judged = model.walk.as_ref().and_then(|walk| walk.revision.judged(walk.revision.place(prompt)?));
    match judged {
        Some(judged) => submit(model, Command::Block { judged: vec![judged], by }, After::Stay),
        None => Effects::none(),
    }
}

fn list(model: &mut Model, by: PromptId) {
    let Some(walk) = &model.walk else { return };
    let scopes = walk.revision.place(by).map(|idx| scopes(walk, idx)).unwrap_or_default();
    if scopes.is_empty() {
        model.say("nothing is open that it could be in the way of");
    } else {
        model.overlay = Some(Overlay::Blocking(BlockList::new(by, walk.title_of(by).to_owned(), scopes)));
    }
}

/// Marks the chosen prompts blocked, as one decision; those that were judged meanwhile keep their verdict.
pub fn confirm(model: &mut Model, by: PromptId, chosen: &[NodeIdx]) -> Effects {
    let Some(walk) = &model.walk else { return Effects::none() };
    let session = walk.decided_on();
    let judged = chosen.iter().filter_map(|idx| walk.revision.judged(*idx));
    let open = judged.filter(|judged| session.verdict(judged.prompt) == Verdict::Untested);
    let judged: Vec<_> = open.collect();
    if judged.is_empty() {
        model.say("all of them were marked meanwhile");
        return Effects::none();
    }
    submit(model, Command::Block { judged, by }, After::LeaveJudged)
}

/// What to say of events that say what is in whose way, or that something no longer is.
#[must_use]
pub fn answer(walk: &Walk, recorded: &[Recorded]) -> Option<String> {
    let mut freed = recorded.iter().filter_map(|recorded| match recorded.event {
        Event::VerdictCleared { prompt, unblocked_by: Some(_) } => Some(prompt),
        _ => None,
    });
    if let Some(first) = freed.next() {
        return Some(match freed.count() {
            0 => format!("untested again, since what blocked it passed: {}", walk.title_of(first)),
            others => format!("{} prompts that it blocked are untested again", others + 1),
        });
    }
    let mut blocked = recorded.iter().filter_map(|recorded| match recorded.event {
        Event::VerdictRecorded { blocked_by, .. } => blocked_by,
        _ => None,
    });
    let by = walk.title_of(blocked.next()?);
    Some(match blocked.count() {
        0 => format!("blocked by: {by}"),
        others => format!("{} prompts are blocked by: {by}", others + 1),
    })
}

/// What to say when the tester goes on from one stage to a later one and leaves fails behind: once for each stage.
pub fn stage_left(walk: &mut Walk, from: Row, to: Row) -> Option<String> {
    let order = walk.tree.staged()?;
    let stage_of = |row: Row| match row {
        Row::Stage(at) => Some(at),
        Row::Node(idx) => order.stage_of(idx),
    };
    let (from, to) = (stage_of(from)?, stage_of(to)?);
    if to <= from {
        return None;
    }
    let (stage, fails) = walk.tree.order_mut()?.tell_fails(from)?;
    let fails = if fails == 1 { "1 fail".to_owned() } else { format!("{fails} fails") };
    let about = stage.parts(2, 0).into_iter().next().unwrap_or_default();
    Some(format!("stage {}, {about}, is left with {fails}", stage.number))
}
