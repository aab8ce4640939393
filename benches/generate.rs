//! Writes a plan of any size, to measure by hand: `cargo bench --bench generate -- 100000 > plan.md`.
//!
//! The same number gives the same plan everywhere. A second number edits so many of its lines:
//! `cargo bench --bench generate -- 100000 10 > plan.md`.
#![expect(clippy::print_stdout, reason = "the plan goes where the reader sends it")]

#[path = "plans/edited.rs"]
mod edited;
mod plans;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    // `cargo bench` without a number runs this too, and should not flood the terminal.
    let prompts = numbers.next().unwrap_or(20);
    let plan = plans::plan(prompts);
    match numbers.next() {
        Some(lines) => print!("{}", edited::edited(&plan, lines)),
        None => print!("{plan}"),
    }
}
