//! Two programs on one database.

use super::{SMALL, World, is_on, quit, saved, wait_on, wait_saved};

#[test]
fn marks_of_two_programs_are_both_kept() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut a = world.walk(&plan);
    let mut b = world.walk(&plan);
    wait_on(&b, "Alpha comes first");
    a.send("p");
    wait_saved(&a, 1);
    // Another prompt, from a view that knows nothing of the first mark.
    b.send("j");
    wait_on(&b, "Beta follows");
    b.send("f");
    b.wait_until("both are counted", |screen, _| saved(screen) == Some(2) && screen.contains("2/5"));
    quit(b);
    quit(a);
    assert_eq!(world.verdicts()[..3], ["pass", "fail", "untested"]);
}

#[test]
fn a_mark_of_the_other_program_is_not_overwritten_unseen() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut a = world.walk(&plan);
    let mut b = world.walk(&plan);
    wait_on(&b, "Alpha comes first");
    a.send("p");
    wait_saved(&a, 1);
    b.send("f");
    b.wait_until("it says so and shows the other mark", |screen, _| {
        screen.contains("changed in another terminal") && saved(screen) == Some(1) && screen.contains("✓ 1")
    });
    assert!(is_on(&b.screen(), "Alpha comes first"), "{}", b.screen());
    assert_eq!(world.verdicts()[0], "pass");
    // Seen now: the key counts.
    b.send("f");
    wait_saved(&b, 2);
    quit(b);
    quit(a);
    assert_eq!(world.verdicts()[0], "fail");
    assert_eq!(world.session()["saved"], 2);
}

/// Both start on an empty database at once: one session, not two.
#[test]
fn two_that_start_together_share_a_session() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut both: Vec<_> = (0..2).map(|_| world.start(&[&plan], super::SIZE, &[])).collect();
    for pty in &both {
        pty.wait_for("saved #");
    }
    both[0].send("p");
    wait_saved(&both[0], 1);
    both.drain(..).for_each(quit);
    assert_eq!(world.json(&["sessions", "--format", "json"]).as_array().map(Vec::len), Some(1));
}
