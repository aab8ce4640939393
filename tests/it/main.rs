//! One integration binary, a module an area.

mod corpus;
mod formats;
