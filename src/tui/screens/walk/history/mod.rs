//! What a walk knows and shows of earlier sessions.

pub mod state;
pub mod view;
