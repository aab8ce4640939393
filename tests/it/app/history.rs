//! Several sessions of one plan: what a tester sees of the earlier ones.

use std::collections::BTreeMap;

use seamwalk::domain::component::ComponentState;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::effect::Effect;
use seamwalk::tui::screens::walk::history::state::{LookBack, Wanted};
use seamwalk::tui::settings::Settings;
use seamwalk::tui::update::lacking;

use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};

pub(super) const SHOP: &str = "\
# Shop

## cart -> inventory (http)

- Adding an item reserves one
- Removing it releases the stock
- Inventory is down: the cart says so and keeps its items, all of them, for the customer to come back to tomorrow

## cart -> payments (http)

- A declined card leaves the order open
- A payment that times out is asked for again
";

const DAY_S: i64 = 24 * 60 * 60;

pub(super) fn choices(tester: &str, build: &str, components: &[(&str, &str)]) -> Choices {
    let fields = if build.is_empty() { &[][..] } else { &[("build", build)] };
    Choices {
        new: true,
        tester: Some(tester.to_owned()),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        components: components
            .iter()
            .map(|(name, state)| ((*name).to_owned(), state.parse().unwrap()))
            .collect::<BTreeMap<String, ComponentState>>(),
        ..Choices::default()
    }
}

pub(super) const WITH_FAKE: [(&str, &str); 3] =
    [("cart", "real"), ("inventory", "real"), ("payments", "fake: stripe-mock")];
pub(super) const ALL_REAL: [(&str, &str); 3] =
    [("cart", "real"), ("inventory", "real"), ("payments", "real")];

/// Three finished sessions a day apart, and a fourth that is begun: `marks` of each in the order of the plan.
pub(super) fn fourth_session(settings: Settings) -> TestApp {
    let setup = Setup { settings, choices: choices("ana", "39aa", &WITH_FAKE), ..Setup::default() };
    let mut app = TestApp::walk_with("shop.md", SHOP, setup);
    app.keys("p p s p p E F").tick(DAY_S);
    app.reopen_with("shop.md", choices("bo", "39aa", &WITH_FAKE));
    // Removing fails on the build that it passed on.
    app.keys("p F").types("stock shows -1").keys("Enter p p p E F").tick(DAY_S);
    app.reopen_with("shop.md", choices("bo", "4f2c", &WITH_FAKE));
    app.keys("p p f p i E F").tick(3 * DAY_S);
    app.reopen_with("shop.md", choices("ana", "4f2c", &ALL_REAL));
    app
}

/// The row of the outline that begins with `text`, from there on.
fn row(app: &TestApp, text: &str) -> String {
    let screen = app.screen();
    let found = screen.lines().find_map(|line| line.find(text).map(|at| &line[at..]));
    let row = found.unwrap_or_else(|| panic!("no {text:?}:\n{screen}"));
    row.split('│').next().unwrap_or(row).trim_end().to_owned()
}

#[test]
fn a_first_session_shows_nothing_of_the_past() {
    for plan in [WEB_SHOP, CHECKLIST, SHOP] {
        let mut app = TestApp::walk("plan.md", plan);
        app.keys("p f k").lacks("last:");
        assert_eq!(app.open_walk().history.session_count(), 0);
        assert_eq!(lacking(&app.model), None);
        app.keys("t").lacks("suspects").lacks("flaky").keys("Esc E").lacks("Suspects").lacks("looking");
    }
}

