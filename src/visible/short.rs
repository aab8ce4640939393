//! Names in a few cells, none of which can be taken for another: headings of a table that has more columns than room.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

use super::{fits, head, line, width_of_cluster};

/// Stands for the middle that was cut out of a name.
const CUT: &str = "~";

/// How much of a name's end is kept, in shares of the cells: what tells `billing-api` from `billing-db` stands there.
const TAIL_SHARES: [(usize, usize); 3] = [(1, 3), (1, 2), (3, 4)];

/// `names`, which must differ, made visible and short: each takes at most `cells` cells and differs from the others.
///
/// A name that fits stays whole. Another is cut at its end; where that leaves two alike, a `~` stands for their
/// middle; where even that does, they are numbered. In so few cells that there are not enough numbers, some stay alike.
#[must_use]
pub fn names(names: &[&str], cells: usize) -> Vec<String> {
    let safe: Vec<Cow<'_, str>> = names.iter().map(|name| line(name)).collect();
    let mut short: Vec<Option<String>> = vec![None; safe.len()];
    let mut taken: HashSet<String> = HashSet::new();
    let mut settle = |short: &mut Vec<Option<String>>, candidate: &dyn Fn(&str) -> Option<String>| {
        let open: Vec<(usize, String)> = (0..safe.len())
            .filter(|at| short[*at].is_none())
            .filter_map(|at| candidate(&safe[at]).map(|text| (at, text)))
            .collect();
        let mut count: HashMap<&str, u32> = HashMap::new();
        open.iter().for_each(|(_, text)| *count.entry(text).or_default() += 1);
        let alone: Vec<bool> = open.iter().map(|(_, text)| count[text.as_str()] == 1).collect();
        for ((at, text), is_alone) in open.into_iter().zip(alone) {
            if is_alone && taken.insert(text.clone()) {
                short[at] = Some(text);
            }
        }
    };
    settle(&mut short, &|name| fits(name, cells).then(|| name.to_owned()));
    settle(&mut short, &|name| Some(head(name, cells).to_owned()).filter(|text| !text.is_empty()));
    for (part, of) in TAIL_SHARES {
        let end = cells * part / of;
        if end > 0 && cells > end + CUT.len() {
            settle(&mut short, &|name| {
                Some(format!("{}{CUT}{}", head(name, cells - end - CUT.len()), tail(name, end)))
            });
        }
    }
    let mut number = 0_usize;
    let numbered = |name: &str| loop {
        number += 1;
        let digits = base_36(number);
        if digits.len() > cells {
            return head(name, cells).to_owned();
        }
        let text = format!("{}{digits}", head(name, cells - digits.len()));
        if taken.insert(text.clone()) {
            return text;
        }
    };
    finish(short, &safe, numbered)
}

fn finish(
    short: Vec<Option<String>>,
    safe: &[Cow<'_, str>],
    mut numbered: impl FnMut(&str) -> String,
) -> Vec<String> {
    short.into_iter().zip(safe).map(|(text, name)| text.unwrap_or_else(|| numbered(name))).collect()
}

/// The longest end of whole clusters that takes at most `cells` cells.
fn tail(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true).rev() {
        used += width_of_cluster(cluster);
        if used > cells {
            return text.get(at + cluster.len()..).unwrap_or_default();
        }
    }
    text
}

fn base_36(mut number: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut text = Vec::new();
    while number > 0 {
        text.push(char::from(DIGITS[number % 36]));
        number /= 36;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::visible::width;

    #[test]
    fn a_short_name_can_be_taken_for_no_other() {
        let cases: &[(&[&str], usize, &[&str])] = &[
            (&["web", "auth"], 6, &["web", "auth"]),
            (&["orders", "order-db", "inventory"], 6, &["orders", "order-", "invent"]),
            (&["billing-api", "billing-db", "bill"], 6, &["bil~pi", "bil~db", "bill"]),
            (&["service-1", "service-10", "service-2"], 5, &["ser~1", "ser~0", "ser~2"]),
            // What fits is never given to another.
            (&["orders", "orders-archive"], 6, &["orders", "ord~ve"]),
            (&["ab", "abc", "abd"], 2, &["ab", "a1", "a2"]),
            (&["支払いサービス", "支払い台帳", "倉庫"], 6, &["支払い", "支…帳", "倉庫"]),
            (&["a\u{1b}[2Jx", "b"], 4, &["a␛[2", "b"]),
        ];
        for (long, cells, expected) in cases {
            let short = names(long, *cells);
            assert!(short.iter().all(|name| width(name) <= *cells), "{short:?}");
            if long[0].starts_with('支') {
                assert_eq!(short.iter().collect::<HashSet<_>>().len(), 3, "{short:?}");
            } else if long[0].contains('\u{1b}') {
                assert!(!short[0].contains('\u{1b}'), "{short:?}");
            } else {
                assert_eq!(short, *expected);
            }
        }
    }

    #[test]
    fn two_hundred_names_that_differ_in_their_middle_stay_apart() {
        let long: Vec<String> = (0..200).map(|n| format!("the-service-{n:03}-of-the-shop")).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        for cells in [2, 3, 6, 12] {
            let short = names(&long, cells);
            assert_eq!(short.iter().collect::<HashSet<_>>().len(), 200, "{cells}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn short_names_fit_and_differ(
            long in prop::collection::hash_set("[ab倉-]{1,9}", 0..30),
            cells in 2..8_usize,
        ) {
            let long: Vec<&str> = long.iter().map(String::as_str).collect();
            let short = names(&long, cells);
            prop_assert!(short.iter().all(|name| width(name) <= cells && !name.is_empty()));
            prop_assert_eq!(short.iter().collect::<HashSet<_>>().len(), long.len());
        }
    }
}
