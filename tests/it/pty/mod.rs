//! The program at a real pseudo-terminal. The harness knows nothing of seamwalk; the modules beside it do.

#![expect(clippy::unwrap_used, reason = "a harness that cannot go on fails its test")]

pub(crate) mod fixture;
pub(crate) mod harness;
pub(crate) mod lifecycle;
mod reading;
mod showing;
