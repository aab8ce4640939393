//! Which component calls which, and what is known of each connection.

pub mod state;
pub mod update;
pub mod view;
