//! Finding by a few letters, over frizbee.

use std::cell::RefCell;

use frizbee::{Config, Matcher};
use unicode_segmentation::UnicodeSegmentation;

fn config() -> Config {
    Config::default().max_typos(Some(0))
}

/// The indices of the `texts` that `query` fits, the best first; all of them, in order, for a blank query.
///
/// Blanks separate patterns that must all fit; `'word` wants it letter by letter, `^start`, `end$`, `!without`.
#[must_use]
pub fn ranked(query: &str, texts: &[&str]) -> Vec<usize> {
    if query.trim().is_empty() {
        return (0..texts.len()).collect();
    }
    let mut matcher = Matcher::from_query(query, &config());
    matcher.match_list(texts).into_iter().map(|found| found.index as usize).collect()
}

/// True if whatever the longer query fits, the shorter one fits too.
#[must_use]
pub fn narrows(shorter: &str, longer: &str) -> bool {
    let plain = |query: &str| !query.contains(['!', '\'', '^', '$', '\\']);
    longer.starts_with(shorter) && plain(longer)
}

/// For each grapheme of `text`, whether `query` found it.
#[must_use]
pub fn found_graphemes(query: &str, text: &str) -> Vec<bool> {
    thread_local! {
        // The matcher for the query that is on the screen: a frame asks for every visible row.
        static LAST: RefCell<Option<(String, Matcher)>> = const { RefCell::new(None) };
    }
    let bytes: Vec<usize> = if query.trim().is_empty() {
        Vec::new()
    } else {
        LAST.with_borrow_mut(|last| {
            if last.as_ref().is_none_or(|(q, _)| q != query) {
                *last = Some((query.to_owned(), Matcher::from_query(query, &config())));
            }
            let found = last.as_mut().and_then(|(_, matcher)| matcher.match_one_indices(text, 0));
            found.map(|found| found.indices.iter().map(|i| *i as usize).collect()).unwrap_or_default()
        })
    };
    text.grapheme_indices(true).map(|(at, g)| bytes.iter().any(|b| (at..at + g.len()).contains(b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_found_and_the_best_comes_first() {
        let texts = ["Removing it releases the stock", "Stock is reserved", "A declined card"];
        assert_eq!(ranked("stock", &texts), [1, 0]);
        assert_eq!(ranked("", &texts), [0, 1, 2]);
        assert_eq!(ranked("zebra", &texts), Vec::<usize>::new());
    }

    #[test]
    fn what_was_found_can_be_shown() {
        let marks = |query, text: &str| {
            let found = found_graphemes(query, text);
            text.graphemes(true).zip(found).map(|(g, f)| if f { g } else { "_" }).collect::<String>()
        };
        assert_eq!(marks("dc", "A declined card"), "__d______c_____".replace("d______c", "d_c_____"));
        assert_eq!(marks("größe", "die Größe"), "____Größe");
    }
}
