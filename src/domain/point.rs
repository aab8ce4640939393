//! Integration points: the directed connections between components, as a heading names them.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A directed connection between two components.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IntegrationPoint {
    /// The component that calls.
    pub from: String,
    /// The component that is called.
    pub to: String,
    /// How they talk: `http`, `queue`, `db`, … as the plan says it.
    pub kind: Option<String>,
    /// Written `<->`: each calls the other.
    pub both_ways: bool,
}

impl fmt::Display for IntegrationPoint {
    /// As a plan writes it: `cart -> inventory (http)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = if self.both_ways { "<->" } else { "->" };
        write!(f, "{} {arrow} {}", self.from, self.to)?;
        self.kind.as_ref().map_or(Ok(()), |kind| write!(f, " ({kind})"))
    }
}

/// The arrows that a plan may write, the longest first so that `<->` is not read as `->`.
const ARROWS: [(&str, bool); 4] = [("<->", true), ("↔", true), ("->", false), ("→", false)];

/// How many arrows `text` holds; a heading with one that is no point deserves a warning.
#[must_use]
pub fn arrow_count(text: &str) -> usize {
    arrows(text).count()
}

/// The arrows of `text` from the left: where each begins, how it is written, whether it points both ways.
///
/// One pass: a hostile heading may hold a hundred thousand of them.
fn arrows(text: &str) -> impl Iterator<Item = (usize, &'static str, bool)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let rest = &text.as_bytes()[at..];
            let found = ARROWS.into_iter().find(|(arrow, _)| rest.starts_with(arrow.as_bytes()));
            let start = at;
            at += found.map_or(1, |(arrow, _)| arrow.len());
            if let Some((arrow, both_ways)) = found {
                return Some((start, arrow, both_ways));
            }
        }
        None
    })
}

/// The names that a plan declares as its components, for looking up in any case.
///
/// Made once for a plan: with a search through the list for each heading, a plan of many components and many
/// headings would take hours.
#[derive(Debug, Default)]
pub struct Components<'p> {
    by_lower_case: HashMap<String, &'p str>,
}

impl<'p> Components<'p> {
    /// The names in `declared`; where two differ in case only, the first one's spelling counts.
    #[must_use]
    pub fn of(declared: &'p [String]) -> Self {
        let mut by_lower_case = HashMap::with_capacity(declared.len());
        for name in declared {
            by_lower_case.entry(name.to_lowercase()).or_insert(name.as_str());
        }
        Self { by_lower_case }
    }

    /// `name` in its declared spelling, or as it is where nothing is declared.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        if self.by_lower_case.is_empty() {
            return Some(name.to_owned());
        }
        self.by_lower_case.get(&name.to_lowercase()).map(|&name| name.to_owned())
    }
}

/// Reads a heading whose whole text is `A -> B`, `A → B` or `A <-> B`, with an optional `(kind)`.
///
/// With declared `components` only those names count, in any case, and the declared spelling is kept. Without
/// any, two names around exactly one arrow are enough. Anything else is `None`: an ordinary heading.
#[must_use]
pub fn parse_point(text: &str, components: &Components<'_>) -> Option<IntegrationPoint> {
    let text = text.trim();
    let mut arrows = arrows(text);
    let (at, arrow, both_ways) = arrows.next()?;
    if arrows.next().is_some() {
        return None;
    }
    let (right, kind) = split_kind(text[at + arrow.len()..].trim());
    let from = components.find(text[..at].trim())?;
    let to = components.find(right)?;
    Some(IntegrationPoint { from, to, kind, both_ways })
}

/// Cuts a trailing `(kind)` off `inventory (http)`.
fn split_kind(text: &str) -> (&str, Option<String>) {
    let Some(inner) = text.strip_suffix(')') else { return (text, None) };
    let Some(open) = inner.rfind('(') else { return (text, None) };
    let (name, kind) = (inner[..open].trim_end(), inner[open + 1..].trim());
    if name.is_empty() || kind.is_empty() { (text, None) } else { (name, Some(kind.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String, Option<String>, bool)> {
        parse_point(text, &Components::default()).map(|p| (p.from, p.to, p.kind, p.both_ways))
    }

    #[test]
    fn arrows_between_two_names_are_points() {
        let point = |from: &str, to: &str, kind: Option<&str>, both| {
            Some((from.to_owned(), to.to_owned(), kind.map(str::to_owned), both))
        };
        assert_eq!(read("cart -> inventory (http)"), point("cart", "inventory", Some("http"), false));
        assert_eq!(read("cart→inventory"), point("cart", "inventory", None, false));
        assert_eq!(read(" web app <-> auth "), point("web app", "auth", None, true));
        assert_eq!(read("a ↔ b (queue)"), point("a", "b", Some("queue"), true));
        assert_eq!(read("a -> b ()"), point("a", "b ()", None, false));
    }

    #[test]
    fn other_headings_are_not() {
        for text in ["cart", "a -> b -> c", "-> b", "a ->", "a <-> b -> c", ""] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn declared_components_are_the_only_names_that_count() {
        let declared = ["Cart".to_owned(), "inventory".to_owned()];
        let declared = Components::of(&declared);
        let point = parse_point("cart -> inventory", &declared).unwrap();
        assert_eq!(point.from, "Cart");
        assert_eq!(parse_point("cart -> mail", &declared), None);
        assert_eq!(parse_point("Settings -> General", &declared), None);
    }
}
