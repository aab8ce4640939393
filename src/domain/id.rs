//! Identifiers, a type each, so that a session can never be passed where a prompt is meant.
//!
//! Sessions and events get a fresh UUIDv7. Plans and prompts get a *derived* one (UUIDv8, RFC 9562 §5.8): two
//! testers who read the same plan on two machines mint the same identifiers, so uniting their events later
//! needs no mapping between prompts.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

identifier!(
    /// A plan, wherever its file lies.
    PlanId
);
identifier!(
    /// A prompt, whatever its wording has become.
    PromptId
);
identifier!(
    /// One walk of one plan by one tester.
    SessionId
);
identifier!(
    /// One appended event.
    EventId
);
identifier!(
    /// The database that an event was first written by.
    WriterId
);

/// A map from identifiers. Its hash is several times as fast as the standard library's, which counts where every event
/// of a session is looked up at start; it is seeded anew in every run, so that no crafted file can make it slow.
pub type IdMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A set of identifiers, hashed as in [`IdMap`].
pub type IdSet<K> = HashSet<K, foldhash::fast::RandomState>;

/// A UUIDv8 made from `parts`: the same parts give the same identifier on every machine.
///
/// Each part is hashed with its length, so `["ab", "c"]` and `["a", "bc"]` differ.
#[must_use]
pub fn derived(parts: &[&str]) -> Uuid {
    let mut derivation = Derivation::default();
    parts.iter().for_each(|part| derivation.push(part));
    derivation.derived()
}

/// The parts that an identifier is derived from, in one piece: hashing many small ones costs several times as much, and
/// what many identifiers begin with is written once.
#[derive(Debug, Clone, Default)]
pub struct Derivation {
    hashed: Vec<u8>,
}

impl Derivation {
    /// Adds a part.
    pub fn push(&mut self, part: &str) {
        self.hashed.extend_from_slice(&(part.len() as u64).to_le_bytes());
        self.hashed.extend_from_slice(part.as_bytes());
    }

    /// How long all parts are, in bytes; [`Derivation::truncate`] goes back to it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashed.len()
    }

    /// True without any part.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashed.is_empty()
    }

    /// Drops the parts that were pushed since it was `len` long.
    pub fn truncate(&mut self, len: usize) {
        self.hashed.truncate(len);
    }

    /// As [`derived`] of all parts.
    #[must_use]
    pub fn derived(&self) -> Uuid {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&blake3::hash(&self.hashed).as_bytes()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_identifiers_depend_on_where_the_parts_are_cut() {
        assert_eq!(derived(&["ab", "c"]), derived(&["ab", "c"]));
        assert_ne!(derived(&["ab", "c"]), derived(&["a", "bc"]));
        assert_eq!(derived(&["ab"]).get_version_num(), 8);
        let mut derivation = Derivation::default();
        assert_eq!((derivation.derived(), derivation.is_empty()), (derived(&[]), true));
        derivation.push("ab");
        let len = derivation.len();
        derivation.push("d");
        derivation.truncate(len);
        derivation.push("c");
        assert_eq!(derivation.derived(), derived(&["ab", "c"]));
    }
}
