//! One integration binary, a module an area.

mod identity;
mod opening;
mod store;
