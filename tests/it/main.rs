//! One integration binary, a module an area.
//!
//! Each module is `cfg(test)`, as everything here is, because that is how clippy knows that its helpers may `unwrap`.

#[cfg(test)]
mod app;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod docs;
#[cfg(all(test, unix))]
mod doctor;
#[cfg(all(test, unix))]
mod e2e;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod history;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod map;
#[cfg(test)]
mod opening;
#[cfg(all(test, unix))]
mod picture;
#[cfg(all(test, unix))]
mod pty;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod store;
#[cfg(test)]
mod strategy;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod trend;
#[cfg(test)]
mod upgrade;
