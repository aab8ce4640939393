//! An outline as bytes of fixed width, so that a known plan of 100,000 prompts is there again in a few milliseconds.
//!
//! In order: six counts, then the nodes, tags, blocks and extras, then the text; every number is a little-endian `u32`
//! or one byte. Integration points are few and travel beside it. The bytes come through a function that fills slices,
//! so that nobody has to hold them all at once.

use super::{Block, BlockKind, Extras, NOTHING, Node, Outline, Span, Traits};
use crate::domain::point::IntegrationPoint;

const COUNTS: usize = 6;
const NODE_BYTES: usize = 42;
const SPAN_BYTES: usize = 8;
const BLOCK_BYTES: usize = 22;
const EXTRAS_BYTES: usize = 3 * SPAN_BYTES;
/// So many records are read at once.
const AT_ONCE: usize = 512;
/// What a span says that is not there: no text begins at the end of four gigabytes.
const NO_SPAN: Span = Span { start: NOTHING, end: NOTHING };

/// An outline cannot be made of bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError<E> {
    /// The bytes could not be had.
    #[error(transparent)]
    Source(#[from] E),
    /// They say that there is more than there can be.
    #[error("it says that it is larger than its place")]
    TooLarge,
    /// Its text is none.
    #[error("its text is not UTF-8")]
    NotText,
}

impl Outline {
    /// Appends the outline to `out`; its points go another way.
    pub fn pack(&self, out: &mut Vec<u8>) {
        let counts = [
            self.nodes.len(),
            self.tags.len(),
            self.blocks.len(),
            self.extras.len(),
            self.text.len(),
            self.prompt_count(),
        ];
        let counts = counts.map(|count| count as u32);
        out.reserve(Sizes::of(counts).total());
        let mut put = |number: u32| out.extend_from_slice(&number.to_le_bytes());
        counts.into_iter().for_each(&mut put);
        for node in &self.nodes {
            let Node { text, line, column, parent, end, tags, blocks, point, extras, depth, traits } = *node;
            for number in [text.start, text.end, line, column, parent, end, tags, blocks, point, extras] {
                out.extend_from_slice(&number.to_le_bytes());
            }
            out.extend_from_slice(&[depth, traits.0]);
        }
        for tag in &self.tags {
            put_span(out, *tag);
        }
        for block in &self.blocks {
            let (kind, depth, number) = match block.kind {
                BlockKind::Paragraph => (0, 0, None),
                BlockKind::Code => (1, 0, None),
                BlockKind::Quote => (2, 0, None),
                BlockKind::Step { depth, number } => (3 + u8::from(number.is_some()), depth, number),
            };
            out.extend_from_slice(&[kind, depth]);
            out.extend_from_slice(&number.unwrap_or_default().to_le_bytes());
            put_span(out, block.text);
            put_span(out, block.language);
        }
        for extras in &self.extras {
            for span in [extras.anchor, extras.expected, extras.command] {
                put_span(out, span.unwrap_or(NO_SPAN));
            }
        }
        out.extend_from_slice(self.text.as_bytes());
    }

