//! Pictures of every screen, to be looked at when they change: text at three sizes, and what is coloured how.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::layout::Size;
use seamwalk::tui::settings::{Glyphs, Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};
use seamwalk::tui::widgets::parts::PROVISIONAL;

use super::history::fourth_session;
use super::{CHECKLIST, Setup, TestApp, WEB_SHOP, rows};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 8)];

/// A session in its middle: every verdict, notes, folded sections, fields and a charter.
fn in_progress(settings: Settings) -> TestApp {
    let choices = Choices {
        tester: Some("ana".to_owned()),
        charter: Some("smoke before 2.4".to_owned()),
        fields: [("build", "4f2c"), ("environment", "staging")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        ..Choices::default()
    };
    let size = Size { width: 120, height: 40 };
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, Setup { settings, choices, size });
    app.keys("p f b i s").tick(83);
    app.keys("P").types("only after a reload").keys("Enter p").tick(1200);
    app.keys("p p f p p s J h J h J j p p F Tab").types("stock shows -1 for a second\nthen 0").keys("Enter");
    app.keys("k").tick(5);
    app.model.toast = None;
    app
}

fn picture(app: &TestApp) -> String {
    framed(&app.buffer())
}

/// The rows, one below the other.
fn framed(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in rows(buffer) {
        let _ = writeln!(text, "{row}");
    }
    text
}

/// Every stretch of cells that does not look like ordinary text, by the roles of `theme`.
pub(super) fn styles(buffer: &Buffer, theme: &Theme) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for x in 0..buffer.area.width {
            let role = role(&buffer[(x, y)], theme);
            match runs.last_mut() {
                Some((_, end, last)) if *last == role => *end = x,
                _ => runs.push((x, x, role)),
            }
        }
        let runs: Vec<String> = runs
            .into_iter()
            .filter(|(_, _, role)| !role.is_empty())
            .map(|(start, end, role)| format!("{start}-{end} {role}"))
            .collect();
        if !runs.is_empty() {
            let _ = writeln!(text, "{y:>2}: {}", runs.join(", "));
        }
    }
    text
}

fn role(cell: &Cell, theme: &Theme) -> String {
    let named = [
        ("border", theme.border()),
        ("quiet", theme.quiet()),
        ("accent", theme.accent()),
        ("pass", theme.verdict(Verdict::Pass)),
        ("provisional", theme.standing(PROVISIONAL)),
        ("fail", theme.verdict(Verdict::Fail)),
        ("blocked", theme.verdict(Verdict::Blocked)),
        ("inconclusive", theme.verdict(Verdict::Inconclusive)),
        ("alarm", theme.alarm()),
    ];
    let colour = |colour: Color| match named.iter().find(|(_, style)| style.fg == Some(colour)) {
        _ if colour == Color::Reset => None,
        Some((name, _)) => Some((*name).to_owned()),
        None => Some(format!("{colour:?}")),
    };
    let mut words: Vec<String> = colour(cell.fg).into_iter().collect();
    words.extend(colour(cell.bg).map(|bg| format!("on {bg}")));
    for (name, modifier) in [
        ("bold", Modifier::BOLD),
        ("dim", Modifier::DIM),
        ("underlined", Modifier::UNDERLINED),
        ("reversed", Modifier::REVERSED),
    ] {
        if cell.modifier.contains(modifier) {
            words.push(name.to_owned());
        }
    }
    words.join(" ")
}

/// The same scene at every size, in one picture.
pub(super) fn at_every_size(app: &mut TestApp) -> String {
    let mut text = String::new();
    for (width, height) in SIZES {
        app.resize(width, height);
        let _ = writeln!(text, "{width}x{height}\n{}", picture(app));
    }
    text
}

pub(super) fn with_styles(app: &TestApp) -> String {
    format!("{}\n{}", picture(app), styles(&app.buffer(), &app.theme))
}

macro_rules! look_at {
    ($name:expr, $picture:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $picture);
        });
    };
}
pub(super) use look_at;

