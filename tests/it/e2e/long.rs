//! A plan and a session that take longer to open than a key may: what is typed behind the key that opens them.

use std::fmt::Write;

use super::{SIZE, World, quit, wait_on, wait_saved};

/// Long enough that a key does not wait for it, in this build.
const PROMPTS: usize = 12_000;

#[test]
fn what_is_typed_behind_the_key_that_opens_a_long_session_is_taken() {
    let world = World::new();
    let mut plan = "# Long\n\n".to_owned();
    for n in 0..PROMPTS {
        let _ = writeln!(plan, "- prompt number {n} of many");
    }
    let plan = world.write("long.md", plan);
    quit(world.walk(&plan));
    let mut pty = world.start(&[], SIZE, &[]);
    pty.wait_for("Open sessions");
    pty.send("\rpfn");
    wait_saved(&pty, 2);
    pty.wait_for("Enter saves");
    pty.send("as typed\r");
    wait_saved(&pty, 3);
    wait_on(&pty, "prompt number 2 of many");
    // Over the grid into the same session, and another order, each with keys right behind.
    pty.send("vgj\r");
    wait_on(&pty, "prompt number 1 of many");
    pty.send("wj\rp");
    wait_saved(&pty, 5);
    pty.send("q");
    pty.wait_for("Open sessions");
    quit(pty);
    assert_eq!(world.verdicts()[..4], ["pass", "fail", "pass", "untested"]);
}
