//! The YAML between two `---` lines at the top of a plan.
//!
//! The only module that knows a YAML library, and only its events: aliases are looked up and never expanded, so
//! a document of nested aliases costs no more than its bytes. Keys that are not ours belong to other tools and are
//! kept as they stand. Ours are:
//!
//! | key | what it says |
//! |---|---|
//! | `id`, `title` | what the plan is, wherever its file goes, and what it is called |
//! | `components` | the only names that count around an arrow: `[web, cart]`; with the state that a session starts with, `[web, {payments: {fake: stripe-mock}}, {mail: absent}]` or `{web: real, mail: absent}` |
//! | `connections` | points that are known to exist, as a heading would name them, whether or not a prompt touches them: `[cart -> mail (smtp), web <-> cart]` |
//! | `fields` | what a session says of its environment: `[build, environment]` |
//! | `data` | test data, a mapping a row: `[{what: customer, login: alice}]` |

use std::collections::{HashMap, HashSet};

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

use super::prose::collapse;
use super::{Problem, Severity};
use crate::domain::component::ComponentState;
use crate::domain::plan::{DataRow, Plan};
use crate::domain::point::{Components, parse_point};

/// The most values that `data` may hold; aliases could name one long row very often.
const MAX_DATA_VALUES: usize = 100_000;

/// The longest state of a component, its fake's name included; aliases could name one long text very often.
const MAX_STATE_BYTES: usize = 200;
/// What a component's state looks like, for whoever wrote another one.
const STATE_EXAMPLE: &str =
    "a component's state is not read: write real, fake, absent or unknown, or `{fake: stripe-mock}`";

/// What the top of a file says.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    /// A plan without outline; the title is empty where none is given.
    pub(super) plan: Plan,
    pub(super) problems: Vec<Problem>,
    /// Byte offset of the first line after it; 0 where there is none.
    pub(super) body_start: usize,
}

/// Reads the front matter of `source`; none where the file merely begins with a rule.
pub(super) fn read(source: &str) -> FrontMatter {
    let Some((raw, body_start)) = cut(source) else { return FrontMatter::default() };
    let mut front = FrontMatter { body_start, ..FrontMatter::default() };
    match Document::parse(raw) {
        Ok(document) => {
            let Some(entries) = document.root_entries() else { return FrontMatter::default() };
            Reader { document: &document, front: &mut front }.read(entries);
        }
        Err(_) if !looks_like_mapping(raw) => return FrontMatter::default(),
        Err(problem) => front.problems.push(problem),
    }
    front.plan.front_matter = Some(raw.to_owned());
    front
}