    /// Reads what [`Outline::pack`] wrote: `fill` puts the next bytes into a slice, of which there are `most` at most.
    ///
    /// What it says is not checked: see [`Outline::verify`].
    ///
    /// # Errors
    ///
    /// [`UnpackError`], with what `fill` failed with.
    pub fn unpack<E>(
        points: Vec<IntegrationPoint>,
        most: usize,
        mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, UnpackError<E>> {
        let mut head = [0_u8; COUNTS * 4];
        fill(&mut head)?;
        let mut head = Numbers(&head);
        let sizes = Sizes::of(std::array::from_fn(|_| head.next()));
        if sizes.total() > most {
            return Err(UnpackError::TooLarge);
        }
        let nodes = records::<NODE_BYTES, _, _>(sizes.nodes, &mut fill, node)?;
        let tags = records::<SPAN_BYTES, _, _>(sizes.tags, &mut fill, |bytes| Numbers(bytes).span())?;
        let blocks = records::<BLOCK_BYTES, _, _>(sizes.blocks, &mut fill, block)?;
        let extras = records::<EXTRAS_BYTES, _, _>(sizes.extras, &mut fill, |bytes| {
            let mut numbers = Numbers(bytes);
            let mut span = || Some(numbers.span()).filter(|span| *span != NO_SPAN);
            Extras { anchor: span(), expected: span(), command: span() }
        })?;
        let mut text = vec![0; sizes.text];
        fill(&mut text)?;
        let text = String::from_utf8(text).map_err(|_| UnpackError::NotText)?;
        Ok(Self { text, nodes, tags, blocks, extras, points, prompt_count: sizes.prompts })
    }
}

/// How much of what there is.
struct Sizes {
    nodes: usize,
    tags: usize,
    blocks: usize,
    extras: usize,
    text: usize,
    prompts: u32,
}

impl Sizes {
    fn of(counts: [u32; COUNTS]) -> Self {
        let [nodes, tags, blocks, extras, text, prompts] = counts;
        let [nodes, tags, blocks, extras, text] = [nodes, tags, blocks, extras, text].map(|n| n as usize);
        Self { nodes, tags, blocks, extras, text, prompts }
    }

    /// In bytes. Saturates: on a small machine, what says that it is larger than memory is refused all the same.
    fn total(&self) -> usize {
        let records = [
            (self.nodes, NODE_BYTES),
            (self.tags, SPAN_BYTES),
            (self.blocks, BLOCK_BYTES),
            (self.extras, EXTRAS_BYTES),
            (self.text, 1),
        ];
        records.iter().fold(COUNTS * 4, |sum, (n, bytes)| sum.saturating_add(n.saturating_mul(*bytes)))
    }
}

fn put_span(out: &mut Vec<u8>, span: Span) {
    out.extend_from_slice(&span.start.to_le_bytes());
    out.extend_from_slice(&span.end.to_le_bytes());
}

/// Reads `count` records of `BYTES` bytes.
fn records<const BYTES: usize, T, E>(
    count: usize,
    fill: &mut impl FnMut(&mut [u8]) -> Result<(), E>,
    read: impl Fn(&[u8]) -> T,
) -> Result<Vec<T>, E> {
    let mut records = Vec::with_capacity(count);
    let mut buffer = vec![0_u8; BYTES * AT_ONCE.min(count)];
    while records.len() < count {
        let now = (count - records.len()).min(AT_ONCE);
        let bytes = &mut buffer[..now * BYTES];
        fill(bytes)?;
        records.extend(bytes.chunks_exact(BYTES).map(&read));
    }
    Ok(records)
}

/// The numbers of a record from the left.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The next one; 0 past the end, which no record's reader reaches.
    fn next(&mut self) -> u32 {
        match self.0.split_first_chunk() {
            Some((number, rest)) => {
                self.0 = rest;
                u32::from_le_bytes(*number)
            }
            None => 0,
        }
    }

    fn span(&mut self) -> Span {
        Span { start: self.next(), end: self.next() }
    }

    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((byte, rest)) => {
                self.0 = rest;
                *byte
            }
            None => 0,
        }
    }
}

fn node(bytes: &[u8]) -> Node {
    let mut numbers = Numbers(bytes);
    Node {
        text: numbers.span(),
        line: numbers.next(),
        column: numbers.next(),
        parent: numbers.next(),
        end: numbers.next(),
        tags: numbers.next(),
        blocks: numbers.next(),
        point: numbers.next(),
        extras: numbers.next(),
        depth: numbers.byte(),
        traits: Traits(numbers.byte()),
    }
}

