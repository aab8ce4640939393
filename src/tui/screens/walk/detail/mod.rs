//! The current prompt, section or stage in full.

pub mod view;
