//! Pieces that several screens draw.

pub mod clock;
pub mod ends;
pub mod parts;
pub mod text_field;
