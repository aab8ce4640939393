//! What takes longer than a key is read beside the keys: what is on the screen meanwhile, and what becomes of what is typed.

use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::keymap::Context;
use seamwalk::tui::layout::Size;
use seamwalk::tui::settings::{Glyphs, Settings};
use seamwalk::tui::update::lacking;

use super::comparing::{choices, two_sessions};
use super::history::{SHOP, fourth_session};
use super::pictures::{at_every_size, look_at};
use super::{Setup, TestApp};

/// At home, with three finished sessions and an open one of which two prompts are marked.
fn at_home() -> TestApp {
    let mut app = fourth_session(Settings::default());
    app.keys("p f").reopen_at_home();
    app.impatient();
    app
}

/// Where the open session is, from home.
const OPEN: &str = "g Enter";

#[test]
fn a_key_that_opens_a_session_has_its_answer_at_once_and_what_is_typed_meanwhile_counts() {
    let mut app = at_home();
    app.keys(OPEN).shows("opening the session …  Esc gives up").shows("Open sessions");
    assert!(app.is_reading());
    assert_eq!(lacking(&app.model), None);
    app.keys("p").shows("1 key waits").keys("F").types("it hangs").keys("Enter").shows("11 keys wait");
    assert_eq!(app.store().sessions().unwrap()[0].saved, 2);
    app.arrive();
    assert!(!app.is_reading());
    app.lacks("opening").has("Inventory is down", Verdict::Pass).has("A declined card", Verdict::Fail);
    assert_eq!(app.notes(), ["note on A declined card leaves the order open: it hangs"]);
    app.agrees_with_the_disk();
}

#[test]
fn esc_gives_up_and_nothing_opens_later() {
    let mut app = at_home();
    app.keys(OPEN).keys("Esc").says("the session was not opened").shows("Open sessions");
    assert!(!app.is_reading());
    app.keys(OPEN).keys("p p Esc").says("not opened; 2 keys that were typed for it are not taken");
    app.keys("j k").keys(OPEN).keys("p").arrive();
    app.has("Inventory is down", Verdict::Pass).has("A declined card", Verdict::Untested);
    assert_eq!(app.model.context(), Context::Walk);
}

#[test]
fn what_is_in_the_grid_stays_until_the_session_is_there() {
    let mut app = fourth_session(Settings::default());
    app.keys("p f v k H");
    app.impatient();
    app.keys("Enter").shows("opening the session").shows("› Removing it");
    // What is on the screen is about to go: a click on it is no key for what comes.
    app.click(3, 8).wheel(1).shows("› Removing it").keys("u Esc").says("1 key that was typed").keys("Enter");
    app.keys("f j").arrive().is_at("Inventory is down");
    app.has("Removing it", Verdict::Pass).keys("Esc");
    assert_eq!(app.model.context(), Context::Grid);
    app.shows("› Removing it");
}

#[test]
fn leaving_and_a_new_size_need_not_wait() {
    let mut app = at_home();
    app.keys(OPEN).resize(80, 24).shows("opening the session").keys("Ctrl-l Ctrl-z");
    assert_eq!((app.host.redraws, app.host.stops), (1, 1));
    app.resize(30, 5).keys("p q p").resize(80, 24).lacks("waits");
    app.keys("Ctrl-c");
    assert!(app.ended);
}

#[test]
fn a_paste_keeps_its_place_among_the_keys() {
    let mut app = at_home();
    app.keys(OPEN).keys("n").paste("from the log").keys("Enter").arrive();
    assert_eq!(
        app.notes(),
        [
            "note on Inventory is down: the cart says so and keeps its items, all of them, for the customer to come back to tomorrow: from the log"
        ]
    );
}

#[test]
fn what_was_typed_for_a_session_that_does_not_open_is_dropped_and_said() {
    let mut app = at_home();
    app.take_database_away();
    app.keys(OPEN).keys("N").arrive();
    app.says("1 key that was typed for it is not taken").shows("Open sessions");
    app.put_database_back();
    assert_eq!(app.store().sessions().unwrap().len(), 4);
}

