//! One integration binary, a module an area.

mod cli;
mod identity;
mod store;
mod tidy;
