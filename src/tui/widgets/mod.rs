//! Pieces that several screens draw.

pub mod ends;
pub mod parts;
pub mod text_field;
