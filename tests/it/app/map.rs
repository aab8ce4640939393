//! The map by keys: from the walk to it, over it, into a connection's prompts and back.

use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::keymap::Context;
use seamwalk::tui::layout::Size;
use seamwalk::tui::settings::Settings;

use super::{CHECKLIST, Setup, TestApp};

/// `web` real, `payments` fake; one connection without a prompt, one both ways, one component that calls itself.
const SHOP: &str = "---
components: [web, cart, {payments: {fake: stripe-mock}}, mail]
connections: [cart -> mail (smtp)]
---
# Shop

- Smoke

## web -> cart (http)
- Adding an item shows it #critical
- Removing it hides it

## cart -> payments (http)
- A declined card leaves the order open
- A card is charged once

## web <-> mail
- A mail opens the order

## web -> web (cache)
- A second visit is quick
";

fn shop() -> TestApp {
    TestApp::walk("shop.md", SHOP)
}

fn in_size(width: u16, height: u16) -> TestApp {
    let setup = Setup { size: Size { width, height }, ..Setup::default() };
    TestApp::walk_with("shop.md", SHOP, setup)
}

#[test]
fn the_map_opens_at_the_current_prompt_and_closes_where_one_was() {
    let mut app = shop();
    app.is_at("Smoke").keys("/").types("charged").keys("Enter m");
    assert_eq!(app.model.context(), Context::Map);
    app.shows("cart → payments").shows("fake: stripe-mock").shows("0/2 tested");
    app.keys("Esc").is_at("A card is charged");
    app.keys("m q").is_at("A card is charged");
    // From the summary as well, and back there.
    app.keys("E m").shows("cart → payments").keys("q");
    assert_eq!(app.model.context(), Context::Summary);
}

#[test]
fn arrows_go_from_cell_to_cell_and_tab_to_the_next_connection() {
    let mut app = shop();
    app.keys("m g").shows("web → web").keys("Tab").shows("web → cart").keys("Tab").shows("web ↔ mail");
    app.keys("Tab")
        .shows("cart → payments")
        .keys("Tab")
        .shows("cart → mail")
        .shows("no prompt asks about it");
    app.keys("Shift-Tab Shift-Tab").shows("web ↔ mail");
    app.keys("Down Left").shows("cart → payments").keys("Left").shows("cart → cart");
    app.shows("the plan knows of no connection");
    app.keys("G").shows("mail → mail").keys("k k k").shows("web ↔ mail").keys("g Tab h").shows("web → web");
    app.keys("G Right Down").shows("mail → mail");
}

#[test]
fn enter_walks_a_connection_and_esc_comes_back_to_the_map_and_the_walk_as_it_was() {
    let mut app = shop();
    app.keys("t u Esc J h m g Tab Enter");
    assert_eq!(app.model.context(), Context::Walk);
    app.is_at("Adding an item").shows("only web -> cart (http)").lacks("A declined card");
    app.keys("f").is_at("Removing it").has("Adding an item", Verdict::Fail).keys("Esc");
    assert_eq!(app.model.context(), Context::Map);
    app.shows("web → cart").shows("1/2 tested").shows("✗ Adding an item shows it").keys("Esc");
    assert_eq!(app.model.context(), Context::Walk);
    app.is_at("web -> cart").shows("only untested").shows("▸ web → cart");
    app.keys("m Enter").is_at("Removing it").keys("p");
    app.says("all of this connection is tested: Esc goes back to the map").has("Removing it", Verdict::Pass);
    app.keys("Esc Esc");
    // q goes one screen back as well.
    app.keys("m Enter q");
    assert_eq!(app.model.context(), Context::Map);
}

#[test]
fn who_shows_everything_again_is_not_taken_back_to_the_map_later() {
    let mut app = shop();
    app.keys("m g Tab Enter t c Esc").shows("A declined card").keys("Esc");
    assert_eq!(app.model.context(), Context::Walk);
}

#[test]
fn what_cannot_be_walked_says_why() {
    let mut app = shop();
    app.keys("m g Tab Tab Tab Tab Enter")
        .says("no prompt asks about it: write some under a heading `cart -> mail (smtp)`");
    app.keys("Left Left Enter").says("no connection cart -> cart: Tab goes to the next");
    let mut app = TestApp::walk("list.md", CHECKLIST);
    app.lacks("m map").keys("m").says("a heading like `cart -> inventory` gives it a map");
    assert_eq!(app.model.context(), Context::Walk);
    let choices = Choices { only: Some("critical".to_owned()), ..Choices::default() };
    let mut app = TestApp::walk_with("shop.md", SHOP, Setup { choices, ..Setup::default() });
    app.keys("m g Tab Tab Enter").says("none of them is part of this session");
    app.keys("l").shows("web → cart").lacks("no prompt asks");
}

