//! The terminal face: a model, messages that change it, a view that draws it, and the runtime that does the rest.

pub mod effect;
pub mod fuzzy;
pub mod input;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod model;
pub mod msg;
pub mod overlays;
pub mod run;
pub mod runtime;
pub mod screens;
pub mod settings;
pub mod stopwatch;
pub mod theme;
pub mod update;
pub mod view;
pub mod waiting;
pub mod widgets;