#[test]
fn the_last_verdicts_stand_beside_each_prompt_and_in_the_detail() {
    let mut app = fourth_session(Settings::default());
    assert!(row(&app, "Adding").ends_with(" ✓✓✓"), "{}", app.screen());
    assert!(row(&app, "Removing").ends_with(" ✓✗✓"), "{}", app.screen());
    // What passed only against a fake is marked so.
    assert!(row(&app, "A payment").ends_with(" ≈≈?"), "{}", app.screen());
    app.is_at("Adding").shows("last: ✓ pass, 3 days ago, build 4f2c, bo").shows("cart real, inventory real");
    app.keys("G k")
        .shows("last: ≈ pass, provisional, 3 days ago, build 4f2c")
        .shows("payments fake: stripe-mock");
    app.keys("k k k").shows("last: ✓ pass, 3 days ago, build 4f2c, bo");
    // The mark of this session is no past; that of the next one is.
    app.keys("f").tick(DAY_S);
    assert!(row(&app, "Removing").ends_with(" ✓✗✓"), "{}", app.screen());
    app.keys("E F Esc");
    app.reopen_with("shop.md", choices("ana", "5b00", &ALL_REAL));
    assert!(row(&app, "Removing").ends_with(" ✓✗✓✗"), "{}", app.screen());
    app.agrees_with_the_disk();
}

#[test]
fn the_notes_of_the_last_time_are_at_hand() {
    let mut app = TestApp::walk_with(
        "shop.md",
        SHOP,
        Setup { choices: choices("ana", "39aa", &[]), ..Setup::default() },
    );
    app.keys("F")
        .types("stock shows -1")
        .keys("Enter k n")
        .types("wrong prompt")
        .keys("Enter u E F")
        .tick(DAY_S);
    app.reopen_with("shop.md", choices("bo", "39aa", &[]));
    app.shows("last: ✗ fail, 1 day ago, build 39aa, ana").shows("note  stock shows -1").lacks("wrong prompt");
    // Nobody said what stood at the ends.
    app.lacks("inventory unknown");
}

#[test]
fn what_a_verdict_means_after_the_earlier_ones_is_named() {
    let mut app = fourth_session(Settings::default());
    app.reopen_with("shop.md", choices("ana", "5b00", &ALL_REAL));
    app.keys("f k").shows("newly fails: build 5b00, was 4f2c").shows("suspect: cart → inventory");
    app.keys("j p k").lacks("fixed").lacks("newly fails");
    app.keys("j p k k").shows("fixed: build 5b00, was 4f2c").lacks("suspect");
    app.keys("u b k k").lacks("fixed").lacks("newly fails");
}

#[test]
fn passing_and_failing_with_nothing_changed_is_flaky() {
    let mut app = fourth_session(Settings::default());
    // Inventory was real all the time, and the build is that of the last session.
    app.keys("j j p k k").shows("flaky: passed and failed on the same build");
    app.keys("j u").lacks("flaky");
    // Still open, it is flaky if its last marks say so: it failed on 39aa and passed on 4f2c.
    app.keys("g j j").lacks("flaky");
}

#[test]
fn after_a_fail_the_point_that_changed_is_suspect() {
    let mut app = fourth_session(Settings::default());
    app.keys("g J j f k");
    app.shows("newly fails, environment changed").shows("suspect: cart → payments");
    app.keys("E")
        .shows("Suspects (1)")
        .shows("cart → payments  payments is real, was fake: stripe-mock")
        .shows("1 fail");
    app.keys("Esc j f G")
        .shows("suspect: cart → payments")
        .keys("E")
        .shows("Suspects (1)")
        .shows("2 fails")
        .shows("build 4f2c, was 39aa");
    // Enter leads to the first of them.
    let at = app.screen().lines().position(|line| line.contains("Suspects (1)")).unwrap();
    app.click(5, at as u16 + 1).click(5, at as u16 + 1).is_at("A declined card");
}

#[test]
fn a_pass_of_this_session_is_what_a_fail_is_compared_with() {
    let mut app = fourth_session(Settings::default());
    // With the real thing it passes, then it fails: nothing changed in between.
    app.keys("g J j p k f k").lacks("suspect:").keys("u u f k").shows("suspect: cart → payments");
}

