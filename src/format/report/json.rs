//! `seamwalk.report/1`: sessions with nothing left out.
//!
//! What stands at the top of a session, its prompts and its notes is what its events add up to, for programs that do
//! not want to add up themselves. The events are the truth: all of them, also those that undo took back. One prompt,
//! note or event stands on a line, so that two reports can be compared line by line.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Failure, Sessions};
use crate::domain::component::States;
use crate::domain::id::{EventId, PromptId};
use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::report::{Row, Walked};
use crate::domain::session::{Activity, Away, Conditions, Event, NoteKind, Question, Recorded, Start};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Verdict};
use crate::format::json::write_safe_line;

/// The name and version of the form.
pub const FORMAT: &str = "seamwalk.report/1";

#[derive(Serialize)]
struct Prompt<'a> {
    id: PromptId,
    path: Vec<&'a str>,
    /// What the plan says; what it said last, of one that left it.
    text: &'a str,
    expected: Option<&'a str>,
    tags: Vec<&'a str>,
    point: Option<&'a IntegrationPoint>,
    /// It has left the plan.
    removed: bool,
    verdict: Verdict,
    spent_ms: u64,
    mark: Option<MarkOf<'a>>,
}

#[derive(Serialize)]
struct MarkOf<'a> {
    event: EventId,
    at: String,
    /// What the tester read.
    wording: &'a str,
    ground: Ground,
    #[serde(flatten)]
    conditions: ConditionsOf<'a>,
    blocked_by: Option<PromptId>,
}

#[derive(Serialize)]
struct ConditionsOf<'a> {
    ends: Option<[EndOf<'a>; 2]>,
    build: Option<&'a str>,
}

#[derive(Serialize)]
struct EndOf<'a> {
    component: &'a str,
    state: String,
}

#[derive(Serialize)]
struct Remark<'a> {
    event: EventId,
    at: String,
    kind: NoteKind,
    text: &'a str,
    prompt: Option<PromptId>,
}

#[derive(Serialize)]
struct EventRow<'a> {
    seq: u64,
    id: EventId,
    at: String,
    /// The first event of the same decision, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    leader: Option<EventId>,
    /// What was measured since the event before.
    #[serde(skip_serializing_if = "Option::is_none")]
    lap: Option<LapOf>,
    /// Undo took it back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undone: bool,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
struct LapOf {
    ms: u64,
    writing_ms: u64,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum What<'a> {
    SessionStarted {
        start: &'a Start,
    },
    VerdictRecorded {
        prompt: PromptId,
        verdict: Verdict,
        wording: &'a str,
        #[serde(flatten)]
        conditions: ConditionsOf<'a>,
        blocked_by: Option<PromptId>,
    },
    VerdictCleared {
        prompt: PromptId,
        unblocked_by: Option<PromptId>,
    },
    NoteAdded {
        kind: NoteKind,
        text: &'a str,
        prompt: Option<PromptId>,
    },
    Undone {
        of: EventId,
    },
    Redone {
        of: EventId,
    },
    ComponentSet {
        component: &'a str,
        state: String,
    },
    FieldSet {
        name: &'a str,
        value: Option<&'a str>,
    },
    StrategyChosen {
        strategy: &'static str,
    },
    CharterSet {
        charter: Option<&'a str>,
    },
    TimeBoxSet {
        ms: Option<u64>,
    },
    ActivitySwitched {
        activity: Activity,
    },
    Paused,
    Resumed,
    AwayExplained {
        ms: u64,
        was: Away,
    },
    DebriefAnswered {
        question: Question,
        answer: Option<&'a str>,
    },
    SessionClosed,
    SessionReopened,
}

fn what(event: &Event) -> What<'_> {
    match event {
        Event::SessionStarted(start) => What::SessionStarted { start },
        Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by } => {
            What::VerdictRecorded {
                prompt: *prompt,
                verdict: *verdict,
                wording,
                conditions: conditions_of(conditions),
                blocked_by: *blocked_by,
            }
        }
        Event::VerdictCleared { prompt, unblocked_by } => {
            What::VerdictCleared { prompt: *prompt, unblocked_by: *unblocked_by }
        }
        Event::NoteAdded(note) => What::NoteAdded { kind: note.kind, text: &note.text, prompt: note.prompt },
        Event::Undone { event } => What::Undone { of: *event },
        Event::Redone { event } => What::Redone { of: *event },
        Event::ComponentSet { component, state } => {
            What::ComponentSet { component, state: state.to_string() }
        }
        Event::FieldSet { name, value } => What::FieldSet { name, value: value.as_deref() },
        Event::StrategyChosen(strategy) => What::StrategyChosen { strategy: strategy.word() },
        Event::CharterSet(charter) => What::CharterSet { charter: charter.as_deref() },
        Event::TimeBoxSet(ms) => What::TimeBoxSet { ms: *ms },
        Event::ActivitySwitched(activity) => What::ActivitySwitched { activity: *activity },
        Event::Paused => What::Paused,
        Event::Resumed => What::Resumed,
        Event::AwayExplained { ms, was } => What::AwayExplained { ms: *ms, was: *was },
        Event::DebriefAnswered { question, answer } => {
            What::DebriefAnswered { question: *question, answer: answer.as_deref() }
        }
        Event::SessionClosed => What::SessionClosed,
        Event::SessionReopened => What::SessionReopened,
    }
}

fn conditions_of(conditions: &Conditions) -> ConditionsOf<'_> {
    let ends = conditions.ends.as_ref().map(|ends| {
        [&ends.from, &ends.to].map(|end| EndOf { component: &end.component, state: end.state.to_string() })
    });
    ConditionsOf { ends, build: conditions.build.as_deref() }
}

