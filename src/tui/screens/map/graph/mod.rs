//! The boxes and arrows that [`crate::domain::map::graph`] places, on the screen.

pub mod view;
