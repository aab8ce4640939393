//! What stands in whose way: offers in the footer, lists before marks, and what a pass sets free.

use seamwalk::domain::id::PromptId;
use seamwalk::domain::session::{Command, Event};
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::layout::Size;
use seamwalk::tui::overlays::Overlay;

use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};

/// Two points with a common component, and prompts without one.
const SHOP: &str = "# Shop\n\n## web -> cart (http)\n\n- a1\n- a2\n- a3\n\n## cart -> stock (http)\n\n- b1\n- b2\n\n\
                    ## Smoke\n\n- c1\n- c2\n";

fn blocked_by(app: &TestApp, prompt: &str) -> Option<PromptId> {
    app.stored().mark(app.prompt(prompt)).and_then(|mark| mark.blocked_by)
}

#[test]
fn a_blocked_mark_can_name_the_last_fail_with_one_key() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("b").lacks("Y:").is_at("a2");
    app.keys("f").is_at("a3").keys("b").is_at("b1").shows("Y: blocked by: a2");
    assert_eq!(app.stored().seq(), 3, "an offer marks nothing");
    app.keys("Y").says("blocked by: a2").is_at("b1");
    assert_eq!(blocked_by(&app, "a3"), Some(app.prompt("a2")));
    app.keys("k k").shows("blocked by: ✗ a2").keys("k").shows("blocks 1 prompt").shows("✗ fail");
    app.keys("u").says("undone: a3").has("a3", Verdict::Blocked);
    assert_eq!(blocked_by(&app, "a3"), None, "the mark itself is one more undo away");
    app.keys("u").has("a3", Verdict::Untested).agrees_with_the_disk();
}

#[test]
fn an_offer_is_gone_with_the_next_key_whichever_it_is() {
    for key in ["j", "p", "Esc", "?", "u", "Ctrl-l", "x"] {
        let mut app = TestApp::walk("plan.md", SHOP);
        app.keys("f b").shows("Y: blocked by: a1").keys(key).lacks("Y: blocked by");
        app.keys("Esc g j j").is_at("a2");
        let before = app.stored();
        app.click(3, 4);
        app.keys("G Y");
        assert_eq!(app.stored(), before, "{key}");
        assert!(app.model.overlay.is_none(), "{key}");
    }
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f b").click(3, 3).lacks("Y: blocked by");
    app.keys("Y").says("a section has no verdict");
}

#[test]
fn an_offer_never_takes_a_verdict_key() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f b p").has("a1", Verdict::Fail).has("a2", Verdict::Blocked).has("a3", Verdict::Pass);
    app.keys("f b i s").has("b1", Verdict::Fail).has("b2", Verdict::Blocked).has("c1", Verdict::Inconclusive);
    app.has("c2", Verdict::Skip).agrees_with_the_disk();
}

#[test]
fn a_fail_offers_its_list_and_nothing_is_marked_before_enter() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f").is_at("a2").shows("Y: mark what it blocks (2 open in web → cart)");
    app.keys("Y")
        .shows("blocked by: a1")
        .shows("[x] a2")
        .shows("[x] a3")
        .lacks("[x] b1")
        .shows("Enter marks 2 blocked");
    app.keys("p f b i s");
    app.has("a2", Verdict::Untested).keys("Esc").lacks("[x]");
    assert_eq!(app.stored().seq(), 1, "looking is no event");
    app.keys("k Y Space j").shows("[ ] a2").shows("Enter marks 1 blocked").keys("Enter");
    app.says("blocked by: a1").has("a2", Verdict::Untested).has("a3", Verdict::Blocked).is_at("a2");
    app.keys("u").has("a3", Verdict::Untested).agrees_with_the_disk();
}

#[test]
fn the_list_can_show_what_else_a_component_that_is_down_takes_with_it() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y Tab").shows("‹cart 4›").shows("[x] b2").shows("cart → stock").keys("Enter");
    app.says("4 prompts are blocked by: a1").is_at("c1").shows("⊘ 4");
    app.keys("g j").is_at("a1").shows("blocks 4 prompts");
    app.keys("u").shows("⊘ 0").says("undone: a2 and 3 more").has("b2", Verdict::Untested);
    app.keys("Ctrl-r").has("b1", Verdict::Blocked).agrees_with_the_disk();
    app.reopen();
    app.shows("⊘ 4").keys("u").shows("⊘ 0").shows("✗ 1");
    app.reopen();
    app.keys("Ctrl-r").shows("⊘ 4").agrees_with_the_disk();
}

