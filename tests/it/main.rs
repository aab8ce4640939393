//! One integration binary, a module an area.

mod cli;
mod identity;
#[cfg(unix)]
mod pty;
mod store;
mod tidy;
