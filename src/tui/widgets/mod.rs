//! Pieces that several screens draw.

pub mod parts;
pub mod text_field;