#[test]
fn home() {
    let mut app = TestApp::home();
    look_at!("home_empty", at_every_size(&mut app));
    let mut app = in_progress(Settings::default());
    app.write("release-checklist.md", CHECKLIST);
    app.reopen_with("release-checklist.md", Choices { tester: Some("bo".to_owned()), ..Choices::default() });
    app.keys("p p f E F").tick(7200);
    app.reopen_with(
        "release-checklist.md",
        Choices { tester: Some("Zoë O'Neill-Łuczak".to_owned()), new: true, ..Choices::default() },
    );
    app.keys("b").tick(120);
    app.reopen_at_home();
    look_at!("home", at_every_size(&mut app));
    app.keys("?");
    look_at!("home_help", at_every_size(&mut app));
}

#[test]
fn walk() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    look_at!("walk_start", at_every_size(&mut app));
    let mut app = in_progress(Settings::default());
    look_at!("walk", at_every_size(&mut app));
    app.keys("G");
    look_at!("walk_at_the_end", at_every_size(&mut app));
    app.keys("K");
    look_at!("walk_on_a_section", at_every_size(&mut app));
    app.keys("t f b Enter");
    look_at!("walk_filtered", at_every_size(&mut app));
}

#[test]
fn walk_of_a_checklist() {
    let mut app = TestApp::walk("release-checklist.md", CHECKLIST);
    app.keys("/").types("clock of one").keys("Enter f k");
    look_at!("walk_checklist", at_every_size(&mut app));
}

#[test]
fn what_lies_over_the_walk() {
    for (name, keys) in [
        ("find", "/ s t o c k Down"),
        ("filter", "t f Down Down"),
        ("palette", ": n o t e"),
        ("help", "?"),
        ("detail", "K j Enter"),
        ("test_data", "d j j"),
        ("note", "n Tab"),
    ] {
        let mut app = in_progress(Settings::default());
        app.keys(keys);
        if name == "note" {
            app.types("The stock shows -1 for a second, then 0, then the page has to be loaded anew to say 3.\nbuild 4f2c");
        }
        look_at!(name, at_every_size(&mut app));
    }
}

#[test]
fn summary() {
    let mut app = in_progress(Settings::default());
    app.keys("E");
    look_at!("summary_open", at_every_size(&mut app));
    app.keys("j F");
    app.model.toast = None;
    look_at!("summary_finished", at_every_size(&mut app));
    app.keys("Esc");
    look_at!("walk_finished", at_every_size(&mut app));
}

/// A session in which some components are fake: passes against them, and a connection that nobody asks about.
fn with_fakes(settings: Settings) -> TestApp {
    let state = |name: &str, state: &str| (name.to_owned(), state.parse().unwrap());
    let components = [
        state("web", "real"),
        state("auth", "real"),
        state("cart", "real"),
        state("inventory", "real"),
        state("orders", "real"),
        state("payments", "fake: stripe-mock"),
        state("mail", "absent"),
    ];
    let choices =
        Choices { tester: Some("ana".to_owned()), components: components.into(), ..Choices::default() };
    let size = Size { width: 120, height: 40 };
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, Setup { settings, choices, size });
    // To the end of cart -> inventory, then past the rest to what is called by orders.
    app.keys("p p p p p p f p p s p p p p i p p b p p p p p p").tick(3 * 3600);
    app.keys("/").types("card that is declined").keys("Enter p p p").tick(26 * 3600);
    app.model.toast = None;
    app
}

