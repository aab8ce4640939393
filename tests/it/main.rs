//! One integration binary, a module an area.

mod identity;
#[cfg(unix)]
mod pty;
mod store;
