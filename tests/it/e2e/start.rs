//! How the walk starts, and what it refuses: with a sentence, the documented code, and the terminal as it was.

use std::fs;

use seamwalk::error::Exit;

use super::{SIZE, SMALL, World, assert_untouched, is_on, quit, saved, under_cursor, wait_on, wait_saved};
use crate::pty::harness::Pty;
use crate::pty::lifecycle::assert_given_back;

/// Starts it, which must be refused without anything having been drawn; what it says.
#[track_caller]
fn refused(world: &World, args: &[&str], env: &[(&str, &str)], exit: Exit) -> String {
    let mut pty = world.start(args, SIZE, env);
    let code = pty.wait().exit_code();
    let said = pty.screen();
    assert_eq!(code, u32::from(exit.code()), "{said}");
    assert_untouched(&pty);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.starts_with("seamwalk: "), "{said}");
    said
}

#[test]
fn a_plan_without_prompts_is_refused() {
    let world = World::new();
    let plan = world.write("empty.md", "# Nothing to do\n\nOnly words.\n");
    let said = refused(&world, &[&plan], &[], Exit::PROBLEM);
    assert!(said.contains("empty.md") && said.contains("prompt"), "{said}");
}

#[test]
fn a_plan_that_cannot_be_read_is_refused() {
    let world = World::new();
    let said = refused(&world, &["nowhere.md"], &[], Exit::UNREADABLE);
    assert!(said.contains("nowhere.md"), "{said}");
    fs::create_dir(world.path("folder.md")).unwrap();
    let said = refused(&world, &["folder.md"], &[], Exit::UNREADABLE);
    assert!(said.contains("folder.md"), "{said}");
    world.write("utf16.md", b"\xff\xfe-\0 \0a\0\n\0");
    let said = refused(&world, &["utf16.md"], &[], Exit::PROBLEM);
    assert!(said.contains("UTF-16"), "{said}");
}

#[test]
fn a_database_that_is_none_is_refused_and_left_alone() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    fs::write(
        world.database(),
        "my shopping list, which is long enough to be taken for a header of something\n",
    )
    .unwrap();
    let before = fs::read(world.database()).unwrap();
    let said = refused(&world, &[&plan], &[], Exit::DATABASE);
    assert!(said.contains("walk.db"), "{said}");
    assert_eq!(fs::read(world.database()).unwrap(), before);
}

#[test]
fn a_mistake_in_the_configuration_is_named_with_its_place() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    for (config, place, said) in [
        ("[keys]\npass = \"y\"\nfial = \"x\"\n", ":3:8:", "did you mean \"fail\"?"),
        ("[keys]\npass = \"f\"\n", ":2:8:", "bound to both"),
        ("theme = \n", ":1:", "config.toml"),
    ] {
        let config = world.write("config.toml", config);
        let text = refused(&world, &["--config", &config, &plan], &[], Exit::USAGE).replace(' ', "");
        assert!(text.contains(&format!("config.toml{place}")), "{text}");
        assert!(text.contains(&said.replace(' ', "")), "{text}");
    }
    assert!(!world.database().exists(), "nothing is created before the configuration is read");
}

#[test]
fn the_configuration_rebinds_keys_and_changes_glyphs() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let folder = world.path("home").join("config").join("seamwalk");
    fs::create_dir_all(&folder).unwrap();
    let config = "ask_note = [\"fail\"]\n[keys]\npass = \"y\"\nquit = [\"F10\"]\n[glyphs]\npass = \"+\"\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    let mut pty = world.walk(&plan);
    pty.wait_for(" y pass");
    pty.send("p");
    pty.wait_for("does nothing here");
    pty.send("y");
    pty.wait_until("y passes", |screen, _| saved(screen) == Some(1) && screen.contains("+ Alpha"));
    pty.send("f");
    pty.wait_for("on: Beta follows");
    wait_saved(&pty, 2);
    pty.send("\r");
    wait_on(&pty, "Gamma is third");
    pty.send("\x1b[21~");
    assert_eq!(pty.wait().exit_code(), 0);
    assert_given_back(&pty);
    assert_eq!(world.verdicts()[..3], ["pass", "fail", "untested"]);
}

#[test]
fn home_offers_the_sample_and_then_the_session() {
    let world = World::new();
    let mut pty = world.start(&[], SIZE, &[]);
    pty.wait_for("sample");
    pty.send("\r");
    pty.wait_for("saved #0");
    pty.send("p");
    pty.wait_until("it is saved", |screen, _| saved(screen) == Some(1) && under_cursor(screen).is_some());
    let cursor = under_cursor(&pty.screen()).unwrap();
    pty.send("\x03");
    assert_eq!(pty.wait().exit_code(), 0);
    let mut pty = world.start(&[], SIZE, &[]);
    pty.wait_for("Web shop");
    pty.send("\r");
    pty.wait_until("it goes on", |screen, _| {
        saved(screen) == Some(1) && under_cursor(screen).as_ref() == Some(&cursor)
    });
    pty.send("q");
    pty.wait_until("home again", |screen, _| saved(screen).is_none());
    quit(pty);
}

#[test]
fn choices_of_the_command_line_are_kept() {
    let world = World::new();
    let plan = world.write("tags.md", "# T\n\n- Alpha #slow\n- Beta #fast\n- Gamma #fast\n");
    let args =
        ["walk", &plan, "--only", "fast", "--tester", "Zoë", "--charter", "smoke", "--field", "build=4f2c"];
    let mut pty = world.start(&args, SIZE, &[]);
    pty.wait_until("only the tagged", |screen, _| saved(screen) == Some(0) && screen.contains("0/2"));
    pty.wait_for("Zoë");
    pty.send("pf");
    pty.wait_for("all is tested");
    quit(pty);
    let pty = world.start(&["walk", &plan, "--new"], SIZE, &[]);
    pty.wait_until("another session", |screen, _| saved(screen) == Some(0) && screen.contains("0/3"));
    quit(pty);
    let sessions = world.json(&["sessions", "--format", "json"]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let old = &sessions[1];
    assert_eq!((&old["tester"], &old["charter"]), (&"Zoë".into(), &"smoke".into()));
    assert_eq!((&old["fields"]["build"], &old["saved"]), (&"4f2c".into(), &2.into()));
}

#[test]
fn an_edited_plan_keeps_its_results_and_says_what_changed() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut pty = world.walk(&plan);
    pty.send("pf");
    wait_saved(&pty, 2);
    quit(pty);
    let edited = SMALL.replace("- Beta follows\n", "- Aardvark is new\n- Beta follows at once\n");
    world.write("small.md", edited);
    let pty: Pty = world.walk(&plan);
    pty.wait_for("plan changed: 1 added, 1 reworded");
    pty.wait_until("on the new one", |screen, _| is_on(screen, "Aardvark is new") && screen.contains("2/6"));
    quit(pty);
    assert_eq!(world.verdicts()[..4], ["pass", "untested", "fail", "untested"]);
}
