//! A node as everyone sees it: what it says, what it inherits, what is above and below it.

use super::{BlockKind, Extras, NOTHING, Node, NodeIdx, NodeKind, Outline, Span, Traits};
use crate::domain::point::IntegrationPoint;

/// One piece of a node's detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockRef<'a> {
    /// How to show it.
    pub kind: BlockKind,
    /// What it says.
    pub text: &'a str,
    /// For code, the language its fence named; else empty.
    pub language: &'a str,
}

/// A section or prompt, seen in its outline.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'a> {
    pub(super) outline: &'a Outline,
    pub(super) idx: NodeIdx,
    pub(super) node: &'a Node,
}

impl<'a> NodeRef<'a> {
    /// Its place in the outline.
    #[must_use]
    pub fn idx(self) -> NodeIdx {
        self.idx
    }

    /// Section or prompt.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        if self.is_prompt() { NodeKind::Prompt } else { NodeKind::Section }
    }

    /// True for a prompt.
    #[must_use]
    pub fn is_prompt(self) -> bool {
        self.node.is_prompt()
    }

    /// From 1.
    #[must_use]
    pub fn depth(self) -> usize {
        usize::from(self.node.depth)
    }

    /// 1-based line in the file.
    #[must_use]
    pub fn line(self) -> u32 {
        self.node.line
    }

    /// 1-based column in the file, in characters.
    #[must_use]
    pub fn column(self) -> u32 {
        self.node.column
    }

    /// Plain text, without markup, tags and anchor.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.outline.str(self.node.text)
    }

    /// Explicit `{#anchor}`.
    #[must_use]
    pub fn anchor(self) -> Option<&'a str> {
        self.extra(|extras| extras.anchor)
    }

    /// `Some` if the item has a checkbox, with whether it was ticked in the file.
    #[must_use]
    pub fn checkbox(self) -> Option<bool> {
        let traits = self.node.traits;
        traits.has(Traits::CHECKBOX).then_some(traits.has(Traits::TICKED))
    }

    /// The expectation.
    #[must_use]
    pub fn expected(self) -> Option<&'a str> {
        self.extra(|extras| extras.expected)
    }

    /// The suggested command.
    #[must_use]
    pub fn command(self) -> Option<&'a str> {
        self.extra(|extras| extras.command)
    }

    fn extra(self, which: impl FnOnce(&Extras) -> Option<Span>) -> Option<&'a str> {
        let extras = self.outline.extras.get(self.node.extras as usize)?;
        which(extras).map(|span| self.outline.str(span))
    }

    /// Where the next node's tags or blocks begin.
    fn until(self, first: impl FnOnce(&Node) -> u32, len: usize) -> usize {
        self.outline.nodes.get(self.idx.at() + 1).map_or(len, |next| first(next) as usize)
    }

    /// Its own tags, without `#`.
    pub fn own_tags(self) -> impl Iterator<Item = &'a str> {
        let range = self.node.tags as usize..self.until(|next| next.tags, self.outline.tags.len());
        self.outline.tags[range].iter().map(|span| self.outline.str(*span))
    }

    /// Its tags, inherited ones first, each once, with those that a focus section's title implies.
    #[must_use]
    pub fn tags(self) -> Vec<&'a str> {
        let mut chain: Vec<NodeRef<'a>> = self.ancestors().collect();
        chain.reverse();
        chain.push(self);
        let mut tags: Vec<&'a str> = Vec::new();
        for node in chain {
            node.add_tags(&mut tags);
        }
        tags
    }

    /// Adds what it says itself to the tags of what is above it.
    pub(super) fn add_tags(self, tags: &mut Vec<&'a str>) {
        let implied = if self.is_prompt() { None } else { focus_tag_of_title(self.text()) };
        for tag in implied.into_iter().chain(self.own_tags()) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }

    /// Its integration point, own or inherited.
    #[must_use]
    pub fn point(self) -> Option<&'a IntegrationPoint> {
        self.outline.points.get(self.node.point as usize)
    }

    /// The same as an index into [`Outline::points`].
    #[must_use]
    pub fn point_idx(self) -> Option<usize> {
        (self.node.point != NOTHING).then_some(self.node.point as usize)
    }

    /// True for a section whose own text is the integration point.
    #[must_use]
    pub fn names_point(self) -> bool {
        self.node.traits.has(Traits::NAMES_POINT)
    }

    /// Its detail, piece by piece.
    pub fn blocks(self) -> impl Iterator<Item = BlockRef<'a>> {
        let range = self.node.blocks as usize..self.until(|next| next.blocks, self.outline.blocks.len());
        self.outline.blocks[range].iter().map(|block| BlockRef {
            kind: block.kind,
            text: self.outline.str(block.text),
            language: self.outline.str(block.language),
        })
    }

    /// Its detail as plain text: blocks apart by a blank line, steps by a line each.
    #[must_use]
    pub fn detail(self) -> String {
        let mut detail = String::new();
        let mut after_step = false;
        for block in self.blocks() {
            let is_step = matches!(block.kind, BlockKind::Step { .. });
            if !detail.is_empty() {
                detail.push_str(if is_step && after_step { "\n" } else { "\n\n" });
            }
            if let BlockKind::Step { depth, number } = block.kind {
                detail.push_str(&"   ".repeat(usize::from(depth)));
                match number {
                    Some(number) => detail.push_str(&format!("{number}. ")),
                    None => detail.push_str("- "),
                }
            }
            detail.push_str(block.text);
            after_step = is_step;
        }
        detail
    }

    /// The section or prompt above it.
    #[must_use]
    pub fn parent(self) -> Option<NodeRef<'a>> {
        self.outline.get(NodeIdx(self.node.parent))
    }

    /// From its parent up to the top.
    pub fn ancestors(self) -> impl Iterator<Item = NodeRef<'a>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The texts of what is above it, from the top.
    #[must_use]
    pub fn path(self) -> Vec<&'a str> {
        let mut path: Vec<&str> = self.ancestors().map(NodeRef::text).collect();
        path.reverse();
        path
    }

    /// The place after the last node below it.
    #[must_use]
    pub fn end(self) -> NodeIdx {
        NodeIdx(self.node.end)
    }

    /// True where something stands below it.
    #[must_use]
    pub fn has_children(self) -> bool {
        self.node.end > self.idx.0 + 1
    }
}

