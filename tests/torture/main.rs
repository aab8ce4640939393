//! Torture: what a disk, a kernel or another program can do to a database, done to it on purpose.
//!
//! ```text
//! cargo test --test torture                       every case, a few minutes
//! cargo test --test torture -- --full             the figures of a release, an hour or more
//! cargo test --test torture -- --seed 7 power     only cases whose name holds `power`, another seed
//! ```
//!
//! Each case says what it did, how often, and what was lost; a single lost, doubled or altered mark fails it. The seed is
//! fixed and printed, so that a failure comes back. What a machine cannot do (no strace, no right to mount) is said to be
//! skipped. The program under torture is this one, started anew as a writer ([`writer`]).
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a torture that cannot go on has to stop")]

#[cfg(unix)]
mod calls;
#[cfg(unix)]
mod disk;
#[cfg(unix)]
mod flips;
#[cfg(unix)]
mod fuzz;
#[cfg(unix)]
mod power;
#[cfg(unix)]
mod reading;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod together;
#[cfg(unix)]
mod trace;
#[cfg(unix)]
mod world;
#[cfg(unix)]
mod writer;

#[cfg(not(unix))]
fn main() {
    println!("torture needs a Unix system: skipped");
}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    table::main()
}

#[cfg(unix)]
mod table {
    use std::process::ExitCode;
    use std::time::Instant;

    use super::{calls, disk, flips, fuzz, power, reading, terminal, together, writer};

    /// How much is done, with which dice.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Plan {
        pub(crate) is_full: bool,
        pub(crate) seed: u64,
    }

    impl Plan {
        /// `short` or `full` rounds.
        pub(crate) fn rounds(self, short: usize, full: usize) -> usize {
            if self.is_full { full } else { short }
        }
    }

    /// What a case did.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum Outcome {
        /// What was done and how often; what was lost, one line each.
        Done { did: String, lost: Vec<String> },
        /// What the machine lacks.
        Skipped(String),
    }

    impl Outcome {
        pub(crate) fn new(did: String, lost: Vec<String>) -> Self {
            Self::Done { did, lost }
        }
    }

    type Case = fn(Plan) -> Outcome;

    const CASES: &[(&str, Case)] = &[
        ("kill: at random moments", terminal::kills),
        ("kill: while typing", terminal::typing),
        ("kill: while marks wait", terminal::rescued),
        ("power: marks", power::marks),
        ("power: upgrade", power::upgrade),
        ("calls: an error once", calls::once),
        ("calls: an error for good", calls::lasting),
        ("calls: a kill", calls::kill),
        ("calls: upgrade", calls::upgrade),
        ("calls: backup", calls::backup),
        ("calls: report", calls::report),
        ("disk: full and freed", disk::full),
        ("disk: file taken away", disk::taken_away),
        ("disk: file overwritten", disk::overwritten),
        ("disk: read only", disk::read_only),
        ("disk: out of memory", disk::out_of_memory),
        ("flips: single bits", flips::bits),
        ("together: four writers", together::writers),
        ("together: two on one prompt", together::same_prompt),
        ("terminal: gone", terminal::gone),
        ("terminal: signals", terminal::signals),
        ("terminal: stopped", terminal::stops),
        ("terminal: limits", terminal::limits),
        ("reading: side effects", reading::side_effects),
        ("fuzz: plans", fuzz::plans),
        ("fuzz: databases", fuzz::databases),
        ("fuzz: configuration", fuzz::configuration),
        ("fuzz: rescue files", fuzz::rescues),
        ("time: any clock", together::clocks),
        ("time: the program's clock", terminal::clocks),
    ];

    const SEED: u64 = 0x5ea3_3a1c;

    pub(crate) fn main() -> ExitCode {
        let mut words: Vec<String> = std::env::args().skip(1).collect();
        if words.first().is_some_and(|word| word == writer::WORD) {
            return writer::main(&words[1..]);
        }
        let mut plan = Plan { is_full: false, seed: SEED };
        if let Some(at) = words.iter().position(|word| word == "--full") {
            words.remove(at);
            plan.is_full = true;
        }
        if let Some(at) = words.iter().position(|word| word == "--seed") {
            let Some(seed) = words.get(at + 1).and_then(|seed| seed.parse().ok()) else {
                eprintln!("--seed needs a number");
                return ExitCode::from(2);
            };
            plan.seed = seed;
            words.drain(at..=at + 1);
        }
        let form = if plan.is_full { "full" } else { "short" };
        println!("torture, {form} form, --seed {}", plan.seed);
        // What goes wrong stands in the table.
        std::panic::set_hook(Box::new(|_| ()));
        let mut broken = 0;
        let mut ran = 0;
        for (name, case) in CASES {
            if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
                continue;
            }
            ran += 1;
            let start = Instant::now();
            let outcome = std::panic::catch_unwind(|| case(plan)).unwrap_or_else(|panic| {
                let why = panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned());
                Outcome::new("broken off".to_owned(), vec![why])
            });
            let took_s = start.elapsed().as_secs_f32();
            match outcome {
                Outcome::Skipped(why) => println!("  {name:<28} skipped: {why}"),
                Outcome::Done { did, lost } if lost.is_empty() => {
                    println!("  {name:<28} {did}; nothing lost ({took_s:.1} s)");
                }
                Outcome::Done { did, lost } => {
                    broken += 1;
                    println!("  {name:<28} {did}; LOST {} ({took_s:.1} s)", lost.len());
                    lost.iter().take(20).for_each(|line| println!("      {line}"));
                }
            }
        }
        println!("torture: {ran} cases, {broken} broken");
        if broken == 0 && ran > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
