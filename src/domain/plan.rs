//! A plan: an outline of sections and prompts in file order.
//!
//! The outline is flat. A node is a few numbers, all text lies in one string, so that a plan of 100,000 prompts
//! opens, is searched and is dropped without 100,000 allocations, and a stored outline needs no rebuilding.

mod builder;
mod form_1;
mod node;
mod packed;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

pub use builder::OutlineBuilder;
pub(crate) use form_1::OutlineOfForm1;
pub use node::{BlockRef, NodeRef, focus_tag_of_title};
pub use packed::UnpackError;

use super::component::States;
use super::point::IntegrationPoint;

/// The deepest outline that is read (R31).
pub const MAX_DEPTH: usize = 64;
/// The most sections and prompts together (R31).
pub const MAX_NODES: usize = 250_000;
/// The most prompts (R31).
pub const MAX_PROMPTS: usize = 100_000;

/// The tags that mark the four places to look first, and what their sections are called.
pub const FOCUS_TAGS: [&str; 4] = ["critical", "known-problem", "error", "boundary"];

/// A plan as read from a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What it is called: the front matter's title, else the first heading's, else the file's name.
    pub title: String,
    /// The front matter's `id`: the plan's identity wherever its file goes.
    pub id: Option<String>,
    /// The front matter's `components`, in its order; empty when none are declared.
    pub components: Vec<String>,
    /// Names of what a session should say of its environment: `build`, `environment`, …
    pub fields: Vec<String>,
    /// The plan's test data: who to log in as, which order to use.
    pub data: Vec<DataRow>,
    /// The front matter as written, without its fences, so that printing loses none of it.
    pub front_matter: Option<String>,
    /// Sections and prompts.
    pub outline: Outline,
    /// The front matter's `connections`: known to exist, whether or not a prompt touches them; each once.
    pub connections: Vec<IntegrationPoint>,
    /// What the front matter says of its components' states: what a session starts with.
    pub defaults: States,
}

impl Plan {
    /// All integration points: the front matter's connections first, then those that headings name, as in the file; a
    /// point that two headings name comes twice.
    pub fn points(&self) -> impl Iterator<Item = &IntegrationPoint> {
        self.connections.iter().chain(self.outline.points())
    }

    /// What a session says of its environment, the plan's own `fields` first and in its order.
    #[must_use]
    pub fn in_order<'a>(&self, said: &'a BTreeMap<String, String>) -> Vec<(&'a str, &'a str)> {
        let own = self.fields.iter().filter_map(|name| said.get_key_value(name));
        let others = said.iter().filter(|(name, _)| !self.fields.contains(name));
        own.chain(others).map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The names of all components, each once: those declared first, then the ends of points, as they appear.
    #[must_use]
    pub fn component_names(&self) -> Vec<&str> {
        let ends = self.points().flat_map(|point| [point.from.as_str(), point.to.as_str()]);
        let mut seen = HashSet::new();
        self.components.iter().map(String::as_str).chain(ends).filter(|name| seen.insert(*name)).collect()
    }
}

/// One row of test data: names and values in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataRow(pub Vec<(String, String)>);

/// Section or prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NodeKind {
    /// Groups what is below it; never marked.
    Section,
    /// One line that says what to check.
    Prompt,
}

/// The place of a node in its outline, in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeIdx(pub u32);

impl NodeIdx {
    /// As an index into a slice that is parallel to the outline.
    #[must_use]
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// One piece of detail: what stands under a heading or an item and is no item itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Text to wrap; `\n` is a line break that the author wrote.
    Paragraph,
    /// Text to show as it is.
    Code,
    /// Text that somebody else said.
    Quote,
    /// One step: how deep it is nested (from 0), and its number, or `None` for a bullet.
    Step {
        /// Nesting from 0.
        depth: u8,
        /// The number the author gave it.
        number: Option<u32>,
    },
}

