//! Whatever is pressed, pasted, clicked or resized: it draws, and the screen says what the disk holds.

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use seamwalk::tui::input::Input;
use seamwalk::tui::key::Key;
use seamwalk::tui::keymap::BINDINGS;
use seamwalk::tui::layout::Size;

use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};
use seamwalk::tui::view;

/// Prompts that have children, tags at every level, a section that is empty, names that are wide.
const NESTED: &str = "---\ndata:\n  - {who: alice, password: x}\n---\n# Nest\n\n- [ ] a #one\n  - [ ] b #two\n    - [ ] c\n      \
     - d #one\n  - e\n- f\n  - g #two\n  - [ ] h\n    1. first\n    2. then\n\n## 漢字 -> 🙂 (http)\n\n- 一二三四五六七八九十\n\n## Empty\n";
const ONE: &str = "- only one\n";

/// One thing a tester or a cat on the keyboard does.
#[derive(Debug, Clone)]
enum Step {
    Key(Key),
    Paste(String),
    Click(u16, u16),
    Wheel(i16),
    Resize(u16, u16),
    Tick(i64),
    /// The database goes away, or comes back.
    Disk(bool),
    Reopen,
}

fn keys() -> impl Strategy<Value = Key> {
    let bound: Vec<Key> = BINDINGS
        .iter()
        .flat_map(|binding| binding.default_keys)
        .chain(&["Enter", "Esc", "Ctrl-j", "Backspace", "Delete", "Tab", "Ctrl-e", "F5"])
        .map(|key| key.parse().unwrap())
        .collect();
    let marks: Vec<Key> =
        ["p", "f", "b", "i", "s", "c", "u", "Ctrl-r"].map(|key| key.parse().unwrap()).to_vec();
    prop_oneof![
        4 => proptest::sample::select(bound),
        3 => proptest::sample::select(marks),
        1 => proptest::char::range(' ', '~').prop_map(|c| c.to_string().parse().unwrap()),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        30 => keys().prop_map(Step::Key),
        1 => "[a-z\n\u{1b}\u{202e}漢🙂\u{301}]{0,12}".prop_map(Step::Paste),
        2 => (0..130_u16, 0..45_u16).prop_map(|(x, y)| Step::Click(x, y)),
        1 => (-3..4_i16).prop_map(Step::Wheel),
        2 => (1..=200_u16, 1..=60_u16).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (0..100_i64).prop_map(Step::Tick),
        1 => any::<bool>().prop_map(Step::Disk),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..60)
}

fn take(app: &mut TestApp, step: &Step, gone: &mut bool) {
    match step {
        Step::Key(key) => app.input(Input::Key(*key)),
        Step::Paste(text) => {
            app.paste(text);
        }
        Step::Click(x, y) => {
            app.click(*x, *y);
        }
        Step::Wheel(notches) => {
            app.wheel(*notches);
        }
        Step::Resize(width, height) => {
            app.resize(*width, *height);
        }
        Step::Tick(seconds) => {
            app.tick(*seconds);
        }
        Step::Disk(away) if away != gone => {
            if *away {
                app.take_database_away();
            } else {
                app.put_database_back();
            }
            *gone = *away;
        }
        Step::Reopen if !*gone => app.reopen(),
        Step::Disk(_) | Step::Reopen => {}
    }
    if app.ended {
        if *gone {
            app.put_database_back();
            *gone = false;
        }
        app.reopen();
    }
}

fn plans() -> impl Strategy<Value = (&'static str, &'static str)> {
    proptest::sample::select(vec![
        ("web-shop.md", WEB_SHOP),
        ("release-checklist.md", CHECKLIST),
        ("nest.md", NESTED),
        ("one.md", ONE),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_screen_says_what_the_disk_holds_whatever_is_pressed(plan in plans(), steps in steps()) {
        let mut app = TestApp::walk(plan.0, plan.1);
        let mut gone = false;
        for step in &steps {
            let before = app.open_walk().session.seq();
            let pasted = matches!(step, Step::Paste(_));
            take(&mut app, step, &mut gone);
            app.buffer();
            if pasted {
                prop_assert_eq!(app.open_walk().session.seq(), before);
            }
        }
        app.put_database_back();
        for _ in 0..3 {
            app.tick(1);
        }
        prop_assert!(app.open_walk().unsaved.is_empty(), "{:?}\n{}", app.model.banner, app.screen());
        app.agrees_with_the_disk();
        // Undone from the first to the last, everything is untested again.
        app.resize(80, 24);
        while app.open_walk().session.next_undo().is_some() && app.open_walk().session.is_open() {
            app.keys("Esc Esc Esc");
            app.model.base = seamwalk::tui::keymap::Context::Walk;
            app.keys("u");
        }
        if app.open_walk().session.is_open() {
            prop_assert_eq!(app.open_walk().progress.totals().tested(), 0, "{}", app.screen());
            prop_assert_eq!(app.stored().notes().count(), 0);
        }
        app.agrees_with_the_disk();
    }

    #[test]
    fn every_size_draws_every_screen(width in 1..=200_u16, height in 1..=60_u16, steps in steps()) {
        let mut app = TestApp::walk_with("nest.md", NESTED, Setup { size: Size { width, height }, ..Setup::default() });
        for step in steps.iter().filter(|step| !matches!(step, Step::Disk(_) | Step::Resize(..))) {
            take(&mut app, step, &mut false);
            app.buffer();
        }
    }
}

#[test]
fn a_terminal_that_became_smaller_and_has_not_said_so_is_no_panic() {
    for keys in ["", "n", "?", ":", "t", "E", "T", "d"] {
        let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
        app.keys(keys);
        for (width, height) in [(119, 40), (120, 39), (40, 8), (1, 1)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            terminal.draw(|frame| view::draw(frame, &app.model, &app.theme)).unwrap();
        }
    }
}
