//! Where the time goes, by keys: time box, pause, activities, bug notes, time away, charter.

use seamwalk::domain::session::{Activity, Away, Event, Question};
use seamwalk::opening::Choices;
use seamwalk::tui::input::Input;
use seamwalk::tui::runtime::effects::Outside;
use seamwalk::tui::settings::{Glyphs, Settings};

use super::pictures::{at_every_size, look_at};
use super::{Setup, TestApp, WEB_SHOP};

const SMALL: &str = "# Small\n\n- alpha\n- beta\n- gamma\n- delta\n";

fn boxed(minutes: u64) -> Setup {
    let mut setup = Setup::default();
    setup.choices.time_box_ms = Some(minutes * 60_000);
    setup.choices.charter = Some("Explore the cart with two tabs to discover lost updates".to_owned());
    setup
}

/// Seconds of testing, bug investigation, set-up, off charter and pauses, as the disk has them.
fn seconds(app: &TestApp) -> [u64; 5] {
    let session = app.stored();
    let [testing, bug, set_up, off] = Activity::ALL.map(|activity| session.activity_ms(activity) / 1000);
    [testing, bug, set_up, off, session.times().paused_ms() / 1000]
}

/// Time passes, with a key every five minutes that moves nothing.
fn work(app: &mut TestApp, seconds: i64) {
    for _ in 0..seconds / 300 {
        app.tick(300).keys("g");
    }
    app.tick(seconds % 300);
}

#[test]
fn the_header_says_when_a_time_box_is_nearly_over_and_when_it_is() {
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, boxed(45));
    app.shows("0:00 / 45:00").lacks("time is");
    work(&mut app, 2159);
    app.shows("35:59 / 45:00").lacks("time is");
    app.tick(1).shows("time is short  36:00 / 45:00");
    look_at!("time_box_short", at_every_size(&mut app));
    app.resize(120, 40);
    work(&mut app, 539);
    app.shows("time is short  44:59 / 45:00");
    app.tick(1).shows("time is up  45:00 / 45:00");
    look_at!("time_box_up", at_every_size(&mut app));
    app.resize(120, 40);
    app.keys("p").tick(2).shows("45:02 / 45:00");
    assert_eq!(app.stored().time_box_ms(), Some(45 * 60_000));
}

#[test]
fn a_pause_stops_the_clock_until_z_or_a_mark() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(10).keys("z").says("z or a mark lets it go on").shows("paused  0:10");
    look_at!("paused", at_every_size(&mut app));
    app.resize(120, 40);
    app.tick(3600).shows("paused  0:10");
    app.keys("z").says("the clock goes on").lacks("paused").tick(5).shows("0:15");
    app.keys("z").tick(60).keys("p").lacks("paused").tick(1).shows("0:16");
    app.keys("f");
    assert_eq!(seconds(&app), [16, 0, 0, 0, 3660]);
    app.keys("z u").says("undone: beta").shows("paused");
    app.keys("u").says("undone: alpha").shows("paused  0:16");
    assert_eq!(seconds(&app), [16, 0, 0, 0, 3660], "the time has passed all the same");
    app.agrees_with_the_disk();
}

#[test]
fn activities_are_switched_with_two_keys() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(10).keys("T").shows("s set-up");
    look_at!("activities", at_every_size(&mut app));
    app.resize(120, 40);
    app.keys("s").says("from now on: set-up").shows("set-up  0:10");
    app.tick(20).keys("T Down Enter").says("from now on: off charter").tick(5);
    app.keys("T t").tick(1).lacks("set-up").keys("p");
    assert_eq!(seconds(&app), [11, 0, 20, 5, 0]);
    app.keys("T t").says("testing goes on").keys("T Esc T T").lacks("from now on");
    assert_eq!(app.stored().seq(), 4, "what is so already is no event");
    app.keys("z T b").lacks("paused").shows("bug investigation");
}

#[test]
fn a_bug_note_is_bug_investigation_from_its_first_letter_to_its_last() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(30).keys("F").tick(40).keys("Tab").types("it breaks").tick(2).keys("Enter");
    assert_eq!(seconds(&app), [30, 42, 0, 0, 0]);
    app.tick(5).keys("n").tick(7).types("fine").keys("Enter");
    assert_eq!(seconds(&app), [42, 42, 0, 0, 0], "any other note is what is being done");
    app.tick(3).keys("n Tab").tick(9).keys("x Esc").tick(1).keys("p");
    assert_eq!(seconds(&app), [55, 42, 0, 0, 0], "a note that was given up is none");
}

