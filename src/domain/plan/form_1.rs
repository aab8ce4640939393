//! How outlines were stored before they were packed; sessions of that time still point at them.

use serde::Deserialize;

use super::{Block, BlockKind, Extras, NOTHING, Node, NodeKind, Outline, Span, Traits};
use crate::domain::point::IntegrationPoint;

/// An outline in its first form. What it says is not checked: see [`Outline::verify`].
#[derive(Debug, Deserialize)]
pub(crate) struct OutlineOfForm1 {
    text: String,
    nodes: Vec<NodeOfForm1>,
    tags: Vec<Span>,
    blocks: Vec<BlockOfForm1>,
    points: Vec<IntegrationPoint>,
    prompt_count: u32,
}

#[derive(Debug, Deserialize)]
struct NodeOfForm1 {
    kind: NodeKind,
    depth: u8,
    checkbox: Option<bool>,
    line: u32,
    column: u32,
    parent: Option<u32>,
    end: u32,
    text: Span,
    anchor: Option<Span>,
    expected: Option<Span>,
    command: Option<Span>,
    tags: Span,
    blocks: Span,
    point: Option<u32>,
    names_point: bool,
}

#[derive(Debug, Deserialize)]
struct BlockOfForm1 {
    kind: BlockKind,
    text: Span,
    language: Span,
}

impl From<OutlineOfForm1> for Outline {
    fn from(old: OutlineOfForm1) -> Self {
        let OutlineOfForm1 { text, nodes, tags, blocks, points, prompt_count } = old;
        let block = |old: BlockOfForm1| Block { kind: old.kind, text: old.text, language: old.language };
        let blocks = blocks.into_iter().map(block).collect();
        let mut outline = Self {
            text,
            nodes: Vec::with_capacity(nodes.len()),
            tags,
            blocks,
            extras: Vec::new(),
            points,
            prompt_count,
        };
        for old in nodes {
            let extras = Extras { anchor: old.anchor, expected: old.expected, command: old.command };
            let node = Node {
                text: old.text,
                line: old.line,
                column: old.column,
                parent: old.parent.unwrap_or(NOTHING),
                end: old.end,
                tags: old.tags.start,
                blocks: old.blocks.start,
                point: old.point.unwrap_or(NOTHING),
                extras: outline.add_extras(extras),
                depth: old.depth,
                traits: Traits::of(old.kind, old.checkbox, old.names_point),
            };
            outline.nodes.push(node);
        }
        outline
    }
}