fn block(bytes: &[u8]) -> Block {
    let mut numbers = Numbers(bytes);
    let (kind, depth, number) = (numbers.byte(), numbers.byte(), numbers.next());
    let kind = match kind {
        1 => BlockKind::Code,
        2 => BlockKind::Quote,
        3 => BlockKind::Step { depth, number: None },
        4 => BlockKind::Step { depth, number: Some(number) },
        _ => BlockKind::Paragraph,
    };
    Block { kind, text: numbers.span(), language: numbers.span() }
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, NodeKind};
    use super::*;

    fn outline() -> Outline {
        let mut full = Entry::new(NodeKind::Prompt, 2, 7, "größe → ok");
        full.column = 3;
        full.tags = vec!["critical".to_owned(), "slow".to_owned()];
        full.anchor = Some("size".to_owned());
        full.checkbox = Some(true);
        full.expected = Some("it fits".to_owned());
        full.command = Some("ls".to_owned());
        let block = |kind, text: &str| (kind, text.to_owned(), String::new());
        full.blocks = vec![
            block(BlockKind::Paragraph, "why"),
            (BlockKind::Code, "curl".to_owned(), "sh".to_owned()),
            block(BlockKind::Quote, "she said"),
            block(BlockKind::Step { depth: 1, number: Some(0) }, "first"),
            block(BlockKind::Step { depth: 0, number: None }, "then"),
        ];
        let mut unticked = Entry::new(NodeKind::Prompt, 2, 9, "");
        unticked.checkbox = Some(false);
        unticked.command = Some("true".to_owned());
        let entries = [
            Entry::new(NodeKind::Section, 1, 1, "cart -> mail (smtp)"),
            full,
            unticked,
            Entry::new(NodeKind::Section, 1, 11, "else"),
            Entry::new(NodeKind::Prompt, 2, 12, "plain"),
        ];
        Outline::from_entries(&entries, &[])
    }

    fn unpacked(
        bytes: &[u8],
        most: usize,
        points: Vec<IntegrationPoint>,
    ) -> Result<Outline, UnpackError<()>> {
        let mut rest = bytes;
        Outline::unpack(points, most, |into| {
            let (now, later) = rest.split_at_checked(into.len()).ok_or(())?;
            into.copy_from_slice(now);
            rest = later;
            Ok(())
        })
    }

    #[test]
    fn an_outline_comes_back_from_its_bytes() {
        for outline in [outline(), Outline::default()] {
            let mut bytes = Vec::new();
            outline.pack(&mut bytes);
            let back = unpacked(&bytes, bytes.len(), outline.points().to_vec()).unwrap();
            assert_eq!(back, outline);
            assert_eq!(back.verify(), Ok(()));
        }
    }

    #[test]
    fn bytes_that_end_early_or_ask_for_more_than_there_is_are_refused() {
        let mut bytes = Vec::new();
        outline().pack(&mut bytes);
        for len in 0..bytes.len() {
            assert_eq!(
                unpacked(&bytes[..len], bytes.len(), Vec::new()),
                Err(UnpackError::Source(())),
                "{len}"
            );
        }
        assert_eq!(unpacked(&bytes, bytes.len() - 1, Vec::new()), Err(UnpackError::TooLarge));
        let mut huge = bytes.clone();
        huge[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unpacked(&huge, bytes.len(), Vec::new()), Err(UnpackError::TooLarge));
        let last = bytes.len() - 1;
        bytes[last] = 0xFF;
        assert_eq!(unpacked(&bytes, bytes.len(), Vec::new()), Err(UnpackError::NotText));
    }

    #[test]
    fn whatever_a_byte_becomes_an_outline_that_verifies_can_be_read() {
        let outline = outline();
        let mut bytes = Vec::new();
        outline.pack(&mut bytes);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                if let Ok(other) = unpacked(&bytes, bytes.len() + 64, outline.points().to_vec())
                    && other.verify().is_ok()
                {
                    let texts: usize =
                        other.nodes().map(|node| node.detail().len() + node.tags().len()).sum();
                    assert!(texts < 1_000_000);
                    assert_eq!(other.entries().len(), other.len());
                }
                bytes[at] ^= 1 << bit;
            }
        }
    }
}
