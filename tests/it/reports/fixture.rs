//! A store with sessions to report: a rich one with everything that can happen in it, one before it, and an empty one.

use std::collections::BTreeMap;

use seamwalk::domain::component::{ComponentState, Ends, States};
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::identity;
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{
    Activity, Away, Conditions, Event, Fresh, Lap, Moment, NoteKind, NoteText, Question, Start,
};
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::report::{Extent, Form};
use seamwalk::format::{self, SourceKind};
use seamwalk::reporting::Stored;
use seamwalk::store::{IfOpen, NewSession, Reading, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// What the plan says when the rich session is walked.
const PLAN: &str = "\
---
id: web-shop
components: [web, cart, inventory, payments, mail, search]
connections: [cart -> mail, search <-> inventory]
---
# Web shop

## cart -> inventory (http)

- Adding an item reserves one in stock #critical
- Removing it releases the stock
- Inventory is down: the cart says so | and keeps its items #error
- Two carts want the last one
- Stock is shown
- A reservation ends after 15 minutes {#ends}

## cart -> payments (http)

- A declined card leaves the order open #critical
- The amount is what the cart showed
- A refund arrives

## web -> search (http)

- Typing finds something

## Odds and ends

- The page has a title
- An old browser is told so
";

/// What it says afterwards: a failing prompt has left, another says something else.
const LATER: [(&str, &str); 2] = [("- Stock is shown\n", ""), ("15 minutes", "20 minutes")];

/// 2026-11-23 14:00 in Madrid, and so many seconds later.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_438_800_000 + seconds * 1000, 60).unwrap()
}

/// Ids that differ in their first digit.
pub(super) fn session_id(n: u8) -> SessionId {
    SessionId(Uuid::from_u64_pair(u64::from(n) << 60 | 0x7000, 0x8000_0000_0000_0000))
}

pub(super) struct Shop {
    _folder: TempDir,
    pub(super) store: Store,
    revision: Revision,
    next_event: u64,
    /// What the next decisions say was measured.
    lap: Option<Lap>,
}

impl Shop {
    /// The plan in a store without sessions.
    pub(super) fn new() -> Self {
        Self::of(PLAN)
    }

    pub(super) fn of(plan: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("seamwalk.db")).unwrap();
        let plan_id = PlanId(derived(&["plan", "shop"]));
        let revision = revision(plan_id, None, plan);
        let mut shop = Self { _folder: folder, store, revision, next_event: 0, lap: None };
        shop.save(1);
        shop
    }

    pub(super) fn revision(&self) -> &Revision {
        &self.revision
    }

    fn save(&mut self, content: u8) {
        let reading =
            Reading { content_hash: [content; 32], problem_count: 0, source: "/plans/shop.md", at: at(0) };
        self.store.save_revision(&self.revision, reading).unwrap();
    }

    /// The plan is edited.
    fn edit(&mut self, edits: &[(&str, &str)]) {
        let text = edits.iter().fold(PLAN.to_owned(), |text, (was, is)| text.replace(was, is));
        self.revision = revision(self.revision.plan_id(), Some(&self.revision), &text);
        self.save(2);
    }

    /// The prompt that says `text`.
    pub(super) fn prompt(&self, text: &str) -> PromptId {
        let found = self.revision.prompts().find(|(_, node)| node.text().starts_with(text));
        found.unwrap_or_else(|| panic!("no prompt {text:?}")).0
    }

    pub(super) fn event_id(&mut self) -> EventId {
        self.next_event += 1;
        EventId(Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | self.next_event))
    }

    pub(super) fn start(&mut self, n: u8, start: Start, seconds: i64) {
        let new = NewSession { id: session_id(n), event: self.event_id(), at: at(seconds), start };
        self.store.start_session(&new, &self.revision, IfOpen::StartAnother).unwrap();
    }

    pub(super) fn start_of(&self, tester: &str) -> Start {
        Start {
            plan: self.revision.plan_id(),
            plan_title: self.revision.plan().title.clone(),
            tester: tester.to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: None,
            components: States::default(),
            retest: None,
            time_box_ms: None,
        }
    }

    /// Appends decisions, each of its events, at so many seconds after the beginning.
    pub(super) fn append(&mut self, n: u8, decisions: Vec<(i64, Vec<Event>)>) -> Vec<EventId> {
        let mut ids = Vec::new();
        for (seconds, events) in decisions {
            let seq = self.store.load_session(session_id(n)).unwrap().seq();
            let moment = Moment { at: at(seconds), lap: self.lap };
            let fresh = Fresh::decided(events, moment, || self.event_id());
            ids.extend(fresh.iter().map(|fresh| fresh.id));
            self.store.append(session_id(n), seq, &fresh).unwrap();
        }
        ids
    }

    pub(super) fn mark(&self, text: &str, verdict: Verdict, states: &[(&str, &str)]) -> Event {
        let prompt = self.prompt(text);
        let idx = self.revision.place(prompt).unwrap();
        let node = self.revision.plan().outline.node(idx);
        let mut known = States::default();
        for (component, state) in states {
            known.set(*component, state.parse::<ComponentState>().unwrap());
        }
        let ends = node.point().map(|point| Ends::of(&point.from, &point.to, &known));
        let build = states.iter().any(|(name, _)| *name == "cart").then(|| "4f2c".to_owned());
        Event::VerdictRecorded {
            prompt,
            verdict,
            wording: node.text().to_owned(),
            conditions: Conditions { ends, build }.into(),
            blocked_by: None,
        }
    }

    pub(super) fn note(&self, kind: NoteKind, text: &str, on: Option<&str>) -> Event {
        Event::NoteAdded(NoteText { kind, text: text.to_owned(), prompt: on.map(|on| self.prompt(on)) })
    }

    /// Session 1 is bo's, two days earlier; session 2 ana's, with everything in it; session 3 is empty.
    pub(super) fn filled() -> Self {
        let mut shop = Self::new();
        shop.bo(1);
        shop.ana(2);
        let start = shop.start_of("cy");
        shop.start(3, start, 90_000);
        shop
    }

    fn bo(&mut self, n: u8) {
        use Verdict::{Fail, Pass};
        let day = -172_800;
        let mut start = self.start_of("bo");
        start.fields.insert("build".to_owned(), "39aa".to_owned());
        self.start(n, start, day);
        let marks = [("Adding", Pass), ("Removing", Fail), ("Two carts", Pass), ("A declined", Fail)];
        let marks = marks
            .iter()
            .zip(1..)
            .map(|((text, v), k)| (day + k * 60, vec![self.mark(text, *v, &[])]))
            .collect();
        self.append(n, marks);
        self.append(n, vec![(day + 400, vec![Event::SessionClosed])]);
    }

    fn ana(&mut self, n: u8) {
        use NoteKind::{Bug, Idea, Note, Setup};
        use Verdict::{Blocked, Fail, Inconclusive, Pass, Skip};
        let mut start = self.start_of("ana");
        start.charter = Some("Explore ordering".to_owned());
        start.fields.insert("build".to_owned(), "4f2b".to_owned());
        start.fields.insert("environment".to_owned(), "staging".to_owned());
        start.components.set("cart", ComponentState::Real);
        start.components.set("payments", ComponentState::fake("stripe-mock"));
        self.start(n, start, 0);
        let set = |component: &str, state: ComponentState| Event::ComponentSet {
            component: component.to_owned(),
            state,
        };
        let real = [("cart", "real"), ("inventory", "real")];
        let fake = [("cart", "real"), ("payments", "fake: stripe-mock")];
        let mut blocked = self.mark("A refund", Blocked, &fake);
        if let Event::VerdictRecorded { blocked_by, .. } = &mut blocked {
            *blocked_by = Some(self.prompt("A declined"));
        }
        let field = Event::FieldSet { name: "build".to_owned(), value: Some("4f2c".to_owned()) };
        let gone = Event::FieldSet { name: "colour".to_owned(), value: None };
        let ids = self.append(
            n,
            vec![
                (20, vec![self.note(Setup, "Fresh database, two browsers", None)]),
                (30, vec![set("inventory", ComponentState::Real), set("mail", ComponentState::Absent)]),
                (40, vec![field, gone]),
                (60, vec![Event::StrategyChosen(Strategy::RiskFirst)]),
                (95, vec![self.mark("Adding", Fail, &real)]),
                (
                    110,
                    vec![self.note(
                        Bug,
                        "stock shows -1 for a second\n\n- then 0 again\n  <b>after</b> a reload",
                        Some("Adding"),
                    )],
                ),
                (150, vec![self.mark("Removing", Fail, &real)]),
                (200, vec![self.mark("Removing", Pass, &real)]),
                (230, vec![self.mark("Inventory is down", Inconclusive, &real)]),
                (
                    240,
                    vec![self.note(
                        NoteKind::Question,
                        "who @owns the timeout? see http://wiki.example/a?b=c",
                        Some("Inventory"),
                    )],
                ),
                (250, vec![self.mark("Two carts", Skip, &real)]),
                (260, vec![self.mark("Stock is shown", Fail, &real)]),
                (262, vec![self.mark("A reservation", Pass, &real)]),
                (300, vec![self.mark("A declined", Fail, &fake)]),
                (310, vec![blocked]),
                (320, vec![self.mark("The amount", Pass, &fake)]),
                (330, vec![self.mark("The page", Pass, &[])]),
                (340, vec![self.mark("An old browser", Fail, &[])]),
                (341, vec![self.note(Note, "a slip", Some("An old browser"))]),
                // A break, then:
                (4_000, vec![self.note(Idea, "=SUM(1) try a third cart, with \"quotes\"", None)]),
            ],
        );
        self.lap = Some(Lap { ms: 5_000, writing_ms: 2_000 });
        let (slip, fail) = (ids[ids.len() - 2], ids[ids.len() - 3]);
        self.append(
            n,
            vec![
                (4_010, vec![Event::Undone { event: slip }]),
                (4_011, vec![Event::Undone { event: fail }]),
                (4_012, vec![Event::Redone { event: fail }]),
                (4_020, vec![Event::cleared(self.prompt("An old browser"))]),
                (4_030, vec![Event::ActivitySwitched(Activity::BugInvestigation)]),
                (4_060, vec![Event::Paused]),
                (4_070, vec![Event::Resumed]),
                (4_071, vec![Event::AwayExplained { ms: 61_000, was: Away::Break }]),
                (
                    4_075,
                    vec![Event::TimeBoxSet(Some(90 * 60_000)), Event::CharterSet(Some(CHARTER.to_owned()))],
                ),
                (4_080, vec![Event::ActivitySwitched(Activity::OffCharter)]),
                (
                    4_090,
                    vec![
                        answer(Question::Obstacles, "staging was slow\n# and down twice"),
                        answer(Question::Outlook, "refunds"),
                    ],
                ),
                (4_100, vec![Event::SessionClosed]),
            ],
        );
        self.edit(&LATER);
        self.store.set_session_revision(session_id(n), &self.revision).unwrap();
    }

    /// The report of `sessions`.
    pub(super) fn report(&self, form: Form, extent: Extent, sessions: &[u8]) -> String {
        let ids: Vec<SessionId> = sessions.iter().copied().map(session_id).collect();
        let mut out = Vec::new();
        Stored::new(&self.store, &ids).unwrap().write(form, extent, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

const CHARTER: &str = "Explore ordering with two carts to discover lost stock";

fn answer(question: Question, answer: &str) -> Event {
    Event::DebriefAnswered { question, answer: Some(answer.to_owned()) }
}

fn revision(plan_id: PlanId, before: Option<&Revision>, text: &str) -> Revision {
    let plan = format::parse(text.as_bytes(), SourceKind::Markdown, "shop").unwrap().plan;
    let matched = identity::matched(plan_id, before, &plan);
    let number = before.map_or(1, |before| before.number() + 1);
    Revision::new(plan_id, number, plan, matched.ids, matched.removed).unwrap()
}
