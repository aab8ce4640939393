//! However the walk ends, and whatever happens to its terminal, the terminal is given back and nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::Signal;

use super::{Dice, SIZE, SMALL, World, is_on, quit, saved, wait_on, wait_saved};
use crate::pty::harness::Pty;
use crate::pty::lifecycle::{assert_given_back, job_of, untouched};

#[test]
fn a_signal_gives_the_terminal_back_and_keeps_the_marks() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    for (at, signal) in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT].into_iter().enumerate() {
        let mut pty = world.walk(&plan);
        pty.send("p");
        wait_saved(&pty, at as u64 + 1);
        pty.signal(signal);
        assert_eq!(pty.wait().exit_code(), 128 + u32::try_from(signal.as_raw()).unwrap(), "{signal:?}");
        assert_given_back(&pty);
    }
    assert_eq!(world.verdicts(), ["pass", "pass", "pass", "pass", "untested"]);
}

/// What a tester copies is the one file that is there, and while there are more, a backup has what stands in them.
#[test]
fn a_normal_end_leaves_one_file_and_a_backup_after_a_kill_has_what_is_in_the_log() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let files = || -> Vec<String> {
        let names = fs::read_dir(world.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.contains(".db")).collect();
        names.sort();
        names
    };
    let mut pty = world.walk(&plan);
    pty.send("pf");
    wait_saved(&pty, 2);
    assert_eq!(files(), ["walk.db", "walk.db-shm", "walk.db-wal"]);
    quit(pty);
    assert_eq!(files(), ["walk.db"]);
    let mut pty = world.walk(&plan);
    pty.send("b");
    wait_saved(&pty, 3);
    pty.signal(Signal::KILL);
    pty.wait();
    assert_eq!(files(), ["walk.db", "walk.db-shm", "walk.db-wal"]);
    let copy = world.path("copy.db");
    world.print(&["doctor", "--backup", copy.to_str().unwrap()]);
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(world.path(&format!("walk.db{ending}")));
    }
    fs::rename(copy, world.database()).unwrap();
    assert_eq!(world.verdicts(), ["pass", "fail", "blocked", "untested", "untested"]);
}

#[test]
fn ctrl_c_leaves_like_q() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("\x03");
    assert_eq!(pty.wait().exit_code(), 0);
    assert_given_back(&pty);
}

#[test]
fn it_ends_when_the_terminal_vanishes() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    for (at, script) in ["exec \"$@\"", "trap '' HUP; exec \"$@\""].into_iter().enumerate() {
        let program = world.argv(&[&plan]);
        let mut argv = vec!["sh", "-c", script, "sh"];
        argv.extend(program.iter().map(String::as_str));
        let mut pty = Pty::spawn_command(world.at_terminal(&argv, &[]), SIZE);
        pty.wait_for("saved #");
        pty.send("p");
        wait_saved(&pty, at as u64 + 1);
        let ended = pty.hang_up("j");
        // The watchdog ends it, or the frame that could not be drawn, whichever comes first.
        assert!(matches!(ended.status.exit_code(), 129 | 5), "{ended:?}");
        assert!(ended.after < Duration::from_secs(1), "{ended:?}");
        assert!(ended.cpu <= Duration::from_millis(100), "{ended:?}");
    }
    assert_eq!(world.verdicts()[..2], ["pass", "pass"]);
}

#[test]
fn ctrl_z_and_fg_under_a_shell() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let bash = ["bash", "--norc", "--noprofile", "--noediting", "-i"];
    let mut pty = Pty::spawn_command(world.at_terminal(&bash, &[("PS1", "sh> ")]), SIZE);
    pty.wait_for("sh> ");
    let words: Vec<String> = world.argv(&[&plan]).iter().map(|word| format!("'{word}'")).collect();
    pty.send(&format!("{}\n", words.join(" ")));
    pty.wait_for("saved #0");
    for round in 1..=3 {
        pty.send("p");
        wait_saved(&pty, round);
        pty.send("\x1a");
        pty.wait_until("the shell is back", |screen, vt| {
            !vt.alternate_screen() && screen.matches("Stopped").count() >= round as usize
        });
        assert!(!pty.vt().hide_cursor() && !pty.vt().bracketed_paste());
        assert_eq!(format!("{:?}", pty.termios()), untouched());
        pty.send("fg\n");
        pty.wait_until("the walk is drawn again", |screen, vt| {
            vt.alternate_screen() && saved(screen) == Some(round) && screen.contains("Epsilon")
        });
    }
    rustix::process::kill_process(job_of(&pty), Signal::STOP).unwrap();
    pty.wait_for("Stopped");
    pty.send("fg\n");
    pty.wait_until("the walk is drawn again", |screen, _| {
        saved(screen) == Some(3) && !screen.contains("Stopped")
    });
    pty.send("q");
    pty.wait_until("the shell is back", |_, vt| !vt.alternate_screen());
    pty.send("echo code $?\n");
    pty.wait_for("code 0");
    pty.send("exit\n");
    pty.wait();
    assert_eq!(format!("{:?}", pty.termios()), untouched());
    assert_eq!(world.verdicts()[..4], ["pass", "pass", "pass", "untested"]);
}

