//! The sessions grid by keys: from home and from the walk, over it, into a session and back.

use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::keymap::Context;
use seamwalk::tui::layout::Size;
use seamwalk::tui::settings::{Glyphs, Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};
use seamwalk::tui::update::lacking;

use super::history::{ALL_REAL, SHOP, choices, fourth_session};
use super::pictures::{at_every_size, look_at, with_styles};
use super::{Setup, TestApp, WEB_SHOP};

/// The cells of the row that begins with `text`, without the blanks between them.
#[track_caller]
fn cells(app: &TestApp, text: &str) -> String {
    let screen = app.screen();
    let row =
        screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?}:\n{screen}"));
    let behind = row.split_once(text).map_or("", |(_, behind)| behind);
    behind.trim_end_matches('│').split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Four sessions, the last of them open, with what turned in each.
fn with_past(settings: Settings) -> TestApp {
    let mut app = fourth_session(settings);
    app.keys("p f").model.toast = None;
    app
}

#[test]
fn the_grid_shows_every_prompt_in_every_session_with_what_became_of_it() {
    let mut app = with_past(Settings::default());
    app.keys("v");
    assert_eq!(app.model.context(), Context::Grid);
    app.shows("4 sessions   5 prompts").shows("cart → inventory  http");
    assert_eq!(cells(&app, "Adding an item reserves one"), "✓ ✓ ✓ ✓");
    assert_eq!(cells(&app, "Removing it releases the stock"), "✓ ✗ flaky ✓ fixed ✗ flaky");
    assert_eq!(cells(&app, "Inventory is down: the cart says so"), "and keeps it… – ✓ ✗ new ·");
    // What passed only against a fake is marked so.
    assert_eq!(cells(&app, "A declined card leaves the order open"), "≈ ≈ ≈ ·");
    assert_eq!(cells(&app, "A payment that times out is asked for again"), "≈ ≈ ? ·");
    assert_eq!(cells(&app, " tester "), "ana bo bo ana");
    assert_eq!(cells(&app, " build "), "39aa 39aa 4f2c 4f2c");
    // The cursor is where the walk was, in its session; nothing is lacking any more.
    app.shows("› Inventory is down").shows("ana · build 4f2c · open").shows("· untested");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn the_cell_under_the_cursor_is_explained() {
    let mut app = with_past(Settings::default());
    app.keys("v k").shows("› Removing it").shows("✗ fail  flaky: passed and failed on the same build");
    app.keys("Left")
        .shows("✓ pass, for real  fixed: build 4f2c, was 39aa")
        .shows("cart real, inventory real");
    app.keys("h")
        .shows("✗ fail  flaky")
        .shows("note  stock shows -1")
        .shows("2026-11-24 14:02 · bo · build 39aa");
    app.keys("H").shows("✓ pass").lacks("stock shows").keys("L").shows("ana · build 4f2c · open");
    app.keys("G").shows("› A payment that times out").shows("· untested").keys("g").shows("› Adding an item");
    app.keys("J")
        .shows("› A declined card")
        .keys("K")
        .shows("› Adding an item")
        .keys("PgDn")
        .shows("› A payment");
    app.keys("K")
        .shows("› A declined card")
        .keys("PgUp")
        .shows("› Adding")
        .keys("End Home")
        .shows("› Adding");
    app.wheel(1).shows("› A declined card").wheel(-1).shows("› Adding");
}

#[test]
fn esc_and_q_go_back_to_where_one_was() {
    let mut app = with_past(Settings::default());
    app.keys("v Left k Esc").is_at("Inventory is down").keys("v q").is_at("Inventory is down");
    app.keys("E v").shows("4 sessions").keys("Esc");
    assert_eq!(app.model.context(), Context::Summary);
    app.keys("Esc Esc").is_at("Inventory is down");
    app.reopen_at_home();
    app.keys("v").shows("4 sessions").shows("› Adding").keys("Esc");
    assert_eq!(app.model.context(), Context::Home);
    let mut app = TestApp::home();
    app.keys("v").says("no session to show yet").agrees_at_home();
}

impl TestApp {
    #[track_caller]
    fn agrees_at_home(&mut self) {
        assert_eq!(self.model.context(), Context::Home, "{}", self.screen());
    }
}

#[test]
fn enter_opens_the_session_at_the_prompt_and_esc_comes_back_to_the_grid() {
    let mut app = with_past(Settings::default());
    let walked = app.open_walk().session.id();
    app.keys("t p Esc v g j h Enter");
    assert_eq!(app.model.context(), Context::Walk);
    assert_ne!(app.open_walk().session.id(), walked);
    app.is_at("Removing it").has("Removing it", Verdict::Pass).keys("f").says("reopen it");
    app.keys("Esc");
    assert_eq!(app.model.context(), Context::Grid);
    app.shows("› Removing it").shows("✓ pass, for real  fixed").keys("Esc");
    // The walk is as it was left, its filter included.
    assert_eq!(app.open_walk().session.id(), walked);
    app.shows("only pass").keys("Esc").agrees_with_the_disk();
}

#[test]
fn enter_in_the_session_that_is_walked_goes_to_the_prompt() {
    let mut app = with_past(Settings::default());
    app.keys("v G Enter").is_at("A payment that times out");
    assert_eq!(app.model.context(), Context::Walk);
    app.keys("p Esc Esc").has("A payment", Verdict::Pass);
    assert_eq!(app.model.context(), Context::Walk);
    // A prompt that the filter hides is shown.
    app.keys("t f Esc v g Enter").is_at("Adding an item");
}

#[test]
fn from_home_a_session_opens_at_the_prompt_and_the_way_back_ends_at_home() {
    let mut app = with_past(Settings::default());
    app.reopen_at_home();
    app.keys("v G L Enter").is_at("A payment that times out").keys("f").has("A payment", Verdict::Fail);
    app.keys("q");
    assert_eq!(app.model.context(), Context::Grid);
    // What was marked meanwhile is there.
    assert_eq!(cells(&app, "A payment that times out is asked for again"), "≈ ≈ ? ✗ new");
    app.keys("q").agrees_at_home();
    app.keys("v G Enter m Esc v H Enter").is_at("A payment").keys("q q").agrees_at_home();
}

#[test]
fn the_way_back_gets_no_longer_however_often_another_session_is_opened() {
    let mut app = with_past(Settings::default());
    let walked = app.open_walk().session.id();
    app.keys("v H Enter v l Enter v l Enter v l Enter");
    assert_eq!(app.model.context(), Context::Walk);
    app.keys("Esc");
    assert_eq!(app.model.context(), Context::Grid);
    app.keys("Esc");
    assert_eq!((app.model.context(), app.open_walk().session.id()), (Context::Walk, walked));
    // None of the others is kept.
    assert_eq!(app.model.let_go.len(), 0);
}

#[test]
fn unsaved_changes_keep_their_session_open() {
    let mut app = with_past(Settings::default());
    app.take_database_away();
    app.keys("p v").says("looking for the plan");
    let unsaved = app.open_walk().unsaved.clone();
    assert_eq!(unsaved.len(), 1);
    app.put_database_back();
    app.tick(1).keys("v Left");
    // The disk is full, say: what is there can be read.
    app.model.walk.as_mut().unwrap().unsaved = unsaved;
    app.keys("Enter").says("changes wait to be saved");
    app.model.walk.as_mut().unwrap().unsaved.clear();
    app.keys("Enter");
    assert_eq!(app.model.context(), Context::Walk);
}

const BEFORE: &str = "# Shop\n\n- One\n- Two #smoke\n- Three\n";
const AFTER: &str = "# Shop\n\n- Zero\n- One\n- Two #smoke\n";

#[test]
fn what_a_session_is_not_about_is_blank_and_what_left_the_plan_comes_last() {
    let mut app = TestApp::walk("shop.md", BEFORE);
    app.keys("p p f E F").write("shop.md", AFTER);
    let smoke = Choices { only: Some("smoke".to_owned()), ..choices("bo", "", &[]) };
    app.reopen_with("shop.md", smoke);
    app.keys("p E F");
    app.reopen_with("shop.md", choices("dee", "", &[]));
    app.keys("p v").shows("1 no longer in the plan").shows("no longer in the plan");
    assert_eq!(cells(&app, "Zero"), "✓");
    assert_eq!(cells(&app, "One"), "✓ ·");
    assert_eq!(cells(&app, "Two"), "✓ ✓ ·");
    assert_eq!(cells(&app, "Three"), "✗");
    app.keys("g H").shows("not part of that session").keys("Enter").says("not about this prompt");
    assert_eq!(app.model.context(), Context::Grid);
    app.keys("G").shows("✗ fail").keys("Enter").is_at("Three").keys("Esc").shows("› Three");
    app.keys("J J K K g").shows("› Zero");
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut app = with_past(Settings::default());
    app.keys("v g");
    let screen = app.screen();
    let row = screen.lines().position(|line| line.contains("A declined card")).unwrap() as u16;
    // On a heading, on the border and beside the columns nothing opens.
    app.click(3, row - 1)
        .click(0, 0)
        .shows("› Adding")
        .click(5, row)
        .shows("› A declined card")
        .click(5, row);
    assert_eq!(app.model.context(), Context::Grid);
    let x = |app: &TestApp, column: usize| match app.model.sheets.last() {
        Some(seamwalk::tui::model::Sheet::Grid(grid)) => grid.parts().column_x(column),
        _ => panic!("no grid:\n{}", app.screen()),
    };
    let (first, third) = (x(&app, 0), x(&app, 2));
    app.click(first, row).shows("ana · build 39aa").click(third + 2, 3).shows("bo · build 4f2c");
    app.click(third, row);
    assert_eq!(app.model.context(), Context::Walk);
    app.is_at("A declined card");
}

#[test]
fn a_key_waits_for_nothing_and_only_what_is_seen_is_read() {
    let plan: String = std::iter::once("# Long\n\n".to_owned())
        .chain((0..4000).map(|n| format!("- prompt number {n}\n")))
        .collect();
    let mut app = TestApp::walk("long.md", &plan);
    app.keys("p p p E F").tick(60);
    app.reopen_with("long.md", choices("bo", "", &[]));
    app.hurried("v PgDn PgDn G g PgDn").shows("prompt number 3").lacks("✓");
    app.keys("g").shows("✓");
    assert_eq!(lacking(&app.model), None);
    // What was read is not asked for again.
    app.hurried("j j k k");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn a_grid_that_cannot_be_read_on_says_so_once() {
    let mut app = with_past(Settings::default());
    let sql = "UPDATE event SET wording = 'another' WHERE kind = 'verdict'";
    rusqlite::Connection::open(app.path("seamwalk.db")).unwrap().execute_batch(sql).unwrap();
    app.keys("v").says("the grid cannot be read on").keys("j").lacks("cannot be read");
    assert_eq!(cells(&app, "Adding an item reserves one"), "✓ ✓ ✓ ✓");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn one_session_and_many() {
    let mut app = TestApp::walk("shop.md", SHOP);
    app.keys("v").shows("1 session   5 prompts").keys("h l H L G g").shows("› Adding");
    let mut app = TestApp::walk("shop.md", SHOP);
    for n in 0..60 {
        app.keys("p E F").tick(3600);
        app.reopen_with("shop.md", choices(&format!("tester-{n}"), "", &ALL_REAL));
    }
    for (width, height) in [(40, 8), (80, 24), (120, 40), (200, 60)] {
        app.resize(width, height).keys("v").shows("61 sessions").keys("H G L g");
        assert_eq!(lacking(&app.model), None);
        app.keys("Esc");
    }
    app.resize(120, 40).keys("v").shows("sessions 55-61 of 61").keys("H").shows("sessions 1-7 of 61");
}

const WIDE: &str =
    "# 店\n\n## 漢字 -> 🙂 (http)\n\n- 一二三四五六七八九十一二三四五六七八九十\n- e\u{301}\u{202e}abc\n";

#[test]
fn the_pictures_of_the_grid() {
    let mut app = with_past(Settings::default());
    app.keys("v k h h");
    look_at!("grid", at_every_size(&mut app));
    app.resize(80, 24);
    look_at!("grid_colours", with_styles(&app));
    app.theme = Theme::new(ThemeName::Auto, ColorDepth::None, &[]);
    look_at!("grid_colours_mono", with_styles(&app));
    let settings = Settings { glyphs: Glyphs::ascii(), ..Settings::default() };
    let mut app = with_past(settings);
    app.keys("v k").resize(60, 20);
    look_at!("grid_ascii", at_every_size(&mut app));
    let choices = Choices {
        fields: [
            ("build".to_owned(), "漢字漢字漢字漢字".to_owned()),
            ("z\u{202e}".to_owned(), "x".to_owned()),
        ]
        .into(),
        ..choices("名前名前名前名前", "", &[])
    };
    let size = Size { width: 80, height: 24 };
    let mut app = TestApp::walk_with("w.md", WIDE, Setup { choices, size, ..Setup::default() });
    app.keys("F").types("日本語\u{301}").keys("Enter v g");
    look_at!("grid_wide_characters", at_every_size(&mut app));
}

#[test]
fn every_key_of_the_grid_draws_at_every_size() {
    for plan in [WEB_SHOP, WIDE, "- only one\n"] {
        for (width, height) in [(40, 8), (47, 11), (60, 12), (79, 18), (101, 33), (200, 34)] {
            let setup = Setup { size: Size { width, height }, ..Setup::default() };
            let mut app = TestApp::walk_with("p.md", plan, setup);
            app.keys("p f v");
            for key in [
                "G", "k", "h", "l", "H", "L", "J", "K", "PgUp", "PgDn", "g", "Enter", "v", "q", "v", "Ctrl-l",
            ] {
                app.keys(key);
                app.buffer();
            }
            assert_eq!(app.model.context(), Context::Grid, "{width}x{height}\n{}", app.screen());
        }
    }
}
