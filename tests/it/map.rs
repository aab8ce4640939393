//! `seamwalk map`, as a lead reads it and a script calls it.

use std::fs;

use seamwalk::domain::component::ComponentState;
use seamwalk::domain::id::{EventId, SessionId};
use seamwalk::domain::session::{Command, Fresh};
use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::opening::{self, Choices, Source};
use seamwalk::store::Store;
use seamwalk::tui::runtime::effects::parse;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cli::{Place, at};

const SHOP: &str = "---
components: [web, cart, {payments: {fake: stripe-mock}}, mail, {stock: real}]
connections: [cart -> mail (smtp), cart -> payments]
---
# Shop

## web -> cart (http)
- Adding an item shows it
- Removing it hides it

## cart -> payments (http)
- A declined card leaves the order open

## cart <-> stock
- Stock is reserved
";

fn place_with(text: &str) -> Place {
    let place = Place::new();
    fs::write(place.here().join("shop.md"), text).unwrap();
    place
}

/// Walks the plan in a new session: marks its prompts by number, from 0, with `cart` real.
fn walk(place: &Place, hour: i64, marks: &[(usize, Verdict)]) -> SessionId {
    let mut store = Store::open(&place.home_database()).unwrap();
    let components = [("cart".to_owned(), ComponentState::Real)].into();
    let choices = Choices { new: true, tester: Some("ana".to_owned()), components, ..Choices::default() };
    let path = place.here().join("shop.md");
    let now = at(hour * 3600);
    let opened = opening::open(&mut store, Source::File(&path), &choices, now, &parse).unwrap();
    let mut session = opened.session;
    for (number, verdict) in marks {
        let idx = opened.revision.plan().outline.prompts().nth(*number).unwrap().idx();
        let judged = opened.revision.judged(idx).unwrap();
        let events = session.decide(Command::Mark { judged, verdict: *verdict }).unwrap();
        let batch = Fresh::decided(events, now, || EventId(Uuid::now_v7()));
        for recorded in store.append(session.id(), session.seq(), &batch).unwrap() {
            session.apply(recorded).unwrap();
        }
    }
    session.id()
}

#[test]
fn a_plan_that_nobody_walked_has_a_map() {
    let place = place_with(SHOP);
    let shown = place.run(&["map", "shop.md"]).clean();
    let expected = "\
Shop
no session: nothing is tested yet

         web      cart     payments mail     stock
web      ╲        ·0/2
cart              ╲        ·0/1F    ○        ·0/1
payments                   ╲
mail                                ╲
stock             ·0/1                       ╲

rows call columns; R both ends real, F one fake or absent, ○ no prompt

4 integration points: 0 tested, both ends real, 0 tested against a fake, 3
untested, 1 without a prompt

Without a prompt
  ○ cart -> mail (smtp)

Components
  real     stock
  fake     payments (stripe-mock)
  unknown  web, cart, mail
";
    assert_eq!(shown, expected, "{shown}");
}

#[test]
fn the_json_has_every_point_once_and_those_without_a_prompt() {
    let place = place_with(SHOP);
    let mut found = place.run(&["map", "shop.md", "--format", "json"]).json();
    assert_eq!(found["format"], "seamwalk.map/1");
    assert_eq!(found["components"][2], json!({"name": "payments", "state": "fake", "fake": "stripe-mock"}));
    assert_eq!(found["components"][0], json!({"name": "web", "state": "unknown", "fake": null}));
    for point in found["points"].as_array_mut().unwrap() {
        for prompt in point["prompts"].as_array_mut().unwrap() {
            assert_eq!(prompt["id"].take().as_str().map(str::len), Some(36));
        }
    }
    let point = |ends: [&str; 2], kind: Option<&str>, both_ways: bool, prompts: Value| {
        let total = prompts.as_array().unwrap().len();
        let verdict = if total == 0 { Value::Null } else { json!("untested") };
        json!({
            "from": ends[0], "to": ends[1], "kind": kind, "both_ways": both_ways, "verdict": verdict,
            "total": total, "tested": 0, "passed": 0, "passed_real": 0, "failed": 0, "prompts": prompts,
        })
    };
    let prompt =
        |line: u32, text: &str| json!({"id": null, "line": line, "text": text, "verdict": "untested"});
    let expected = json!([
        point(
            ["web", "cart"],
            Some("http"),
            false,
            json!([prompt(8, "Adding an item shows it"), prompt(9, "Removing it hides it")])
        ),
        point(
            ["cart", "payments"],
            Some("http"),
            false,
            json!([prompt(12, "A declined card leaves the order open")])
        ),
        point(["cart", "mail"], Some("smtp"), false, json!([])),
        point(["cart", "stock"], None, true, json!([prompt(15, "Stock is reserved")])),
    ]);
    assert_eq!(found["points"], expected);
}

