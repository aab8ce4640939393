//! SIGKILL at any moment: what the screen said is saved is saved.

use std::time::Duration;

use rustix::process::Signal;
use seamwalk::store::Store;

use super::typed::{self, Model};
use super::{Dice, SIZE, World, is_on, saved};
use crate::pty::harness::Pty;

const ROUNDS: usize = 100;
const SEED: u64 = 0x5ea3_3a1c;

/// When the program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// As soon as the screen says that the last key is saved.
    Saved,
    /// Some time after the last key was typed.
    After(Duration),
    /// Some time after the program was started.
    Starting(Duration),
    /// While a note is being written.
    InNote,
}

fn kill(pty: &mut Pty) -> Option<u64> {
    pty.signal(Signal::KILL);
    pty.wait();
    // A frame that was cut short may show half a number; then what was seen before it counts.
    pty.bytes().ends_with(b"\x1b[?2026l").then(|| saved(&pty.screen())).flatten()
}

/// One database through a hundred kills. After each the disk must hold the state after some number of the typed
/// steps, in their order, and at least those that the screen called saved; the walk is then resumed on the first
/// untested prompt of exactly that state.
#[test]
#[expect(clippy::print_stderr, reason = "the seed and the figures")]
fn a_kill_loses_nothing_that_was_called_saved() {
    let world = World::new();
    let plan = world.write("kill.md", typed::plan());
    let seed = std::env::var("SEAMWALK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    eprintln!("SEAMWALK_SEED={seed}");
    let mut dice = Dice(seed);
    let mut model = Model::default();
    let (mut typed, mut called_saved, mut more_than_seen) = (0, 0, 0);
    for round in 0..ROUNDS {
        let moment = match round % 10 {
            0 => Moment::Starting(Duration::from_micros(dice.next() % 120_000)),
            9 => Moment::InNote,
            n if n % 2 == 1 => Moment::Saved,
            _ => Moment::After(Duration::from_micros(dice.next() % 30_000)),
        };
        let mut pty = world.start(&[&plan], SIZE, &[]);
        if let Moment::Starting(after) = moment {
            std::thread::sleep(after);
            pty.signal(Signal::KILL);
            pty.wait();
            let found = typed::on_disk(&world.database()).unwrap_or_default();
            assert_eq!(found, model.seen_part(), "round {round}, {moment:?}");
            continue;
        }
        let cursor = model.resumed_at();
        pty.wait_until(&format!("round {round}: saved #{}, on prompt {cursor}", model.saved), |screen, _| {
            saved(screen) == Some(model.saved) && is_on(screen, &typed::text(cursor))
        });
        let steps = model.next_steps(&mut dice, round, cursor);
        let mut states = vec![model.clone()];
        let mut cursor = cursor;
        for step in &steps {
            let mut next = states[states.len() - 1].clone();
            cursor = next.step(step, cursor);
            states.push(next);
        }
        let all = states[states.len() - 1].saved;
        let one_by_one = dice.below(2) == 0;
        for (step, state) in steps.iter().zip(&states[1..]) {
            pty.send(&step.keys());
            if one_by_one && state.saved < all {
                pty.wait_until("it is saved", |screen, _| saved(screen) == Some(state.saved));
            }
        }
        let least = match moment {
            Moment::Saved => {
                pty.wait_until("all is saved", |screen, _| saved(screen) == Some(all));
                kill(&mut pty);
                all
            }
            Moment::InNote => {
                pty.wait_until("all is saved", |screen, _| saved(screen) == Some(all));
                pty.send("nhalf a note");
                pty.wait_for("half a note");
                kill(&mut pty);
                all
            }
            Moment::After(wait) => {
                std::thread::sleep(wait);
                kill(&mut pty).unwrap_or(model.saved)
            }
            Moment::Starting(_) => unreachable!(),
        };
        let found = typed::on_disk(&world.database()).unwrap();
        assert!(found.saved >= least, "round {round}: #{} on the disk, #{least} was shown", found.saved);
        assert!(found.saved <= all, "round {round}: #{} on the disk, only {all} were typed", found.saved);
        let reached = states.into_iter().find(|state| state.saved == found.saved).unwrap();
        assert_eq!(found, reached.seen_part(), "round {round}, {moment:?}, {steps:?}");
        typed += steps.len();
        called_saved += least - model.saved;
        more_than_seen += found.saved - least;
        model = reached;
    }
    let store = Store::open_existing(&world.database()).unwrap();
    assert_eq!(store.check_file().unwrap(), Vec::<String>::new());
    let session = world.session();
    assert_eq!(session["saved"], model.saved);
    eprintln!(
        "{ROUNDS} kills: {typed} steps typed, {called_saved} called saved, 0 of them lost; \
         {more_than_seen} more were on the disk"
    );
    assert!(called_saved > 100, "the test saw too little: {called_saved}");
}
