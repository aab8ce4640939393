//! The real program at a pseudo-terminal: killed at any moment, its terminal taken away, every signal, a clock that steps.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal};
use seamwalk::store::Store;
use tempfile::TempDir;

use crate::table::{Outcome, Plan};
use crate::world::Dice;
use harness::Pty;
use typed::{Model, is_on, saved};

#[path = "../it/pty/harness.rs"]
#[expect(dead_code, reason = "the tests beside use the rest")]
mod harness;
#[path = "../it/e2e/typed.rs"]
mod typed;

const SIZE: harness::Cells = (100, 30);

/// What a program without a terminal may still take.
const LONGEST_END: Duration = Duration::from_secs(1);
const MOST_CPU: Duration = Duration::from_millis(100);

/// A folder with a home, a plan and a database.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self { folder };
        std::fs::write(world.plan(), typed::plan()).unwrap();
        world
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.folder.path().join("kill.md")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("walk.db")
    }

    fn argv(&self) -> Vec<String> {
        let word = |path: &Path| path.to_str().unwrap().to_owned();
        let plan = word(&self.plan());
        vec![env!("CARGO_BIN_EXE_seamwalk").to_owned(), "--db".to_owned(), word(&self.database()), plan]
    }

    /// `argv` at a terminal in this world.
    pub(crate) fn spawn(&self, argv: &[String], env: &[(&str, &str)]) -> Pty {
        let mut command = CommandBuilder::from_argv(argv.iter().map(Into::into).collect());
        for name in ["SEAMWALK_DB", "SEAMWALK_CONFIG", "NO_COLOR", "COLUMNS", "LINES", "XDG_DATA_HOME"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("HOME", self.folder.path());
        command.env("XDG_CONFIG_HOME", self.folder.path());
        env.iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(self.folder.path());
        Pty::spawn_command(command, SIZE)
    }

    fn start(&self) -> Pty {
        self.spawn(&self.argv(), &[])
    }

    fn on_disk(&self) -> Model {
        typed::on_disk(&self.database()).unwrap_or_default()
    }
}

fn wait_resumed(pty: &Pty, model: &Model) {
    let text = typed::text(model.resumed_at());
    pty.wait_until(&format!("saved #{}, on {text}", model.saved), |screen, _| {
        saved(screen) == Some(model.saved) && is_on(screen, &text)
    });
}

/// Killed in a random moment: while it starts, between keys, in a note, right after `saved #n`. The disk must hold the
/// state after some number of the typed steps, at least those that the screen called saved; the walk goes on from there.
pub(crate) fn kills(plan: Plan) -> Outcome {
    const THREADS: u64 = 2;
    let rounds = plan.rounds(500, 10_000) / THREADS as usize;
    let sums = Mutex::new((0, 0, Vec::new()));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let sums = &sums;
            scope.spawn(move || {
                let (typed, called_saved, lost) = killed_often(rounds, plan.seed + thread);
                let mut sums = sums.lock().unwrap();
                sums.0 += typed;
                sums.1 += called_saved;
                sums.2.extend(lost);
            });
        }
    });
    let (typed, called_saved, mut lost) = sums.into_inner().unwrap();
    if called_saved < rounds as u64 / 2 {
        lost.push(format!("too little was seen: only {called_saved} called saved"));
    }
    let kills = rounds * THREADS as usize;
    Outcome::new(format!("{kills} kills, {typed} decisions typed, {called_saved} called saved"), lost)
}