/// Writes all sessions.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    write!(out, "{{\n  \"format\": \"{FORMAT}\",\n  \"sessions\": [")?;
    for number_idx in 0..sessions.named().len() {
        out.write_all(if number_idx == 0 { b"\n" } else { b",\n" })?;
        write_session(number_idx, sessions, out)?;
    }
    out.write_all(b"\n  ]\n}\n")?;
    Ok(())
}

fn write_session(number_idx: usize, sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let walked = sessions.read(number_idx)?;
    let rows = walked.rows();
    for (number, (key, value)) in head(&walked, &rows).into_iter().enumerate() {
        write!(out, "{}\n      \"{key}\": ", if number == 0 { "    {" } else { "," })?;
        write_safe_line(&value, out)?;
    }
    let mut list = List::begin("prompts", out)?;
    for row in &rows {
        list.add(&prompt(row), out)?;
    }
    list.end(out)?;
    drop(rows);
    let mut list = List::begin("notes", out)?;
    for note in walked.session.notes() {
        let (kind, text, prompt) = (note.note.kind, note.note.text.as_str(), note.note.prompt);
        list.add(&Remark { event: note.event, at: note.at.rfc3339(), kind, text, prompt }, out)?;
    }
    list.end(out)?;
    let mut list = List::begin("events", out)?;
    // What was written since the session was read belongs to the next report.
    sessions.visit_events(number_idx, walked.session.seq(), &mut |recorded| {
        list.add(&event(recorded, walked.session.is_taken_back(recorded.id)), out).map_err(Failure::from)
    })?;
    list.end(out)?;
    out.write_all(b"\n    }")?;
    Ok(())
}

/// What a session is called and what holds for it as a whole; fields and components as they are now, since the events
/// say what they were.
fn head<'a>(walked: &'a Walked, rows: &[Row<'a>]) -> [(&'static str, Value); 20] {
    let Walked { session, revision, source, .. } = walked;
    let start = session.start();
    let counts = Walked::counts(rows);
    let mut by_word: BTreeMap<&'static str, u32> =
        Verdict::ALL.into_iter().map(|verdict| (verdict.word(), counts[verdict])).collect();
    by_word.insert("provisional", counts.provisional());
    by_word.insert("passed_for_real", counts.passed_for_real());
    let times = session.times();
    let activities = Activity::ALL.map(|activity| (activity.word(), times.of(activity)));
    let times: BTreeMap<&str, u64> = activities.into_iter().chain([("paused", times.paused_ms())]).collect();
    let debrief: BTreeMap<&str, &str> =
        session.debrief().map(|(question, answer)| (question.word(), answer)).collect();
    [
        ("id", json!(session.id())),
        ("plan", json!({"id": start.plan, "title": start.plan_title, "source": source})),
        // Which state of the file the session was last walked with, from 1.
        ("revision", json!(revision.number())),
        ("tester", json!(start.tester)),
        ("charter", json!(session.charter())),
        ("fields", json!(session.fields())),
        ("components", json!(said(session.states()))),
        ("only", json!(start.only)),
        ("retest", json!(start.retest)),
        ("strategy", json!(session.strategy().word())),
        ("started_at", json!(session.started_at().rfc3339())),
        ("ended_at", json!(session.ended_at().map(Timestamp::rfc3339))),
        ("updated_at", json!(session.updated_at().rfc3339())),
        ("time_box_ms", json!(session.time_box_ms())),
        ("walking_ms", json!(session.walking_ms())),
        ("times_ms", json!(times)),
        ("between_prompts_ms", json!(walked.spent.on_session_ms())),
        ("debrief", json!(debrief)),
        ("saved", json!(session.seq())),
        ("counts", json!(by_word)),
    ]
}

/// A list of a session, an element a line.
struct List {
    is_empty: bool,
}

impl List {
    fn begin(key: &str, out: &mut dyn Write) -> io::Result<Self> {
        write!(out, ",\n      \"{key}\": [")?;
        Ok(Self { is_empty: true })
    }

    fn add(&mut self, element: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.is_empty { b"\n        " } else { b",\n        " })?;
        self.is_empty = false;
        write_safe_line(element, out)
    }

    fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.is_empty { b"]" } else { b"\n      ]" })
    }
}

fn said(states: &States) -> BTreeMap<&str, String> {
    states.iter().map(|(component, state)| (component, state.to_string())).collect()
}

fn prompt<'a>(row: &Row<'a>) -> Prompt<'a> {
    let mark = row.mark().map(|mark| MarkOf {
        event: mark.event,
        at: mark.at.rfc3339(),
        wording: mark.wording,
        ground: mark.conditions.ground(),
        conditions: conditions_of(mark.conditions),
        blocked_by: mark.blocked_by,
    });
    Prompt {
        id: row.id,
        path: row.path(),
        text: row.plan_text(),
        expected: row.node().and_then(NodeRef::expected),
        tags: row.tags(),
        point: row.point(),
        removed: row.is_gone(),
        verdict: row.verdict(),
        spent_ms: row.spent_ms(),
        mark,
    }
}

fn event(recorded: &Recorded, undone: bool) -> EventRow<'_> {
    let Recorded { id, leader, seq, at, lap, event } = recorded;
    let lap = lap.map(|lap| LapOf { ms: lap.ms, writing_ms: lap.writing_ms });
    EventRow { seq: *seq, id: *id, at: at.rfc3339(), leader: *leader, lap, undone, what: what(event) }
}