#[test]
fn what_was_not_on_the_screen_is_not_marked() {
    let prompts: String = (1..=30).map(|n| format!("- prompt {n:02}\n")).collect();
    let plan = format!("# Long\n\n## a -> b\n\n{prompts}");
    let setup = Setup { size: Size { width: 40, height: 8 }, ..Setup::default() };
    let mut app = TestApp::walk_with("plan.md", &plan, setup);
    app.keys("f Y").shows("[x] prompt 02").shows("Enter shows the rest");
    app.keys("End").shows("[x] prompt 30").shows("Enter shows the rest").keys("Enter");
    let mut enters = 1;
    while app.model.overlay.is_some() {
        assert!(enters < 20, "\n{}", app.screen());
        assert_eq!(app.stored().seq(), 1);
        app.keys("Enter");
        enters += 1;
    }
    assert!(enters > 3, "a strip shows 5 at a time");
    assert_eq!(app.open_walk().progress.totals()[Verdict::Blocked], 29);
    app.keys("u");
    assert_eq!(app.open_walk().progress.totals()[Verdict::Blocked], 0);
    // What is taken out need not be seen.
    app.keys("g j Y c Space").shows("Enter marks 1 blocked").keys("Enter").says("blocked by: prompt 01");
    app.has("prompt 02", Verdict::Blocked).has("prompt 03", Verdict::Untested).agrees_with_the_disk();
}

#[test]
fn what_a_fail_blocked_is_untested_again_when_it_passes_and_says_so() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y Tab Enter").is_at("c1");
    // Touched since: it stays what it was made.
    app.keys("g j j j").is_at("a3").keys("s g j").is_at("a1");
    app.keys("p").says("3 prompts that it blocked are untested again").is_at("a2").has("a3", Verdict::Skip);
    app.has("a2", Verdict::Untested).has("b1", Verdict::Untested).shows("was blocked by: a1, which passed");
    app.keys("u").is_at("a1").has("a2", Verdict::Blocked).has("a1", Verdict::Fail);
    app.keys("Ctrl-r").is_at("a1").lacks("which passed").keys("j").shows("was blocked by: a1, which passed");
    app.agrees_with_the_disk();
    app.keys("p k").lacks("which passed");
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f b Y g j p").says("untested again, since what blocked it passed: a2");
}

#[test]
fn it_can_be_asked_for_later_by_name() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("Y").says("mark it blocked, or mark fail what is in the way of others");
    app.keys("b k Y").says("no other prompt fails");
    app.keys("G f").lacks("Y:").is_at("a2").keys("g j j Y").says("mark it blocked");
    app.keys("k :").types("blocked-by").keys("Enter").says("blocked by: c2");
    app.keys("G Y").shows("‹Smoke 1›").shows("[x] c1").keys("Enter").has("c1", Verdict::Blocked);
    app.keys("G Y").says("nothing is open that it could be in the way of");
    app.keys("E F Esc Y").says("the session is finished").agrees_with_the_disk();
}

#[test]
fn a_plan_without_arrows_offers_nothing_and_does_it_when_asked() {
    let mut app = TestApp::walk("release-checklist.md", CHECKLIST);
    app.keys("f").lacks("Y:").keys("b").lacks("Y:");
    assert!(app.model.toast.is_none(), "\n{}", app.screen());
    app.keys("k Y").says("blocked by: ").agrees_with_the_disk();
}

#[test]
fn the_offer_follows_the_note_where_a_note_is_written() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("F")
        .types("broken")
        .keys("Enter")
        .shows("Y: mark what it blocks (2 open in web → cart)")
        .shows("note saved");
    app.keys("B Enter").shows("Y: blocked by: a1").keys("Y").says("blocked by: a1");
    app.has("a2", Verdict::Blocked).agrees_with_the_disk();
}

