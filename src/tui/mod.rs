//! The terminal face.

pub mod input;
pub mod key;
pub mod runtime;
