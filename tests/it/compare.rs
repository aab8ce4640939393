//! `seamwalk compare`, as a lead reads it and a script calls it.
//!
//! The plan was edited between the sessions: prompts were added, reworded and removed, so that every group has one.

use std::collections::BTreeMap;
use std::path::Path;

use seamwalk::domain::component::States;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::{RemovedPrompt, Revision};
use seamwalk::domain::session::{Event, Fresh, Start};
use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::store::{NewSession, Reading, Store};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;
use uuid::Uuid;

use super::cli::{Place, at};

const SECTION: &str = "cart -> inventory (http)";

fn prompt(n: u32) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

/// Ids that differ in their first digit, as `1…` and `2…`, so that a prefix is easy to write.
fn session_id(n: u8) -> SessionId {
    SessionId(Uuid::from_u64_pair(u64::from(n) << 60 | 0x7000, 0x8000_0000_0000_0000))
}

/// State `number` of the plan `name`: the prompts with their wording, and those that were removed before.
fn revision(name: &str, number: u32, prompts: &[(u32, &str)], removed: &[(u32, &str)]) -> Revision {
    let mut entries =
        vec![Entry::new(NodeKind::Section, 1, 1, name), Entry::new(NodeKind::Section, 2, 2, SECTION)];
    entries.extend(prompts.iter().map(|(n, text)| Entry::new(NodeKind::Prompt, 3, n + 3, *text)));
    let outline = Outline::from_entries(&entries, &[]);
    let plan = Plan { title: name.to_owned(), outline, ..Plan::default() };
    let gone = |(n, text): &(u32, &str)| RemovedPrompt {
        id: prompt(*n),
        anchor: None,
        path: vec![name.to_owned(), SECTION.to_owned()],
        text: (*text).to_owned(),
    };
    let ids = prompts.iter().map(|(n, _)| prompt(*n)).collect();
    let removed = removed.iter().map(gone).collect();
    Revision::new(PlanId(derived(&["plan", name])), number, plan, ids, removed).unwrap()
}