#[test]
fn time_away_is_asked_about_once_and_in_the_footer() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("p").input(Input::FocusLost);
    app.tick(754).lacks("away");
    app.input(Input::FocusGained);
    app.shows("away for 12:34: Z if that was a break; it counts as testing").shows("12:34");
    look_at!("away", at_every_size(&mut app));
    app.resize(120, 40);
    app.keys("j").shows("away for 12:34").keys("Z").says("12:34 of it was a break").shows("0:00");
    let last = app.store().events(app.stored().id(), 1).unwrap().pop().unwrap().event;
    assert_eq!(last, Event::AwayExplained { ms: 754_000, was: Away::Break });
    assert_eq!(seconds(&app), [0, 0, 0, 0, 754]);
    app.keys("Z").says("no time away is asked about").keys("A").says("no time away is asked about");

    app.input(Input::FocusLost);
    app.tick(1200)
        .keys("k")
        .shows("away for 20:00, which is not counted: Z if that was a break, A if it was work");
    app.keys("A").says("20:00 more of work");
    assert_eq!(seconds(&app), [1200, 0, 0, 0, 754]);

    // Unanswered: a short one is work, a long one is nothing.
    app.tick(700).keys("f").lacks("away for");
    app.tick(1000).keys("j b").lacks("away for");
    assert_eq!(seconds(&app), [1900, 0, 0, 0, 754]);
    app.agrees_with_the_disk();
}

#[test]
fn nobody_is_asked_who_was_in_front_or_paused_or_does_not_want_to_be() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.input(Input::FocusGained);
    app.tick(700).keys("j").lacks("away");
    app.keys("z").tick(7200).keys("k").lacks("away").keys("z");
    assert_eq!(seconds(&app), [700, 0, 0, 0, 7200]);
    let never = Settings { ask_away_after_ms: None, ..Settings::default() };
    let mut app = TestApp::walk_with("small.md", SMALL, Setup { settings: never, ..Setup::default() });
    app.tick(3600).keys("j").lacks("away").keys("p");
    assert_eq!(seconds(&app), [0, 0, 0, 0, 0], "an hour without a key is no work all the same");
}

#[test]
fn the_wall_clock_may_step_as_it_likes() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(10).step_the_clock(-3_600_000).keys("p").tick(10);
    app.step_the_clock(10 * 365 * 86_400_000).keys("f").tick(5).shows("0:25");
    app.step_the_clock(-20 * 365 * 86_400_000).keys("b");
    assert_eq!(seconds(&app), [25, 0, 0, 0, 0]);
    app.reopen();
    app.tick(5).keys("s");
    assert_eq!(seconds(&app), [30, 0, 0, 0, 0], "a sitting after a step back claims nothing twice");
    app.agrees_with_the_disk();
}

#[test]
fn a_kill_costs_the_time_since_the_latest_event_at_most_and_gives_short_gaps_back() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(10).keys("p").tick(120);
    app.reopen();
    app.shows("2:10").tick(5).keys("f");
    assert_eq!(seconds(&app), [135, 0, 0, 0, 0]);
    app.tick(1000);
    app.reopen();
    app.shows("2:15");
    app.keys("z");
    app.reopen();
    app.shows("paused  2:15");
}

#[test]
fn another_terminal_s_time_is_not_counted_twice() {
    let mut app = TestApp::walk("small.md", SMALL);
    let mut other = TestApp::walk("small.md", SMALL);
    other.outside = Outside::new(app.store());
    let opened = app.open_walk().clone();
    other.model.walk = Some(opened);
    other.tick(60).keys("p");
    app.tick(60).tick(1).says("1 change from another terminal").keys("f");
    assert_eq!(seconds(&app), [61, 0, 0, 0, 0]);
    // Without a look at the disk in between.
    other.tick(1).tick(30).keys("j j b");
    app.now_ms += 30_000;
    app.model.steady_ms += 30_000;
    app.keys("s");
    assert_eq!(app.stored().times().walking_ms() / 1000, 91);
    app.agrees_with_the_disk();
}

