//! What is typed arrives as it was meant.

use super::fixture::start;

#[test]
fn a_paste_is_one_paste() {
    let mut pty = start((80, 12), &[]);
    pty.paste("p\r\nf\rq\x07\tb");
    pty.wait_for(r#"Paste("p\nf\nq\tb")"#);
    pty.wait_for("inputs 1");
}

#[test]
fn keys_have_one_spelling() {
    for (sent, key) in [
        ("G", "code: Char('G'), ctrl: false, alt: false, shift: false"),
        ("\x1b[Z", "code: Tab, ctrl: false, alt: false, shift: true"),
        ("\x0a", "code: Char('j'), ctrl: true, alt: false, shift: false"),
        ("\x1b[13;2u", "code: Enter, ctrl: false, alt: false, shift: true"),
        ("\x1b", "code: Esc, ctrl: false, alt: false, shift: false"),
        ("é", "code: Char('é'), ctrl: false, alt: false, shift: false"),
    ] {
        let mut pty = start((100, 12), &[]);
        pty.send(sent);
        pty.wait_for(key);
    }
}

#[test]
fn a_release_is_no_press() {
    let mut pty = start((100, 12), &[]);
    pty.send("\x1b[112;1:3u");
    pty.send("\x1b[112;1:1u");
    pty.wait_for("Char('p')");
    pty.wait_for("inputs 1 ");
}

#[test]
fn the_mouse_clicks_and_scrolls() {
    let mut pty = start((80, 12), &[]);
    pty.send("\x1b[<0;5;3M");
    pty.wait_for("Click { column: 4, row: 2 }");
    pty.send("\x1b[<65;5;3M");
    pty.wait_for("Wheel { column: 4, row: 2, notches: 1 }");
}

#[test]
fn a_storm_of_sizes_ends_with_the_last() {
    let mut pty = start((80, 24), &[]);
    for step in 0..60 {
        pty.resize((40 + step, 8 + step % 20));
    }
    pty.resize((50, 10));
    pty.wait_for("size 50x10");
    pty.wait_until("the border fits", |screen, _| {
        let rows: Vec<&str> = screen.lines().collect();
        rows.len() == 10 && rows[0].ends_with('┐') && rows[9].ends_with('┘') && rows[9].chars().count() == 50
    });
    pty.send("x");
    pty.wait_for("Char('x')");
}
