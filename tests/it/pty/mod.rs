//! The program at a real pseudo-terminal. The harness knows nothing of seamwalk; the modules beside it do.

mod fixture;
mod harness;
mod lifecycle;
mod reading;
mod showing;
