//! Without a terminal that can be drawn on it refuses at once: a script never hangs.

use std::io::Read;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use seamwalk::error::Exit;

use super::{SIZE, SMALL, World, assert_untouched};
use crate::pty::harness::Pty;

/// Far more than it takes, far less than a hang.
const SOON: Duration = Duration::from_secs(20);

/// Waits for a refusal; what was said.
#[track_caller]
fn refuses(mut child: Child) -> String {
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(start.elapsed() < SOON, "it hangs: {:?}", child.kill());
        std::thread::yield_now();
    };
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(i32::from(Exit::NO_TERMINAL.code())), "{said}");
    assert!(said.starts_with("seamwalk: ") && said.contains("terminal"), "{said}");
    said
}

#[test]
fn pipes_are_refused() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    for args in [&[plan.as_str()][..], &[], &["walk", &plan]] {
        // An open pipe as stdin: reading it would wait for ever.
        for stdin in [Stdio::null(), Stdio::piped()] {
            let mut command = world.command(args);
            command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
            refuses(command.spawn().unwrap());
        }
    }
    assert!(!world.database().exists(), "nothing is created");
}

/// A shell line in which `"$@"` is the program, at a terminal; how it ended and what the terminal shows.
fn by_shell(world: &World, script: &str, env: &[(&str, &str)]) -> (u32, String) {
    let plan = world.write("small.md", SMALL);
    let program = world.argv(&[&plan]);
    let mut argv = vec!["sh", "-c", script, "sh"];
    argv.extend(program.iter().map(String::as_str));
    let mut pty = Pty::spawn_command(world.at_terminal(&argv, env), SIZE);
    let code = pty.wait().exit_code();
    assert_untouched(&pty);
    (code, pty.screen())
}

#[test]
fn half_a_terminal_is_refused() {
    let world = World::new();
    for script in
        ["exec \"$@\" <&-", "exec \"$@\" </dev/null", "\"$@\" | cat; exit 5", "exec \"$@\" >/dev/null"]
    {
        let (code, screen) = by_shell(&world, script, &[]);
        assert_eq!(code, 5, "{script}: {screen}");
        assert!(screen.contains("must be a terminal"), "{script}: {screen}");
    }
}

#[test]
fn a_terminal_that_cannot_draw_is_refused() {
    let world = World::new();
    let (code, screen) = by_shell(&world, "exec \"$@\"", &[("TERM", "dumb")]);
    assert_eq!(code, u32::from(Exit::NO_TERMINAL.code()), "{screen}");
    assert!(screen.contains("TERM is dumb"), "{screen}");
}

/// A closed stdout or stderr is survived, too.
#[test]
fn closed_streams_are_no_crash() {
    let world = World::new();
    for script in ["exec \"$@\" >&-", "exec \"$@\" 2>&- </dev/null"] {
        let (code, screen) = by_shell(&world, script, &[]);
        assert_eq!(code, 5, "{script}: {screen}");
    }
}