#[test]
fn the_list_has_the_worst_first_and_is_what_a_narrow_terminal_opens_with() {
    let mut app = in_size(60, 24);
    app.keys("/").types("card is").keys("Enter f m");
    let screen = app.screen();
    let at =
        |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text} is not on the screen:\n{screen}"));
    assert!(at("✗ cart → payments") < at("○ cart → mail") && at("○ cart → mail") < at("· web → cart"));
    app.keys("g Down").shows("○ no prompt asks about it").keys("l").shows("web  ").keys("l");
    app.shows("○ cart → mail").keys("Esc m").shows("○ cart → mail");
}

#[test]
fn the_way_it_is_drawn_is_kept_for_the_next_time() {
    let mut app = shop();
    app.keys("m l").shows("› ").keys("Esc m");
    app.shows("no prompt ").keys("l Esc m").lacks("0/2 F");
}

#[test]
fn boxes_and_arrows_are_walked_along() {
    let mut app = shop();
    app.keys("m g b").shows("┌").shows("itself · 0/1").shows("○▸").shows("fake");
    // From a pair that is not connected to the first that is; then along the arrows and back.
    app.keys("g").shows("web → web").keys("Down").shows("web → cart").keys("Right").shows("cart → payments");
    app.keys("Left").shows("web → cart").keys("G").shows("mail").keys("Enter").is_at("A mail opens");
    app.keys("Esc")
        .shows("itself · 0/1")
        .keys("b")
        .shows("rows call columns")
        .keys("b l")
        .shows("○ cart → mail");
    // What does not fit says so, and gives way to the matrix until there is room again.
    app.keys("b").resize(80, 8).lacks("itself").resize(120, 40).shows("itself");
    let mut many = String::new();
    for n in 0..20 {
        many.push_str(&format!("## part {n} -> part {}\n- asks\n", n + 1));
    }
    let mut app = TestApp::walk("many.md", &many);
    app.keys("m").lacks("b boxes").keys("b").says("for up to 14 components, this plan has 21");
}

#[test]
fn marks_of_another_terminal_are_taken_in() {
    let mut app = shop();
    app.keys("m g Tab").shows("0/2 tested");
    let mut store = app.store();
    let walk = app.open_walk();
    let prompt = app.prompt("Adding an item");
    let judged = walk.revision.judged(walk.revision.place(prompt).unwrap()).unwrap();
    let command = seamwalk::domain::session::Command::Mark { judged, verdict: Verdict::Fail };
    let events = walk.session.decide(command).unwrap();
    let new_id = || seamwalk::domain::id::EventId(uuid::Uuid::now_v7());
    let batch = seamwalk::domain::session::Fresh::decided(events, super::at(super::START_MS), new_id);
    store.append(walk.session.id(), walk.session.seq(), &batch).unwrap();
    app.tick(1).shows("1/2 tested").shows("✗ Adding an item");
    assert_eq!(app.model.context(), Context::Map);
}

#[test]
fn a_click_selects_and_a_second_one_walks() {
    let mut app = shop();
    app.keys("m g");
    let screen = app.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains("cart  ")).unwrap();
    let row = row as u16 + 1;
    let column = line.chars().take_while(|c| *c != 'p').count() as u16;
    app.click(column, row + 2).shows("cart → payments").click(column, row + 2).is_at("A declined card");
    app.keys("Esc l g").click(5, 4).click(5, 4);
    app.wheel(1).wheel(-1);
}

#[test]
fn a_plan_of_any_size_has_a_map_that_stays_in_its_place() {
    for count in [1, 2, 30, 200] {
        let mut plan = String::from("# Ring\n");
        for n in 0..count {
            let name = |n: usize| format!("支払い-{}-サービス", n % count);
            plan.push_str(&format!("## {} -> {}\n- asks {n}\n", name(n), name(n + 1)));
            plan.push_str(&format!("## {} -> {}\n- itself {n}\n", name(n), name(n)));
        }
        for (width, height) in [(120, 40), (80, 24), (40, 8), (200, 60)] {
            let setup =
                Setup { size: Size { width, height }, settings: Settings::default(), ..Setup::default() };
            let mut app = TestApp::walk_with("ring.md", &plan, setup);
            app.keys("m");
            for key in [
                "G",
                "Up",
                "Left",
                "Tab",
                "PgUp",
                "l",
                "G",
                "b",
                "Right",
                "l",
                "l",
                "Shift-Tab",
                "g",
                "Tab",
                "Enter",
                "Esc",
            ] {
                app.keys(key);
                let rows = super::rows(&app.buffer());
                if height >= 12 {
                    let border = |row: &str| row.starts_with(['│', '┌', '├', '└']);
                    assert!(rows[2..rows.len() - 2].iter().all(|row| border(row)), "{key}\n{}", app.screen());
                }
            }
            assert_eq!(app.model.context(), Context::Map, "{count} {width}x{height}");
        }
    }
}