/// The focus tag that a section's title implies: `Error conditions` is `error`.
///
/// The four places come from the planning practice that PRODUCT names: critical paths, known problem areas,
/// error conditions, boundary cases. Titles are compared without case and trailing punctuation.
#[must_use]
pub fn focus_tag_of_title(title: &str) -> Option<&'static str> {
    // Most titles are something else, and every title of a plan is asked.
    let first = title.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?;
    let is_likely = ["critical", "known", "error", "errors", "boundary", "boundaries"]
        .iter()
        .any(|likely| likely.eq_ignore_ascii_case(first));
    if title.len() > 40 || !is_likely {
        return None;
    }
    let lower = title.to_lowercase().replace('-', " ");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let (first, rest) = words.split_first()?;
    let noun = |allowed: &[&str]| rest.is_empty() || matches!(rest, [one] if allowed.contains(one));
    match *first {
        "critical" if noun(&["path", "paths", "case", "cases"]) => Some("critical"),
        "known" => match rest {
            ["problem" | "problems" | "issue" | "issues"] | ["problem", "area" | "areas"] => {
                Some("known-problem")
            }
            _ => None,
        },
        "error" | "errors" if noun(&["condition", "conditions", "case", "cases", "handling"]) => {
            Some("error")
        }
        "boundary" | "boundaries"
            if noun(&["case", "cases", "condition", "conditions", "value", "values"]) =>
        {
            Some("boundary")
        }
        _ => None,
    }
}
