//! A long text read in parts, by several threads.
//!
//! CommonMark has a few places where what comes before does not matter: a heading at the left edge, after an empty
//! line, ends every paragraph, list, quote and table. Only two things reach across it: code and HTML that are still
//! open, and addresses of links (`[name]: …`) that are given elsewhere. Texts with the latter are not cut; whether the
//! former are open is known once what is before the cut was read, and then the text is read again as one.
//!
//! Parts are short, since what the parser makes of one then stays in the processor's cache and its memory serves the
//! next one.

use std::ops::Range;
use std::thread;

use memchr::memmem;

use super::walker::Walker;
use super::{TableRule, Text, Whole};
use crate::domain::plan::{MAX_DEPTH, MAX_NODES, MAX_PROMPTS, OutlineBuilder};
use crate::format::draft::{Drafts, RowNumbers, row_numbers};

/// Below, starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 128 * 1024;
/// About so long is a part.
const PART_BYTES: usize = 64 * 1024;
/// More threads wait for memory and not for a processor.
const MOST_THREADS: usize = 4;

/// Where parts of `source`, whose body begins at `base`, begin behind the first one; nowhere if it is not worth it.
pub(super) fn cuts(source: &str, base: usize) -> Vec<usize> {
    let body = &source.as_bytes()[base..];
    if body.len() < WORTH_A_THREAD || memmem::find(body, b"]:").is_some() {
        return Vec::new();
    }
    std::iter::successors(Some(base), |from| cut_after(source, from + PART_BYTES)).skip(1).collect()
}

/// Where the first heading begins that is after `from`, at the left edge and after an empty line.
fn cut_after(source: &str, from: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let is_heading = |start: &usize| {
        let signs = bytes[*start..].iter().take_while(|byte| **byte == b'#').count();
        signs <= 6 && bytes.get(start + signs) == Some(&b' ')
    };
    memmem::find_iter(bytes.get(from..)?, b"\n\n#").map(|at| from + at + 2).find(is_heading)
}

/// Reads `text` in the parts that begin at `cuts`; `None` where it must be read as one: there are none, something
/// reaches across a cut, or it is beyond the limits, and reading it as one says where.
pub(super) fn read(text: Text<'_>, cuts: &[usize], rule: TableRule) -> Option<Whole> {
    if cuts.is_empty() {
        return None;
    }
    let starts = || std::iter::once(text.body_start).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([text.source.len()]);
    let ranges: Vec<Range<usize>> = starts().zip(ends).map(|(start, end)| start..end).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    // Each thread's parts follow one another, so that it joins them itself.
    let mut shares = ranges.chunks(ranges.len().div_ceil(threads));
    let first = shares.next()?;
    let parts = thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| scope.spawn(|| read_share(text, share, rule))).collect();
        let mut parts = read_share(text, first, rule)?;
        for other in others {
            parts.append(&mut other.join().ok()??);
        }
        Some(parts)
    })?;
    joined(text, parts)
}

/// Reads the parts at `ranges`, and joins those that need not wait.
fn read_share<'t>(text: Text<'t>, ranges: &[Range<usize>], rule: TableRule) -> Option<Vec<Part<'t>>> {
    let mut parts: Vec<Part<'t>> = Vec::new();
    for range in ranges {
        let part = Part::read(text, range.clone(), rule)?;
        match parts.last_mut() {
            Some(last) if last.waiting.is_none() && part.waiting.is_none() => last.append(part),
            _ => parts.push(part),
        }
    }
    Some(parts)
}

/// What was read of one part, or of some that follow one another.
struct Part<'t> {
    builder: OutlineBuilder<'t>,
    /// What is not in the outline yet: what its rows' numbers are depends on other parts.
    waiting: Option<Drafts>,
    /// The levels of the headings that stand under no other of the part.
    outermost: Vec<u8>,
    /// The levels of the headings that what comes after it stands under; each stands under the one before it.
    open: Vec<u8>,
    first_h1: Option<String>,
    first_heading: Option<String>,
    has_table: bool,
}

