//! What every prompt of a plan was judged in every session of it: prompts by sessions.

pub mod layout;
pub mod state;
pub mod update;
pub mod view;
