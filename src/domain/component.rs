//! Components: the parts of the system under test, and whether the real one answers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What stands where a component belongs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ComponentState {
    /// The component itself.
    Real,
    /// A stand-in, with its name where it has one: `stripe-mock`.
    Fake(Option<String>),
    /// Nothing.
    Absent,
    /// Nobody said: it makes nothing provisional and never counts as real.
    #[default]
    Unknown,
}

impl ComponentState {
    /// Real, fake, absent and unknown, in the order in which they are offered.
    pub const WORDS: [&'static str; 4] = ["real", "fake", "absent", "unknown"];

    /// The word for it, without a fake's name.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Fake(_) => "fake",
            Self::Absent => "absent",
            Self::Unknown => "unknown",
        }
    }

    /// The name of the stand-in, where it has one.
    #[must_use]
    pub fn fake_name(&self) -> Option<&str> {
        match self {
            Self::Fake(name) => name.as_deref(),
            Self::Real | Self::Absent | Self::Unknown => None,
        }
    }

    /// A stand-in called `name`; without a name where that is blank.
    #[must_use]
    pub fn fake(name: &str) -> Self {
        let name = name.trim();
        Self::Fake(if name.is_empty() { None } else { Some(name.to_owned()) })
    }
}

impl fmt::Display for ComponentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        self.fake_name().map_or(Ok(()), |name| write!(f, ": {name}"))
    }
}

/// The word was none of the four states.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a component: say real, fake, fake: NAME, absent or unknown")]
pub struct UnknownState(pub String);

impl FromStr for ComponentState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "real" => Ok(Self::Real),
            "fake" => Ok(Self::Fake(None)),
            "absent" => Ok(Self::Absent),
            "unknown" => Ok(Self::Unknown),
            other => match other.split_once(':') {
                Some((word, name)) if word.trim_end() == "fake" => Ok(Self::fake(name)),
                Some(_) | None => Err(UnknownState(text.to_owned())),
            },
        }
    }
}

/// What stands for each component. One that is not listed is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct States(BTreeMap<String, ComponentState>);

impl States {
    /// The state of `component`.
    #[must_use]
    pub fn of(&self, component: &str) -> &ComponentState {
        self.0.get(component).unwrap_or(&ComponentState::Unknown)
    }

    /// `component` is `state` from now on.
    pub fn set(&mut self, component: impl Into<String>, state: ComponentState) {
        self.0.insert(component.into(), state);
    }

    /// True where nobody said anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The components that somebody said something of, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ComponentState)> {
        self.0.iter().map(|(component, state)| (component.as_str(), state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back() {
        let named = ComponentState::Fake(Some("stripe-mock".to_owned()));
        assert_eq!(named.to_string(), "fake: stripe-mock");
        for state in [
            ComponentState::Real,
            ComponentState::Fake(None),
            named,
            ComponentState::Absent,
            ComponentState::Unknown,
        ] {
            assert!(ComponentState::WORDS.contains(&state.word()));
            assert_eq!(state.to_string().parse(), Ok(state));
        }
        assert_eq!("fake:".parse(), Ok(ComponentState::Fake(None)));
        for wrong in ["", "mock", "Real", "real: x"] {
            assert_eq!(wrong.parse::<ComponentState>(), Err(UnknownState(wrong.to_owned())));
        }
    }

    #[test]
    fn a_component_that_nobody_spoke_of_is_unknown() {
        let mut states = States::default();
        states.set("mail", ComponentState::Absent);
        assert_eq!(states.of("mail"), &ComponentState::Absent);
        assert_eq!(states.of("web"), &ComponentState::Unknown);
    }
}
