//! seamwalk: walk through the places where components meet, one key per verdict, nothing ever lost.

pub mod cli;
pub mod domain;
pub mod format;
pub mod opening;
pub mod store;
pub mod tui;
pub mod visible;
