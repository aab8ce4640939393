//! Components: the parts of the system under test, and whether the real one answers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::verdict::Ground;

/// The most characters of a component's or a fake's name; a longer one is a slip of the clipboard.
pub const MAX_NAME_CHARS: usize = 200;

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

/// The two ends of an integration point and what stood there, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ends {
    /// The component that calls.
    pub from: End,
    /// The component that is called.
    pub to: End,
}

/// One end of an integration point; in words `payments fake: stripe-mock`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct End {
    /// The component that belongs there.
    pub component: String,
    /// What stood there.
    pub state: ComponentState,
}

impl End {
    /// True where something else or nothing stood in its place.
    #[must_use]
    pub fn is_stood_in(&self) -> bool {
        matches!(self.state, ComponentState::Fake(_) | ComponentState::Absent)
    }

    /// True where somebody said what stood there.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.state != ComponentState::Unknown
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.component, self.state)
    }
}

impl Ends {
    /// The ends of `from -> to` as `states` has them.
    #[must_use]
    pub fn of(from: &str, to: &str, states: &States) -> Self {
        let end =
            |component: &str| End { component: component.to_owned(), state: states.of(component).clone() };
        Self { from: end(from), to: end(to) }
    }

    /// What a verdict rests on that was given then: one fake or absent end makes it provisional, two real ones make
    /// it real, and what is unknown does neither.
    #[must_use]
    pub fn ground(&self) -> Ground {
        use ComponentState::{Absent, Fake, Real};
        match (&self.from.state, &self.to.state) {
            (Fake(_) | Absent, _) | (_, Fake(_) | Absent) => Ground::Provisional,
            (Real, Real) => Ground::Real,
            _ => Ground::Unstated,
        }
    }

    /// The end where `component` belongs.
    #[must_use]
    pub fn end(&self, component: &str) -> Option<&End> {
        [&self.from, &self.to].into_iter().find(|end| end.component == component)
    }

    /// The caller and what it calls; of a component that calls itself, one.
    pub fn each(&self) -> impl Iterator<Item = &End> {
        let other = (self.to.component != self.from.component).then_some(&self.to);
        std::iter::once(&self.from).chain(other)
    }

    /// The ends of which somebody said what stood there: `cart real, payments fake: stripe-mock`.
    #[must_use]
    pub fn known(&self) -> String {
        said(self.each().filter(|end| end.is_known()))
    }

    /// Who was fake or absent: `payments fake: stripe-mock`; empty where nobody was.
    #[must_use]
    pub fn stand_ins(&self) -> String {
        said(self.each().filter(|end| end.is_stood_in()))
    }
}

fn said<'a>(ends: impl Iterator<Item = &'a End>) -> String {
    ends.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// States as text, as the command line and the front matter write them; for `#[serde(with = …)]`.
///
/// The derived form names Rust's variants, which is fine in a blob with a form number and not in an event, which is
/// kept for ever.
pub(crate) mod states_as_text {
    use super::{BTreeMap, ComponentState, Deserialize, Deserializer, Serialize, Serializer, States};

    /// A map from component to state.
    pub(crate) fn serialize<S: Serializer>(states: &States, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: BTreeMap<&str, String> = states.iter().map(|(c, state)| (c, state.to_string())).collect();
        texts.serialize(serializer)
    }

    /// The same back.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<States, D::Error> {
        let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
        let mut states = States::default();
        for (component, text) in texts {
            states.set(component, text.parse::<ComponentState>().map_err(serde::de::Error::custom)?);
        }
        Ok(states)
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
    fn what_a_verdict_rests_on_follows_from_both_ends() {
        let states = ["real", "fake: x", "absent", "unknown"];
        let ground = |from: &str, to: &str| {
            let mut known = States::default();
            known.set("a", from.parse().unwrap());
            known.set("b", to.parse().unwrap());
            Ends::of("a", "b", &known).ground()
        };
        for from in states {
            for to in states {
                let stands_in = |state: &str| state.starts_with("fake") || state == "absent";
                let expected = match (from, to) {
                    _ if stands_in(from) || stands_in(to) => Ground::Provisional,
                    ("real", "real") => Ground::Real,
                    _ => Ground::Unstated,
                };
                assert_eq!(ground(from, to), expected, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn ends_say_who_was_real_and_who_stood_in() {
        for (from, to, known, stand_ins) in [
            ("unknown", "unknown", "", ""),
            ("real", "unknown", "a real", ""),
            ("real", "real", "a real, b real", ""),
            ("real", "fake: x", "a real, b fake: x", "b fake: x"),
            ("absent", "fake", "a absent, b fake", "a absent, b fake"),
            ("unknown", "absent", "b absent", "b absent"),
        ] {
            let mut states = States::default();
            states.set("a", from.parse().unwrap());
            states.set("b", to.parse().unwrap());
            let ends = Ends::of("a", "b", &states);
            assert_eq!((ends.known(), ends.stand_ins()), (known.to_owned(), stand_ins.to_owned()));
            assert_eq!(!ends.stand_ins().is_empty(), ends.ground() == Ground::Provisional, "{from}, {to}");
        }
        let mut states = States::default();
        states.set("a", ComponentState::Real);
        assert_eq!(Ends::of("a", "a", &states).known(), "a real", "a call to itself has one end");
    }

    #[test]
    fn a_component_that_nobody_spoke_of_is_unknown() {
        let mut states = States::default();
        states.set("mail", ComponentState::Absent);
        assert_eq!(states.of("mail"), &ComponentState::Absent);
        assert_eq!(states.of("web"), &ComponentState::Unknown);
    }
}