/// A section or prompt on its way from a parser into an [`Outline`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Section or prompt.
    pub kind: NodeKind,
    /// From 1; at most one more than the entry before it.
    pub depth: u8,
    /// 1-based line in the file.
    pub line: u32,
    /// 1-based column in the file, in characters.
    pub column: u32,
    /// Plain text, without markup, tags and anchor.
    pub text: String,
    /// Own tags, lower case, without `#`.
    pub tags: Vec<String>,
    /// Explicit `{#anchor}`.
    pub anchor: Option<String>,
    /// `Some` if the item has a checkbox, with whether it was ticked in the file.
    pub checkbox: Option<bool>,
    /// The expectation.
    pub expected: Option<String>,
    /// The suggested command.
    pub command: Option<String>,
    /// Detail: kind, text, and for code its language (else empty).
    pub blocks: Vec<(BlockKind, String, String)>,
}

impl Entry {
    /// An entry with nothing but its text.
    #[must_use]
    pub fn new(kind: NodeKind, depth: u8, line: u32, text: impl Into<String>) -> Self {
        Self {
            kind,
            depth,
            line,
            column: 1,
            text: text.into(),
            tags: Vec::new(),
            anchor: None,
            checkbox: None,
            expected: None,
            command: None,
            blocks: Vec::new(),
        }
    }
}

/// A piece of the outline's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    kind: BlockKind,
    text: Span,
    language: Span,
}

/// No node, no point, no extras: what a number says that points at nothing.
const NOTHING: u32 = u32::MAX;

/// What is known of a section or prompt. Most have no anchor, expectation or command, so those lie elsewhere: there is
/// one of these for each of 100,000 prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    text: Span,
    line: u32,
    column: u32,
    /// Index of the section or prompt above it, or [`NOTHING`].
    parent: u32,
    /// Index after the last node below it.
    end: u32,
    /// Index of its first own tag; they end where the next node's begin.
    tags: u32,
    /// Index of its first block; they end where the next node's begin.
    blocks: u32,
    /// Its own or its nearest ancestor's integration point, as an index, or [`NOTHING`].
    point: u32,
    /// Index of its anchor, expectation and command, or [`NOTHING`] where it has none of them.
    extras: u32,
    depth: u8,
    traits: Traits,
}

/// What is so or not so of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Traits(u8);

impl Traits {
    const PROMPT: u8 = 1;
    const CHECKBOX: u8 = 2;
    const TICKED: u8 = 4;
    /// The heading itself names the integration point.
    const NAMES_POINT: u8 = 8;

    fn with(self, bit: u8, is_so: bool) -> Self {
        Self(if is_so { self.0 | bit } else { self.0 })
    }

    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    fn of(kind: NodeKind, checkbox: Option<bool>, names_point: bool) -> Self {
        Self::default()
            .with(Self::PROMPT, kind == NodeKind::Prompt)
            .with(Self::CHECKBOX, checkbox.is_some())
            .with(Self::TICKED, checkbox == Some(true))
            .with(Self::NAMES_POINT, names_point)
    }
}

/// What few nodes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Extras {
    anchor: Option<Span>,
    expected: Option<Span>,
    command: Option<Span>,
}

/// Sections and prompts in file order. Build it with an [`OutlineBuilder`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    text: String,
    nodes: Vec<Node>,
    tags: Vec<Span>,
    blocks: Vec<Block>,
    extras: Vec<Extras>,
    points: Vec<IntegrationPoint>,
    prompt_count: u32,
}

/// A stored outline does not hold together: its file was damaged or made by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the outline does not hold together at node {node}")]
pub struct BrokenOutline {
    /// The first node with a wrong number.
    pub node: usize,
}

impl Node {
    fn is_prompt(&self) -> bool {
        self.traits.has(Traits::PROMPT)
    }
}

impl Outline {
    /// Lays out `entries`, in file order: see [`OutlineBuilder`].
    #[must_use]
    pub fn from_entries(entries: &[Entry], components: &[String]) -> Self {
        let mut builder = OutlineBuilder::new(components);
        entries.iter().for_each(|entry| builder.push(entry));
        builder.finish()
    }

