//! One integration binary, a module an area.

#[cfg(unix)]
mod pty;
