//! seamwalk: walk through the places where components meet, one key per verdict, nothing ever lost.
//!
//! # The map of the house
//!
//! ```text
//!             main.rs          parse, run, exit code
//!                |
//!       +--------+---------+
//!       v                  v
//!     cli/  --walk.rs-->  tui/             two faces; only cli/walk.rs starts the other one
//!       |      +-----------+-----------+
//!       |      v           v           v
//!       |   runtime/    screens/     keymap
//!       |   crossterm,  overlays/    keys, footer, help and
//!       |   effects     update: pure README in one table
//!       |      |        view: ratatui
//!       v      v
//!     opening, reading, git,               from a path to a walk and to bytes; what git says;
//!     reporting, writing                   from sessions to a report and a file
//!       |      |
//!       v      v
//!     store/ format/                       only store: rusqlite. format: text to values to text
//!       |      |
//!       v      v
//!     domain/                              no I/O, no clock
//! ```
//!
//! `visible` makes hostile text safe to show, `paths` says where files live, `error` gives the exit codes.
//!
//! # A tester presses p
//!
//! `tui::runtime::input` makes a [`tui::key::Key`] of it, [`tui::keymap`] an action. The walk's `update` asks the
//! session to decide, which gives events or a refusal, and returns an effect to append them. `tui::runtime::effects`
//! calls [`store::Store::append`]. Only its answer changes the session, moves the cursor and shows `saved #n`.
//!
//! What may take longer than a key, such as opening a session of 100,000 marks, goes to `tui::runtime::errands`: a thread
//! with a connection of its own, whose answer comes as a message. Meanwhile [`tui::waiting`] keeps what is typed.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | plan | an outline of sections and prompts; a Markdown file |
//! | section | a heading, or a list item that has children |
//! | prompt | one line that says what to check |
//! | component | a part of the system under test |
//! | integration point | a directed connection between two components; it may have a kind |
//! | session | one walk of one plan, by one tester, in one environment |
//! | charter | the session's mission, in one sentence |
//! | verdict | untested, pass, fail, blocked, inconclusive, skip |
//! | mark | the fact that a prompt was given a verdict; appended, never changed; the latest counts |
//! | note | a remark with its time: note, bug, question, idea, setup; on a prompt or the session |
//! | suspect | an integration point at which something changed since its failing prompt last passed |
//! | flaky | same prompt, same build, same states of both ends, different verdicts |
//!
//! # What is not here
//!
//! `test what_a_room_must_not_know_it_does_not_name` reads the sources and holds these:
//!
//! - `domain/` does no I/O, reads no clock, and names no other room.
//! - rusqlite only in `store/`, crossterm only in `tui/runtime/`, clap only in `cli/args`; ratatui only in the runtime,
//!   files named `view.rs`, the theme and the widgets.
//! - `store/` and `format/` know the domain and not each other; neither face knows the other, `cli/walk.rs` aside.
//! - An `update` or a `view` does no I/O and reads no clock; a `view` changes nothing.
//! - stdout and stderr are written in `cli/output.rs` and `tui/runtime/` only.
//! - No `unsafe`.
//!
//! Retired words stay away: `test retired_words_do_not_come_back`. Long files have a reason:
//! `test a_long_file_has_a_reason`. That each rule can fail: `test a_planted_offence_is_found_in_every_rule`.
//!
//! # Modules, in reading order
//!
//! [`domain`]; [`format`](mod@format) and [`store`] beside it; [`reading`], [`git`], [`opening`], [`writing`] and
//! [`reporting`] above them; [`visible`], [`paths`] and [`error`], which both faces use; [`cli`]; [`tui`].

pub mod domain;

pub mod format;
pub mod store;

pub mod git;
pub mod opening;
pub mod reading;
pub mod reporting;
pub mod writing;

pub mod error;
pub mod paths;
pub mod visible;

pub mod cli;
pub mod tui;
