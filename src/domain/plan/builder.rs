//! An outline as it grows: entry by entry in file order, and piece by piece where a long file was read in two.

use std::collections::HashMap;

use super::{Block, Entry, Extras, NOTHING, Node, NodeKind, Outline, Span, Traits};
use crate::domain::point::{Components, IntegrationPoint, parse_point};

/// Lays out entries, finds the integration points and who inherits them.
///
/// Depths that jump are drawn in: an entry is never more than one deeper than the one before it.
#[derive(Debug)]
pub struct OutlineBuilder<'c> {
    outline: Outline,
    components: Components<'c>,
    seen: HashMap<IntegrationPoint, u32>,
    /// The sections and prompts that the next entry may stand under.
    open: Vec<u32>,
}

impl<'c> OutlineBuilder<'c> {
    /// An empty outline, whose points join the declared `components`, or any where none are declared.
    #[must_use]
    pub fn new(components: &'c [String]) -> Self {
        Self {
            outline: Outline::default(),
            components: Components::of(components),
            seen: HashMap::new(),
            open: Vec::new(),
        }
    }

    /// Makes room for `nodes` more sections and prompts, with `text` bytes.
    pub fn reserve(&mut self, nodes: usize, text: usize) {
        self.outline.nodes.reserve(nodes);
        self.outline.text.reserve(text);
    }

    /// Adds the next entry.
    pub fn push(&mut self, entry: &Entry) {
        let depth = self.drawn_in(usize::from(entry.depth));
        self.close_from(depth);
        let parent = self.open.last().copied();
        let node = self.lay_out(entry, depth, parent);
        self.open.push(self.outline.nodes.len() as u32);
        self.outline.prompt_count += u32::from(node.is_prompt());
        self.outline.nodes.push(node);
    }

    /// Adds what `after` holds, as if each of its entries had been pushed: what is at its top at the depths that `tops`
    /// gives, in their order.
    pub fn append(&mut self, after: Self, tops: impl IntoIterator<Item = usize>) {
        let mut tops = tops.into_iter();
        let after = after.finish();
        let shift = Shift::between(&self.outline, &after);
        let points: Vec<u32> = after.points.into_iter().map(|point| self.intern(point)).collect();
        let (mut above, mut deeper, mut inherited) = (NOTHING, 0, NOTHING);
        for node in after.nodes {
            if node.parent == NOTHING {
                let depth = self.drawn_in(tops.next().unwrap_or(1));
                above = self.open.get(depth.wrapping_sub(2)).copied().unwrap_or(NOTHING);
                inherited = self.point_of(above);
                deeper = depth as u8 - 1;
            }
            let parent = if node.parent == NOTHING { above } else { node.parent + shift.nodes };
            let point = points.get(node.point as usize).copied().unwrap_or(inherited);
            let depth = node.depth.saturating_add(deeper);
            self.close_from(usize::from(depth));
            self.open.push(self.outline.nodes.len() as u32);
            self.outline.nodes.push(Node { parent, point, depth, ..shift.node(node) });
        }
        self.outline.prompt_count += after.prompt_count;
        self.outline.tags.extend(after.tags.into_iter().map(|tag| shift.span(tag)));
        self.outline.blocks.extend(after.blocks.into_iter().map(|block| Block {
            text: shift.span(block.text),
            language: shift.span(block.language),
            ..block
        }));
        let span = |span: Option<Span>| span.map(|span| shift.span(span));
        self.outline.extras.extend(after.extras.into_iter().map(|extras| Extras {
            anchor: span(extras.anchor),
            expected: span(extras.expected),
            command: span(extras.command),
        }));
        self.outline.text.push_str(&after.text);
    }

    /// What was laid out so far.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The outline.
    #[must_use]
    pub fn finish(mut self) -> Outline {
        self.close_from(1);
        self.outline
    }

    /// `depth`, but at least 1 and at most one more than the last entry's.
    fn drawn_in(&self, depth: usize) -> usize {
        depth.max(1).min(self.open.len() + 1)
    }

    /// Ends what is as deep as `depth` or deeper.
    fn close_from(&mut self, depth: usize) {
        let end = self.outline.nodes.len() as u32;
        for idx in self.open.drain((depth - 1).min(self.open.len())..) {
            if let Some(node) = self.outline.nodes.get_mut(idx as usize) {
                node.end = end;
            }
        }
    }

    fn point_of(&self, node: u32) -> u32 {
        self.outline.nodes.get(node as usize).map_or(NOTHING, |node| node.point)
    }

    fn lay_out(&mut self, entry: &Entry, depth: usize, parent: Option<u32>) -> Node {
        let own_point = match entry.kind {
            NodeKind::Section => parse_point(&entry.text, &self.components),
            NodeKind::Prompt => None,
        };
        let names_point = own_point.is_some();
        let inherited = self.point_of(parent.unwrap_or(NOTHING));
        let point = own_point.map_or(inherited, |point| self.intern(point));
        let outline = &mut self.outline;
        let tags = outline.tags.len() as u32;
        for tag in &entry.tags {
            let span = outline.store(tag);
            outline.tags.push(span);
        }
        let blocks = outline.blocks.len() as u32;
        for (kind, text, language) in &entry.blocks {
            let block = Block { kind: *kind, text: outline.store(text), language: outline.store(language) };
            outline.blocks.push(block);
        }
        Node {
            text: outline.store(&entry.text),
            line: entry.line,
            column: entry.column,
            parent: parent.unwrap_or(NOTHING),
            end: 0,
            tags,
            blocks,
            point,
            extras: outline.store_extras(entry),
            depth: depth as u8,
            traits: Traits::of(entry.kind, entry.checkbox, names_point),
        }
    }

