//! What did not work is walked once more, at a real terminal and through a kill.

use rustix::process::Signal;

use super::{SIZE, SMALL, World, quit, wait_on, wait_saved};

#[test]
fn a_retest_goes_on_after_a_kill_and_the_first_session_after_it() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("pfbp");
    wait_saved(&pty, 4);
    quit(pty);
    let first = world.session()["id"].as_str().unwrap().to_owned();
    let mut pty = world.start(&["walk", &plan, "--retest", "latest"], SIZE, &[]);
    pty.wait_for("retesting 2 prompts");
    wait_on(&pty, "Beta follows");
    pty.send("p");
    wait_saved(&pty, 1);
    pty.signal(Signal::KILL);
    pty.wait();
    let retest = world.session();
    assert_eq!(retest["retest_of"], first.as_str());
    assert_eq!(world.verdicts(), ["pass", "untested"]);
    // The plan alone goes on with what was walked last.
    let mut pty = world.walk(&plan);
    wait_on(&pty, "Gamma is third");
    pty.send("pEF");
    pty.wait_for("finished");
    pty.send("q");
    quit(pty);
    assert_eq!(world.session()["id"], retest["id"]);
    let pty = world.walk(&plan);
    wait_on(&pty, "Epsilon comes last");
    quit(pty);
    let ids = |key: &str| {
        let sessions = world.json(&["sessions", "--format", "json"]);
        let sessions = sessions.as_array().unwrap().iter();
        sessions.map(|session| session[key].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids("retest_of"), [first.as_str().into(), serde_json::Value::Null]);
    let totals = |session: &serde_json::Value| -> u64 {
        ["untested", "pass", "fail", "blocked"]
            .iter()
            .map(|word| session["counts"][word].as_u64().unwrap())
            .sum()
    };
    let sessions = world.json(&["sessions", "--format", "json"]);
    assert_eq!(sessions.as_array().unwrap().iter().map(totals).collect::<Vec<_>>(), [2, 5]);
    let mut pty = world.start(&["walk", &plan, "--retest", &first, "--verdict", "skip"], SIZE, &[]);
    pty.wait_for("no prompt of the session");
    assert_eq!(pty.wait().exit_code(), 1);
}
