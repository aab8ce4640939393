//! Prompts by sessions.

pub mod state;
pub mod update;
pub mod view;
