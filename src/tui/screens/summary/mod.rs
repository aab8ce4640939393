//! The summary: what was tested, what failed, all notes; finishing and reopening.

pub mod state;
pub mod update;
pub mod view;