/// The text between the fences and where the body begins.
fn cut(source: &str) -> Option<(&str, usize)> {
    let first = source.find('\n')?;
    if source[..first].trim_end() != "---" {
        return None;
    }
    let start = first + 1;
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let raw = source.get(start..at.saturating_sub(1).max(start))?;
            return Some((raw, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// True where the first line that is neither blank nor a comment begins like `key:`.
fn looks_like_mapping(raw: &str) -> bool {
    let mut lines = raw.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some((key, rest)) = lines.next().and_then(|line| line.split_once(':')) else { return false };
    let is_key = key.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"' | '\''))
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''));
    is_key && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

#[derive(Debug)]
enum Yaml {
    Null,
    Scalar(String),
    Sequence(Vec<usize>),
    Mapping(Vec<usize>),
    Alias(usize),
}

/// A YAML document as a flat list of nodes: no depth of nesting can exhaust the stack.
#[derive(Debug, Default)]
struct Document {
    nodes: Vec<(Yaml, (u32, u32))>,
    anchors: HashMap<usize, usize>,
}

impl Document {
    fn parse(raw: &str) -> Result<Self, Problem> {
        let mut document = Self::default();
        let mut open: Vec<usize> = Vec::new();
        for event in Parser::new_from_str(raw) {
            let (event, span) = event.map_err(|error| Problem {
                severity: Severity::Error,
                // The fence is line 1.
                line: error.marker().line() as u32 + 1,
                column: error.marker().col() as u32 + 1,
                message: format!("the front matter is not read, since its YAML is wrong: {error}"),
            })?;
            let (yaml, anchor) = match event {
                Event::Scalar(text, style, anchor, _) => {
                    let is_null = style == ScalarStyle::Plain
                        && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                    (if is_null { Yaml::Null } else { Yaml::Scalar(text.into_owned()) }, anchor)
                }
                Event::SequenceStart(_, anchor, _) => (Yaml::Sequence(Vec::new()), anchor),
                Event::MappingStart(_, anchor, _) => (Yaml::Mapping(Vec::new()), anchor),
                Event::Alias(anchor) => (Yaml::Alias(anchor), 0),
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop();
                    continue;
                }
                _ => continue,
            };
            let idx = document.nodes.len();
            let is_collection = matches!(yaml, Yaml::Sequence(_) | Yaml::Mapping(_));
            document.nodes.push((yaml, (span.start.line() as u32 + 1, span.start.col() as u32 + 1)));
            if let Some((Yaml::Sequence(children) | Yaml::Mapping(children), _)) =
                open.last().and_then(|outer| document.nodes.get_mut(*outer))
            {
                children.push(idx);
            }
            if anchor > 0 {
                document.anchors.insert(anchor, idx);
            }
            if is_collection {
                open.push(idx);
            }
        }
        Ok(document)
    }

    fn root_entries(&self) -> Option<&[usize]> {
        match self.nodes.first() {
            Some((Yaml::Mapping(entries), _)) => Some(entries),
            _ => None,
        }
    }

    /// The node at `idx`, or the one it is an alias of.
    fn node(&self, idx: usize) -> &Yaml {
        match &self.nodes[self.target(idx)].0 {
            // An alias of what is named nowhere.
            Yaml::Alias(_) => &Yaml::Null,
            yaml => yaml,
        }
    }

    /// Where the node at `idx` really is: two aliases of one node have the same.
    fn target(&self, idx: usize) -> usize {
        match &self.nodes[idx].0 {
            Yaml::Alias(anchor) => self.anchors.get(anchor).copied().unwrap_or(idx),
            _ => idx,
        }
    }

    fn place(&self, idx: usize) -> (u32, u32) {
        self.nodes[idx].1
    }
}

/// Takes our own keys out of a document.
struct Reader<'d> {
    document: &'d Document,
    front: &'d mut FrontMatter,
}