#[test]
fn suspects_and_flaky_prompts_can_be_shown_alone() {
    let mut app = fourth_session(Settings::default());
    app.keys("p f f f f");
    app.keys("t").shows("suspects").shows("flaky");
    app.keys("Down Down Down Down Down Down Space Esc");
    app.shows("only suspects")
        .shows("A declined card")
        .shows("Inventory is down")
        .lacks("Adding")
        .lacks("Removing");
    app.keys("Esc t Down Down Down Down Down Down Down Space Esc").shows("only flaky");
    app.shows("Removing it").lacks("Adding").lacks("A declined card");
    // Whoever undoes the fail sees that nothing is flaky any more.
    app.keys("Esc u u u u").keys("t Down Down Down Down Down Down Down Space Esc");
    app.shows("the filter shows nothing");
    app.keys("Esc E").lacks("Flaky");
}

#[test]
fn flaky_prompts_are_listed_in_the_summary() {
    let mut app = fourth_session(Settings::default());
    app.keys("p f p p p E").shows("Flaky (2)").lacks("looking through");
    app.shows("Removing it releases the stock").shows("Inventory is down");
}

#[test]
fn a_key_and_the_first_frame_wait_for_nothing_of_the_past() {
    let plan: String = std::iter::once("# Long\n\n".to_owned())
        .chain((0..400).map(|n| format!("- prompt number {n}\n")))
        .collect();
    let mut app = TestApp::walk("long.md", &plan);
    app.keys("p p p E F").tick(60);
    app.reopen_unfilled("long.md", choices("bo", "", &[]));
    // Drawn without, and then asked for, the first rows first.
    app.shows("prompt number 0").lacks("last:");
    let wanted = |app: &TestApp| match lacking(&app.model) {
        Some(Effect::LookBack(LookBack { what: Wanted::Marks(prompts), .. })) => prompts,
        other => panic!("{other:?} is lacking\n{}", app.screen()),
    };
    assert_eq!(wanted(&app), app.open_walk().revision.ids()[..16]);
    // A held key leaves no work behind it but for what is seen in the end.
    app.hurried("PgDn PgDn PgDn PgDn PgDn PgDn p f p");
    let first = app.open_walk().tree.rows()[app.open_walk().tree.top()].node();
    let first = first.and_then(|idx| app.open_walk().revision.id_at(idx));
    assert_eq!((wanted(&app).len(), wanted(&app).first().copied()), (16, first));
    app.keys("g").shows("last: ✓ pass");
    assert_eq!(lacking(&app.model), None);
    // What was seen is not asked for again.
    app.hurried("j j k k");
    assert_eq!(lacking(&app.model), None);
}

#[test]
fn a_past_that_cannot_be_read_is_said_once_and_the_walk_goes_on() {
    let mut app = fourth_session(Settings::default());
    let sql = "UPDATE event SET wording = 'another' WHERE kind = 'verdict'";
    rusqlite::Connection::open(app.path("seamwalk.db")).unwrap().execute_batch(sql).unwrap();
    app.reopen_unfilled("shop.md", choices("ana", "4f2c", &ALL_REAL));
    app.keys("j").says("earlier sessions cannot be shown").says("hash");
    app.keys("f").has("Removing", Verdict::Fail).lacks("last:").lacks("earlier sessions");
}

#[test]
fn on_a_narrow_terminal_the_strip_gives_way_to_the_text() {
    let mut app = fourth_session(Settings::default());
    for width in 40..140 {
        app.resize(width, 24);
        let rows = app.open_walk().layout(app.model.size).rows.width;
        for (text, strip) in [
            ("Adding an item reserves one", "✓✓✓"),
            ("A declined card leaves the order open", "≈≈≈"),
            ("A payment that times out is asked for again", "≈≈?"),
        ] {
            let row = row(&app, &text[..8]);
            let behind = row.strip_prefix(text).map(str::trim);
            // Where not all of the strip has room, it is the newest part.
            let is_whole = behind.is_some_and(|behind| strip.ends_with(behind));
            let is_bare = row.ends_with('…') && rows < 60;
            assert!(is_whole || is_bare, "{row:?} of {rows} cells\n{}", app.screen());
        }
        let long = row(&app, "Inventory");
        assert_eq!(
            long.ends_with("…  ✓✗") || long.ends_with("… –✓✗"),
            rows >= 60,
            "{long:?}\n{}",
            app.screen()
        );
    }
}