fn killed_often(rounds: usize, seed: u64) -> (usize, u64, Vec<String>) {
    let world = World::new();
    let mut dice = Dice::new(seed);
    let mut model = Model::default();
    let (mut typed_count, mut called_saved, mut lost) = (0, 0, Vec::new());
    for round in 0..rounds {
        let mut pty = world.start();
        if dice.below(10) == 0 {
            std::thread::sleep(Duration::from_micros(dice.below(60_000) as u64));
            kill(&mut pty);
            let found = world.on_disk();
            if found != model.seen_part() {
                lost.push(format!("round {round}: killed while starting: {model:?} became {found:?}"));
            }
            continue;
        }
        wait_resumed(&pty, &model);
        let mut cursor = model.resumed_at();
        let steps = model.next_steps(&mut dice, round, cursor);
        let mut states = vec![model.clone()];
        for step in &steps {
            let mut next = states[states.len() - 1].clone();
            cursor = next.step(step, cursor);
            states.push(next);
            pty.send(&step.keys());
        }
        match dice.below(3) {
            0 => {
                let all = states[states.len() - 1].saved;
                pty.wait_until("all is saved", |screen, _| saved(screen) == Some(all));
            }
            1 => pty.send("nhalf a note"),
            _ => {}
        }
        std::thread::sleep(Duration::from_micros(dice.below(60_000) as u64));
        let least = kill(&mut pty).unwrap_or(model.saved).max(model.saved);
        let found = world.on_disk();
        let Some(reached) = states.into_iter().find(|state| state.saved == found.saved) else {
            lost.push(format!("round {round}: #{} on the disk, which was never typed", found.saved));
            break;
        };
        if found.saved < least {
            lost.push(format!("round {round}: #{} on the disk, #{least} was shown as saved", found.saved));
        }
        if found != reached.seen_part() {
            lost.push(format!("round {round}: {reached:?} was typed, {found:?} is there"));
        }
        typed_count += steps.len();
        called_saved += least - model.saved;
        model = reached;
    }
    let store = Store::open_existing(&world.database()).unwrap();
    lost.extend(store.check_file().unwrap());
    (typed_count, called_saved, lost)
}

/// What the last whole frame called saved.
fn kill(pty: &mut Pty) -> Option<u64> {
    pty.signal(Signal::KILL);
    pty.wait();
    // A frame that was cut short may show half a number.
    pty.bytes().ends_with(b"\x1b[?2026l").then(|| saved(&pty.screen())).flatten()
}

/// Killed while a note is typed: what the screen showed is there but for the last keys.
pub(crate) fn typing(plan: Plan) -> Outcome {
    const MOST_LOST: usize = 20;
    let rounds = plan.rounds(40, 1_000);
    let (mut lost, mut worst, mut shown_count) = (Vec::new(), 0, 0);
    let mut dice = Dice::new(plan.seed);
    for round in 0..rounds {
        let world = World::new();
        let mut pty = world.start();
        pty.wait_for("saved #0");
        pty.send("n");
        pty.wait_for("Enter saves");
        let text: String = (0..70).map(|n| char::from(b'a' + (n * 7 + round % 26) as u8 % 26)).collect();
        let typed = 1 + dice.below(text.len());
        for c in text[..typed].chars() {
            pty.send(&c.to_string());
            std::thread::sleep(Duration::from_micros(dice.below(3_000) as u64));
        }
        kill(&mut pty);
        let screen = pty.screen();
        let shown = (0..=typed).rev().find(|len| screen.contains(&text[..*len])).unwrap_or(0);
        let store = Store::open_existing(&world.database()).unwrap();
        let session = store.sessions().unwrap().remove(0).id;
        let kept = store.drafts(session).unwrap().pop().map(|draft| draft.text).unwrap_or_default();
        shown_count += shown;
        worst = worst.max(shown.saturating_sub(kept.len()));
        if !text.starts_with(&kept) || shown.saturating_sub(kept.len()) > MOST_LOST {
            lost.push(format!("round {round}: {shown} keys were shown, {kept:?} is kept"));
        }
    }
    Outcome::new(format!("{rounds} kills, {shown_count} keys shown, {worst} keys gone at worst"), lost)
}