#[test]
fn charter_and_time_box_are_typed_and_undone() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys(":").types("charter").keys("Enter").shows("Explore … with … to discover …");
    look_at!("charter", at_every_size(&mut app));
    app.resize(120, 40);
    app.types("Explore the cart")
        .keys("Enter")
        .says("charter: Explore the cart")
        .shows("Small · Explore the cart");
    app.keys(":")
        .types("timebox")
        .keys("Enter")
        .types("soon")
        .keys("Enter")
        .shows("no duration: say it like 90m");
    app.keys("Ctrl-w").types("1h30m").keys("Enter").says("time box: 1:30:00").shows("0:00 / 1:30:00");
    app.keys(":").types("timebox").keys("Enter").shows("1h30m").keys("Esc");
    app.keys("u").says("undone: the time box").lacks("1:30:00").keys("u").says("undone: the charter");
    app.lacks("Explore the cart").keys("Ctrl-r").shows("Small · Explore the cart");
    app.keys(":").types("charter").keys("Enter Ctrl-w Ctrl-w Ctrl-w Enter").says("no charter any more");
    app.agrees_with_the_disk();
}

#[test]
fn charter_and_time_box_may_be_typed_whole() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys(":").types("timebox 90m").keys("Enter").says("time box: 1:30:00").shows("0:00 / 1:30:00");
    app.keys(":").types("charter Explore the cart").keys("Enter").says("charter: Explore the cart");
    // What cannot be saved is put right where it stands.
    app.keys(":").types("timebox soon").keys("Enter").shows("no duration: say it like 90m").shows("soon");
    app.keys("Ctrl-w").types("45").keys("Enter").says("time box: 45:00");
    app.agrees_with_the_disk();
}

#[test]
fn time_in_ascii_and_in_a_strip() {
    let settings = Settings { glyphs: Glyphs::ascii(), ..Settings::default() };
    let mut app = TestApp::walk_with("small.md", SMALL, Setup { settings, ..boxed(1) });
    app.tick(70);
    look_at!("time_ascii", at_every_size(&mut app));
    app.resize(120, 40);
    app.resize(40, 8).shows("time is up saved #0");
    app.keys("z").shows("paused saved #1");
    let late = Choices::default();
    app.reopen_with("small.md", late);
    app.shows("paused saved #1");
}

#[test]
fn a_debrief_walks_through_five_questions_and_is_in_the_summary() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.tick(120).keys("f").tick(30).keys("T s").tick(40).keys("p z").tick(60).keys("z D");
    app.shows("debrief 1/5").shows("› past").shows("What happened during the session?");
    app.types("Two tabs, one cart.\nThen one tab.").keys("Enter").shows("debrief 2/5");
    look_at!("debrief", at_every_size(&mut app));
    app.resize(120, 40);
    app.keys("Tab Tab").shows("debrief 4/5").types("The same with an expired session.").keys("Enter Enter");
    app.lacks("debrief 5/5").keys("E").shows("Debrief").shows("outlook    The same with an expired session.");
    app.shows("testing").shows("set-up").shows("paused");
    look_at!("summary_time", at_every_size(&mut app));
    app.resize(120, 40);
    let session = app.stored();
    let answers: Vec<_> = session.debrief().collect();
    assert_eq!(
        answers,
        [
            (Question::Past, "Two tabs, one cart.\nThen one tab."),
            (Question::Outlook, "The same with an expired session.")
        ]
    );
    app.keys("F").says("finished").keys("D").shows("debrief 2/5").types("Nothing broke.").keys("Enter Esc");
    assert_eq!(app.stored().debrief_answer(Question::Results), Some("Nothing broke."));
    app.keys("O q u").says("undone: results in the debrief");
    app.agrees_with_the_disk();
}

#[test]
fn an_answer_that_is_being_typed_survives_a_kill() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("D").types("Two tabs, one cart").tick(1);
    app.reopen();
    app.keys("D").shows("Two tabs, one cart").keys("Esc").says("waits for the next time");
    app.keys("D").types(", no mail").keys("Enter Esc");
    app.reopen();
    app.keys("D").shows("debrief 2/5").shows("Two tabs, one cart, no mail");
    assert_eq!(app.store().drafts(app.stored().id()).unwrap(), []);
    // What is emptied is taken away, and what is as before is no event.
    app.keys("Shift-Tab Enter Esc");
    assert_eq!(app.stored().seq(), 1);
    app.agrees_with_the_disk();
}
