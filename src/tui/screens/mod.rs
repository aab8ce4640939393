//! One folder a screen: what it holds (`state`), what keys do to it (`update`), what it looks like (`view`).

pub mod home;
pub mod summary;
pub mod walk;