#[test]
fn a_plan_without_points_says_what_would_give_it_a_map() {
    let place = place_with("- one\n- two\n");
    let shown = place.run(&["map", "shop.md"]).clean();
    assert!(shown.contains("this plan names no integration point: a heading like"), "{shown}");
}

#[test]
fn more_than_fits_is_a_list_with_the_worst_first() {
    let mut plan = String::from("---\nconnections: [part 1 -> part 30]\n---\n");
    for n in 1..30 {
        plan.push_str(&format!("## part {n} -> part {}\n- asks\n", n + 1));
    }
    let place = place_with(&plan);
    let shown = place.run(&["map", "shop.md"]).clean();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[3], "○ no prompt                               part 1 -> part 30", "{shown}");
    assert_eq!(lines[4], "· untested         0/1                    part 1 -> part 2", "{shown}");
    assert!(lines.iter().all(|line| unicode_width::UnicodeWidthStr::width(*line) <= 80), "{shown}");
}

#[test]
fn what_is_neither_a_session_nor_a_plan_is_said() {
    let place = place_with(SHOP);
    for (word, exit) in [("latest", Exit::PROBLEM), ("nothing.md", Exit::UNREADABLE), ("0199", Exit::PROBLEM)]
    {
        let ended = place.run(&["map", word]).exits(exit);
        assert_eq!(ended.stdout, "");
    }
    walk(&place, 1, &[]);
    for word in ["shop", "ffff"] {
        place.run(&["map", word]).exits(Exit::PROBLEM);
    }
    fs::copy(place.here().join("shop.md"), place.here().join("shop")).unwrap();
    assert!(place.run(&["map", "shop"]).clean().starts_with("Shop\nno session"));
}

#[test]
fn a_session_shows_what_was_tested_and_what_that_rests_on() {
    let place = place_with(SHOP);
    let first = walk(&place, 1, &[(0, Verdict::Pass), (2, Verdict::Pass), (3, Verdict::Fail)]);
    let shown = place.run(&["map", &first.to_string()]).clean();
    let matrix: Vec<&str> = shown.lines().skip(3).take(6).collect();
    let expected = [
        "         web      cart     payments mail     stock",
        "web      ╲        ·1/2",
        "cart              ╲        ≈1/1F    ○        ✗1/1R",
        "payments                   ╲",
        "mail                                ╲",
        "stock             ✗1/1R                      ╲",
    ];
    assert_eq!(matrix, expected, "{shown}");
    let totals = "4 integration points: 1 tested, both ends real, 1 tested against a fake, 1\ntested, real or fake not said, 0 untested, 1 without a prompt";
    assert!(shown.contains(totals), "{shown}");
    let found = place.run(&["map", "latest", "--format", "json"]).json();
    let known = |at: usize, name: &str| found["points"][at][name].clone();
    assert_eq!(
        [known(1, "verdict"), known(1, "passed"), known(1, "passed_real")],
        [json!("pass"), json!(1), json!(0)]
    );
    assert_eq!(
        [known(3, "verdict"), known(3, "tested"), known(3, "failed")],
        [json!("fail"), json!(1), json!(1)]
    );
}

#[test]
fn a_plan_is_shown_with_its_open_session_else_with_its_latest_and_never_saved() {
    let place = place_with(SHOP);
    let tested = |place: &Place| {
        let found = place.run(&["map", "shop.md", "--format", "json"]).json();
        let points = found["points"].as_array().unwrap().clone();
        points.iter().map(|point| point["tested"].as_u64().unwrap()).sum::<u64>()
    };
    let first = walk(&place, 1, &[(0, Verdict::Pass)]);
    assert_eq!(tested(&place), 1);
    let second = walk(&place, 2, &[(0, Verdict::Pass), (1, Verdict::Pass), (2, Verdict::Pass)]);
    let mut store = Store::open(&place.home_database()).unwrap();
    let mut close = |id: SessionId, hour: i64| {
        let session = store.load_session(id).unwrap();
        let events = session.decide(Command::Close).unwrap();
        let batch = Fresh::decided(events, at(hour * 3600), || EventId(Uuid::now_v7()));
        store.append(id, session.seq(), &batch).unwrap();
    };
    close(second, 3);
    assert_eq!(tested(&place), 1, "the open one counts");
    close(first, 1);
    assert_eq!(tested(&place), 3, "else the one that was touched last");
    // The plan is edited: what was walked is found again, and nothing is written.
    fs::write(place.here().join("shop.md"), SHOP.replace("# Shop\n", "# Shop\n\n## web -> stock\n- New\n"))
        .unwrap();
    let before = fs::read(place.home_database()).unwrap();
    assert_eq!(tested(&place), 3);
    assert_eq!(fs::read(place.home_database()).unwrap(), before);
}
