//! Sessions of a plan, the same ones on every machine, in the order of one a day: builds change, stand-ins are replaced
//! by the real thing one after the other, some prompts fail for a while, some now and then.

use std::collections::BTreeMap;

use seamwalk::domain::component::{ComponentState, Ends, States};
use seamwalk::domain::id::{EventId, PromptId, SessionId};
use seamwalk::domain::plan::NodeRef;
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Conditions, Event, Fresh, NoteKind, NoteText, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{IfOpen, NewSession, Store};
use uuid::Uuid;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const TESTERS: [&str; 4] = ["ana", "bo", "chris", "dee"];

/// Walks `revision` in `sessions` sessions, all of it each time but for one prompt in fifty, and closes each. The last
/// one is a day before `until`.
pub(crate) fn walked(store: &mut Store, revision: &Revision, sessions: usize, until: Timestamp) {
    let plan = revision.plan();
    let components: Vec<String> = plan.component_names().into_iter().map(str::to_owned).collect();
    let mut event = 0;
    for number in 1..=sessions {
        let ms = until.unix_ms() - DAY_MS * (sessions + 1 - number) as i64;
        let at = |n: usize| Timestamp::from_unix_ms(ms + n as i64 * 4000, until.offset_min()).unwrap();
        let mut states = States::default();
        for (place, component) in components.iter().enumerate() {
            let is_real = place * sessions <= number * components.len();
            let stub = || ComponentState::fake(&format!("{component}-stub"));
            states.set(component.clone(), if is_real { ComponentState::Real } else { stub() });
        }
        let build = format!("{:04x}", 0x3a00 + number / 3 * 77);
        let start = Start {
            plan: revision.plan_id(),
            plan_title: plan.title.clone(),
            tester: TESTERS[number % TESTERS.len()].to_owned(),
            charter: Some(format!("day {number}")),
            fields: BTreeMap::from([("build".to_owned(), build.clone())]),
            only: None,
            components: states.clone(),
            retest: None,
            time_box_ms: None,
        };
        let mut new_event = || {
            event += 1;
            EventId(Uuid::from_u64_pair(0x0180_0000_0000_7000, 0x8000_0000_0000_0000 | event))
        };
        let id = SessionId(Uuid::from_u64_pair(0x0181_0000_0000_7000, 0x8000_0000_0000_0000 | number as u64));
        let new = NewSession { id, event: new_event(), at: at(0), start };
        let session = store.start_session(&new, revision, IfOpen::StartAnother).unwrap();
        let mut batch = Vec::new();
        let mut happens = |event: Event| {
            let at = at(batch.len() + 1);
            batch.push(Fresh { id: new_event(), leader: None, at, lap: None, event });
        };
        for (place, (prompt, node)) in revision.prompts().enumerate() {
            let Some(verdict) = verdict(place, number) else { continue };
            happens(mark(prompt, node, verdict, &states, &build));
            if verdict == Verdict::Fail && place % 3 == 0 {
                let text = format!("as on day {number}: it takes {} s", place % 40);
                happens(Event::NoteAdded(NoteText { kind: NoteKind::Bug, text, prompt: Some(prompt) }));
            }
        }
        happens(Event::SessionClosed);
        store.append(session.id(), session.seq(), &batch).unwrap();
    }
}

/// What the prompt at `place` is judged in the session `number`; `None` leaves it out.
fn verdict(place: usize, number: usize) -> Option<Verdict> {
    let chance = (place * 7919 + number * 104_729) % 1000;
    Some(match (place % 50, chance) {
        (49, _) => return None,
        // Broken for a stretch of sessions.
        (7, _) if (place / 50 + number) % 12 < 4 => Verdict::Fail,
        // Now and then.
        (13, 0..250) | (_, 0..15) => Verdict::Fail,
        (_, 15..25) => Verdict::Blocked,
        (_, 25..30) => Verdict::Inconclusive,
        (_, 30..40) => Verdict::Skip,
        _ => Verdict::Pass,
    })
}

fn mark(prompt: PromptId, node: NodeRef<'_>, verdict: Verdict, states: &States, build: &str) -> Event {
    let ends = node.point().map(|point| Ends::of(&point.from, &point.to, states));
    Event::VerdictRecorded {
        prompt,
        verdict,
        wording: node.text().to_owned(),
        conditions: Conditions { ends, build: Some(build.to_owned()) }.into(),
        blocked_by: None,
    }
}