impl<'t> Part<'t> {
    /// `None` if something is still open at its end, or there is too much of it.
    fn read(text: Text<'t>, range: Range<usize>, rule: TableRule) -> Option<Self> {
        let end = range.end;
        let mut walker = Walker::new(text.source, rule);
        walker.walk(range, text.lines).ok()?;
        if end < text.source.len() && !walker.is_closed_before(end) {
            return None;
        }
        let open = walker.open_headings().collect();
        let waits = walker.drafts.has_row_numbers();
        let mut part = Self {
            builder: OutlineBuilder::new(text.components),
            waiting: Some(walker.drafts),
            outermost: walker.outermost,
            open,
            first_h1: walker.first_h1,
            first_heading: walker.first_heading,
            has_table: walker.has_table,
        };
        if !waits {
            part.settle(text, &RowNumbers::new())?;
        }
        Some(part)
    }

    /// Puts into the outline what waited; `None` if it is too much.
    fn settle(&mut self, text: Text<'_>, row_numbers: &RowNumbers) -> Option<()> {
        match self.waiting.take() {
            Some(drafts) => drafts.settle_into(&mut self.builder, text.lines, row_numbers).ok(),
            None => Some(()),
        }
    }

    /// Joins it with the part that comes right after it; nothing of either waits.
    fn append(&mut self, after: Self) {
        let (open, outermost) = (&mut self.open, &mut self.outermost);
        let depths = after.outermost.into_iter().map(|level| {
            while open.pop_if(|outer| *outer >= level).is_some() {}
            if open.is_empty() {
                outermost.push(level);
            }
            open.push(level);
            open.len()
        });
        self.builder.append(after.builder, depths);
        self.open.extend(after.open.into_iter().skip(1));
        self.has_table |= after.has_table;
        self.first_h1 = self.first_h1.take().or(after.first_h1);
        self.first_heading = self.first_heading.take().or(after.first_heading);
    }
}

