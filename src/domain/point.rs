//! Integration points: the directed connections between components, as a heading names them.

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

/// The arrows that a plan may write, the longest first so that `<->` is not read as `->`.
const ARROWS: [(&str, bool); 4] = [("<->", true), ("↔", true), ("->", false), ("→", false)];

/// How many arrows `text` holds; a heading with one that is no point deserves a warning.
#[must_use]
pub fn arrow_count(text: &str) -> usize {
    let mut rest = text;
    let mut count = 0;
    while let Some((at, arrow, _)) = first_arrow(rest) {
        count += 1;
        rest = &rest[at + arrow.len()..];
    }
    count
}

fn first_arrow(text: &str) -> Option<(usize, &'static str, bool)> {
    ARROWS
        .into_iter()
        .filter_map(|(arrow, both)| text.find(arrow).map(|at| (at, arrow, both)))
        .min_by_key(|(at, arrow, _)| (*at, usize::MAX - arrow.len()))
}

/// Reads a heading whose whole text is `A -> B`, `A → B` or `A <-> B`, with an optional `(kind)`.
///
/// With `declared` components only those names count, in any case, and the declared spelling is kept. Without
/// any, two names around exactly one arrow are enough. Anything else is `None`: an ordinary heading.
#[must_use]
pub fn parse_point(text: &str, declared: &[String]) -> Option<IntegrationPoint> {
    let text = text.trim();
    let (at, arrow, both_ways) = first_arrow(text)?;
    if arrow_count(text) != 1 {
        return None;
    }
    let (right, kind) = split_kind(text[at + arrow.len()..].trim());
    let from = component(text[..at].trim(), declared)?;
    let to = component(right, declared)?;
    Some(IntegrationPoint { from, to, kind, both_ways })
}

/// Cuts a trailing `(kind)` off `inventory (http)`.
fn split_kind(text: &str) -> (&str, Option<String>) {
    let Some(inner) = text.strip_suffix(')') else { return (text, None) };
    let Some(open) = inner.rfind('(') else { return (text, None) };
    let (name, kind) = (inner[..open].trim_end(), inner[open + 1..].trim());
    if name.is_empty() || kind.is_empty() { (text, None) } else { (name, Some(kind.to_owned())) }
}

fn component(name: &str, declared: &[String]) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    if declared.is_empty() {
        return Some(name.to_owned());
    }
    let lower = name.to_lowercase();
    declared.iter().find(|d| d.to_lowercase() == lower).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String, Option<String>, bool)> {
        parse_point(text, &[]).map(|p| (p.from, p.to, p.kind, p.both_ways))
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
        let point = parse_point("cart -> inventory", &declared).unwrap();
        assert_eq!(point.from, "Cart");
        assert_eq!(parse_point("cart -> mail", &declared), None);
        assert_eq!(parse_point("Settings -> General", &declared), None);
    }
}