/// Sizes change while keys come; nothing is lost, and the last size is what is drawn for.
#[test]
fn a_storm_of_sizes_during_keys() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    let mut dice = Dice(7);
    let keys = ["p", "u", "\x12", "j", "k", "f", "u", "\x12"];
    for step in 0..96 {
        pty.resize((40 + dice.below(161) as u16, 8 + dice.below(53) as u16));
        pty.send(keys[step % keys.len()]);
    }
    pty.resize((40, 8));
    // Six of eight keys make an event each.
    pty.wait_until("a strip shows all of them saved", |screen, _| {
        saved(screen) == Some(72)
            && screen.lines().next().is_some_and(|row| row.trim_end().ends_with("saved #72"))
    });
    assert!(pty.screen().lines().all(|row| row.chars().count() <= 40), "{}", pty.screen());
    pty.resize((20, 4));
    pty.wait_for("too small");
    pty.send("g");
    pty.resize(SIZE);
    pty.wait_until("the whole walk is back", |screen, _| {
        saved(screen) == Some(72) && screen.contains("Epsilon") && !screen.contains("too small")
    });
    quit(pty);
    assert_eq!(world.session()["saved"], 72);
}

#[test]
fn the_smallest_terminal_can_be_walked() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.start(&[&plan], (40, 8), &[]);
    pty.wait_for("Alpha comes first");
    pty.send("p");
    pty.wait_until("the next one is shown", |screen, _| {
        saved(screen) == Some(1) && screen.contains("› Beta")
    });
    pty.send("F");
    pty.wait_for("Enter saves");
    pty.send("narrow\r");
    pty.wait_until("the note is saved", |screen, _| saved(screen) == Some(3) && screen.contains("› Gamma"));
    quit(pty);
    assert_eq!(world.session()["notes"][0]["text"], "narrow");
}

/// An editor that works on the terminal as any editor does, and appends a line.
fn editor(world: &World, script: &str) -> String {
    let path = world.write("editor.sh", format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn a_note_goes_through_the_editor_and_is_saved() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let editor =
        editor(&world, "stty -a <\"$(tty)\" | grep -q ' icanon' && printf 'second line\\n' >> \"$1\"");
    let mut pty = world.start(&[&plan], SIZE, &[("EDITOR", &editor)]);
    pty.wait_for("saved #0");
    pty.send("n");
    pty.wait_for("on: ");
    pty.send("first line\n");
    pty.wait_for("first line");
    pty.send("\x05");
    pty.wait_for("second line");
    assert!(pty.vt().alternate_screen() && pty.vt().bracketed_paste());
    pty.send(" typed on\r");
    wait_saved(&pty, 1);
    pty.send("p");
    wait_on(&pty, "Beta follows");
    quit(pty);
    assert_eq!(world.session()["notes"][0]["text"], "first line\nsecond line typed on");
}

#[test]
fn an_editor_that_fails_loses_no_note() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let editor = editor(&world, "echo spoilt > \"$1\"; exit 1");
    let mut pty = world.start(&[&plan], SIZE, &[("EDITOR", &editor)]);
    pty.wait_for("saved #0");
    pty.send("nprecious");
    pty.wait_for("precious");
    pty.send("\x05");
    pty.wait_until("it says why, and shows the note still", |screen, vt| {
        vt.alternate_screen() && screen.contains("precious") && screen.contains("the editor")
    });
    pty.send("\r");
    wait_saved(&pty, 1);
    quit(pty);
    assert_eq!(world.session()["notes"][0]["text"], "precious");
}

#[test]
fn the_mouse_selects_folds_and_scrolls() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    wait_on(&pty, "Alpha comes first");
    let row_of = |pty: &Pty, text: &str| {
        1 + pty
            .screen()
            .lines()
            .position(|row| row.split('│').nth(1).is_some_and(|c| c.contains(text)))
            .unwrap()
    };
    let row = row_of(&pty, "Delta");
    pty.send(&format!("\x1b[<0;9;{row}M\x1b[<0;9;{row}m"));
    wait_on(&pty, "Delta opens the second half");
    pty.send("f");
    pty.wait_until("the clicked one failed", |screen, _| {
        saved(screen) == Some(1) && is_on(screen, "Epsilon comes last")
    });
    let row = row_of(&pty, "▾ One");
    let click = format!("\x1b[<0;9;{row}M\x1b[<0;9;{row}m");
    pty.send(&click);
    pty.wait_for("│›▾ One");
    pty.send(&click);
    pty.wait_for("│›▸ One");
    pty.send("\x1b[<65;9;9M");
    wait_on(&pty, "Epsilon comes last");
    quit(pty);
    assert_eq!(world.verdicts(), ["untested", "untested", "untested", "fail", "untested"]);
}
