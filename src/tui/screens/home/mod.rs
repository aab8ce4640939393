//! Home: plans and sessions, the open ones first.

pub mod state;
pub mod update;
pub mod view;