#[test]
fn a_prompt_that_another_terminal_judged_meanwhile_keeps_its_verdict() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y");
    let judged = |app: &TestApp, text: &str| {
        let walk = app.open_walk();
        walk.revision.judged(walk.revision.place(app.prompt(text)).unwrap()).unwrap()
    };
    let pass = Command::Mark { judged: judged(&app, "a2"), verdict: Verdict::Pass };
    app.append_elsewhere(app.stored().decide(pass).unwrap());
    // Not known here yet: the whole decision is dropped.
    app.keys("Enter")
        .says("changed in another terminal meanwhile")
        .has("a2", Verdict::Pass)
        .has("a3", Verdict::Untested);
    app.keys("k Y").lacks("[x] a2").shows("[x] a3").agrees_with_the_disk();
    // Known in time: it is left out.
    let skip = Command::Mark { judged: judged(&app, "a3"), verdict: Verdict::Skip };
    app.append_elsewhere(app.stored().decide(skip).unwrap());
    app.tick(1).keys("Enter").says("all of them were marked meanwhile").has("a3", Verdict::Skip);
}

#[test]
fn nothing_is_blocked_by_what_passed_in_another_terminal_meanwhile() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y");
    let walk = app.open_walk();
    let cause = walk.revision.judged(walk.revision.place(app.prompt("a1")).unwrap()).unwrap();
    app.append_elsewhere(
        app.stored().decide(Command::Mark { judged: cause, verdict: Verdict::Pass }).unwrap(),
    );
    app.keys("Enter").says("changed in another terminal meanwhile").has("a2", Verdict::Untested);
    app.has("a1", Verdict::Pass).agrees_with_the_disk();
}

#[test]
fn a_pass_frees_nothing_that_another_terminal_just_had_blocked_by_it() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f k");
    let walk = app.open_walk();
    let judged = walk.revision.judged(walk.revision.place(app.prompt("a2")).unwrap()).unwrap();
    let by = app.prompt("a1");
    app.append_elsewhere(app.stored().decide(Command::Block { judged: vec![judged], by }).unwrap());
    app.keys("p")
        .says("changed in another terminal meanwhile")
        .has("a1", Verdict::Fail)
        .has("a2", Verdict::Blocked);
    app.keys("p").has("a1", Verdict::Pass).has("a2", Verdict::Untested).agrees_with_the_disk();
}

#[test]
fn a_decision_that_waits_for_the_disk_is_kept_as_one() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y");
    app.take_database_away();
    app.keys("Enter").shows("NOT SAVED").lacks("⊘ 2");
    app.put_database_back();
    app.tick(1).tick(1).lacks("NOT SAVED").shows("⊘ 2").keys("u").shows("⊘ 0").agrees_with_the_disk();
    let events = app.store().events(app.open_walk().session.id(), 1).unwrap();
    let marks = events.iter().filter(|event| matches!(event.event, Event::VerdictRecorded { .. }));
    assert_eq!(marks.count(), 2);
}

#[test]
fn the_summary_names_causes() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f Y Enter E").shows("blocks 2 prompts").shows("blocked by: a1");
    app.keys("G").keys("g j j j j j").keys("Enter").is_at("a1");
}

#[test]
fn going_on_from_a_stage_with_fails_is_said_once() {
    let choices =
        Choices { tester: Some("ana".to_owned()), strategy: Some(Strategy::TopDown), ..Choices::default() };
    let mut app = TestApp::walk_with("plan.md", SHOP, Setup { choices, ..Setup::default() });
    // Stage 1 has c1 and c2, stage 2 a1, a2 and a3, stage 3 b1 and b2.
    app.keys("p f").is_at("a1").says("stage 1, adding web, is left with 1 fail");
    app.keys("k k Tab").is_at("a1").lacks("is left with");
    app.keys("f p b")
        .is_at("b1")
        .says("Y: blocked by: a1")
        .shows("stage 2, adding cart, is left with 1 fail");
    app.keys("Y").says("blocked by: a1").keys("K K J").lacks("is left with");
    app.keys("K J").lacks("is left with");
    app.agrees_with_the_disk();
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("f p p p").lacks("is left with");
}

#[test]
fn the_list_follows_the_order_of_the_walk() {
    let choices =
        Choices { tester: Some("ana".to_owned()), strategy: Some(Strategy::BottomUp), ..Choices::default() };
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, Setup { choices, ..Setup::default() });
    app.keys("/").types("Adding an item reserves").keys("Enter f Y Tab");
    let Some(Overlay::Blocking(list)) = &app.model.overlay else { panic!("no list:\n{}", app.screen()) };
    let order = app.open_walk().tree.staged().unwrap();
    let places: Vec<Option<u32>> = list.shown().iter().map(|candidate| order.place(candidate.idx)).collect();
    assert!(places.len() > 5 && places.is_sorted(), "{places:?}");
}
