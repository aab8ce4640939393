//! Which component calls which, and what is known of each connection: as a matrix, or as a list with the worst first.

pub mod layout;
pub mod matrix;
pub mod state;
pub mod update;
pub mod view;
