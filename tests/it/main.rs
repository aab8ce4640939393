//! One integration binary, a module an area.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test, as the test itself would")]

mod identity;
mod opening;
mod store;
