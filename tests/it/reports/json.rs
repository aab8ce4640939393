//! `seamwalk.report/1` read back: nothing is missing.

use seamwalk::domain::component::{ComponentState, End, Ends};
use seamwalk::domain::id::{EventId, PromptId};
use seamwalk::domain::session::{
    Activity, Away, Conditions, Event, Lap, NoteKind, NoteText, Question, Recorded, Session, Start,
};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::report::{Extent, Form, JSON_FORMAT};
use serde_json::Value;

use super::fixture::{Shop, session_id};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn maybe(value: &Value) -> Option<&str> {
    value.as_str()
}

fn prompt(value: &Value) -> PromptId {
    text(value).parse().unwrap()
}

fn time(value: &Value) -> Timestamp {
    let time = chrono::DateTime::parse_from_rfc3339(text(value)).unwrap();
    let offset_min = time.offset().local_minus_utc() / 60;
    Timestamp::from_unix_ms(time.timestamp_millis(), offset_min).unwrap()
}

fn ends(value: &Value) -> Option<Ends> {
    let [from, to] = value.as_array()?.as_slice() else { panic!("{value} has not two ends") };
    let end = |end: &Value| End {
        component: text(&end["component"]).to_owned(),
        state: text(&end["state"]).parse::<ComponentState>().unwrap(),
    };
    Some(Ends { from: end(from), to: end(to) })
}

/// What a reader who only has the report makes of a line of `events`.
fn event(row: &Value) -> Recorded {
    let event = match text(&row["event"]) {
        "session_started" => {
            Event::SessionStarted(serde_json::from_value::<Start>(row["start"].clone()).unwrap().into())
        }
        "verdict_recorded" => Event::VerdictRecorded {
            prompt: prompt(&row["prompt"]),
            verdict: text(&row["verdict"]).parse::<Verdict>().unwrap(),
            wording: text(&row["wording"]).to_owned(),
            conditions: Conditions {
                ends: ends(&row["ends"]),
                build: maybe(&row["build"]).map(str::to_owned),
            }
            .into(),
            blocked_by: maybe(&row["blocked_by"]).map(|id| id.parse().unwrap()),
        },
        "verdict_cleared" => Event::VerdictCleared {
            prompt: prompt(&row["prompt"]),
            unblocked_by: maybe(&row["unblocked_by"]).map(|id| id.parse().unwrap()),
        },
        "note_added" => Event::NoteAdded(NoteText {
            kind: NoteKind::from_word(text(&row["kind"])).unwrap(),
            text: text(&row["text"]).to_owned(),
            prompt: maybe(&row["prompt"]).map(|id| id.parse().unwrap()),
        }),
        "undone" => Event::Undone { event: text(&row["of"]).parse().unwrap() },
        "redone" => Event::Redone { event: text(&row["of"]).parse().unwrap() },
        "component_set" => Event::ComponentSet {
            component: text(&row["component"]).to_owned(),
            state: text(&row["state"]).parse().unwrap(),
        },
        "field_set" => Event::FieldSet {
            name: text(&row["name"]).to_owned(),
            value: maybe(&row["value"]).map(str::to_owned),
        },
        "strategy_chosen" => Event::StrategyChosen(text(&row["strategy"]).parse().unwrap()),
        "charter_set" => Event::CharterSet(maybe(&row["charter"]).map(str::to_owned)),
        "time_box_set" => Event::TimeBoxSet(row["ms"].as_u64()),
        "activity_switched" => Event::ActivitySwitched(Activity::from_word(text(&row["activity"])).unwrap()),
        "paused" => Event::Paused,
        "resumed" => Event::Resumed,
        "away_explained" => Event::AwayExplained {
            ms: row["ms"].as_u64().unwrap(),
            was: if row["was"] == "break" { Away::Break } else { Away::Work },
        },
        "debrief_answered" => Event::DebriefAnswered {
            question: Question::from_word(text(&row["question"])).unwrap(),
            answer: maybe(&row["answer"]).map(str::to_owned),
        },
        "session_closed" => Event::SessionClosed,
        "session_reopened" => Event::SessionReopened,
        other => panic!("the reader does not know {other}"),
    };
    Recorded {
        id: text(&row["id"]).parse().unwrap(),
        leader: maybe(&row["leader"]).map(|id| id.parse::<EventId>().unwrap()),
        seq: row["seq"].as_u64().unwrap(),
        at: time(&row["at"]),
        lap: row["lap"].as_object().map(|lap| Lap {
            ms: lap["ms"].as_u64().unwrap(),
            writing_ms: lap["writing_ms"].as_u64().unwrap(),
        }),
        event,
    }
}

#[test]
fn reading_a_report_back_gives_every_event_and_the_same_session() {
    let shop = Shop::filled();
    let report: Value = serde_json::from_str(&shop.report(Form::Json, Extent::Usual, &[2, 1, 3])).unwrap();
    assert_eq!(report["format"], JSON_FORMAT);
    for (told, n) in report["sessions"].as_array().unwrap().iter().zip([2, 1, 3]) {
        let id = session_id(n);
        let events: Vec<Recorded> = told["events"].as_array().unwrap().iter().map(event).collect();
        let mut stored: Vec<Recorded> = Vec::new();
        let folded = shop.store.load_session_with(id, |event| stored.push(event.clone())).unwrap();
        assert_eq!(events, stored);
        let session = Session::replay(id, events).unwrap();
        assert_eq!(session, folded);
        assert_eq!(text(&told["id"]), id.to_string());
        assert_eq!(told["saved"], session.seq());
        assert_eq!(told["walking_ms"], session.walking_ms());
        let spent = told["prompts"].as_array().unwrap().iter().map(|p| p["spent_ms"].as_u64().unwrap());
        let between = told["between_prompts_ms"].as_u64().unwrap();
        assert_eq!(spent.sum::<u64>() + between, session.walking_ms(), "no time is lost");
        for row in told["prompts"].as_array().unwrap() {
            let mark = session.mark(prompt(&row["id"]));
            assert_eq!(text(&row["verdict"]), session.verdict(prompt(&row["id"])).word());
            assert_eq!(maybe(&row["mark"]["wording"]), mark.map(|mark| mark.wording));
            assert_eq!(ends(&row["mark"]["ends"]), mark.and_then(|mark| mark.conditions.ends.clone()));
            assert_eq!(
                row["mark"]["at"].as_str().map(|_| time(&row["mark"]["at"])),
                mark.map(|mark| mark.at)
            );
        }
        let notes: Vec<&str> = told["notes"].as_array().unwrap().iter().map(|n| text(&n["text"])).collect();
        assert_eq!(notes, session.notes().map(|note| note.note.text.as_str()).collect::<Vec<_>>());
    }
}

#[test]
fn what_undo_took_back_is_told_and_said_to_be() {
    let shop = Shop::filled();
    let report: Value = serde_json::from_str(&shop.report(Form::Json, Extent::Usual, &[2])).unwrap();
    let events = report["sessions"][0]["events"].as_array().unwrap();
    let undone: Vec<&Value> = events.iter().filter(|row| row["undone"] == true).collect();
    assert_eq!(undone.len(), 1);
    assert_eq!(text(&undone[0]["text"]), "a slip");
}
