//! The terminal itself: the only room that knows crossterm.
//!
//! Modes are set and taken back in [`terminal`] and `screen`, crossterm's events become our `Input` in [`input`], and
//! `signals` gives the terminal back when the program is ended or stopped from outside. This room knows nothing of
//! plans, sessions or screens: it draws what it is told to draw and says what was typed.

mod backend;
pub mod clipboard;
mod comparison;
pub mod editor;
pub mod effects;
pub mod errands;
pub mod event_loop;
mod grid;
pub mod input;
pub mod rescue;
mod screen;
mod signals;
pub mod terminal;
mod trend;
mod walks;
