//! A plan that wants to break the screen: borders stay in their columns, nothing but visible cells reaches a frame.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use seamwalk::domain::verdict::Verdict;
use seamwalk::tui::view;

use super::{TestApp, WEB_SHOP, rows};

fn plan() -> String {
    let marks = "\u{301}".repeat(1000);
    let wide = "漢字".repeat(60);
    format!(
        "---\ndata:\n  - {{\"na\u{202e}me\": \"va\u{200b}lue \u{e0041}tag\"}}\n---\n# Ho\u{202e}stile \u{1b}[31m plan\n\n\
         ## a\u{200b} -> b\u{9b}2J (q\u{7}ueue)\n\n\
         Section with \u{1b}]0;title\u{7} in its detail.\n\n\
         - escape \u{1b}[2J\u{1b}[H and C1 \u{9b}31m bell \u{7} done #t\u{e9}st\n\
         - bidi \u{202e}desrever\u{202c} \u{2066}isolate\u{2069} \u{200f}mark\n\
         - family 👨‍👩‍👧‍👦 flag 🇵🇹 skin 👍🏽 heart ❤️ {}👨‍👩‍👧‍👦👨‍👩‍👧‍👦\n\
         - {wide}\n\
         - x{wide}\n\
         - zalgo z{marks} after\n\
         - עברית ועוד עברית, and العربية in one line\n\
         - हिन्दी में लिखा गया संकेत क्ष त्र ज्ञ\n\
         - soft\u{ad}hyphen zero\u{200b}width tag\u{e0041}\u{e0042} private \u{e000}\n\
         \n  ```sh\n  echo \u{1b}[31mred \u{202e}\n  ```\n\n  > quote \u{9b}1m {wide}\n\n  1. step \u{1b}c\n\n  Expected: \u{202e}nothing\n",
        "e".repeat(40),
    )
}

fn assert_clean(buffer: &Buffer, borders: &[u16], shown: &str) {
    let area = buffer.area;
    for y in 0..area.height {
        for x in 0..area.width {
            let symbol = buffer[(x, y)].symbol();
            for c in symbol.chars() {
                assert!(
                    !c.is_control()
                        && !matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{ad}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e007f}'),
                    "{c:?} in cell {x},{y}:\n{shown}"
                );
            }
            assert!(symbol.chars().count() <= 12, "{symbol:?} in cell {x},{y}");
        }
    }
    for y in 3..area.height - 2 {
        for x in borders {
            assert!(matches!(buffer[(*x, y)].symbol(), "│" | "┤" | "├"), "no border at {x},{y}:\n{shown}");
        }
    }
    for (y, row) in rows(buffer).iter().enumerate() {
        assert!(seamwalk::visible::width(row) <= usize::from(area.width), "row {y} is too wide:\n{shown}");
    }
}

#[test]
fn hostile_text_stays_inside_its_cells() {
    let mut app = TestApp::walk("hostile.md", &plan());
    app.resize(120, 30);
    let outline = 120 * 54 / 100;
    for _ in 0..11 {
        assert_clean(&app.buffer(), &[0, outline - 1, 119], &app.screen());
        app.keys("j");
    }
    app.resize(60, 24).keys("g");
    for _ in 0..11 {
        let half = (24 - 3) / 2;
        let shown = app.screen();
        let buffer = app.buffer();
        assert_clean(&buffer, &[0, 59], &shown);
        assert!(buffer[(0, half + 1)].symbol() == "├", "{shown}");
        app.keys("j");
    }
}

#[test]
fn hostile_text_stays_inside_every_overlay_and_screen() {
    let mut app = TestApp::walk("hostile.md", &plan());
    app.keys("f");
    for (width, height) in [(120, 40), (80, 24), (40, 8)] {
        app.resize(width, height);
        for keys in ["/", "t", "d", "r", "r f", "Enter", "n", ":", "?", "E"] {
            app.keys("G").keys(keys);
            assert_clean(&app.buffer(), &[], &app.screen());
            app.keys("Esc Esc");
        }
    }
    app.keys(":").types("field").keys("Enter").types("x=y").paste("\u{202e}\u{1b}[31m漢字").keys("Enter Esc");
    app.keys("g r f").paste("stub \u{9b}2J\u{202e}漢字🙂").keys("Enter Esc");
    for (width, height) in [(120, 40), (80, 24), (40, 8)] {
        app.resize(width, height);
        for keys in ["r", "r f", ": f i e l d Enter", "E"] {
            app.keys("g j").keys(keys);
            assert_clean(&app.buffer(), &[], &app.screen());
            app.keys("Esc Esc");
        }
    }
    app.keys("d Enter").says("copied");
    app.reopen_at_home();
    assert_clean(&app.buffer(), &[], &app.screen());
}

#[test]
fn a_paste_with_escapes_in_it_is_kept_without_them() {
    let mut app = TestApp::walk("hostile.md", &plan());
    app.keys("n").paste("\u{1b}[31mred\u{202e} \u{9b}2J\u{7}\nnext").keys("Enter");
    assert_eq!(app.notes().len(), 1);
    assert!(app.notes()[0].ends_with("[31mred 2J\nnext"), "{:?}", app.notes());
    assert_clean(&app.buffer(), &[], &app.screen());
    app.keys("f").has("escape", Verdict::Fail);
}

#[test]
fn a_terminal_that_shrank_and_has_not_said_so_yet_is_not_drawn_on() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    for keys in ["", "?", "Esc E", "Esc m", "Esc w"] {
        app.keys(keys);
        for (width, height) in [(40, 8), (1, 1), (200, 60)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            terminal.draw(|frame| view::draw(frame, &app.model, &app.theme)).unwrap();
        }
    }
}