/// Killed while marks wait for a database that is not there: the rescue file brings all of them back, once.
pub(crate) fn rescued(plan: Plan) -> Outcome {
    let rounds = plan.rounds(10, 200);
    let (mut lost, mut waited) = (Vec::new(), 0);
    let mut dice = Dice::new(plan.seed);
    for round in 0..rounds {
        let world = World::new();
        let mut pty = world.start();
        pty.wait_for("saved #0");
        pty.send("p");
        pty.wait_until("it is saved", |screen, _| saved(screen) == Some(1));
        let away = world.folder.path().join("away.db");
        std::fs::rename(world.database(), &away).unwrap();
        let marks = 1 + dice.below(8);
        for mark in 1..=marks {
            pty.send(["f", "b", "i", "s"][dice.below(4)]);
            pty.wait_for(&format!("{mark} NOT SAVED"));
        }
        kill(&mut pty);
        waited += marks;
        std::fs::rename(&away, world.database()).unwrap();
        let files = seamwalk::tui::runtime::rescue::found_beside(&world.database());
        let [file] = files.as_slice() else {
            lost.push(format!("round {round}: {} rescue files", files.len()));
            continue;
        };
        for _ in 0..2 {
            let argv = world.argv();
            let file = file.to_str().unwrap().to_owned();
            let mut doctor = argv[..3].to_vec();
            doctor.extend(["doctor".to_owned(), "--rescue".to_owned(), file]);
            crate::world::said_by(&doctor);
            let found = world.on_disk();
            if found.saved != 1 + marks as u64 || found.verdicts.len() != 1 + marks {
                lost.push(format!("round {round}: {marks} marks waited, {found:?} is there"));
            }
        }
    }
    Outcome::new(format!("{rounds} kills, {waited} marks waited and were taken in twice"), lost)
}

