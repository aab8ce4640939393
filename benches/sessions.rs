//! Writes a database of many sessions of one plan, to measure and to look at by hand:
//! `cargo bench --bench sessions -- 100 10000 big.db` walks a plan of 10,000 prompts 100 times and puts the plan beside
//! the database, as `big.md`. `seamwalk --db big.db big.md` then begins session 101.
//!
//! The same numbers give the same plan, verdicts, notes, builds and components everywhere. All sessions are finished;
//! the last one was the day before. A million marks take about 600 MB.
#![expect(clippy::print_stdout, reason = "what was written goes where the reader sends it")]
#![expect(clippy::unwrap_used, reason = "a database that cannot be written has to stop")]

mod plans;
#[path = "plans/walked.rs"]
mod walked;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use seamwalk::opening::{self, Source};
use seamwalk::store::Store;
use seamwalk::tui::runtime::effects::parse;
use seamwalk::tui::runtime::event_loop;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [sessions, prompts, file] = words.as_slice() else {
        // `cargo bench` without words runs this too, and should write nothing.
        println!("say how many sessions, how many prompts, and which file: -- 100 10000 big.db");
        return;
    };
    let (sessions, prompts): (usize, usize) = (sessions.parse().unwrap(), prompts.parse().unwrap());
    let database = PathBuf::from(file);
    assert!(!database.exists(), "{file} is there already");
    let plan = database.with_extension("md");
    fs::write(&plan, plans::plan(prompts)).unwrap();
    let begun = Instant::now();
    let mut store = Store::open(&database).unwrap();
    let now = event_loop::now();
    let opened = opening::open_plan(&mut store, Source::File(&plan), now, &parse).unwrap();
    walked::walked(&mut store, &opened.revision, sessions, now);
    let seconds = begun.elapsed().as_secs_f64();
    println!("{sessions} sessions of {prompts} prompts in {}, {seconds:.1} s", database.display());
}