/// Saves `revision` and a session of it that was marked with the plan's words; `n` tells sessions apart.
fn walk(store: &mut Store, n: u8, revision: &Revision, build: Option<&str>, marks: &[(u32, Verdict)]) {
    let started = at(i64::from(n) * 3600);
    let content_hash = [u8::try_from(revision.number()).unwrap(); 32];
    let reading = Reading { content_hash, problem_count: 0, source: "/plans/shop.md", at: started };
    store.save_revision(revision, reading).unwrap();
    let start = Start {
        plan: revision.plan_id(),
        plan_title: revision.plan().title.clone(),
        tester: format!("tester {n}"),
        charter: None,
        fields: build
            .map(|build| ("build".to_owned(), build.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        only: None,
        components: States::default(),
        retest: None,
        time_box_ms: None,
    };
    let event = |k: usize| EventId(Uuid::from_u64_pair(u64::from(n), k as u64));
    let new = NewSession { id: session_id(n), event: event(1), at: started, start };
    store.start_session(&new, revision, seamwalk::store::IfOpen::StartAnother).unwrap();
    let fresh = |(k, (prompt_number, verdict)): (usize, &(u32, Verdict))| {
        let id = prompt(*prompt_number);
        let idx = revision.place(id).unwrap();
        let wording = revision.plan().outline.node(idx).text().to_owned();
        let event_id = event(k + 2);
        Fresh {
            id: event_id,
            leader: None,
            at: started,
            lap: None,
            event: Event::verdict(id, *verdict, wording),
        }
    };
    let events: Vec<Fresh> = marks.iter().enumerate().map(fresh).collect();
    store.append(session_id(n), 0, &events).unwrap();
}

/// Session 1 before the plan was edited, session 2 after it, session 3 after it and without a fail, session 4 of
/// another plan.
fn fill(database: &Path) {
    use Verdict::{Blocked, Fail, Inconclusive, Pass, Skip};
    let mut store = Store::open(database).unwrap();
    let before = [
        (1, "Adding an item reserves one"),
        (2, "Removing it releases the stock"),
        (3, "Inventory is down: the cart says so"),
        (4, "Two carts want the last one"),
        (5, "Stock is shown"),
        (6, "An order can be taken back"),
        (7, "A reservation ends after > 15 minutes"),
        (8, "Prices are rounded"),
    ];
    let marks = [(1, Pass), (2, Fail), (3, Fail), (4, Fail), (5, Pass), (6, Fail), (7, Pass), (8, Pass)];
    let first = revision("Shop", 1, &before, &[]);
    walk(&mut store, 1, &first, Some("39aa"), &marks);
    let after = [
        (8, "Prices are rounded"),
        (1, "Adding an item reserves one"),
        (2, "Removing it releases the stock"),
        (3, "Inventory is down: the cart says so"),
        (4, "Two carts want the last one"),
        (5, "Stock is shown"),
        (7, "A reservation ends after < 15 minutes"),
        (9, "A gift card evil \u{1b}]0;title\u{7} \u{202e} is refused"),
        (10, "A voucher is taken"),
        (11, "Nobody looked at this"),
    ];
    let second = revision("Shop", 2, &after, &[before[5]]);
    let marks = [(1, Fail), (2, Pass), (3, Fail), (4, Blocked), (7, Pass), (9, Fail), (10, Skip), (8, Pass)];
    walk(&mut store, 2, &second, Some("4f2c"), &marks);
    walk(&mut store, 3, &second, None, &[(1, Pass), (2, Inconclusive)]);
    walk(&mut store, 4, &revision("Release", 1, &[(1, "Tag it")], &[]), None, &[]);
}

fn filled() -> Place {
    let place = Place::new();
    fill(&place.home_database());
    place
}

fn json_of(stdout: &str) -> Value {
    serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
}

#[test]
fn a_newly_failing_prompt_is_told_first_and_by_the_exit_code() {
    let ended = filled().run(&["compare", "1", "2"]).exits(Exit::PROBLEM);
    assert_eq!(ended.stderr, "");
    let expected = "\
Shop
  A  10000000  2026-11-23 16:00  tester 1 · build 39aa
  B  20000000  2026-11-23 17:00  tester 2 · build 4f2c

Newly failing (2)
  ✗ Adding an item reserves one
    was pass, now fail · cart -> inventory (http)
  ✗ A gift card evil ␛]0;title␇ ‹202E› is refused
    was not in the plan, now fail · cart -> inventory (http)

Fixed (1)
  ✓ Removing it releases the stock
    was fail, now pass · cart -> inventory (http)

Still failing (1)
  ✗ Inventory is down: the cart says so
    was fail, now fail · cart -> inventory (http)

Otherwise changed (1)
  ⊘ Two carts want the last one
    was fail, now blocked · cart -> inventory (http)

Newly tested (1)
  – A voucher is taken
    was not in the plan, now skip · cart -> inventory (http)

No longer tested (1)
  · Stock is shown
    was pass, now untested · cart -> inventory (http)

Reworded (1)
  ✓ A reservation ends after < 15 minutes
    before: A reservation ends after > 15 minutes
    was pass, now pass · cart -> inventory (http)

Removed (1)
  ✗ An order can be taken back
    was fail, no longer in the plan · cart -> inventory (http)

2 newly failing, 1 fixed, 1 still failing, 1 otherwise changed, 1 newly tested,
1 no longer tested, 1 removed, 1 reworded, 2 unchanged, 1 untested in both
";
    assert_eq!(ended.stdout, expected, "{}", ended.stdout);
    assert!(ended.stdout.lines().all(|line| line.width() <= 80));
}

#[test]
fn the_json_has_every_group_with_both_verdicts() {
    let ended = filled().run(&["compare", "1", "2", "--format", "json"]).exits(Exit::PROBLEM);
    assert!(!ended.stdout.contains('\u{1b}') && !ended.stdout.contains('\u{202e}'), "{}", ended.stdout);
    let mut found = json_of(&ended.stdout);
    for (side, n, build) in [("a", 1, "39aa"), ("b", 2, "4f2c")] {
        let head = found.as_object_mut().unwrap().remove(side).unwrap();
        assert_eq!(head["id"], session_id(n).to_string());
        assert_eq!(head["tester"], format!("tester {n}"));
        assert_eq!(head["fields"]["build"], build);
        assert_eq!(head["plan"]["title"], "Shop");
    }
    let entry = |n: u32, text: &str, a: Value, b: Value| json!([{"id": prompt(n).to_string(), "path": ["Shop", SECTION], "text": text, "a": a, "b": b}]);
    let one = |list: &Value| list[0].clone();
    let gift_card = "A gift card evil \u{1b}]0;title\u{7} \u{202e} is refused";
    let mut reworded = entry(7, "A reservation ends after < 15 minutes", "pass".into(), "pass".into());
    reworded[0]["was"] = "A reservation ends after > 15 minutes".into();
    let expected = json!({
        "format": "seamwalk.compare/1",
        "newly_failing": [
            one(&entry(1, "Adding an item reserves one", "pass".into(), "fail".into())),
            one(&entry(9, gift_card, Value::Null, "fail".into())),
        ],
        "fixed": entry(2, "Removing it releases the stock", "fail".into(), "pass".into()),
        "still_failing": entry(3, "Inventory is down: the cart says so", "fail".into(), "fail".into()),
        "changed": entry(4, "Two carts want the last one", "fail".into(), "blocked".into()),
        "newly_tested": entry(10, "A voucher is taken", Value::Null, "skip".into()),
        "no_longer_tested": entry(5, "Stock is shown", "pass".into(), "untested".into()),
        "reworded": reworded,
        "removed": entry(6, "An order can be taken back", "fail".into(), Value::Null),
    });
    assert_eq!(found, expected, "{found:#}");
}

#[test]
fn without_a_newly_failing_prompt_the_exit_code_is_0() {
    let place = filled();
    let text = place.run(&["compare", "1", "3"]).clean();
    assert!(text.contains("Removed (1)") && text.contains("was fail, now inconclusive"), "{text}");
    assert!(text.lines().last().unwrap_or_default().len() <= 80, "{text}");
    assert!(text.contains("\n0 newly failing, 1 otherwise changed"), "{text}");
    let text = place.run(&["compare", "2", "2"]).clean();
    assert!(
        text.contains("Still failing (3)")
            && text.ends_with("0 newly failing, 3 still failing, 5 unchanged, 2 untested in both\n"),
        "{text}"
    );
    let json = json_of(&place.run(&["compare", "1", "3", "--format", "json"]).clean());
    assert_eq!(json["newly_failing"], json!([]));
    // Read the other way, what was fixed newly fails, and what was removed is new.
    let back = place.run(&["compare", "2", "1", "--format", "json"]).exits(Exit::PROBLEM);
    let texts: Vec<Value> = json_of(&back.stdout)["newly_failing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["text"].clone())
        .collect();
    let expected =
        ["Removing it releases the stock", "Two carts want the last one", "An order can be taken back"];
    assert_eq!(texts, expected);
}

#[test]
fn sessions_are_named_by_id_prefix_or_as_the_latest() {
    let place = filled();
    let whole = session_id(1).to_string();
    for (a, b, latest) in [(whole.as_str(), "20", 2), ("3", "3000-", 3)] {
        let found = json_of(&place.run(&["compare", a, b, "--format", "json"]).stdout);
        assert_eq!(found["b"]["id"], session_id(latest).to_string(), "{a} {b}");
    }
    let found = json_of(&place.run(&["compare", "latest", "4", "--format", "json"]).clean());
    assert_eq!(found["a"]["id"], found["b"]["id"]);
    for (wanted, says) in [("ffff", "no session begins"), ("zz", "is no session")] {
        for args in [["compare", wanted, "latest"], ["compare", "latest", wanted]] {
            let ended = place.run(&args).exits(Exit::PROBLEM);
            assert!(ended.stderr.contains(says) && ended.stdout.is_empty(), "{ended:#?}");
        }
    }
    let ended = place.run(&["compare", "1"]).exits(Exit::USAGE);
    assert!(ended.stderr.contains("<B>"), "{ended:#?}");
}

#[test]
fn sessions_of_different_plans_are_refused_with_a_sentence() {
    let place = filled();
    for format in ["text", "json"] {
        let ended = place.run(&["compare", "1", "4", "--format", format]).exits(Exit::PROBLEM);
        assert_eq!(ended.stdout, "");
        assert_eq!(
            ended.stderr,
            "seamwalk: comparing the sessions: one walked the plan \"Shop\" and the other another plan, \
             \"Release\": name two sessions of one plan\n"
        );
    }
    let ended = Place::new().run(&["compare", "1", "2"]).exits(Exit::PROBLEM);
    assert!(ended.stderr.starts_with("seamwalk: there is no database at "), "{ended:#?}");
}

#[test]
fn the_page_is_ascii_and_coloured_where_that_is_asked_for() {
    let place = filled();
    let ascii = place.run(&["--ascii", "compare", "1", "3"]).clean();
    assert!(ascii.is_ascii() && ascii.contains("  x An order can be taken back\n"), "{ascii}");
    let coloured = place.run(&["compare", "1", "2", "--color", "always"]).exits(Exit::PROBLEM).stdout;
    assert!(coloured.contains("\u{1b}[1;31m2 newly failing"), "{coloured}");
}

#[test]
fn the_help_says_what_the_exit_code_means_with_an_example() {
    let place = Place::new();
    for flag in ["-h", "--help"] {
        let help = place.run(&["compare", flag]).clean();
        for says in ["0  no prompt newly fails", "1  at least one newly fails", "compare 019ab5e2 latest"] {
            assert!(help.contains(says), "{says}: {help}");
        }
        assert!(place.run(&[flag]).clean().contains("seamwalk compare"));
    }
    assert!(place.run(&["man"]).clean().contains("seamwalk compare"));
    assert!(place.run(&["completions", "bash"]).clean().contains("compare"));
}
