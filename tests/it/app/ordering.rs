//! Walks in another order than the plan's.

use seamwalk::domain::session::Command;
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;

use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};

/// A chain, a cycle, a connection that nobody asks about, and prompts without a point.
const SHOP: &str = "---\ncomponents: [web, cart, stock, {mail: fake}, lonely]\nconnections: [cart -> mail]\n---\n# Shop\n\n\
                    ## stock -> cart (queue)\n\n- sold out is said #critical\n\n\
                    ## cart -> stock (http)\n\n- adding reserves\n- removing releases #error\n\n\
                    ## Smoke\n\n- it starts\n\n\
                    ## web -> cart (http)\n\n- a cart is shown\n- two tabs\n";

fn ordered(text: &str, strategy: Strategy) -> TestApp {
    let choices = Choices { tester: Some("ana".to_owned()), strategy: Some(strategy), ..Choices::default() };
    TestApp::walk_with("plan.md", text, Setup { choices, ..Setup::default() })
}

#[test]
fn marks_go_on_in_the_order_that_was_chosen() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.is_at("it starts").shows("top-down: stage 1 of 3: adding web; still fake: cart");
    app.keys("p")
        .is_at("sold out")
        .shows("stage 2 of 3: adding cart, stock; with web; still fake: mail; a cycle, closed by");
    app.keys("p").is_at("adding reserves").keys("p p").is_at("a cart is shown");
    app.keys("p f").says("all is tested").has("two tabs", Verdict::Fail);
    app.agrees_with_the_disk();
}

#[test]
fn tab_goes_on_and_back_in_the_order_and_around_its_ends() {
    let mut app = ordered(SHOP, Strategy::BottomUp);
    app.keys("g").shows("›▾ 1 adding mail");
    let walked: Vec<String> = (0..6).map(|_| app.keys("Tab").current()).collect();
    assert_eq!(
        walked,
        [
            "it starts",
            "sold out is said",
            "adding reserves",
            "removing releases",
            "a cart is shown",
            "two tabs"
        ]
    );
    app.keys("Tab").is_at("it starts").keys("Shift-Tab").is_at("two tabs");
    app.keys("g Shift-Tab").is_at("two tabs").keys("K Shift-Tab").is_at("removing releases");
}

#[test]
fn the_list_says_what_each_order_would_do_and_enter_walks_so() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.is_at("sold out")
        .lacks("stage")
        .keys("w")
        .shows("walk order")
        .shows("* as-written")
        .shows("3 stages");
    app.keys("j j").shows("1  adding web; still fake: cart").shows("2  adding cart, stock");
    app.keys("Esc").lacks("walk order").lacks("stage").is_at("sold out");
    assert_eq!(app.stored().seq(), 0, "looking is no event");
    app.keys("w j j Enter").says("top-down: callers before what they call").is_at("it starts");
    assert_eq!(app.stored().strategy(), Strategy::TopDown);
    app.keys("w").shows("* top-down").keys("Enter").lacks("walk order");
    assert_eq!(app.stored().seq(), 1, "it was so already");
    app.keys("w k k Enter").lacks("stage").is_at("sold out");
    assert_eq!(app.stored().strategy(), Strategy::AsWritten);
    app.agrees_with_the_disk();
}

#[test]
fn the_order_is_in_force_again_after_a_restart() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("w j j Enter p");
    app.reopen();
    app.is_at("sold out").shows("stage 2 of 3").has("it starts", Verdict::Pass);
    app.reopen_at_home();
    app.keys("Enter").is_at("sold out").shows("stage 2 of 3");
    app.reopen_with("plan.md", Choices { strategy: Some(Strategy::AsWritten), ..Choices::default() });
    app.is_at("sold out").lacks("stage 2 of 3").agrees_with_the_disk();
}

#[test]
fn stages_fold_and_are_reached_in_one_step() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys("J").shows("›▾ 2 adding cart, stock").shows("2 of 3").keys("p").says("a stage has no verdict");
    app.keys("J").shows("›▾ 3 adding mail").shows("no prompt asks about what is added here");
    app.keys("K K").shows("›▾ 1 adding web").keys("h").shows("›▸ 1 adding web").lacks("it starts");
    app.keys("l l").is_at("it starts").keys("h").shows("›▾ 1 adding web");
    app.keys("H").lacks("it starts").lacks("two tabs").shows("▸ 2 adding cart");
    app.keys("/").types("two").keys("Enter").is_at("two tabs").shows("▾ 2 adding cart").shows("▸ 1 adding");
    app.keys("L").shows("it starts");
    app.click(4, 6).keys("j");
    app.agrees_with_the_disk();
}

#[test]
fn a_section_that_is_found_leads_to_its_first_prompt() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys("/").types("web -> cart").keys("Enter").is_at("a cart is shown");
}

#[test]
fn the_filter_hides_stages_that_show_nothing() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys("t Down Down Down Down Down Down Space Enter");
    app.shows("only #").lacks("3 adding mail").lacks("1 adding web").shows("2 adding cart");
    app.keys("Esc").shows("3 adding mail").shows("no prompt");
    app.keys("G k p").keys("t p Enter").shows("✓ two tabs").lacks("it starts").lacks("3 adding");
}

