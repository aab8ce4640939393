//! One integration binary, a module an area.

mod identity;
mod store;
mod tidy;
