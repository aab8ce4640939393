//! The terminal itself: the only room that knows crossterm.
