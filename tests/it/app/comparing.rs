//! What is different between two sessions, on a screen of its own.

use std::fmt::Write;

use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::keymap::Context;
use seamwalk::tui::settings::{Glyphs, Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};

use super::history::SHOP;
use super::pictures::{at_every_size, look_at, with_styles};
use super::{Setup, TestApp};

pub(super) fn choices(tester: &str, build: &str) -> Choices {
    Choices {
        new: true,
        tester: Some(tester.to_owned()),
        fields: [("build".to_owned(), build.to_owned())].into(),
        ..Choices::default()
    }
}

/// Two sessions of a plan in which each of its five prompts became something else: newly failing, fixed, still failing,
/// no longer tested, newly tested.
pub(super) fn two_sessions(settings: Settings) -> TestApp {
    let setup = Setup { settings, choices: choices("ana", "39aa"), ..Setup::default() };
    let mut app = TestApp::walk_with("shop.md", SHOP, setup);
    app.keys("p f f s E F").tick(3600);
    app.reopen_with("shop.md", choices("bo", "4f2c"));
    app.keys("F").types("stock shows -1").keys("Enter p f j p");
    app
}

fn compared() -> TestApp {
    let mut app = two_sessions(Settings::default());
    app.keys("E c");
    app
}

#[test]
fn each_prompt_is_in_the_group_of_what_became_of_it() {
    let mut app = compared();
    app.shows("Shop  comparison").shows("ana · build 39aa").shows("bo · build 4f2c");
    app.shows("1 newly failing, 1 fixed, 1 still failing, 1 newly tested, 1 no longer tested");
    app.shows("▾ Newly failing (1)").shows("✓ → ✗ Adding an item").shows("cart → inventory");
    app.shows("▾ Fixed (1)").shows("✗ → ✓ Removing it").shows("– → · A declined card");
    app.shows("was pass (2026-11-23 14:02, build 39aa)   now fail (2026-11-23 15:02, build 4f2c)");
    app.shows("note stock shows -1");
    app.keys("Esc").lacks("comparison").shows("summary");
}

#[test]
fn enter_goes_to_the_prompt_and_folds_a_group() {
    let mut app = compared();
    app.keys("J").shows("›▾ Fixed (1)").keys("Enter").shows("›▸ Fixed (1)").lacks("Removing it");
    app.keys("J K K").shows("›▾ Newly failing").keys("K g G").shows("›  – → ·").keys("J K J");
    app.keys("K k k k Enter").shows("Removing it").keys("j Enter");
    app.is_at("Removing it releases").agrees_with_the_disk();
    assert_eq!(app.model.context(), Context::Walk);
}

#[test]
fn from_home_it_opens_the_later_session_at_the_prompt_and_comes_back() {
    let mut app = two_sessions(Settings::default());
    app.reopen_at_home();
    app.keys("c").shows("Newly failing (1)").keys("J j").shows("›  ✗ → ✓ Removing it").keys("Enter");
    app.is_at("Removing it releases").shows("bo").keys("f");
    app.keys("Esc").shows("2 still failing").lacks("Fixed").keys("Esc").shows("Open sessions");
}

#[test]
fn an_earlier_session_can_be_compared_with() {
    let mut app = compared();
    app.keys("Left").says("there is no earlier session of this plan");
    app.keys("Right").says("A is the session that began before B already");
    app.keys("Esc F").tick(60);
    app.reopen_with("shop.md", choices("cy", "5a00"));
    app.keys("p E c")
        .shows("bo · build 4f2c")
        .shows("0 newly failing, 1 fixed, 3 no longer tested, 1 untested");
    app.keys("h").shows("ana · build 39aa").shows("0 newly failing, 3 no longer tested, 1 unchanged");
    app.keys("l").shows("bo · build 4f2c").shows("1 fixed");
}

#[test]
fn what_cannot_be_compared_says_so() {
    let mut app = TestApp::walk("shop.md", SHOP);
    app.keys("p E c").says("no session that began before this one").shows("summary");
    app.reopen_at_home();
    app.keys("c").says("no session that began before this one").shows("Open sessions");
    app.reopen_with("shop.md", choices("bo", "39aa"));
    app.keys("p E c").shows("nothing is different").shows("0 newly failing, 1 unchanged, 4 untested in both");
    app.keys("Enter").says("nothing is different").keys("j J K G Esc").shows("summary");
    let mut app = TestApp::home();
    app.keys("c").says("there is no session to compare here yet");
}

#[test]
fn a_retest_is_compared_with_what_it_retests() {
    let mut app = two_sessions(Settings::default());
    let first = app.open_walk().session.id();
    app.keys("E R").says("retesting 2 prompts").tick(60);
    app.reopen_with("shop.md", choices("cy", "5a00"));
    app.keys("p E F").tick(60);
    app.reopen_at_home();
    app.keys("c").shows("bo · build 4f2c").shows("retest");
    app.shows("0 newly failing, 2 no longer tested, 2 not part of B, 1 untested in both");
    assert_eq!(app.store().sessions().unwrap()[1].retest_of, Some(first));
}

#[test]
fn a_group_s_heading_stays_while_its_prompts_scroll() {
    let plan: String = (0..60).fold("# P\n\n".to_owned(), |mut plan, n| {
        let _ = writeln!(plan, "- prompt number {n}");
        plan
    });
    let mut app =
        TestApp::walk_with("p.md", &plan, Setup { choices: choices("ana", "1"), ..Setup::default() });
    app.keys(&"p f ".repeat(30));
    app.tick(60);
    app.reopen_with("p.md", choices("bo", "2"));
    app.keys(&"f ".repeat(60));
    app.resize(80, 24).keys("E c");
    for _ in 0..29 {
        app.shows("Newly failing (30)").shows("›  ✓ → ✗ prompt number").keys("j");
    }
    app.keys("G").shows("Still failing (30)").lacks("Newly").shows("›  ✗ → ✗ prompt number 59");
    app.keys("PgUp").shows("Still failing (30)").click(3, 4).shows("›▾ Still failing");
    for (width, height) in [(40, 8), (40, 13), (41, 14), (60, 17), (200, 60), (300, 18)] {
        app.resize(width, height);
        for key in ["g", "G", "k", "PgUp", "J", "K", "Enter", "Enter", "PgDn"] {
            app.keys(key);
            assert!(app.screen().contains('›'), "{width}x{height} {key}:\n{}", app.screen());
        }
    }
}

#[test]
fn the_pictures_of_the_comparison() {
    look_at!("comparison", at_every_size(&mut compared()));
    let mut app = two_sessions(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    app.keys("E c").resize(80, 24);
    app.theme = Theme::new(ThemeName::Auto, ColorDepth::None, &[]);
    look_at!("comparison_ascii_mono", with_styles(&app));
    let mut app = compared();
    app.resize(80, 24);
    app.theme = Theme::new(ThemeName::Light, ColorDepth::Indexed, &[]);
    look_at!("comparison_light", with_styles(&app));
    app.has("Adding", Verdict::Fail);
}