/// The terminal vanishes: with its signal, with the signal ignored, and for a program that has no controlling terminal.
pub(crate) fn gone(plan: Plan) -> Outcome {
    let rounds = plan.rounds(8, 100);
    let ways = [
        ("told", vec!["sh", "-c", "exec \"$@\"", "sh"]),
        ("with hang-ups ignored", vec!["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]),
        ("without a controlling terminal", vec!["setsid", "--wait"]),
    ];
    let (mut lost, mut slowest, mut dearest) = (Vec::new(), Duration::ZERO, Duration::ZERO);
    for (way, prefix) in &ways {
        for round in 0..rounds {
            let world = World::new();
            let argv: Vec<String> =
                prefix.iter().map(|word| (*word).to_owned()).chain(world.argv()).collect();
            let mut pty = world.spawn(&argv, &[]);
            pty.wait_for("saved #0");
            pty.send("p");
            pty.wait_until("it is saved", |screen, _| saved(screen) == Some(1));
            let ended = pty.hang_up("j");
            slowest = slowest.max(ended.after);
            dearest = dearest.max(ended.cpu);
            if ended.after > LONGEST_END || ended.cpu > MOST_CPU {
                lost.push(format!("{way}, round {round}: {ended:?}"));
            }
            if world.on_disk().saved != 1 {
                lost.push(format!("{way}, round {round}: the mark is gone"));
            }
        }
    }
    let did = format!(
        "{} ways, {rounds} rounds each, ended after {} ms and {} ms of CPU at most",
        ways.len(),
        slowest.as_millis(),
        dearest.as_millis()
    );
    Outcome::new(did, lost)
}

/// Signals that say that a program is broken: none can take them up and give a terminal back. Rust's own handler takes
/// two of them up where nothing is broken, and the program goes on.
const OF_A_CRASH: [Signal; 4] = [Signal::ILL, Signal::FPE, Signal::SEGV, Signal::BUS];

/// Every signal that can be caught: what was saved stays, the terminal is given back, and what is no reason to end ends
/// nothing.
pub(crate) fn signals(plan: Plan) -> Outcome {
    const HARMLESS: [Signal; 8] = [
        Signal::CHILD,
        Signal::CONT,
        Signal::PIPE,
        Signal::TSTP,
        Signal::TTIN,
        Signal::TTOU,
        Signal::URG,
        Signal::WINCH,
    ];
    let mut fresh = Pty::spawn(&["true"], SIZE, &[]);
    fresh.wait();
    let untouched = format!("{:?}", fresh.termios());
    let all: Vec<Signal> = (1..=31).filter_map(Signal::from_named_raw).collect();
    let mut lost = Vec::new();
    let (mut count, mut ended) = (0, 0);
    for signal in all.into_iter().filter(|signal| ![Signal::KILL, Signal::STOP].contains(signal)) {
        let is_usual = [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT].contains(&signal);
        for round in 0..if is_usual { plan.rounds(3, 100) } else { plan.rounds(1, 10) } {
            count += 1;
            let world = World::new();
            let mut pty = world.start();
            pty.wait_for("saved #0");
            pty.send("p");
            pty.wait_until("it is saved", |screen, _| saved(screen) == Some(1));
            pty.signal(signal);
            let lives = HARMLESS.contains(&signal) || signal == Signal::XFSZ;
            if lives {
                pty.send("f");
                pty.wait_until("it goes on", |screen, _| saved(screen) == Some(2));
                pty.send("q");
            } else if OF_A_CRASH.contains(&signal) {
                pty.signal(Signal::KILL);
            } else {
                ended += 1;
            }
            let code = pty.wait().exit_code();
            let screen = pty.vt();
            let is_back = format!("{:?}", pty.termios()) == untouched
                && !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste();
            if !is_back && !OF_A_CRASH.contains(&signal) {
                lost.push(format!("{signal:?}, round {round}: the terminal is not given back ({code})"));
            }
            if world.on_disk().saved != if lives { 2 } else { 1 } {
                lost.push(format!("{signal:?}, round {round}: a mark is gone"));
            }
        }
    }
    Outcome::new(format!("{count} signals of {} kinds, {ended} ended it", 29), lost)
}

/// What a shell allows runs out: sizes of files, open files, the stack. Each is an error that is said, never a death by
/// signal (R44), and what was called saved is there.
pub(crate) fn limits(_: Plan) -> Outcome {
    /// In the units of `ulimit`: half kilobytes, files, kilobytes.
    const LIMITS: [&str; 16] = [
        "-f 1", "-f 40", "-f 220", "-f 260", "-f 300", "-f 400", "-n 4", "-n 6", "-n 8", "-n 10", "-n 12",
        "-n 14", "-n 16", "-n 20", "-s 512", "-s 1024",
    ];
    let (mut lost, mut refused, mut held) = (Vec::new(), 0, 0);
    for limit in LIMITS {
        let world = World::new();
        let script = format!("ulimit {limit}; \"$@\"; echo ended $?");
        let words = ["sh", "-c", &script, "sh"].map(str::to_owned);
        let argv: Vec<String> = words.into_iter().chain(world.argv()).collect();
        let mut pty = world.spawn(&argv, &[]);
        pty.wait_until("it walks or ends", |screen, _| saved(screen) == Some(0) || screen.contains("ended "));
        let mut called_saved = 0;
        if saved(&pty.screen()) == Some(0) {
            const UNSAVED: &str = "NOT SAVED";
            while called_saved < 60 && !pty.screen().contains(UNSAVED) {
                pty.send("pu");
                pty.wait_until("both are saved or not", |screen, _| {
                    saved(screen).is_some_and(|now| now >= called_saved + 2) || screen.contains(UNSAVED)
                });
                called_saved = saved(&pty.screen()).unwrap_or(called_saved).max(called_saved);
            }
            pty.send("q");
            if pty.screen().contains(UNSAVED) {
                held += 1;
                pty.wait_for("once more to leave");
                pty.send("q");
            }
        } else {
            refused += 1;
        }
        pty.wait_for("ended ");
        let screen = pty.screen();
        let code: Option<u32> = screen.rsplit("ended ").next().and_then(|code| code.trim().parse().ok());
        pty.wait();
        if code.is_none_or(|code| code >= 126) {
            lost.push(format!("{limit}: {code:?}, {screen}"));
        }
        if called_saved > 0 && world.on_disk().saved < called_saved {
            lost.push(format!(
                "{limit}: {called_saved} were called saved, {} are there",
                world.on_disk().saved
            ));
        }
    }
    if refused == 0 || held == 0 {
        lost.push(format!("too little was seen: {refused} refusals, {held} walks that could not save"));
    }
    let did = format!(
        "{} limits, {refused} refused the start, {held} held marks that could not be saved",
        LIMITS.len()
    );
    Outcome::new(did, lost)
}

/// Stopped by Ctrl-Z and continued by the shell's `fg`, again and again.
pub(crate) fn stops(plan: Plan) -> Outcome {
    let rounds = plan.rounds(10, 100);
    let world = World::new();
    let bash = ["bash", "--norc", "--noprofile", "--noediting", "-i"].map(str::to_owned);
    let mut pty = world.spawn(&bash, &[("PS1", "sh> ")]);
    pty.wait_for("sh> ");
    let at_shell = format!("{:?}", untouched_by(&["true"]));
    let words: Vec<String> = world.argv().iter().map(|word| format!("'{word}'")).collect();
    pty.send(&format!("{}\n", words.join(" ")));
    pty.wait_for("saved #0");
    let mut lost = Vec::new();
    let mut count = 0;
    for round in 0..rounds {
        count += 1;
        pty.send("pu");
        pty.wait_until("both are saved", |screen, _| saved(screen) == Some(2 * count));
        if round % 2 == 0 {
            pty.send("\x1a");
        } else {
            let job = job_of(&pty);
            rustix::process::kill_process(job, Signal::TSTP).unwrap();
        }
        pty.wait_until("the shell is back", |_, vt| !vt.alternate_screen());
        pty.wait_for("Stopped");
        if format!("{:?}", pty.termios()) != at_shell || pty.vt().hide_cursor() {
            lost.push(format!("round {round}: the terminal is not given back"));
        }
        pty.send("clear; fg\n");
        pty.wait_until("the walk is drawn again", |screen, vt| {
            vt.alternate_screen() && saved(screen) == Some(2 * count)
        });
    }
    pty.send("q");
    pty.wait_until("the shell is back", |_, vt| !vt.alternate_screen());
    pty.send("exit\n");
    pty.wait();
    if world.on_disk().saved != 2 * count {
        lost.push("a mark is gone".to_owned());
    }
    Outcome::new(format!("{rounds} stops and continuations"), lost)
}

fn untouched_by(argv: &[&str]) -> impl std::fmt::Debug + use<> {
    let mut pty = Pty::spawn(argv, SIZE, &[]);
    pty.wait();
    pty.termios()
}

/// The process that the shell runs.
fn job_of(pty: &Pty) -> Pid {
    let children = format!("/proc/{0}/task/{0}/children", pty.pid().as_raw_nonzero());
    let child = std::fs::read_to_string(children).unwrap();
    child.trim().parse().ok().and_then(Pid::from_raw).unwrap()
}

/// The program's clock steps while it is walked: the same decisions give the same state.
pub(crate) fn clocks(plan: Plan) -> Outcome {
    let library =
        ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"]
            .map(|folder| Path::new(folder).join("libfaketime.so.1"));
    let Some(library) = library.into_iter().find(|path| path.exists()) else {
        return Outcome::Skipped("libfaketime is not installed".to_owned());
    };
    // Where the clock stands before and after the step.
    let steps = [
        ("an hour back", "@2026-11-23 14:02:11", "@2026-11-23 13:02:11"),
        ("ten years back", "@2026-11-23 14:02:11", "@2016-11-23 14:02:11"),
        ("beyond 2038", "@2026-11-23 14:02:11", "@2038-01-19 03:14:09"),
        ("the night when summer time ends", "@2026-10-25 02:59:58", "@2026-10-25 02:00:02"),
        ("the night when summer time begins", "@2027-03-28 01:59:58", "@2027-03-28 03:00:02"),
    ];
    let rounds = plan.rounds(2, 20);
    let mut lost = Vec::new();
    for round in 0..rounds {
        for (what, before, after) in steps {
            let world = World::new();
            let clock = world.folder.path().join("clock");
            std::fs::write(&clock, before).unwrap();
            let env = [
                ("LD_PRELOAD", library.to_str().unwrap()),
                ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
                ("FAKETIME_NO_CACHE", "1"),
                ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
                ("TZ", "Europe/Warsaw"),
            ];
            let mut pty = world.spawn(&world.argv(), &env);
            let mut dice = Dice::new(plan.seed + round as u64);
            let mut model = Model::default();
            wait_resumed(&pty, &model);
            let mut cursor = model.resumed_at();
            for part in 0..4 {
                if part == 2 {
                    std::fs::write(&clock, after).unwrap();
                }
                for step in model.next_steps(&mut dice, part, cursor) {
                    cursor = model.step(&step, cursor);
                    pty.send(&step.keys());
                    pty.wait_until("it is saved", |screen, _| saved(screen) == Some(model.saved));
                }
            }
            pty.send("q");
            pty.wait();
            let found = world.on_disk();
            if found != model.seen_part() {
                lost.push(format!("{what}, round {round}: {model:?} was typed, {found:?} is there"));
            }
        }
    }
    Outcome::new(format!("{} steps, {rounds} walks each, under libfaketime", steps.len()), lost)
}
