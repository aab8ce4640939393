//! Which component calls which, and what is known of each connection: as a matrix, as a list with the worst first, or
//! as boxes and arrows.

pub mod graph;
pub mod layout;
pub mod matrix;
pub mod state;
pub mod update;
pub mod view;
