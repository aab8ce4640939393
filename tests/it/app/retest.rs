//! What did not work is walked once more.

use std::fs;

use seamwalk::domain::retest::USUAL;
use seamwalk::domain::session::Event;
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::{self, Choices, RetestOf, Source};
use seamwalk::store::SessionHead;
use seamwalk::tui::runtime::effects::parse;

use super::history::SHOP;
use super::{CHECKLIST, Setup, TestApp, at};

/// A walk in which the first prompt passed, the second failed, the third is blocked by it, the fourth inconclusive, and
/// the fifth untested.
fn walked() -> TestApp {
    let choices = Choices {
        tester: Some("ana".to_owned()),
        charter: Some("smoke before 2.4".to_owned()),
        fields: [("build", "39aa"), ("environment", "staging")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        components: [("payments".to_owned(), "fake: stripe-mock".parse().unwrap())].into(),
        strategy: Some(Strategy::RiskFirst),
        time_box_ms: Some(600_000),
        ..Choices::default()
    };
    let mut app = TestApp::walk_with("shop.md", SHOP, Setup { choices, ..Setup::default() });
    app.keys("p f b Y").says("blocked by").keys("i");
    app
}

fn again(session: &str, verdicts: &[Verdict]) -> Choices {
    let retest = Some(RetestOf { session: session.to_owned(), verdicts: verdicts.to_vec() });
    Choices { tester: Some("bo".to_owned()), retest, ..Choices::default() }
}

/// Why the plan cannot be opened so.
#[track_caller]
fn refusal(app: &TestApp, choices: &Choices) -> String {
    let path = app.path("shop.md");
    let foreseen = opening::foresee(&app.store(), Source::File(&path), choices, at(0), &parse);
    foreseen.map(|_| ()).unwrap_err().to_string()
}

fn sessions(app: &TestApp) -> Vec<SessionHead> {
    app.store().sessions().unwrap()
}

/// How many prompts count, and which sections and prompts the walk shows.
fn shown(app: &TestApp) -> (u32, usize) {
    let walk = app.open_walk();
    (walk.progress.totals().total(), walk.tree.rows().len())
}

#[test]
fn the_summary_offers_what_did_not_work_and_only_that_counts() {
    let mut app = walked();
    let first = app.open_walk().session.id();
    app.keys("E").shows("R retest").keys("R").says("retesting 3 prompts").is_at("Removing it releases");
    app.shows("Shop · retest").shows("0/3").shows("saved #1").lacks("Adding an item");
    assert_eq!(shown(&app), (3, 4), "three prompts below the stage");
    app.keys("p").is_at("Inventory is down").keys("p").is_at("A declined card").keys("f");
    app.shows("3/3").says("all is tested").agrees_with_the_disk();
    app.keys("m").shows("retest").keys("Esc E").shows("3/3").lacks("untested");
    let heads = sessions(&app);
    let counted = |head: &SessionHead| (head.retest_of, head.counts.total(), head.counts.tested());
    assert_eq!(heads.iter().map(counted).collect::<Vec<_>>(), [(Some(first), 3, 3), (None, 5, 4)]);
    assert_eq!(app.store().audit(first).unwrap(), []);
    // The other one is as it was, and its marks are the history of these prompts.
    assert_eq!(app.store().load_session(first).unwrap().verdict(app.prompt("Removing")), Verdict::Fail);
    app.keys("Esc g j").is_at("Removing").shows("last: ✗ fail").shows("fixed");
}

#[test]
fn it_takes_over_what_still_holds_and_no_build() {
    let mut app = walked();
    app.reopen_with("shop.md", again("latest", &USUAL));
    let session = app.stored();
    assert_eq!(session.states().of("payments").to_string(), "fake: stripe-mock");
    assert_eq!(session.fields().keys().collect::<Vec<_>>(), ["environment"]);
    assert_eq!(session.strategy(), Strategy::RiskFirst);
    assert_eq!((session.charter(), session.time_box_ms()), (None, None));
    assert_eq!(session.start().tester, "bo");
    let fields = [("build".to_owned(), "4f2c".to_owned())].into();
    let components = [("payments".to_owned(), "real".parse().unwrap())].into();
    let chosen = Choices { fields, components, new: true, ..again(&first_of(&app), &USUAL) };
    app.reopen_with("shop.md", chosen);
    let session = app.stored();
    assert_eq!(session.fields()["build"], "4f2c");
    assert_eq!(session.fields()["environment"], "staging");
    assert_eq!(session.states().of("payments").to_string(), "real");
}

/// The session that was started first, by its whole id.
fn first_of(app: &TestApp) -> String {
    let heads = sessions(app);
    heads.iter().map(|head| head.id).min().unwrap().to_string()
}

#[test]
fn a_killed_retest_goes_on_and_the_other_session_after_it() {
    let mut app = walked();
    let first = first_of(&app);
    app.reopen_with("shop.md", again(&first, &USUAL));
    app.keys("p").shows("1/3");
    let retest = app.open_walk().session.id();
    for choices in [Choices::default(), again(&first, &USUAL)] {
        app.reopen_with("shop.md", choices);
        assert_eq!(app.open_walk().session.id(), retest);
        app.is_at("Inventory is down").shows("1/3").agrees_with_the_disk();
    }
    app.keys("u").says("undone").shows("0/3").keys("Ctrl-r").shows("1/3");
    // Other prompts are another retest, and so is whatever is asked for anew.
    app.reopen_with("shop.md", again(&first, &[Verdict::Inconclusive]));
    app.shows("0/1").is_at("A declined card").keys("p E F");
    app.reopen_with("shop.md", Choices { new: true, ..again(&first, &USUAL) });
    app.shows("0/3").keys("p p p E F");
    assert_eq!(sessions(&app).len(), 4);
    // The one that was written last goes on; when all retests are finished, that is the first session.
    app.reopen_with("shop.md", Choices::default());
    assert_eq!(app.open_walk().session.id(), retest);
    app.keys("p p E F");
    app.reopen_with("shop.md", Choices::default());
    app.shows("4/5").is_at("A payment that times out").shows("smoke before 2.4");
}

#[test]
fn what_a_fail_blocked_comes_along_and_reworded_prompts_are_the_same() {
    let mut app = walked();
    let first = first_of(&app);
    app.write("shop.md", &SHOP.replace("Removing it releases the stock", "Removing it gives the stock back"));
    app.reopen_with("shop.md", again(&first, &[Verdict::Fail]));
    app.shows("0/2").is_at("Removing it gives the stock back").keys("j").is_at("Inventory is down");
    app.says("").keys("k f").agrees_with_the_disk();
    // A retest of the retest.
    let retest = app.open_walk().session.id().to_string();
    app.reopen_with("shop.md", again(&retest, &USUAL));
    app.shows("0/1").is_at("Removing it gives");
    app.reopen_with("shop.md", again(&first, &[Verdict::Untested]));
    app.shows("0/1").is_at("A payment that times out");
}

#[test]
fn what_left_the_plan_is_named() {
    let mut app = walked();
    let first = first_of(&app);
    let without = |texts: &[&str]| {
        let lines = SHOP.lines().filter(|line| !texts.iter().any(|text| line.contains(text)));
        lines.collect::<Vec<_>>().join("\n")
    };
    app.write("shop.md", &without(&["Removing", "A declined"]));
    app.reopen_with("shop.md", again(&first, &USUAL));
    app.says("retesting 1 prompt; no longer in the plan: “Removing it releases the stock”, “A declined card")
        .says("plan changed: 2 removed")
        .shows("0/1")
        .is_at("Inventory is down");
    app.write("shop.md", &without(&["Removing", "A declined", "Inventory is down"]));
    let said = refusal(&app, &again(&first, &USUAL));
    assert!(
        said.starts_with("retesting: the plan has no longer “Removing it releases the stock”, "),
        "{said}"
    );
    assert!(said.ends_with("there is nothing to retest"), "{said}");
}

#[test]
fn what_cannot_be_retested_is_said() {
    let mut app = walked();
    app.keys("k c").has("A declined", Verdict::Untested);
    let first = first_of(&app);
    let said = refusal(&app, &again(&first, &[Verdict::Skip]));
    assert_eq!(
        said,
        format!("retesting: no prompt of the session {first} is skip: there is nothing to retest")
    );
    let said = refusal(&app, &again("latest", &[Verdict::Skip, Verdict::Inconclusive]));
    assert!(said.contains("is skip or inconclusive: there"), "{said}");
    let said = refusal(&app, &again("ffff", &USUAL));
    assert_eq!(said, "retesting: no session begins with \"ffff\": see `seamwalk sessions`");
    let said = refusal(&app, &Choices { only: Some("critical".to_owned()), ..again("latest", &USUAL) });
    assert!(said.contains("no prompt has the tag #critical"), "{said}");
    let tagged = SHOP.replace("Adding an item reserves one", "Adding an item reserves one #critical");
    app.write("shop.md", &tagged);
    let said = refusal(&app, &Choices { only: Some("critical".to_owned()), ..again("latest", &USUAL) });
    assert_eq!(said, "retesting: no prompt that is to be retested has the tag #critical: leave --only out");
    app.write("other.md", CHECKLIST);
    app.reopen_with("other.md", Choices::default());
    app.keys("f");
    let said = refusal(&app, &again("latest", &USUAL));
    assert!(said.contains("walked another plan, \"Release checklist\": open that one"), "{said}");
    assert_eq!(sessions(&app).len(), 2, "nothing was started");
}

#[test]
fn home_retests_a_session_or_the_latest_one_of_a_plan() {
    let mut app = walked();
    app.reopen_at_home();
    app.shows("R retest").keys("R").says("retesting 3 prompts").shows("0/3").is_at("Removing");
    app.keys("p p p E F Esc q").shows("Finished sessions").shows("retest").shows("3/3");
    // On a plan: the session that was written last, in which everything passed.
    app.keys("g j").keys("R").says("is fail, blocked or inconclusive: there is nothing to retest");
    app.shows("Finished sessions");
    let mut app = TestApp::home();
    app.keys("R").says("there is no session to retest here yet");
}

#[test]
fn an_open_walk_says_where_to_retest_and_a_finished_one_does_it() {
    let mut app = walked();
    app.keys("R").says("the session goes on: its summary offers to retest");
    assert_eq!(sessions(&app).len(), 1);
    app.keys("E F Esc R").says("retesting 3 prompts").shows("0/3");
    app.keys("E F Esc R").says("there is nothing to retest");
}

#[test]
fn what_waits_for_the_disk_is_not_left_behind() {
    let mut app = walked();
    app.take_database_away();
    app.keys("f E R").says("something is not saved yet").shows("Untested (1)");
    app.put_database_back();
    app.keys("Ctrl-s R").says("retesting 4 prompts").shows("0/4");
}

#[test]
fn a_prompt_above_others_that_is_not_retested_says_so() {
    let plan = "# P\n\n- [ ] Above\n  - [ ] Below\n- [ ] Beside\n";
    let mut app = TestApp::walk("plan.md", plan);
    app.keys("p f p E R").is_at("Below").keys("k").is_at("Above");
    app.keys("p").says("this session is about what is retested only: this prompt is not part of it");
}

#[test]
fn a_plan_whose_file_is_gone_cannot_be_retested_from_home() {
    let mut app = walked();
    app.reopen_at_home();
    fs::remove_file(app.path("shop.md")).unwrap();
    app.keys("R").says("shop.md").shows("Open sessions");
    assert_eq!(sessions(&app).len(), 1);
}

#[test]
fn a_retest_of_a_retest_names_it_and_not_the_first() {
    let mut app = walked();
    app.keys("E R f f p E R").says("retesting 2 prompts");
    let starts: Vec<_> = sessions(&app).iter().map(|head| head.retest_of).collect();
    let ids: Vec<_> = sessions(&app).iter().map(|head| Some(head.id)).collect();
    assert_eq!(starts, [ids[1], ids[2], None]);
    app.append_elsewhere(vec![Event::cleared(app.prompt("Removing"))]);
}
