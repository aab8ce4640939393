//! A paste is text, never keys.

use rustix::process::Signal;

use super::{ESC, SMALL, World, quit, wait_on, wait_saved};

#[test]
fn a_paste_in_the_walk_marks_nothing() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.paste("p\rf\rFoo\x1bq\x03\x1a");
    pty.wait_for("pasted text marks nothing");
    wait_saved(&pty, 0);
    wait_on(&pty, "Alpha comes first");
    quit(pty);
    assert_eq!(world.verdicts(), ["untested"; 5]);
}

/// Also one that is longer than any buffer on its way.
#[test]
fn a_paste_goes_into_the_note_that_is_open() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("n");
    pty.wait_for("on: ");
    let lines: Vec<String> = (0..400).map(|n| format!("{n} pasted line, p f q")).collect();
    pty.paste(&lines.join("\r"));
    pty.wait_for("399 pasted line");
    wait_saved(&pty, 0);
    pty.send("\r");
    wait_saved(&pty, 1);
    quit(pty);
    assert_eq!(world.session()["notes"][0]["text"], lines.join("\n"));
    assert_eq!(world.verdicts(), ["untested"; 5]);
}

#[test]
fn a_draft_waits_for_the_next_note() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("nhalf a thought");
    pty.wait_for("half a thought");
    pty.send(ESC);
    pty.wait_for("the draft waits");
    pty.send("n");
    pty.wait_for("half a thought");
    pty.send(", now whole\r");
    wait_saved(&pty, 1);
    quit(pty);
    assert_eq!(world.session()["notes"][0]["text"], "half a thought, now whole");
}

/// Keys that come faster than frames are all taken, each once.
#[test]
fn keys_in_one_go_are_all_taken() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("pfbuis");
    wait_saved(&pty, 6);
    quit(pty);
    assert_eq!(world.verdicts(), ["pass", "fail", "inconclusive", "skip", "untested"]);
}

/// More keys at once than crossterm reads at a time: those behind must not wait for the next key.
#[test]
fn more_keys_than_a_buffer_holds_are_all_taken() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send(&format!("{}p", "jk".repeat(1500)));
    wait_saved(&pty, 1);
    quit(pty);
    assert_eq!(world.verdicts(), ["pass", "untested", "untested", "untested", "untested"]);
}

/// A key and a resize in the same moment: the key must not wait for the next key. The program is stopped meanwhile,
/// so that both are there when it looks.
#[test]
fn a_key_in_the_moment_of_a_resize_is_taken() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    for round in 0..30 {
        pty.signal(Signal::STOP);
        pty.resize(if round % 2 == 0 { (100, 30) } else { (120, 36) });
        pty.send(if round % 2 == 0 { "p" } else { "u" });
        pty.signal(Signal::CONT);
        wait_saved(&pty, round + 1);
    }
    quit(pty);
    assert_eq!(world.verdicts(), ["untested"; 5]);
}