    fn intern(&mut self, point: IntegrationPoint) -> u32 {
        let points = &mut self.outline.points;
        *self.seen.entry(point).or_insert_with_key(|point| {
            points.push(point.clone());
            points.len() as u32 - 1
        })
    }
}

impl Outline {
    fn store_extras(&mut self, entry: &Entry) -> u32 {
        let mut stored = |text: &Option<String>| text.as_deref().map(|text| self.store(text));
        let extras = Extras {
            anchor: stored(&entry.anchor),
            expected: stored(&entry.expected),
            command: stored(&entry.command),
        };
        self.add_extras(extras)
    }

    pub(super) fn add_extras(&mut self, extras: Extras) -> u32 {
        if extras == Extras::default() {
            return NOTHING;
        }
        self.extras.push(extras);
        self.extras.len() as u32 - 1
    }

    fn store(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Span { start, end: self.text.len() as u32 }
    }
}

/// By how much numbers grow that point into an outline which comes behind another one.
struct Shift {
    nodes: u32,
    tags: u32,
    blocks: u32,
    extras: u32,
    text: u32,
}

impl Shift {
    fn between(before: &Outline, after: &Outline) -> Self {
        debug_assert!(before.text.len() + after.text.len() <= u32::MAX as usize, "files are bounded");
        Self {
            nodes: before.nodes.len() as u32,
            tags: before.tags.len() as u32,
            blocks: before.blocks.len() as u32,
            extras: before.extras.len() as u32,
            text: before.text.len() as u32,
        }
    }

    fn span(&self, span: Span) -> Span {
        Span { start: span.start + self.text, end: span.end + self.text }
    }

    /// `node` with all that does not depend on what is above it.
    fn node(&self, node: Node) -> Node {
        Node {
            text: self.span(node.text),
            end: node.end + self.nodes,
            tags: node.tags + self.tags,
            blocks: node.blocks + self.blocks,
            extras: if node.extras == NOTHING { NOTHING } else { node.extras + self.extras },
            ..node
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::plan::BlockKind;

    fn entry() -> impl Strategy<Value = Entry> {
        let texts = ["a -> b", "b -> c (http)", "plain", "größe", "a", ""];
        (1..6_u8, prop::sample::select(texts.to_vec()), 0..32_u8).prop_map(|(depth, text, bits)| {
            let has = |bit: u8| bits & bit != 0;
            let kind = if has(1) { NodeKind::Section } else { NodeKind::Prompt };
            let mut entry = Entry::new(kind, depth, u32::from(bits), text);
            entry.anchor = has(2).then(|| "anchor".to_owned());
            entry.command = has(4).then(|| "ls -l".to_owned());
            entry.tags = if has(8) { vec!["slow".to_owned(), "é".to_owned()] } else { Vec::new() };
            if has(16) {
                entry.blocks.push((BlockKind::Code, "x".to_owned(), "sh".to_owned()));
            }
            entry
        })
    }

    /// `entries` with depths that never jump, as an outline has them.
    fn drawn_in(mut entries: Vec<Entry>) -> Vec<Entry> {
        let mut before = 0;
        for entry in &mut entries {
            entry.depth = entry.depth.min(before + 1);
            before = entry.depth;
        }
        entries
    }

    proptest! {
        #[test]
        fn two_outlines_joined_are_what_all_entries_make(
            entries in prop::collection::vec(entry(), 0..24),
            cuts in prop::collection::vec(0..24_usize, 1..4),
        ) {
            let entries = drawn_in(entries);
            let components: &[String] = &[];
            let build = |entries: &[Entry]| {
                let mut builder = OutlineBuilder::new(components);
                entries.iter().for_each(|entry| builder.push(entry));
                builder
            };
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(entries.len())).collect();
            cuts.sort_unstable();
            let mut joined = build(&entries[..cuts[0]]);
            for (at, from) in cuts.iter().enumerate() {
                let mut part = entries[*from..cuts.get(at + 1).copied().unwrap_or(entries.len())].to_vec();
                // It stands by itself: its depths count from where nothing before it is known.
                let (mut least, mut base, mut tops) = (u8::MAX, 0, Vec::new());
                for entry in &mut part {
                    if entry.depth <= least {
                        (least, base) = (entry.depth, entry.depth - 1);
                        tops.push(usize::from(entry.depth));
                    }
                    entry.depth -= base;
                }
                joined.append(build(&part), tops);
            }
            let joined = joined.finish();
            prop_assert_eq!(joined.verify(), Ok(()));
            prop_assert_eq!(joined, Outline::from_entries(&entries, components));
        }
    }
}
