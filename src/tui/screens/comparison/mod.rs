//! What is different between two sessions.

pub mod layout;
pub mod state;
pub mod update;
pub mod view;
