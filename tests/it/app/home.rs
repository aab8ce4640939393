//! The home screen: what there is, what goes on, what starts anew.

use super::{CHECKLIST, TestApp, WEB_SHOP};

#[test]
fn a_first_run_offers_the_sample() {
    let mut app = TestApp::home();
    app.shows("Try it").shows("Walk the sample plan").shows("seamwalk path/to/checklist.md");
    app.keys("Enter").is_at("A new customer buys one item").shows("Web shop");
    app.keys("p").shows("saved #1");
    app.keys("q").shows("Open sessions").shows("1/58").shows("web-shop.md").lacks("Walk the sample plan");
    app.keys("Enter").is_at("A returning customer").shows("saved #1").agrees_with_the_disk();
}

#[test]
fn open_sessions_come_first_and_enter_resumes() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f");
    app.write("release-checklist.md", CHECKLIST);
    app.tick(60);
    app.reopen_with("release-checklist.md", seamwalk::opening::Choices::default());
    app.keys("b").keys("E F");
    app.reopen_at_home();
    let screen = app.screen();
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("no {text:?}:\n{screen}"));
    assert!(
        place("Open sessions") < place("Plans") && place("Plans") < place("Finished sessions"),
        "{screen}"
    );
    app.shows("2 plans, 2 sessions, 1 open").shows("2/58");
    app.keys("Enter").is_at("One request id").shows("saved #2");
    app.keys("q G Enter").shows("summary").shows("finished 2026-11-23");
    app.keys("q q g").shows("Open sessions");
}

#[test]
fn a_plan_is_walked_anew_or_goes_on() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f");
    app.reopen_at_home();
    app.keys("j").keys("Enter").shows("saved #2").keys("q");
    app.keys("N").shows("saved #0").is_at("A new customer buys one item").keys("q");
    app.shows("1 plan, 2 sessions, 2 open");
}

#[test]
fn a_plan_whose_file_is_gone_says_so_and_its_session_goes_on_as_it_was() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p");
    std::fs::remove_file(app.path("web-shop.md")).unwrap();
    app.reopen_at_home();
    app.keys("j Enter").says("there is no such file").shows("Open sessions");
    app.keys("k Enter").says("walking the plan as it was").is_at("A returning customer");
    app.keys("f").shows("saved #2").agrees_with_the_disk();
}

#[test]
fn home_takes_clicks_the_wheel_and_unknown_keys() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p");
    app.reopen_at_home();
    app.keys("p").says("p does nothing here");
    app.keys("Esc").shows("Open sessions");
    app.wheel(1).wheel(-1).click(5, 0).click(5, 2).click(5, 30).paste("N");
    assert!(app.model.walk.is_none());
    // A click selects, the next one on the same row opens.
    app.click(5, 3).is_at("A returning customer");
    app.keys("q").keys("?").shows("new session").keys("Esc :").types("quit").keys("Enter");
    assert!(app.ended);
}
