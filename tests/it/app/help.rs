//! The table of keys: every row does something, and every row can be looked up.

use seamwalk::opening::Choices;
use seamwalk::tui::keymap::{Action, BINDINGS, Context, Motion};
use seamwalk::tui::overlays::Overlay;

use super::{TestApp, WEB_SHOP};

/// A walk in which every key has something to do: marks to undo and redo, a fold, the cursor in the middle.
fn busy(context: Context) -> TestApp {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f p u J h J j p k");
    match context {
        Context::Walk => {}
        Context::Comparison => {
            for _ in 0..2 {
                app.keys("E F");
                app.reopen_with("web-shop.md", Choices { new: true, ..Choices::default() });
                app.keys("f p");
            }
            app.keys("u u p f E c");
        }
        Context::Grid => {
            for _ in 0..2 {
                app.keys("E F");
                app.reopen_with("web-shop.md", Choices { new: true, ..Choices::default() });
            }
            app.keys("J J v h");
        }
        Context::Trend => {
            for _ in 0..2 {
                app.keys("E F");
                app.reopen_with("web-shop.md", Choices { new: true, ..Choices::default() });
            }
            app.keys("V k");
        }
        Context::Map => {
            app.keys("m");
        }
        Context::Summary => {
            app.keys("E j j");
        }
        Context::Home => {
            app.reopen_at_home();
        }
    }
    app
}

/// What a key can change, in words.
fn state(app: &TestApp) -> String {
    let walk = app.model.walk.as_ref().map(|walk| (walk.session.seq(), walk.tree.clone()));
    format!(
        "{walk:?} {:?} {:?} {} {} {}\n{}",
        app.model.context(),
        app.model.overlay.is_some(),
        app.ended,
        app.host.stops,
        app.host.redraws,
        app.screen()
    )
}

#[test]
fn every_key_does_something_on_every_screen_it_is_for() {
    for context in Context::ALL {
        let mut app = busy(context);
        assert_eq!(app.model.context(), context);
        let start = app.model.clone();
        let seq = |app: &TestApp| app.model.walk.as_ref().map(|walk| walk.session.seq());
        for binding in BINDINGS.iter().filter(|binding| binding.is_in(context)) {
            for key in binding.default_keys {
                let upwards = [Motion::Up, Motion::PageUp, Motion::First].map(Action::Move);
                if context != Context::Walk && upwards.contains(&binding.action) {
                    app.keys("G");
                }
                if binding.action == Action::Unfold {
                    app.keys("K h");
                }
                let before = state(&app);
                app.keys(key);
                assert_ne!(before, state(&app), "{key} ({}) does nothing in {context:?}", binding.name);
                // What was not written is forgotten at once; what was needs a new seat.
                if seq(&app) == start.walk.as_ref().map(|walk| walk.session.seq()) {
                    app.model = start.clone();
                    app.ended = false;
                } else {
                    app = busy(context);
                }
            }
        }
    }
}

#[test]
fn help_and_palette_name_every_command() {
    for context in Context::ALL {
        let mut app = busy(context);
        app.resize(120, 100).keys("?");
        for binding in BINDINGS.iter().filter(|binding| binding.is_in(context)) {
            if !binding.default_keys.is_empty() {
                app.shows(binding.help);
            }
        }
        app.keys("Esc :");
        for binding in BINDINGS.iter().filter(|binding| binding.is_in(context)) {
            if binding.action != Action::Palette {
                app.shows(binding.name).shows(binding.help);
            }
        }
    }
}

#[test]
fn every_command_can_be_typed_by_its_name() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    for binding in BINDINGS.iter().filter(|b| b.is_in(Context::Walk) && b.action != Action::Palette) {
        app.keys(":").types(binding.name);
        let Some(Overlay::Palette(palette)) = &app.model.overlay else { panic!("{}", app.screen()) };
        let first = palette.rows().next().unwrap_or_else(|| panic!("{}", app.screen())).0;
        assert_eq!(first.name, binding.name, "\n{}", app.screen());
        app.keys("Esc");
    }
}

#[test]
fn help_scrolls_to_its_end_in_the_smallest_terminal() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.resize(40, 8).keys("?").shows("mark pass").keys("G").shows("next time").keys("j j k g");
    app.shows("mark pass").wheel(3).lacks("mark pass and go on").keys("q").shows("A new customer");
}
