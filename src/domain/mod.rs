//! What a walk *is*: plans, sessions, verdicts and the rules between them.
//!
//! Nothing here reads a file, a clock, an environment variable or a terminal: time and identifiers come in
//! as arguments. That is what lets a property test replay a million events without touching a disk, and what
//! lets the TUI and the command line share one set of rules.

pub mod compare;
pub mod component;
pub mod course;
pub mod grid;
pub mod history;
pub mod id;
pub mod identity;
pub mod map;
pub mod plan;
pub mod point;
pub mod progress;
pub mod report;
pub mod retest;
pub mod revision;
pub mod session;
pub mod strategy;
pub mod time;
pub mod trend;
pub mod verdict;