/// All of `parts`, which come one after the other; `None` beyond the limits.
fn joined(text: Text<'_>, mut parts: Vec<Part<'_>>) -> Option<Whole> {
    let row_numbers = row_numbers(parts.iter().filter_map(|part| part.waiting.as_ref()));
    for part in &mut parts {
        part.settle(text, &row_numbers)?;
    }
    let whole = parts.into_iter().reduce(|mut before, after| {
        before.append(after);
        before
    })?;
    let outline = whole.builder.finish();
    let is_within = outline.len() <= MAX_NODES
        && outline.prompt_count() <= MAX_PROMPTS
        && outline.max_depth() <= MAX_DEPTH;
    let title = whole.first_h1.or(whole.first_heading);
    is_within.then_some(Whole { title, outline, has_table: whole.has_table })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::position::Lines;

    fn text<'s>(source: &'s str, lines: &'s Lines<'s>) -> Text<'s> {
        Text { source, body_start: 0, lines, components: &[] }
    }

    fn as_one(source: &str, rule: TableRule) -> Whole {
        text(source, &Lines::of(source)).read_as_one(rule).unwrap()
    }

    fn in_parts(source: &str, cuts: &[usize], rule: TableRule) -> Option<Whole> {
        read(text(source, &Lines::of(source)), cuts, rule)
    }

    /// Every place where `source` may be cut.
    fn all_cuts(source: &str) -> Vec<usize> {
        std::iter::successors(cut_after(source, 0), |cut| cut_after(source, *cut)).collect()
    }

    /// What comes of each of these cuts alone; `None` where it had to be read as one.
    fn as_halves(source: &str, rule: TableRule) -> Vec<Option<Whole>> {
        all_cuts(source).into_iter().map(|cut| in_parts(source, &[cut], rule)).collect()
    }

    #[test]
    fn an_open_block_is_not_cut() {
        for open in ["```\n", "~~~ sh\nls\n", "- a\n  ```\n", "<!-- \n", "<script>\n", "<pre>\n"] {
            let source = format!("# a\n\n- x\n\n{open}\n\n# b\n\n- y\n");
            assert_eq!(as_halves(&source, TableRule::Named), [None], "{open:?}");
        }
        for closed in ["```\n# no\n```", "    # no", "<!-- no -->", "<div>", "> ```", "```\n```\n\ntext"] {
            let closed = format!("# a\n\n- x\n\n{closed}\n\n## b\n\n- y\n");
            let halves = as_halves(&closed, TableRule::Named);
            assert_eq!(halves, [Some(as_one(&closed, TableRule::Named))], "{closed:?}");
        }
    }

    #[test]
    fn a_heading_of_the_second_half_stands_under_one_of_the_first() {
        let source = "# a\n\n## b\n\n- 1\n\n### c\n\n- 2\n\n### d\n\n- 3\n\n## e\n\n- 4\n\n#### f\n\n- 5\n\n# g\n\n- 6\n";
        let one = as_one(source, TableRule::Named);
        let halves = as_halves(source, TableRule::Named);
        assert_eq!(halves.len(), 6);
        assert!(halves.into_iter().all(|half| half.as_ref() == Some(&one)));
    }

    /// A heading's level that is left out, and one that is a line with a rule below it.
    #[test]
    fn a_heading_stands_under_the_last_one_whatever_parts_came_between() {
        let source = "\n\n# a -> b\n-->\n- \n\n\n###### six\n";
        let parts = in_parts(source, &all_cuts(source), TableRule::Named);
        assert_eq!(parts, Some(as_one(source, TableRule::Named)));
        assert_eq!(parts.unwrap().outline.max_depth(), 3);
    }

    #[test]
    fn short_texts_and_those_with_addresses_of_links_are_read_as_one() {
        let long = |piece: &str| format!("{}\n\n# x\n\n{}", piece.repeat(20_000), "- y\n".repeat(20_000));
        assert!(cuts("# a\n\n# b\n", 0).is_empty());
        assert_eq!(cuts(&long("- x [a]\n"), 0).len(), 1);
        assert!(cuts(&long("- x [a]: b\n"), 0).is_empty());
        assert!(cuts(&"- x\n".repeat(100_000), 0).is_empty());
        let headings = "# a\n\n- x\n\n".repeat(100_000);
        let cuts = cuts(&headings, 0);
        assert_eq!(cuts.len(), headings.len() / PART_BYTES);
        assert!(cuts.iter().all(|cut| headings[*cut..].starts_with("# a")));
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "# one\n",
            "\n",
            "\n\n## two #tag\n",
            "\n\n# \n",
            "\n\n###### six\n",
            "- item\n",
            "  - inner\n",
            "1. step\n",
            "- [ ] box\n",
            "- [x] done {#a}\n",
            "   1. deep\n",
            "> quote\n",
            "> - in quote\n",
            "> # in quote\n\n",
            "```\n",
            "~~~\n",
            "    code\n",
            "<div>\n",
            "</div>\n",
            "<!--\n",
            "-->\n",
            "<pre>\n",
            "| a | b |\n",
            "| - | - |\n",
            "| 1 | **2** |\n",
            "\n| Id | Test |\n| - | - |\n| 1 | x |\n| 2 | y |\n",
            "\n\n## a -> b\n\n- x #t\n",
            "text *bold\n",
            "**\n",
            "`code\n",
            "[link](x)\n",
            "\\# no\n",
            "===\n",
            "---\n",
            "\t- tab\n",
            "Expected: all\n",
            "#no\n",
            "\n\n# a -> b\n",
            "- \n",
            "&amp; &#35;\n",
            "é ü\n",
            "  \n",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn parts_say_what_the_whole_says(source in pieces()) {
            for rule in [TableRule::Named, TableRule::Every] {
                let one = as_one(&source, rule);
                for half in as_halves(&source, rule).into_iter().flatten() {
                    prop_assert_eq!(&half, &one);
                }
                if let Some(parts) = in_parts(&source, &all_cuts(&source), rule) {
                    prop_assert_eq!(&parts, &one);
                }
            }
        }
    }
}
