//! `seamwalk trend`, as a lead reads it and a dashboard calls it.

use std::collections::BTreeMap;
use std::fs;

use seamwalk::domain::component::ComponentState;
use seamwalk::domain::id::EventId;
use seamwalk::domain::session::{Command, Fresh};
use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::opening::{self, Choices, Source};
use seamwalk::store::Store;
use seamwalk::tui::runtime::effects::parse;
use serde_json::json;
use uuid::Uuid;

use super::cli::{Place, at};

const SHOP: &str = "---
connections: [cart -> mail (smtp)]
---
# Shop

## web -> cart (http)
- Adding an item shows it
- Removing it hides it

## cart -> payments (http)
- A declined card leaves the order open
- A card is charged once
";

const DAY_S: i64 = 24 * 3600;

fn place_with(name: &str, text: &str) -> Place {
    let place = Place::new();
    fs::write(place.here().join(name), text).unwrap();
    place
}

/// Walks the plan in a session of its own on `day`, a mark a minute: one key a prompt, in its order.
fn walk(place: &Place, name: &str, day: i64, tester: &str, payments: ComponentState, keys: &str) {
    let mut store = Store::open(&place.home_database()).unwrap();
    let components = [("web", ComponentState::Real), ("cart", ComponentState::Real), ("payments", payments)]
        .map(|(component, state)| (component.to_owned(), state));
    let components = if name == "shop.md" { components.into() } else { BTreeMap::new() };
    let choices = Choices {
        new: true,
        tester: Some(tester.to_owned()),
        components,
        fields: [("build".to_owned(), format!("4f2{day}"))].into(),
        ..Choices::default()
    };
    let path = place.here().join(name);
    let opened = opening::open(&mut store, Source::File(&path), &choices, at(day * DAY_S), &parse).unwrap();
    let mut session = opened.session;
    let prompts: Vec<_> =
        opened.revision.plan().outline.prompts().map(seamwalk::domain::plan::NodeRef::idx).collect();
    for (number, key) in keys.chars().enumerate() {
        let verdict = match key {
            'p' => Verdict::Pass,
            'f' => Verdict::Fail,
            'b' => Verdict::Blocked,
            _ => continue,
        };
        let judged = opened.revision.judged(prompts[number]).unwrap();
        let events = session.decide(Command::Mark { judged, verdict }).unwrap();
        let now = at(day * DAY_S + 60 * (number as i64 + 1));
        let batch = Fresh::decided(events, now, || EventId(Uuid::now_v7()));
        for recorded in store.append(session.id(), session.seq(), &batch).unwrap() {
            session.apply(recorded).unwrap();
        }
    }
}

fn three_sessions() -> Place {
    let place = place_with("shop.md", SHOP);
    let fake = || ComponentState::fake("stripe-mock");
    walk(&place, "shop.md", 0, "ana", fake(), "ppp");
    walk(&place, "shop.md", 1, "bo", fake(), "pfpb");
    walk(&place, "shop.md", 2, "ana", ComponentState::Real, "fppp");
    place
}

#[test]
fn the_text_has_a_line_for_what_is_followed_and_one_for_each_session() {
    let place = three_sessions();
    let shown = place.run(&["trend", "shop.md"]).clean();
    let expected = "\
Shop
3 sessions, 2026-11-23 to 2026-11-25

passed           ▆▅▆  75 %, was 50 %
failed           ▁██  1, was 1
newly fail       ▁██  1, was 1
provisional      ▃▅▁  0 %, was 50 %
untested         ▃▁▁  0 %, was 0 %
untested points  ███  1, was 1
time             ▆██  4 min, was 4 min

session      tester                tested  fail  new  fixed  prov.  points  time
11-23 15:00  ana       ✓✓✓✓✓≈≈···     3/4     0    0      0      1     2/3  3:00
11-24 15:00  bo        ✓✓≈≈≈✗✗⊘⊘⊘     4/4     1    1      0      1     2/3  4:00
11-25 15:00  ana       ✓✓✓✓✓✓✓✗✗✗     4/4     1    1      1      0     2/3  4:00
";
    assert_eq!(shown, expected, "{shown}");
    assert_eq!(shown, place.run(&["trend"]).clean());
    assert!(shown.lines().all(|line| seamwalk::visible::width(line) <= 80), "{shown}");
    let rows: Vec<&str> = shown.lines().rev().take(3).collect();
    assert!(rows[0].starts_with("11-25 15:00"), "{shown}");
    assert!(rows[1].contains("≈≈"), "{shown}");
    let ascii = place.run(&["--ascii", "trend"]).clean();
    assert!(ascii.is_ascii() && ascii.contains("passed           +=+"), "{ascii}");
}

#[test]
fn the_json_has_every_session_with_what_was_counted() {
    let place = three_sessions();
    let found = place.run(&["trend", "shop.md", "--format", "json"]).json();
    assert_eq!(found["format"], "seamwalk.trend/1");
    assert_eq!(found["plan"]["title"], "Shop");
    let sessions = found["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    let facts = |n: usize| json!([sessions[n]["newly_failing"], sessions[n]["fixed"], sessions[n]["points"]]);
    assert_eq!(facts(0), json!([0, 0, {"tested": 2, "untested": 0, "without_prompt": 1}]));
    assert_eq!(facts(1), json!([1, 0, {"tested": 2, "untested": 0, "without_prompt": 1}]));
    assert_eq!(facts(2), json!([1, 1, {"tested": 2, "untested": 0, "without_prompt": 1}]));
    assert_eq!(sessions[1]["tester"], "bo");
    assert_eq!(sessions[1]["fields"], json!({"build": "4f21"}));
    assert_eq!(sessions[1]["counts"]["pass_provisional"], 1);
    assert_eq!(sessions[1]["counts"]["blocked"], 1);
    assert_eq!(sessions[1]["ended_at"], json!(null));
    assert_eq!(sessions[1]["walked_ms"], 240_000);
    // A session names its plan as well.
    let id = sessions[0]["session"].as_str().unwrap();
    assert_eq!(place.run(&["trend", id, "--format", "json"]).json(), found);
}

#[test]
fn a_plan_without_points_fakes_and_sessions_is_no_trouble() {
    let place = place_with("list.md", "# List\n\n- One\n- 漢字\n");
    place.run(&["trend", "list.md"]).exits(Exit::PROBLEM);
    walk(&place, "list.md", 0, "名前名前名前名前名前", ComponentState::Real, "p");
    let shown = place.run(&["trend", "list.md"]).clean();
    assert!(shown.contains("1 session, 2026-11-23"), "{shown}");
    assert!(!shown.contains("provisional") && !shown.contains("points"), "{shown}");
    assert!(shown.lines().all(|line| seamwalk::visible::width(line) <= 80), "{shown}");
    fs::write(place.here().join("other.md"), "# Other\n\n- Two\n").unwrap();
    let shown = place.run(&["trend", "other.md"]).clean();
    assert!(shown.contains("no session yet"), "{shown}");
    let found = place.run(&["trend", "other.md", "--format", "json"]).json();
    assert_eq!(found["sessions"], json!([]));
    assert!(place.run(&["trend", "-"]).stderr.contains("standard input has no sessions"));
    assert!(place.run(&["trend", "ffff"]).stderr.contains("ffff"));
}

#[test]
fn the_help_has_the_json_by_example() {
    let place = Place::new();
    let shown = place.run(&["trend", "--help"]).clean();
    assert!(shown.contains("seamwalk.trend/1"), "{shown}");
}
