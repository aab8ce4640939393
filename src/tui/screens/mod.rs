//! One folder a screen: what it holds (`state`), what keys do to it (`update`), what it looks like (`view`).

pub mod comparison;
pub mod grid;
pub mod home;
pub mod map;
pub mod origin;
pub mod summary;
pub mod trend;
pub mod walk;
