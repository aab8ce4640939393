//! Components, what was real, and what a plan without any integration point must not show of it.

use std::fmt::Write as _;
use std::path::Path;

use seamwalk::format::SourceKind;
use seamwalk::opening::Choices;
use seamwalk::tui::settings::{Glyphs, Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};

use super::pictures::{at_every_size, look_at, with_styles};
use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};

/// A session in which much is real, something fake and something absent.
fn against_fakes(settings: Settings) -> TestApp {
    let states = [
        ("web", "real"),
        ("cart", "real"),
        ("inventory", "real"),
        ("auth", "fake: auth-stub"),
        ("payments", "fake: stripe-mock"),
        ("mail", "absent"),
    ];
    let components = states.map(|(name, state)| (name.to_owned(), state.parse().unwrap())).into();
    let fields = [("environment", "staging"), ("build", "4f2c")];
    let choices = Choices {
        components,
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Setup::default().choices
    };
    let mut app =
        TestApp::walk_with("web-shop.md", WEB_SHOP, Setup { settings, choices, ..Setup::default() });
    // The critical paths, web -> auth against the stub, one of web -> search, web -> cart for real.
    app.keys("p p f p p f p p J J j p p p p s").tick(600);
    // orders -> payments, then mail, which is not there.
    app.keys("/")
        .types("A paid order says paid")
        .keys("Enter p p /")
        .types("one mail")
        .keys("Enter p f")
        .tick(60);
    app.model.toast = None;
    app
}

#[test]
fn what_was_real_on_every_screen() {
    let mut app = against_fakes(Settings::default());
    app.keys("g J J k k k");
    look_at!("real_walk", at_every_size(&mut app));
    app.resize(120, 40).keys("r");
    look_at!("real_panel", at_every_size(&mut app));
    app.resize(120, 40).keys("j f");
    look_at!("real_naming", at_every_size(&mut app));
    app.resize(120, 40).keys("Esc Esc K");
    look_at!("real_section", at_every_size(&mut app));
    app.keys(":").types("field").keys("Enter j");
    look_at!("real_fields", at_every_size(&mut app));
    app.keys("Esc E");
    look_at!("real_summary", at_every_size(&mut app));
    app.reopen_at_home();
    look_at!("real_home", at_every_size(&mut app));
}

#[test]
fn what_was_real_without_unicode_and_without_colours() {
    let mut app = against_fakes(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    app.keys("g J J k k k").resize(80, 24);
    let walk = at_every_size(&mut app);
    app.keys("r");
    let panel = at_every_size(&mut app);
    app.keys("Esc E");
    let text = format!("{walk}{panel}{}", at_every_size(&mut app));
    assert!(text.is_ascii());
    look_at!("real_ascii", text);
    for (name, theme, depth) in [
        ("real_colours", ThemeName::Auto, ColorDepth::Indexed),
        ("real_colours_mono", ThemeName::Auto, ColorDepth::None),
    ] {
        let mut app = against_fakes(Settings::default());
        app.theme = Theme::new(theme, depth, &[]);
        app.keys("g J J k k k").resize(80, 24);
        let walk = with_styles(&app);
        app.keys("r");
        look_at!(name, format!("{walk}\n{}", with_styles(&app)));
    }
}

/// Screens of a walk through `text` with these marks for what was real.
fn screens_with(name: &str, text: &str, marks: [&str; 3]) -> Vec<String> {
    let mut glyphs = Glyphs::unicode();
    [glyphs.provisional, glyphs.for_real, glyphs.bar_provisional] = marks.map(str::to_owned);
    let settings = Settings { glyphs, ..Settings::default() };
    let mut app = TestApp::walk_with(name, text, Setup { settings, ..Setup::default() });
    let mut screens = Vec::new();
    for keys in ["p p f p s b p", "K", "h", "G", "Enter", "Esc t", "Esc E"] {
        app.keys(keys);
        screens.push(at_every_size(&mut app));
        app.resize(120, 40);
    }
    app.keys("Esc r").says("this plan names no component").lacks("what is real?");
    app.reopen_at_home();
    screens.push(at_every_size(&mut app));
    screens
}

#[test]
fn plans_without_points_show_no_mark_of_what_was_real() {
    let mut plans = vec![("release-checklist.md".to_owned(), CHECKLIST.to_owned())];
    if let Some(corpus) = std::env::var_os("SEAMWALK_CORPUS") {
        let files = std::fs::read_dir(Path::new(&corpus).join("plans")).unwrap();
        for path in files.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let Some(text) = std::fs::read_to_string(&path).ok().filter(|_| name.ends_with(".md")) else {
                continue;
            };
            let plan = seamwalk::format::parse(text.as_bytes(), SourceKind::Markdown, "plan").map(|p| p.plan);
            if plan.is_ok_and(|plan| plan.component_names().is_empty() && plan.outline.prompt_count() > 0) {
                plans.push((name, text));
            }
        }
    }
    for (name, text) in plans {
        let usual = screens_with(&name, &text, ["≈", "●", "▒"]);
        assert_eq!(usual, screens_with(&name, &text, ["@", "@", "@"]), "{name}");
    }
}

#[test]
fn a_plan_without_points_looks_as_it_did_before_there_were_any() {
    let mut text = String::new();
    for settings in [Settings::default(), Settings { glyphs: Glyphs::ascii(), ..Settings::default() }] {
        let mut app =
            TestApp::walk_with("release-checklist.md", CHECKLIST, Setup { settings, ..Setup::default() });
        for keys in ["p f b i s P Enter p p", "K", "h", "G E", "j Esc", "t", "Esc Enter"] {
            app.keys(keys);
            app.model.toast = None;
            let _ = writeln!(text, "after {keys}\n{}", at_every_size(&mut app));
            app.resize(120, 40);
        }
    }
    look_at!("no_points", text);
}