    /// Checks that every number points at what exists, for an outline that came from a file.
    ///
    /// # Errors
    ///
    /// [`BrokenOutline`] names the first node that would make an accessor fail.
    pub fn verify(&self) -> Result<(), BrokenOutline> {
        let text_fits = |span: &Span| self.text.get(span.start as usize..span.end as usize).is_some();
        let all_fit = |spans: &[Option<Span>]| spans.iter().flatten().all(text_fits);
        let tags_fit = self.tags.iter().all(text_fits);
        let blocks_fit = self.blocks.iter().all(|b| text_fits(&b.text) && text_fits(&b.language));
        let extras_fit = self.extras.iter().all(|e| all_fit(&[e.anchor, e.expected, e.command]));
        let prompts = self.nodes.iter().filter(|node| node.is_prompt()).count();
        if !tags_fit || !blocks_fit || !extras_fit || prompts != self.prompt_count as usize {
            return Err(BrokenOutline { node: 0 });
        }
        let points_at = |number: u32, len: usize| number == NOTHING || (number as usize) < len;
        let mut open: Vec<(u32, u32)> = Vec::new();
        let (mut tags, mut blocks) = (0, 0);
        for (idx, node) in self.nodes.iter().enumerate() {
            while open.last().is_some_and(|(_, end)| *end as usize == idx) {
                open.pop();
            }
            let limit = open.last().map_or(self.nodes.len() as u32, |(_, end)| *end);
            let holds = node.parent == open.last().map_or(NOTHING, |(parent, _)| *parent)
                && usize::from(node.depth) == open.len() + 1
                && node.end as usize > idx
                && node.end <= limit
                && text_fits(&node.text)
                && (tags..=self.tags.len() as u32).contains(&node.tags)
                && (blocks..=self.blocks.len() as u32).contains(&node.blocks)
                && points_at(node.extras, self.extras.len())
                && points_at(node.point, self.points.len());
            if !holds {
                return Err(BrokenOutline { node: idx });
            }
            (tags, blocks) = (node.tags, node.blocks);
            open.push((idx as u32, node.end));
        }
        Ok(())
    }

    /// Sections and prompts together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True where there is neither a section nor a prompt.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many prompts there are.
    #[must_use]
    pub fn prompt_count(&self) -> usize {
        self.prompt_count as usize
    }

    /// How many sections there are.
    #[must_use]
    pub fn section_count(&self) -> usize {
        self.nodes.len() - self.prompt_count()
    }

    /// The deepest node's depth, from 1; 0 for an empty outline.
    #[must_use]
    pub fn max_depth(&self) -> usize {
        self.nodes.iter().map(|n| usize::from(n.depth)).max().unwrap_or(0)
    }

    /// The distinct integration points in the order of their first heading.
    #[must_use]
    pub fn points(&self) -> &[IntegrationPoint] {
        &self.points
    }