impl Reader<'_> {
    fn read(&mut self, entries: &[usize]) {
        let mut seen: Vec<&str> = Vec::new();
        let mut connections = None;
        for pair in entries.chunks_exact(2) {
            let (key_idx, value) = (pair[0], pair[1]);
            let Yaml::Scalar(key) = self.document.node(key_idx) else { continue };
            if !matches!(key.as_str(), "id" | "title" | "components" | "connections" | "fields" | "data") {
                continue;
            }
            if seen.contains(&key.as_str()) {
                self.problem(
                    key_idx,
                    format!("`{key}` is given twice and the first one counts: remove this one"),
                );
                continue;
            }
            seen.push(key);
            match key.as_str() {
                "id" => self.front.plan.id = self.text(value, "id"),
                "title" => self.front.plan.title = self.text(value, "title").unwrap_or_default(),
                "components" => self.components(value),
                "connections" => connections = Some(value),
                "fields" => self.front.plan.fields = self.names(value, "fields"),
                _ => self.front.plan.data = self.rows(value),
            }
        }
        // Last, since the components may be declared below them.
        if let Some(value) = connections {
            self.connections(value);
        }
    }

    fn problem(&mut self, idx: usize, message: String) {
        let (line, column) = self.document.place(idx);
        self.front.problems.push(Problem { severity: Severity::Error, line, column, message });
    }

    fn text(&mut self, idx: usize, key: &str) -> Option<String> {
        match self.document.node(idx) {
            Yaml::Scalar(text) => Some(collapse(text)).filter(|text| !text.is_empty()),
            Yaml::Null => None,
            _ => {
                self.problem(idx, format!("`{key}` is not read: write one text, as in `{key}: web-shop`"));
                None
            }
        }
    }

    fn names(&mut self, idx: usize, key: &str) -> Vec<String> {
        let items = match self.document.node(idx) {
            Yaml::Null => return Vec::new(),
            Yaml::Scalar(_) => &[idx][..],
            Yaml::Sequence(items) => items.as_slice(),
            _ => {
                self.problem(idx, format!("`{key}` is not read: write a list, as in `{key}: [web, cart]`"));
                return Vec::new();
            }
        };
        let mut names: Vec<String> = Vec::with_capacity(items.len());
        let mut known = HashSet::new();
        for item in self.each_once(items) {
            match self.document.node(item) {
                Yaml::Scalar(name) => {
                    let name = collapse(name);
                    if !name.is_empty() && known.insert(name.clone()) {
                        names.push(name);
                    }
                }
                Yaml::Null => {}
                _ => self.problem(item, format!("an entry of `{key}` is not read: write one name")),
            }
        }
        names
    }

    /// `items` without further aliases of the same node: a short file could name a long text a million times.
    fn each_once(&self, items: &[usize]) -> Vec<usize> {
        let mut known = HashSet::new();
        items.iter().copied().filter(|item| known.insert(self.document.target(*item))).collect()
    }

    /// `[web, {payments: fake}]`, `{web: real, payments: fake}` or one name.
    fn components(&mut self, idx: usize) {
        let items = match self.document.node(idx) {
            Yaml::Sequence(items) => self.each_once(items),
            Yaml::Null => return,
            _ => vec![idx],
        };
        let mut known = HashSet::new();
        for item in items {
            match self.document.node(item) {
                Yaml::Scalar(name) => {
                    self.component(&mut known, name);
                }
                Yaml::Null => {}
                Yaml::Mapping(pairs) => {
                    for pair in pairs.chunks_exact(2) {
                        self.component_with_state(&mut known, pair[0], pair[1]);
                    }
                }
                _ => {
                    let message = "an entry of `components` is not read: write a name, or a name and its state, as in \
                                   `payments: fake`";
                    self.problem(item, message.to_owned());
                }
            }
        }
    }

    /// Declares a component and gives its name, unless it is blank or declared above.
    fn component(&mut self, known: &mut HashSet<String>, name: &str) -> Option<String> {
        let name = collapse(name);
        if name.is_empty() || !known.insert(name.clone()) {
            return None;
        }
        self.front.plan.components.push(name.clone());
        Some(name)
    }

    fn component_with_state(&mut self, known: &mut HashSet<String>, name: usize, state: usize) {
        // No alias: a short file could name a long text a million times.
        let (Yaml::Scalar(text), _) = &self.document.nodes[name] else {
            return self.problem(name, "a component is not read: write one name".to_owned());
        };
        let Some(component) = self.component(known, text) else {
            let message = format!(
                "`{}` is declared above, so that this state is not read: say it there",
                collapse(text)
            );
            return self.problem(name, message);
        };
        let read = match self.document.node(state) {
            Yaml::Null => return,
            Yaml::Scalar(word) if word.len() <= MAX_STATE_BYTES => {
                word.parse().map_err(|error| format!("{error}"))
            }
            Yaml::Mapping(pairs) => match pairs.as_slice() {
                [word, name] => match (self.document.node(*word), self.document.node(*name)) {
                    (Yaml::Scalar(word), Yaml::Scalar(name))
                        if word == "fake" && name.len() <= MAX_STATE_BYTES =>
                    {
                        Ok(ComponentState::fake(&collapse(name)))
                    }
                    (Yaml::Scalar(word), Yaml::Null) if word == "fake" => Ok(ComponentState::Fake(None)),
                    _ => Err(STATE_EXAMPLE.to_owned()),
                },
                _ => Err(STATE_EXAMPLE.to_owned()),
            },
            _ => Err(STATE_EXAMPLE.to_owned()),
        };
        match read {
            Ok(state) => self.front.plan.defaults.set(component, state),
            Err(message) => self.problem(state, message),
        }
    }

    /// A list of points as headings write them, or one.
    fn connections(&mut self, idx: usize) {
        let items = match self.document.node(idx) {
            Yaml::Null => return,
            Yaml::Scalar(_) => vec![idx],
            Yaml::Sequence(items) => self.each_once(items),
            _ => {
                let message = "`connections` is not read: write a list, as in `connections: [cart -> mail]`";
                return self.problem(idx, message.to_owned());
            }
        };
        let declared = std::mem::take(&mut self.front.plan.components);
        let (any, components) = (Components::default(), Components::of(&declared));
        let mut known = HashSet::new();
        for item in items {
            let text = match self.document.node(item) {
                Yaml::Scalar(text) => collapse(text),
                Yaml::Null => continue,
                _ => String::new(),
            };
            let Some(point) = parse_point(&text, &any) else {
                let message = "a connection is not read: write two names around exactly one arrow, as in \
                               `cart -> mail` or `cart <-> mail (http)`";
                self.problem(item, message.to_owned());
                continue;
            };
            match parse_point(&text, &components) {
                Some(point) if known.insert(point.clone()) => self.front.plan.connections.push(point),
                Some(_) => {}
                None => {
                    let unknown =
                        [&point.from, &point.to].into_iter().find(|name| components.find(name).is_none());
                    let message = format!(
                        "the connection `{point}` is not read, since `{}` is no declared component: declare it in \
                         `components`, or correct it",
                        unknown.unwrap_or(&point.from)
                    );
                    self.problem(item, message);
                }
            }
        }
        self.front.plan.components = declared;
    }

    fn rows(&mut self, idx: usize) -> Vec<DataRow> {
        let items = match self.document.node(idx) {
            Yaml::Null => return Vec::new(),
            Yaml::Sequence(items) => items.as_slice(),
            _ => {
                let example =
                    "`data` is not read: write a list of mappings, as in `- {what: customer, login: alice}`";
                self.problem(idx, example.to_owned());
                return Vec::new();
            }
        };
        let mut rows = Vec::new();
        let mut values = 0;
        for item in items {
            let Yaml::Mapping(pairs) = self.document.node(*item) else {
                if !matches!(self.document.node(*item), Yaml::Null) {
                    let example = "a row of `data` is not read: write a mapping, as in `{what: customer, login: alice}`";
                    self.problem(*item, example.to_owned());
                }
                continue;
            };
            values += pairs.len() / 2;
            if values > MAX_DATA_VALUES {
                let message =
                    format!("`data` has more than {MAX_DATA_VALUES} values: what follows is not read");
                self.problem(*item, message);
                break;
            }
            rows.push(self.row(pairs));
        }
        rows
    }

    fn row(&mut self, pairs: &[usize]) -> DataRow {
        let mut row = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks_exact(2) {
            match (self.document.node(pair[0]), self.document.node(pair[1])) {
                (Yaml::Scalar(name), Yaml::Scalar(value)) => row.push((name.clone(), value.clone())),
                (Yaml::Scalar(name), Yaml::Null) => row.push((name.clone(), String::new())),
                _ => self.problem(pair[1], "a value of `data` is not read: write one text".to_owned()),
            }
        }
        DataRow(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(source: &str) -> Vec<(u32, u32)> {
        read(source).problems.iter().map(|problem| (problem.line, problem.column)).collect()
    }

    #[test]
    fn our_own_keys_are_read_and_others_kept() {
        let source = "---\nid: 7\ntitle: Web shop\ncomponents: [web, cart]\nfields: build\nours: [a -> b]\n\
                      data:\n  - {what: card, login: 007, n: 1.10, on: yes}\n---\n# x\n";
        let front = read(source);
        assert_eq!(front.problems, []);
        assert_eq!(front.plan.id.as_deref(), Some("7"));
        assert_eq!(front.plan.title, "Web shop");
        assert_eq!(front.plan.components, ["web", "cart"]);
        assert_eq!(front.plan.fields, ["build"]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let row = vec![pair("what", "card"), pair("login", "007"), pair("n", "1.10"), pair("on", "yes")];
        assert_eq!(front.plan.data, [DataRow(row)]);
        assert!(front.plan.front_matter.unwrap().contains("ours: [a -> b]"));
        assert_eq!(&source[front.body_start..], "# x\n");
    }

    #[test]
    fn what_is_no_mapping_is_no_front_matter() {
        for source in [
            "---\n",
            "---\n---\n",
            "---\n- a\n---\n",
            "---\nsome text\n---\n",
            "---\n# x\n---\n",
            " ---\na: b\n---\n",
            "---\na: b\n",
        ] {
            assert_eq!(read(source).body_start, 0, "{source:?}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_its_place() {
        for (source, places) in [
            ("---\nid: [1]\n---\n", vec![(2, 5)]),
            ("---\ntitle: {a: b}\n---\n", vec![(2, 8)]),
            ("---\ncomponents: {a: b}\nfields: [a, [b]]\n---\n", vec![(2, 17), (3, 13)]),
            ("---\ncomponents: [a, {a: real}, [b], {[c]: real}]\n---\n", vec![(2, 18), (2, 28), (2, 34)]),
            (
                "---\ncomponents: [{a: {fake: x, b: y}}, {b: {real: x}}, {c: [real]}]\n---\n",
                vec![(2, 18), (2, 40), (2, 56)],
            ),
            ("---\nconnections: {a: b}\n---\n", vec![(2, 14)]),
            (
                "---\nconnections:\n  - a -> b\n  - c\n  - [a]\n  - a -> b -> c\n---\n",
                vec![(4, 5), (5, 5), (6, 5)],
            ),
            ("---\nconnections: [a -> b, a -> c]\ncomponents: [a, b]\n---\n", vec![(2, 23)]),
            ("---\ndata: text\n---\n", vec![(2, 7)]),
            ("---\ndata:\n  - a\n  - {b: [c]}\n---\n", vec![(3, 5), (4, 9)]),
            ("---\nid: a\nid: b\n---\n", vec![(3, 1)]),
            ("---\nid:\ntitle: null\ncomponents: ~\nfoo: {bar: [baz]}\n---\n", vec![]),
        ] {
            assert_eq!(problems(source), places, "{source}");
        }
    }

    #[test]
    fn components_may_say_their_state() {
        let fake = |name: &str| ComponentState::Fake(Some(name.to_owned()));
        for source in [
            "---\ncomponents: [web, cart, {payments: {fake: stripe-mock}}, {mail: absent}, {auth: }]\n---\n",
            "---\ncomponents: {web: , cart: ~, payments: \"fake: stripe-mock\", mail: absent, auth: null}\n---\n",
            "---\ncomponents:\n  - web\n  - cart\n  - payments: {fake: stripe-mock}\n    mail: absent\n  - auth\n---\n",
        ] {
            let front = read(source);
            assert_eq!(front.problems, [], "{source}");
            assert_eq!(front.plan.components, ["web", "cart", "payments", "mail", "auth"], "{source}");
            let stated: Vec<_> = front.plan.defaults.iter().collect();
            assert_eq!(stated, [("mail", &ComponentState::Absent), ("payments", &fake("stripe-mock"))]);
        }
        let front = read("---\ncomponents: [{a: {fake: }}, {b: fake}, {c: unknown}]\n---\n");
        assert_eq!(front.problems, []);
        assert_eq!(front.plan.defaults.of("a"), &ComponentState::Fake(None));
        assert_eq!(front.plan.defaults.of("b"), &ComponentState::Fake(None));
    }

    #[test]
    fn connections_are_read_in_the_declared_spelling_and_once() {
        let connections = |source: &str| -> Vec<String> {
            let front = read(source);
            assert_eq!(front.problems, [], "{source}");
            front.plan.connections.iter().map(ToString::to_string).collect()
        };
        let declared = "---\nconnections: [cart -> mail (smtp), CART → Mail (smtp), web <-> cart]\n\
                        components: [Cart, mail, web]\n---\n";
        assert_eq!(connections(declared), ["Cart -> mail (smtp)", "web <-> Cart"]);
        assert_eq!(connections("---\nconnections: a -> b\n---\n"), ["a -> b"]);
        assert_eq!(connections("---\nconnections: [&x a -> b, *x, ]\n---\n"), ["a -> b"]);
        assert_eq!(connections("---\nconnections:\n---\n"), Vec::<String>::new());
        let front = read("---\ncomponents: [a]\nconnections: a -> b\n---\n");
        assert!(front.problems[0].message.contains("`b` is no declared component"), "{:?}", front.problems);
    }

    #[test]
    fn broken_yaml_opens_the_plan_with_a_problem() {
        let front = read("---\ntitle: [a\n---\n- x\n");
        assert_eq!(front.problems.len(), 1);
        assert!(front.problems[0].line >= 2, "{:?}", front.problems);
        assert_eq!(front.plan.front_matter.as_deref(), Some("title: [a"));
    }

    #[test]
    fn aliases_are_never_expanded() {
        let mut bomb = "---\na0: &a0 [x, x]\n".to_owned();
        for level in 1..60 {
            bomb.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
        }
        bomb.push_str("components: *a59\n---\n");
        assert_eq!(problems(&bomb).len(), 1);
        assert_eq!(read("---\nx: &n web\nid: *n\n---\n").plan.id.as_deref(), Some("web"));
    }
}
