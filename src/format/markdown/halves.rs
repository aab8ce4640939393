//! A long text read as two halves at once.
//!
//! CommonMark has a few places where what comes before does not matter: a heading at the left edge, after an empty
//! line, ends every paragraph, list, quote and table. Only two things reach across it: code and HTML that are still
//! open, and addresses of links (`[name]: …`) that are given elsewhere. Texts with the latter are not cut; whether the
//! former are open is known once the first half was read, and then the text is read again as one.

use std::ops::Range;
use std::thread;

use memchr::memmem;

use super::{TableRule, Walker};
use crate::format::ParseError;
use crate::format::position::Lines;

/// Below, starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 128 * 1024;

/// Where a heading begins the second half of `source`, whose body begins at `base`, if it is worth cutting.
pub(super) fn cut(source: &str, base: usize) -> Option<usize> {
    let body = &source.as_bytes()[base..];
    if body.len() < WORTH_A_THREAD || memmem::find(body, b"]:").is_some() {
        return None;
    }
    cut_after(source, base + body.len() / 2)
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

/// Reads `source` from `base` on as two halves, of which the second begins at `cut`; `None` where it must be read as
/// one after all.
///
/// # Errors
///
/// As reading it as one.
pub(super) fn walk<'s>(
    source: &'s str,
    base: usize,
    cut: usize,
    lines: &Lines<'_>,
    rule: TableRule,
) -> Result<Option<Walker<'s>>, ParseError> {
    let walked = |part: Range<usize>| {
        let mut walker = Walker::new(source, rule);
        walker.walk(part, lines).map(|()| walker)
    };
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| walked(cut..source.len()));
        let first = walked(base..cut);
        // A thread that failed failed in what this one can do as well.
        (first, second.join().unwrap_or_else(|_| walked(cut..source.len())))
    });
    let mut first = first?;
    if !first.is_closed_before(cut) {
        return Ok(None);
    }
    first.append(second?);
    first.drafts.check_size(lines)?;
    Ok(Some(first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::settled;
    use super::*;
    use crate::domain::plan::Entry;

    /// The title, what was read, and whether there was a table.
    type Said = (Option<String>, Vec<Entry>, bool);

    fn as_one(source: &str, rule: TableRule) -> Said {
        let lines = Lines::of(source);
        let mut walker = Walker::new(source, rule);
        walker.walk(0..source.len(), &lines).unwrap();
        let (read, has_table) = settled(walker, &lines).unwrap();
        (read.title, read.entries, has_table)
    }

    /// What comes of each place where `source` may be cut, and whether it had to be read as one.
    fn as_halves(source: &str, rule: TableRule) -> Vec<Option<Said>> {
        let lines = Lines::of(source);
        let mut read = Vec::new();
        let mut from = 0;
        while let Some(cut) = cut_after(source, from) {
            from = cut;
            let walker = walk(source, 0, cut, &lines, rule).unwrap();
            read.push(walker.map(|walker| {
                let (read, has_table) = settled(walker, &lines).unwrap();
                (read.title, read.entries, has_table)
            }));
        }
        read
    }

    #[test]
    fn an_open_block_is_not_cut() {
        for open in ["```\n", "~~~ sh\nls\n", "- a\n  ```\n", "<!-- \n", "<script>\n", "<pre>\n", "> ```\n"] {
            let source = format!("# a\n\n- x\n\n{open}\n\n# b\n\n- y\n");
            assert_eq!(as_halves(&source, TableRule::Named), [None], "{open:?}");
        }
        let closed = "# a\n\n- x\n\n```\n# no\n```\n\ntext\n\n## b\n\n- y\n";
        let halves = as_halves(closed, TableRule::Named);
        assert_eq!(halves, [Some(as_one(closed, TableRule::Named))]);
    }

    #[test]
    fn a_heading_of_the_second_half_stands_under_one_of_the_first() {
        let source = "# a\n\n## b\n\n- 1\n\n### c\n\n- 2\n\n### d\n\n- 3\n\n## e\n\n- 4\n\n#### f\n\n- 5\n\n# g\n\n- 6\n";
        let one = as_one(source, TableRule::Named);
        let halves = as_halves(source, TableRule::Named);
        assert_eq!(halves.len(), 6);
        assert!(halves.into_iter().all(|half| half.as_ref() == Some(&one)));
    }

    #[test]
    fn short_texts_and_those_with_addresses_of_links_are_read_as_one() {
        let long = |piece: &str| format!("{}\n\n# x\n\n{}", piece.repeat(20_000), "- y\n".repeat(20_000));
        assert!(cut("# a\n\n# b\n", 0).is_none());
        assert!(cut(&long("- x [a]\n"), 0).is_some());
        assert!(cut(&long("- x [a]: b\n"), 0).is_none());
        assert!(cut(&"- x\n".repeat(100_000), 0).is_none());
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
        fn two_halves_say_what_the_whole_says(source in pieces()) {
            for rule in [TableRule::Named, TableRule::Every] {
                let one = as_one(&source, rule);
                for half in as_halves(&source, rule).into_iter().flatten() {
                    prop_assert_eq!(&half, &one);
                }
            }
        }
    }
}