    /// The node at `idx`.
    ///
    /// # Panics
    ///
    /// For an index that is not this outline's.
    #[must_use]
    pub fn node(&self, idx: NodeIdx) -> NodeRef<'_> {
        NodeRef { outline: self, idx, node: &self.nodes[idx.at()] }
    }

    /// The node at `idx`, or `None` for an index that is not this outline's.
    #[must_use]
    pub fn get(&self, idx: NodeIdx) -> Option<NodeRef<'_>> {
        self.nodes.get(idx.at()).map(|node| NodeRef { outline: self, idx, node })
    }

    /// All nodes in file order.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeRef<'_>> + ExactSizeIterator {
        self.nodes.iter().enumerate().map(|(i, node)| NodeRef { outline: self, idx: NodeIdx(i as u32), node })
    }

    /// All prompts in file order.
    pub fn prompts(&self) -> impl DoubleEndedIterator<Item = NodeRef<'_>> {
        self.nodes().filter(|node| node.is_prompt())
    }

    /// Visits all prompts in file order with their tags, as [`NodeRef::tags`] gives them.
    ///
    /// One pass: to ask 100,000 prompts one by one would climb to the top and read every title above each time.
    pub fn visit_tagged_prompts<'a>(&'a self, mut visit: impl FnMut(NodeRef<'a>, &[&'a str])) {
        let mut tags: Vec<&str> = Vec::new();
        // What the current node stands in: where that ends, and how many tags there were before it.
        let mut open: Vec<(NodeIdx, usize)> = Vec::new();
        for node in self.nodes() {
            while let Some((_, before)) = open.pop_if(|(end, _)| *end <= node.idx()) {
                tags.truncate(before);
            }
            open.push((node.end(), tags.len()));
            node.add_tags(&mut tags);
            if node.is_prompt() {
                visit(node, &tags);
            }
        }
    }

    fn str(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The entries that this outline was made of; `from_entries(outline.entries(), …)` gives it back.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.nodes()
            .map(|node| Entry {
                kind: node.kind(),
                depth: node.node.depth,
                line: node.line(),
                column: node.column(),
                text: node.text().to_owned(),
                tags: node.own_tags().map(str::to_owned).collect(),
                anchor: node.anchor().map(str::to_owned),
                checkbox: node.checkbox(),
                expected: node.expected().map(str::to_owned),
                command: node.command().map(str::to_owned),
                blocks: node.blocks().map(|b| (b.kind, b.text.to_owned(), b.language.to_owned())).collect(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: NodeKind, depth: u8, text: &str) -> Entry {
        Entry::new(kind, depth, 1, text)
    }

    fn sample() -> Outline {
        use NodeKind::{Prompt, Section};
        let mut critical = entry(Prompt, 3, "reserves");
        critical.tags = vec!["critical".to_owned()];
        let mut shop = entry(Section, 1, "Shop");
        shop.tags = vec!["smoke".to_owned()];
        let entries = [
            shop,
            entry(Section, 2, "cart -> inventory (http)"),
            critical,
            entry(Prompt, 3, "releases"),
            entry(Section, 2, "Error conditions"),
            entry(Prompt, 3, "is down"),
        ];
        Outline::from_entries(&entries, &[])
    }

    #[test]
    fn tags_and_points_are_inherited() {
        let outline = sample();
        let reserves = outline.node(NodeIdx(2));
        assert_eq!(reserves.tags(), ["smoke", "critical"]);
        assert_eq!(reserves.point().unwrap().to, "inventory");
        assert_eq!(reserves.path(), ["Shop", "cart -> inventory (http)"]);
        let down = outline.node(NodeIdx(5));
        assert_eq!(down.tags(), ["smoke", "error"]);
        let mut visited = 0;
        outline.visit_tagged_prompts(|prompt, tags| {
            assert_eq!(prompt.tags(), tags, "{}", prompt.text());
            visited += 1;
        });
        assert_eq!(visited, outline.prompt_count());
        assert_eq!(down.point(), None);
        assert_eq!((outline.prompt_count(), outline.section_count(), outline.max_depth()), (3, 3, 3));
    }

    #[test]
    fn an_outline_gives_its_entries_back() {
        let outline = sample();
        assert_eq!(Outline::from_entries(&outline.entries(), &[]), outline);
        assert_eq!(outline.verify(), Ok(()));
    }

    #[test]
    fn a_damaged_outline_is_noticed() {
        let mut outline = sample();
        outline.nodes[2].text.end = 10_000;
        assert_eq!(outline.verify(), Err(BrokenOutline { node: 2 }));
        let mut outline = sample();
        outline.nodes[1].end = 99;
        assert_eq!(outline.verify(), Err(BrokenOutline { node: 1 }));
        let mut outline = sample();
        outline.nodes[3].parent = 0;
        assert_eq!(outline.verify(), Err(BrokenOutline { node: 3 }));
        let mut outline = sample();
        outline.nodes[4].tags = 0;
        assert_eq!(outline.verify(), Err(BrokenOutline { node: 4 }));
    }

    #[test]
    fn depths_that_jump_are_drawn_in() {
        let outline = Outline::from_entries(
            &[
                entry(NodeKind::Section, 4, "a"),
                entry(NodeKind::Prompt, 9, "b"),
                entry(NodeKind::Prompt, 1, "c"),
            ],
            &[],
        );
        let depths: Vec<usize> = outline.nodes().map(NodeRef::depth).collect();
        assert_eq!(depths, [1, 2, 1]);
        assert_eq!(outline.verify(), Ok(()));
    }

    #[test]
    fn four_kinds_of_section_titles_imply_a_focus_tag() {
        for (title, tag) in [
            ("Critical paths", Some("critical")),
            ("Known problem areas", Some("known-problem")),
            ("ERROR CONDITIONS:", Some("error")),
            ("Boundary cases", Some("boundary")),
            ("Errors", Some("error")),
            ("Error messages in French", None),
            ("Critical thinking", None),
        ] {
            assert_eq!(focus_tag_of_title(title), tag, "{title}");
        }
    }
}
