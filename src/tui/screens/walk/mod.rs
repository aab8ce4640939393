//! The walk: an outline on one side, the current prompt on the other, one key a verdict.

pub mod blocking;
pub mod detail;
pub mod filter;
pub mod history;
pub mod obstacle;
pub mod order;
pub mod state;
pub mod timing;
pub mod tree;
pub mod update;
pub mod view;
