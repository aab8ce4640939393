//! A whole walk by keys, and what the command line says of it afterwards.

use std::path::Path;

use super::{SIZE, VERDICTS, World, is_on, quit, saved, under_cursor, wait_on, wait_saved};
use crate::pty::harness::Pty;

/// The header's counts: tested, all, and each verdict.
fn header(screen: &str) -> Option<(u64, u64, Vec<u64>)> {
    let row = screen.lines().nth(1)?;
    let (tested, all) = row.split_whitespace().find_map(|word| word.split_once('/'))?;
    let words: Vec<&str> = row.split_whitespace().collect();
    let count = |glyph: char| {
        let at = words.iter().position(|word| *word == glyph.to_string())?;
        words.get(at + 1)?.parse().ok()
    };
    let counts = VERDICTS.iter().map(|(_, _, glyph)| count(*glyph)).collect::<Option<Vec<u64>>>()?;
    Some((tested.parse().ok()?, all.parse().ok()?, counts))
}

#[track_caller]
fn mark(pty: &mut Pty, key: &str, event: u64, next: &str) {
    pty.send(key);
    pty.wait_until(&format!("saved #{event}, then {next:?}"), |screen, _| {
        saved(screen) == Some(event) && is_on(screen, next)
    });
}

/// Walks `plan` with every verdict, notes, undo, redo and find, and comes back to it.
fn walk_it(plan: &Path) {
    let world = World::new();
    let plan = plan.to_str().unwrap();
    let prompts = world.prompts(plan);
    let mut pty = world.walk(plan);
    wait_saved(&pty, 0);
    wait_on(&pty, &prompts[0]);

    for (at, (key, _, _)) in VERDICTS.iter().enumerate() {
        mark(&mut pty, key, at as u64 + 1, &prompts[at + 1]);
    }
    // A fail with a note of two lines and another kind: two events.
    pty.send("F");
    pty.wait_for("on: ");
    wait_saved(&pty, 6);
    pty.send("\tbreaks at once\nand again");
    pty.wait_for("and again");
    mark(&mut pty, "\r", 7, &prompts[6]);
    // The note is undone and comes back; then a mark is.
    pty.send("u");
    pty.wait_until("the undo is saved", |screen, _| saved(screen) == Some(8) && screen.contains("undone"));
    pty.send("\x12");
    pty.wait_until("the redo is saved", |screen, _| {
        saved(screen) == Some(9) && screen.contains("done again")
    });
    pty.send("\t");
    wait_on(&pty, &prompts[6]);
    mark(&mut pty, "p", 10, &prompts[7]);
    mark(&mut pty, "u", 11, &prompts[6]);
    mark(&mut pty, "\x12", 12, &prompts[6]);
    // A note without a mark, on the prompt under the cursor.
    pty.send("n");
    pty.wait_for("on: ");
    pty.send("seen twice");
    pty.wait_for("seen twice");
    pty.send("\r");
    wait_saved(&pty, 13);
    // Far away by a few letters; the next untested one is then near the start again.
    let last = &prompts[prompts.len() - 1];
    pty.send("/");
    pty.wait_for("found");
    pty.send(&last.chars().take(40).collect::<String>());
    pty.wait_until("one is left at the top", |screen, _| {
        screen.contains("found") && !screen.contains(" 0 found")
    });
    pty.send("\r");
    wait_on(&pty, last);
    mark(&mut pty, "s", 14, &prompts[7]);

    pty.wait_until("the header counts", |screen, _| header(screen).is_some());
    let screen = pty.screen();
    let (tested, all, counts) = header(&screen).unwrap();
    assert_eq!((tested, all), (8, prompts.len() as u64), "{screen}");
    assert_eq!(counts, [2, 2, 1, 1, 2], "{screen}");
    let cursor = under_cursor(&screen);
    quit(pty);

    let session = world.session();
    assert_eq!(session["saved"], 14);
    assert_eq!(session["state"], "open");
    for ((_, word, _), count) in VERDICTS.iter().zip(&counts) {
        assert_eq!(session["counts"][word], *count, "{word}");
    }
    assert_eq!(session["counts"]["untested"], all - tested);
    let told: Vec<&str> =
        session["prompts"].as_array().unwrap().iter().map(|p| p["text"].as_str().unwrap()).collect();
    assert_eq!(told, prompts);
    let mut expected = vec!["untested"; prompts.len()];
    expected[..7].copy_from_slice(&["pass", "fail", "blocked", "inconclusive", "skip", "fail", "pass"]);
    expected[prompts.len() - 1] = "skip";
    assert_eq!(world.verdicts(), expected);
    let notes = session["notes"].as_array().unwrap();
    let id_of = |at: usize| &session["prompts"][at]["id"];
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert_eq!(notes[0]["text"], "breaks at once\nand again");
    assert_eq!((&notes[0]["kind"], &notes[0]["prompt"]), (&"bug".into(), id_of(5)));
    assert_eq!(notes[1]["text"], "seen twice");
    assert_eq!((&notes[1]["kind"], &notes[1]["prompt"]), (&"note".into(), id_of(6)));

    let pty = world.walk(plan);
    pty.wait_until("it goes on where it was left", |screen, _| {
        saved(screen) == Some(14)
            && header(screen) == Some((tested, all, counts.clone()))
            && under_cursor(screen) == cursor
    });
    quit(pty);
}

#[test]
fn the_sample_is_walked_and_told() {
    walk_it(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plans/web-shop.md"));
}

/// Checklists of other people, where `SEAMWALK_CORPUS` says where they lie.
#[test]
fn checklists_of_others_are_walked_and_told() {
    let Some(corpus) = std::env::var_os("SEAMWALK_CORPUS") else { return };
    for plan in ["plans/owncloud-ocis-smoke.md", "plans/owasp-wstg-checklist.md"] {
        walk_it(&Path::new(&corpus).join(plan));
    }
}

#[test]
fn undo_reaches_across_restarts() {
    let world = World::new();
    let plan = world.write("small.md", super::SMALL);
    let mut pty = world.walk(&plan);
    pty.send("pf");
    wait_saved(&pty, 2);
    quit(pty);
    let mut pty = world.walk(&plan);
    mark(&mut pty, "u", 3, "Beta follows");
    quit(pty);
    assert_eq!(world.verdicts()[..2], ["pass", "untested"]);
    let mut pty = world.walk(&plan);
    mark(&mut pty, "\x12", 4, "Beta follows");
    quit(pty);
    assert_eq!(world.verdicts()[..2], ["pass", "fail"]);
}

/// The last verdict offers the summary; a finished session refuses marks, and goes on after it was reopened.
#[test]
fn a_walk_to_its_end_offers_the_summary() {
    let world = World::new();
    let plan = world.write("small.md", super::SMALL);
    let mut pty = world.start(&[&plan], SIZE, &[]);
    pty.wait_for("saved #0");
    pty.send("pfbis");
    wait_saved(&pty, 5);
    pty.wait_for("all is tested");
    pty.send("E");
    pty.wait_for("summary");
    pty.send("F");
    pty.wait_for("finished");
    pty.send("O");
    pty.wait_for("the session goes on");
    pty.send("q");
    wait_saved(&pty, 7);
    quit(pty);
    let session = world.session();
    assert_eq!((&session["state"], &session["saved"]), (&"open".into(), &7.into()));
}