#[test]
fn a_session_of_one_tag_is_walked_in_its_stages_alone() {
    let choices = Choices {
        tester: Some("ana".to_owned()),
        strategy: Some(Strategy::TopDown),
        only: Some("error".to_owned()),
        ..Choices::default()
    };
    let mut app = TestApp::walk_with("plan.md", SHOP, Setup { choices, ..Setup::default() });
    app.is_at("removing releases").shows("stage 2 of 3").lacks("1 adding web").shows("0/1");
    app.keys("p").says("all is tested").agrees_with_the_disk();
}

#[test]
fn why_a_prompt_comes_there_is_said_when_asked() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys(":").types("why-here").keys("Enter");
    app.says("stage 1 of 3: it has no integration point, so it comes in the first stage");
    app.shows("comes here because it has no integration point");
    app.keys("G k Enter").shows("comes here because cart is added in stage 2, web was there");
    app.keys("Esc w k k Enter :").types("why-here").keys("Enter").says("this is its place in the plan");
    app.lacks("comes here because");
    app.keys("K :").types("why-here").keys("Enter").says("a section has no place in the walk");
}

#[test]
fn a_fail_names_what_is_new_in_its_stage() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys("p").lacks("new in this stage").keys("f k").shows("new in this stage: cart, stock");
    let mut app = ordered(SHOP, Strategy::RiskFirst);
    app.keys("f k k").lacks("new in this stage").shows("comes here because it is marked critical");
}

#[test]
fn what_is_fake_follows_what_stands_for_components_and_the_order_does_not() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.shows("stage 1 of 3: adding web; still fake: cart");
    let before = app.open_walk().tree.rows().to_vec();
    let session = app.stored();
    let states = [("cart", "real"), ("mail", "real"), ("stock", "fake: stub")];
    let states = states.map(|(component, state)| (component.to_owned(), state.parse().unwrap()));
    app.append_elsewhere(session.decide(Command::SetComponents(states.to_vec())).unwrap());
    app.tick(1).says("3 changes from another terminal").lacks("still fake: cart");
    app.keys("J").shows("stage 2 of 3: adding cart, stock; with web; still fake: stock;");
    assert_eq!(app.open_walk().tree.rows(), before);
    app.keys("u").lacks("still fake: stock").shows("still fake: mail");
}

#[test]
fn another_terminal_may_choose_and_the_cursor_stays() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("j").is_at("cart -> stock");
    app.append_elsewhere(app.stored().decide(Command::Choose(Strategy::TopDown)).unwrap());
    app.tick(1).is_at("adding reserves").shows("stage 2 of 3");
    app.append_elsewhere(app.stored().decide(Command::Choose(Strategy::AsWritten)).unwrap());
    app.tick(1).is_at("adding reserves").lacks("stage 2 of 3");
}

/// A new session of the same tester.
fn anew() -> Choices {
    Choices { new: true, tester: Some("ana".to_owned()), ..Choices::default() }
}

#[test]
fn risk_first_begins_with_what_failed_last_time_and_never_reshuffles() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("p p p p f p E F");
    let choices = Choices { strategy: Some(Strategy::RiskFirst), ..anew() };
    app.reopen_with("plan.md", choices);
    app.is_at("sold out").shows("risk-first: stage 1 of 3: critical");
    let rest = ["a cart is shown", "adding reserves", "it starts"];
    app.keys("p").is_at("removing releases").keys("p").is_at(rest[0]);
    app.shows("error and boundary; it failed last time");
    app.keys("p");
    // Verdicts of this session change nothing, be it now or after a restart.
    let before = app.open_walk().tree.rows().to_vec();
    app.keys("f k p");
    app.reopen_with("plan.md", Choices::default());
    assert_eq!(app.open_walk().tree.rows(), before);
    app.is_at(rest[2]).agrees_with_the_disk();
}

#[test]
fn a_retest_between_does_not_make_last_time_forgotten() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("p p p p f p E F");
    app.reopen_with("plan.md", anew());
    app.keys("p E F");
    app.reopen_with("plan.md", anew());
    app.keys("w j Enter").is_at("sold out").keys("Tab Tab").is_at("a cart is shown");
    assert_eq!(app.open_walk().last_time.as_ref().map_or(0, |last| last.len()), 6);
}

#[test]
fn a_plan_in_one_stage_keeps_its_outline() {
    let mut app = ordered(CHECKLIST, Strategy::TopDown);
    app.shows("top-down: stage 1 of 1: prompts without an integration point");
    let plain = TestApp::walk("plan.md", CHECKLIST);
    assert_eq!(app.open_walk().tree.rows(), plain.open_walk().tree.rows());
    app.keys("p p K").shows("stage 1 of 1").keys("p").says("a section has no verdict");
    let mut app = ordered(WEB_SHOP, Strategy::BigBang);
    app.shows("big-bang: stage 1 of 1: adding web, auth").shows("▾ web → auth");
    app.keys("f k").lacks("new in this stage").shows("all components are there from");
}

#[test]
fn a_walk_as_written_asks_nothing_of_earlier_sessions() {
    let mut app = TestApp::walk("plan.md", SHOP);
    app.keys("p p w j j Enter w j Enter Esc");
    assert!(app.open_walk().last_time.is_none());
    app.keys("w k k Enter");
    assert!(app.open_walk().last_time.is_some());
}

#[test]
fn a_finished_session_keeps_its_order() {
    let mut app = ordered(SHOP, Strategy::TopDown);
    app.keys("p E F Esc").shows("stage 2 of 3").keys("w").says("the session is finished");
}
