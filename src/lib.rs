//! seamwalk: walk through the places where components meet, one key per verdict, nothing ever lost.

pub mod cli;
pub mod domain;
pub mod error;
pub mod format;
pub mod opening;
pub mod paths;
pub mod reading;
pub mod store;
pub mod tui;
pub mod visible;
