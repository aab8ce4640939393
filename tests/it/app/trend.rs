//! The sessions of a plan over time, by keys: from home, walk, summary and grid, into a session and back.

use seamwalk::tui::keymap::Context;
use seamwalk::tui::layout::Size;
use seamwalk::tui::settings::{Glyphs, Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};
use seamwalk::tui::update::lacking;

use super::history::{choices, fourth_session};
use super::pictures::{at_every_size, look_at, with_styles};
use super::{CHECKLIST, Setup, TestApp};

/// Four sessions, the last of them open, with what turned in each.
fn with_past(settings: Settings) -> TestApp {
    let mut app = fourth_session(settings);
    app.keys("p f").model.toast = None;
    app
}

#[test]
fn what_is_followed_and_every_session_are_shown() {
    let mut app = with_past(Settings::default());
    app.keys("V");
    assert_eq!(app.model.context(), Context::Trend);
    app.shows("Shop  over time").shows("4 sessions").lacks("reading");
    app.shows("20 %, was 60 %").shows("newly fail").shows("untested points");
    app.shows("› 2026-11-28").shows("2026-11-23").shows("bo 4f2c");
    assert_eq!(lacking(&app.model), None);
    app.keys("k")
        .shows("› 2026-11-25")
        .shows("60 %, was 80 %")
        .keys("g")
        .shows("› 2026-11-23")
        .lacks(", was");
    app.keys("j G PgUp").shows("› 2026-11-23").keys("End Home PgDn").shows("› 2026-11-28");
    app.wheel(-1).shows("› 2026-11-23");
}

#[test]
fn enter_opens_the_summary_and_esc_comes_back() {
    let mut app = with_past(Settings::default());
    let walked = app.open_walk().session.id();
    app.keys("V k Enter");
    assert_eq!(app.model.context(), Context::Summary);
    app.shows("summary").shows("finished").keys("Esc");
    assert_eq!(app.model.context(), Context::Trend);
    // Whoever goes from the summary into the walk comes back from there.
    app.shows("› 2026-11-25").keys("Enter q");
    assert_eq!(app.model.context(), Context::Trend);
    app.keys("Enter");
    let row = app.screen().lines().position(|line| line.contains("Inventory is down")).unwrap() as u16;
    app.click(9, row).click(9, row).is_at("Inventory is down").keys("Esc");
    assert_eq!(app.model.context(), Context::Trend, "{}", app.screen());
    app.keys("Esc");
    assert_eq!((app.model.context(), app.open_walk().session.id()), (Context::Walk, walked));
    // The session that is walked is at hand.
    app.keys("V Enter");
    assert_eq!(app.model.context(), Context::Summary);
    app.keys("Esc");
    assert_eq!(app.model.context(), Context::Trend);
    app.keys("Esc").agrees_with_the_disk();
}

#[test]
fn it_is_reached_from_home_the_summary_and_the_grid() {
    let mut app = with_past(Settings::default());
    app.keys("E V").shows("over time").keys("q");
    assert_eq!(app.model.context(), Context::Summary);
    app.keys("Esc v h V").shows("› 2026-11-25").keys("Enter").shows("finished").keys("Esc Esc");
    assert_eq!(app.model.context(), Context::Grid);
    app.reopen_at_home();
    app.keys("V").shows("4 sessions").keys("k Enter").shows("summary").keys("Esc").shows("› 2026-11-25");
    app.keys("Esc");
    assert_eq!(app.model.context(), Context::Home);
    let mut app = TestApp::home();
    app.keys("V").says("no session to show yet");
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut app = with_past(Settings::default());
    app.keys("V");
    let screen = app.screen();
    let row = screen.lines().position(|line| line.contains("2026-11-24")).unwrap() as u16;
    app.click(0, 0)
        .click(5, row + 10)
        .shows("› 2026-11-28")
        .click(5, row)
        .shows("› 2026-11-24")
        .click(9, row);
    assert_eq!(app.model.context(), Context::Summary);
}

#[test]
fn a_key_waits_for_no_verdict() {
    let mut app = with_past(Settings::default());
    app.hurried("V k").shows("reading 0 of 4").shows("60 %, was 80 %");
    app.keys("k").lacks("reading");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn sessions_that_cannot_be_read_on_say_so_once() {
    let mut app = with_past(Settings::default());
    let sql = "UPDATE event SET body = 'another' WHERE seq = 0";
    rusqlite::Connection::open(app.path("seamwalk.db")).unwrap().execute_batch(sql).unwrap();
    app.keys("V").says("the sessions cannot be read on").keys("k").lacks("cannot be read");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn a_plan_without_points_says_nothing_of_them() {
    let mut app = TestApp::walk("list.md", CHECKLIST);
    app.keys("p f V").shows("1 session").lacks("untested points").lacks("provisional").keys("Enter Esc Esc");
    assert_eq!(app.model.context(), Context::Walk);
}

#[test]
fn many_sessions_scroll_and_the_sparkline_follows_the_cursor() {
    let mut app = TestApp::walk("list.md", "- One\n- Two\n");
    for n in 0..60 {
        app.keys(if n % 3 == 0 { "f p E F" } else { "p E F" }).tick(24 * 3600);
        app.reopen_with("list.md", choices(&format!("tester-{n}"), "", &[]));
    }
    for (width, height) in [(40, 8), (60, 12), (80, 24), (120, 40), (200, 20)] {
        app.resize(width, height).keys("V").shows("61 sessions");
        for key in ["g", "G", "k", "PgUp", "PgUp", "j", "g"] {
            app.keys(key);
            app.buffer();
        }
        app.shows("›").keys("Esc");
    }
}

#[test]
fn the_pictures_of_the_trend() {
    let mut app = with_past(Settings::default());
    app.keys("V k");
    look_at!("trend", at_every_size(&mut app));
    app.resize(80, 24);
    look_at!("trend_colours", with_styles(&app));
    app.theme = Theme::new(ThemeName::Auto, ColorDepth::None, &[]);
    look_at!("trend_colours_mono", with_styles(&app));
    let settings = Settings { glyphs: Glyphs::ascii(), ..Settings::default() };
    let mut app = with_past(settings);
    app.keys("V");
    look_at!("trend_ascii", at_every_size(&mut app));
    let wide = "# 店\n\n- 一二三\n";
    let choices = choices("名前名前名前名前名前名前", "漢字漢字漢字漢字", &[]);
    let size = Size { width: 80, height: 24 };
    let mut app = TestApp::walk_with("w.md", wide, Setup { choices, size, ..Setup::default() });
    app.keys("f V");
    look_at!("trend_wide_characters", at_every_size(&mut app));
}