const FIRST: &str = "Signing in returns";

/// The shop at its first point, `web -> auth`, with `choices` of what is real.
fn shop(states: &[(&str, &str)]) -> TestApp {
    let components =
        states.iter().map(|(name, state)| ((*name).to_owned(), state.parse().unwrap())).collect();
    let choices = Choices { components, ..Setup::default().choices };
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, Setup { choices, ..Setup::default() });
    app.keys("J j").is_at(FIRST);
    app
}

#[test]
fn both_ends_of_a_prompt_are_set_with_a_key_each() {
    let mut app = shop(&[]);
    app.lacks("unknown").keys("r").shows("what is real?").shows("→  web        unknown");
    app.keys("r")
        .says("web is real")
        .keys("f")
        .types("auth-stub")
        .keys("Enter")
        .says("auth is fake: auth-stub");
    app.shows("auth       fake: auth-stub").keys("Esc").is_at(FIRST);
    app.shows("web → auth  http  FAKE").shows("web real").shows("auth fake: auth-stub").shows("saved #2");
    app.keys("p k")
        .shows("≈ Signing in returns")
        .shows("≈ pass, provisional")
        .shows("with auth fake: auth-stub");
    app.shows("✓ 1 (≈ 1)").shows("1/4");
    app.agrees_with_the_disk();
}

#[test]
fn one_undo_takes_one_component_back_and_leaves_the_marks_as_they_were_given() {
    let mut app = shop(&[("web", "real"), ("auth", "fake")]);
    app.keys("p k r j r").says("auth is real").keys("u").says("undone: what stands for auth");
    app.shows("auth       fake").keys("Ctrl-r").says("done again: what stands for auth").keys("Esc");
    app.shows("web → auth  http  real").shows("≈ pass, provisional").shows("with auth fake");
    app.keys("p k").shows("✓ pass, for real").shows("✓ 1 (● 1)").lacks("≈");
    app.keys("u u").shows("≈").agrees_with_the_disk();
}

#[test]
fn unknown_leaves_no_mark_and_makes_nothing_provisional() {
    let mut app = shop(&[("web", "real")]);
    app.keys("p k").lacks("≈").lacks("●").lacks("FAKE").shows("web real").lacks("unknown");
    app.keys("r c").says("web is unknown").keys("Esc").lacks("unknown").shows("with web real");
    app.keys("j").lacks("web real").lacks("unknown");
    app.agrees_with_the_disk();
}

#[test]
fn the_panel_is_left_by_its_own_keys_and_says_why_it_cannot_act() {
    let mut app = TestApp::walk("release-checklist.md", CHECKLIST);
    app.keys("r").says("this plan names no component").lacks("what is real?").lacks("real?");
    for close in ["Esc", "Enter", "q"] {
        let mut app = shop(&[]);
        app.keys("r").shows("what is real?").keys(close).lacks("what is real?").is_at(FIRST);
    }
    let mut app = shop(&[]);
    app.keys("r f Esc").shows("what is real?").shows("saved #0").keys("r").says("web is real");
    app.keys("k k r").says("that is so already").keys("G a").says("mail is absent").keys("Esc E F Esc");
    app.keys("r").shows("mail       absent").keys("f").says("the session is finished").keys("r");
    app.says("the session is finished").agrees_with_the_disk();
}

#[test]
fn sections_and_summary_say_what_passed_only_against_a_fake() {
    let mut app =
        shop(&[("web", "real"), ("auth", "fake: auth-stub"), ("search", "real"), ("mail", "absent")]);
    app.keys("p p p p").shows("4/4 ≈").keys("p p p p").shows("4/4 ✓").shows("✓ 8 (≈ 4, ● 4)");
    app.keys("E").shows("Passed only against a fake (4)").shows("auth fake: auth-stub").shows("≈ Signing in");
    app.keys("Esc").shows("▒").keys("t").shows("8 (≈ 4, ● 4) ");
    app.reopen_at_home();
    app.shows("≈ 4");
}

#[test]
fn fields_are_written_taken_away_and_undone() {
    let mut app = shop(&[]);
    app.keys(":").types("field").keys("Enter").shows("environment  not said");
    app.keys("Enter").types("4f2c").keys("Enter").says("build: 4f2c").shows("build 4f2c · ana");
    app.keys("Enter").types("staging").keys("Enter").shows("build 4f2c · environment staging · ana");
    app.keys("Enter").types("colour=blue").keys("Enter").says("colour: blue");
    app.shows("build 4f2c · environment staging · colour blue · ana");
    app.keys("u").says("undone: the field colour").keys("g c").says("build is not said any more");
    app.keys("Esc").shows("environment staging · ana").lacks("build");
    app.keys(":").types("field build = 51aa").keys("Enter").says("build: 51aa").shows("build 51aa");
    app.keys(":").types("field build=").keys("Enter").says("build is not said any more");
    app.agrees_with_the_disk();
}

#[test]
fn a_plan_without_fields_asks_for_one_at_once() {
    let mut app = TestApp::walk("small.md", "# Small\n\n- one\n");
    app.keys(":").types("field").keys("Enter").shows("like build=4f2c");
    app.types("build").keys("Enter").says("write it like build=4f2c").types("=1").keys("Enter");
    app.says("build: 1").keys("Esc").shows("build 1 · ana").agrees_with_the_disk();
}