#[test]
fn one_key_after_the_other_may_have_to_wait() {
    let mut app = at_home();
    app.keys("v").shows("reading the sessions …  Esc gives up").keys("G L Enter f");
    app.arrive().shows("opening the session").shows("1 key waits");
    app.arrive().is_at("Inventory").has("A payment", Verdict::Fail);
    let mut app = at_home();
    app.keys("v Esc").says("the sessions are not shown");
    assert_eq!(app.model.context(), Context::Home);
}

#[test]
fn a_mark_waits_for_the_order_that_was_chosen() {
    for (keys, strategy) in [("w j Enter", Strategy::RiskFirst), ("w j j j Enter", Strategy::BottomUp)] {
        let mut app = TestApp::walk("shop.md", SHOP);
        app.keys("f f p E F").tick(60);
        app.reopen_with("shop.md", choices("bo", "1"));
        app.impatient();
        app.keys("Tab Tab").keys(keys).shows("putting the prompts in order …").lacks("gives up");
        // Esc takes a filter away, or does nothing: it has its turn as well.
        app.keys("p Esc s").shows("3 keys wait").has("Inventory", Verdict::Untested);
        app.tick(1).arrive();
        assert_eq!(app.open_walk().strategy(), strategy);
        app.has("Adding", Verdict::Pass).has("Removing", Verdict::Skip).agrees_with_the_disk();
        app.shows(&format!("{strategy}: stage "));
        app.reopen_with("shop.md", Choices::default());
        app.is_at("Inventory").shows(&format!("{strategy}: stage "));
    }
}

#[test]
fn a_comparison_is_read_beside_the_keys() {
    let mut app = two_sessions(Settings::default());
    app.keys("E").impatient();
    app.keys("c").shows("reading the two sessions").keys("Enter").says("the two sessions are being read");
    app.keys("Esc").shows("summary");
    // What was read for nobody is not shown, whatever is on the screen.
    app.arrive();
    assert_eq!(app.model.context(), Context::Summary);
    app.keys("c").arrive().shows("Newly failing (1)");
    app.keys("j j j").resize(80, 24).keys("Enter");
    assert_eq!(app.model.context(), Context::Comparison);
}

#[test]
fn only_the_comparison_that_was_chosen_last_is_shown() {
    let mut app = two_sessions(Settings::default());
    for tester in ["cy", "dee"] {
        app.keys("E F").tick(60);
        app.reopen_with("shop.md", choices(tester, "5a00"));
        app.keys("p");
    }
    app.keys("E c").shows(" A  ").shows("cy · build 5a00").impatient();
    app.keys("h").shows("cy · build 5a00").keys("h").arrive().shows("ana · build 39aa");
    app.keys("h").says("there is no earlier session").keys("l l").arrive().shows("cy · build 5a00");
    // Marks that are made meanwhile are seen.
    assert_eq!(lacking(&app.model), None);
    let b = app.open_walk().session.id();
    app.keys("h Esc Esc Esc");
    app.arrive();
    assert_eq!(app.open_walk().session.id(), b);
}

#[test]
fn which_prompts_a_session_is_about_is_read_beside_the_keys() {
    let mut app = fourth_session(Settings::default());
    app.keys("p f").impatient();
    app.keys("v").shows("4 sessions").shows("✓").keys("j j h");
    assert!(app.is_reading());
    // Numbers of another state of the plan mean nothing in this one.
    app.keys("Esc v");
    app.arrive().shows("4 sessions");
    while app.is_reading() {
        app.arrive();
    }
    app.keys("G L").shows("· untested");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn the_pictures_of_waiting() {
    let mut app = at_home();
    app.keys(OPEN).keys("p f");
    look_at!("waiting_home", at_every_size(&mut app));
    let settings = Settings { glyphs: Glyphs::ascii(), ..Settings::default() };
    let size = Size { width: 80, height: 24 };
    let mut app = TestApp::walk_with("shop.md", SHOP, Setup { settings, size, ..Setup::default() });
    app.impatient();
    app.keys("w j Enter");
    look_at!("waiting_order_ascii", at_every_size(&mut app));
}
