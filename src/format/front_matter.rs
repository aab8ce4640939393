//! The YAML between two `---` lines at the top of a plan.
//!
//! The only module that knows a YAML library, and only its events: aliases are looked up and never expanded, so
//! a document of nested aliases costs no more than its bytes. Keys that are not ours belong to other tools and are
//! kept as they stand.

use std::collections::HashMap;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

use super::prose::collapse;
use super::{Problem, Severity};
use crate::domain::plan::{DataRow, Plan};

/// The most values that `data` may hold; aliases could name one long row very often.
const MAX_DATA_VALUES: usize = 100_000;

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
        match &self.nodes[idx].0 {
            Yaml::Alias(anchor) => {
                self.anchors.get(anchor).map_or(&Yaml::Null, |target| &self.nodes[*target].0)
            }
            yaml => yaml,
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
        for pair in entries.chunks_exact(2) {
            let (key_idx, value) = (pair[0], pair[1]);
            let Yaml::Scalar(key) = self.document.node(key_idx) else { continue };
            if !matches!(key.as_str(), "id" | "title" | "components" | "fields" | "data") {
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
                "components" => self.front.plan.components = self.names(value, "components"),
                "fields" => self.front.plan.fields = self.names(value, "fields"),
                _ => self.front.plan.data = self.rows(value),
            }
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
        let mut known = std::collections::HashSet::new();
        for item in items {
            match self.document.node(*item) {
                Yaml::Scalar(name) => {
                    let name = collapse(name);
                    if !name.is_empty() && known.insert(name.clone()) {
                        names.push(name);
                    }
                }
                Yaml::Null => {}
                _ => self.problem(*item, format!("an entry of `{key}` is not read: write one name")),
            }
        }
        names
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
        let source = "---\nid: 7\ntitle: Web shop\ncomponents: [web, cart]\nfields: build\nconnections: [a -> b]\n\
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
        assert!(front.plan.front_matter.unwrap().contains("connections: [a -> b]"));
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
            ("---\ncomponents: {a: b}\nfields: [a, [b]]\n---\n", vec![(2, 13), (3, 13)]),
            ("---\ndata: text\n---\n", vec![(2, 7)]),
            ("---\ndata:\n  - a\n  - {b: [c]}\n---\n", vec![(3, 5), (4, 9)]),
            ("---\nid: a\nid: b\n---\n", vec![(3, 1)]),
            ("---\nid:\ntitle: null\ncomponents: ~\nfoo: {bar: [baz]}\n---\n", vec![]),
        ] {
            assert_eq!(problems(source), places, "{source}");
        }
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
        assert_eq!(problems(&bomb).len(), 2);
        assert_eq!(read("---\nx: &n web\nid: *n\n---\n").plan.id.as_deref(), Some("web"));
    }
}
