//! The sessions of a plan over time: sparklines, and a bar for each session.

pub mod state;
pub mod update;
pub mod view;