#[test]
fn map() {
    let mut app = with_fakes(Settings::default());
    app.keys("m");
    look_at!("map_matrix", at_every_size(&mut app));
    app.resize(120, 40).keys("l j");
    look_at!("map_list", at_every_size(&mut app));
    app.resize(120, 40).keys("b j j j");
    look_at!("map_boxes", at_every_size(&mut app));
    app.theme = Theme::new(ThemeName::Auto, ColorDepth::Indexed, &[]);
    app.resize(120, 40);
    let boxes = with_styles(&app);
    app.keys("b");
    let matrix = with_styles(&app);
    app.keys("l");
    look_at!("map_colours", format!("{boxes}\n{matrix}\n{}", with_styles(&app)));
    let mut app = with_fakes(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    app.keys("m b");
    let boxes = at_every_size(&mut app);
    app.resize(120, 40).keys("b");
    let matrix = at_every_size(&mut app);
    app.resize(120, 40).keys("l");
    let all = format!("{boxes}{matrix}{}", at_every_size(&mut app));
    assert!(all.is_ascii(), "{all}");
    look_at!("map_ascii", all);
}

#[test]
fn earlier_sessions() {
    let mut app = fourth_session(Settings::default());
    app.keys("p f p f k");
    look_at!("history", at_every_size(&mut app));
    app.resize(80, 24);
    look_at!("history_colours", with_styles(&app));
    app.keys("t Down Down Down Down Down Down Space");
    look_at!("history_filter", at_every_size(&mut app));
    app.keys("Esc Esc E");
    look_at!("history_summary", at_every_size(&mut app));
    let mut app = fourth_session(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    app.keys("p f p f k");
    let picture = at_every_size(&mut app);
    look_at!("history_ascii", picture);
    assert!(picture.is_ascii());
}

#[test]
fn what_could_not_be_saved() {
    let mut app = in_progress(Settings::default());
    app.take_database_away();
    app.keys("f p k k");
    look_at!("not_saved", at_every_size(&mut app));
    app.keys("E");
    look_at!("not_saved_summary", at_every_size(&mut app));
}

#[test]
fn too_small() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.resize(39, 8);
    look_at!("too_small", picture(&app));
}

#[test]
fn colours() {
    for (name, theme, depth) in [
        ("colours", ThemeName::Auto, ColorDepth::Indexed),
        ("colours_mono", ThemeName::Auto, ColorDepth::None),
        ("colours_sixteen", ThemeName::Auto, ColorDepth::Sixteen),
    ] {
        let mut app = in_progress(Settings::default());
        app.theme = Theme::new(theme, depth, &[]);
        app.resize(80, 24);
        let walk = with_styles(&app);
        app.keys("/ s t o c k");
        let find = with_styles(&app);
        app.keys("Esc");
        app.take_database_away();
        app.keys("f k");
        look_at!(name, format!("{walk}\n{find}\n{}", with_styles(&app)));
    }
}

#[test]
fn ascii() {
    let mut app = in_progress(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    let walk = at_every_size(&mut app);
    app.keys("n");
    let note = at_every_size(&mut app);
    app.keys("Esc E");
    let summary = at_every_size(&mut app);
    look_at!("ascii", format!("{walk}{note}{summary}"));
    assert!(format!("{walk}{note}{summary}").is_ascii());
}

/// The shop in stages: a stage left with a fail, what it blocks, what is fake.
fn in_stages(settings: Settings) -> TestApp {
    let choices = Choices {
        tester: Some("ana".to_owned()),
        strategy: Some(Strategy::TopDown),
        components: [("auth", "real"), ("payments", "fake: stripe-mock"), ("web", "real")]
            .map(|(component, state)| (component.to_owned(), state.parse().unwrap()))
            .into(),
        ..Choices::default()
    };
    let setup = Setup { settings, choices, ..Setup::default() };
    let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, setup);
    app.keys("p p p f Y Enter p f");
    app
}

#[test]
fn a_walk_in_stages() {
    let mut app = in_stages(Settings::default());
    look_at!("stages", at_every_size(&mut app));
    app.keys("k");
    look_at!("stages_detail", at_every_size(&mut app));
    app.keys("w j");
    look_at!("walk_order", at_every_size(&mut app));
    app.keys("Esc H J J");
    look_at!("stages_folded", at_every_size(&mut app));
}

#[test]
fn what_a_fail_blocks() {
    let mut app = in_stages(Settings::default());
    app.keys("k Y Tab j Space");
    look_at!("blocking", at_every_size(&mut app));
}

#[test]
fn stages_in_ascii() {
    let mut app = in_stages(Settings { glyphs: Glyphs::ascii(), ..Settings::default() });
    let walk = at_every_size(&mut app);
    app.keys("K");
    let stage = at_every_size(&mut app);
    app.keys("w j j j");
    let list = at_every_size(&mut app);
    app.keys("Esc j j Y");
    let blocking = at_every_size(&mut app);
    let all = format!("{walk}{stage}{list}{blocking}");
    look_at!("stages_ascii", all);
    assert!(all.is_ascii(), "{all}");
}
