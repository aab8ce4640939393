//! The system's clock is set while the real program runs: what is shown and kept of the time does not follow it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{SIZE, SMALL, World, quit, saved, wait_saved};

/// A walk with three marks takes no longer than this, on however slow a machine.
const LONGEST_WALK_MS: u64 = 3 * 60_000;

/// The library that shows a program another time; Debian's package `faketime` has it.
fn library() -> Option<PathBuf> {
    let folders =
        ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];
    folders.map(|folder| Path::new(folder).join("libfaketime.so.1")).into_iter().find(|path| path.exists())
}

#[test]
#[expect(clippy::print_stderr, reason = "whoever reads the output has to know that it was skipped")]
fn a_clock_that_is_set_during_a_walk_changes_no_verdict_and_no_duration() {
    let Some(library) = library() else {
        eprintln!("skipped: libfaketime is not installed (apt-get install faketime)");
        return;
    };
    for steps in [
        ["@2026-11-23 14:02:11", "@2026-11-23 13:02:11", "@2026-11-23 14:10:00"],
        ["@2026-11-23 14:02:11", "@2016-11-23 14:02:11", "@2036-11-23 14:02:11"],
        ["@2026-10-25 02:59:58", "@2026-10-25 02:00:02", "@2038-01-19 03:14:09"],
        ["@2027-03-28 01:59:58", "@2027-03-28 03:00:02", "@2027-03-28 01:59:58"],
    ] {
        let world = World::new();
        let plan = world.write("small.md", SMALL);
        let clock = world.write("clock", steps[0]);
        let env = [
            ("LD_PRELOAD", library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", &clock),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("TZ", "Europe/Warsaw"),
        ];
        let mut pty = world.start(&[&plan], SIZE, &env);
        pty.wait_until("the walk is open", |screen, _| saved(screen) == Some(0));
        for ((n, key), step) in (1..).zip(["p", "f", "b"]).zip(steps) {
            fs::write(&clock, step).unwrap();
            pty.send(key);
            wait_saved(&pty, n);
        }
        quit(pty);
        assert_eq!(world.verdicts()[..3], ["pass", "fail", "blocked"], "{steps:?}");
        let times = world.session()["times"].clone();
        let testing_ms = times["testing_ms"].as_u64().unwrap();
        assert!(testing_ms < LONGEST_WALK_MS, "{steps:?}: {times}");
        assert_eq!(times["paused_ms"], 0, "{steps:?}: {times}");
    }
}
