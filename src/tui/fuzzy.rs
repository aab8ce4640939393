//! Finding by a few letters, over frizbee.

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

/// For each grapheme of `text`, whether it is one that `query` asks for.
///
/// Each pattern of the query is looked for as it stands, else letter by letter from the left. frizbee's own indices
/// are those of its best alignment, but come as bytes of a folded text, and not for every text it lets through.
#[must_use]
pub fn found_graphemes(query: &str, text: &str) -> Vec<bool> {
    let letters: Vec<String> = text.graphemes(true).map(str::to_lowercase).collect();
    let mut found = vec![false; letters.len()];
    for pattern in query.split_whitespace().filter(|pattern| !pattern.starts_with('!')) {
        let pattern = pattern.trim_start_matches(['\'', '^']).trim_end_matches('$').to_lowercase();
        let wanted: Vec<&str> = pattern.graphemes(true).collect();
        for at in places(&wanted, &letters) {
            found[at] = true;
        }
    }
    found
}

/// Where `wanted` stands in `letters`: side by side if it does anywhere, else scattered; empty if not all of it does.
fn places(wanted: &[&str], letters: &[String]) -> Vec<usize> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let is_here = |window: &[String]| window.iter().zip(wanted).all(|(letter, wanted)| letter == wanted);
    if let Some(start) = letters.windows(wanted.len()).position(is_here) {
        return (start..start + wanted.len()).collect();
    }
    let mut rest = wanted.iter().peekable();
    let mut scattered = Vec::with_capacity(wanted.len());
    for (at, letter) in letters.iter().enumerate() {
        if rest.next_if(|wanted| letter == *wanted).is_some() {
            scattered.push(at);
        }
    }
    if rest.peek().is_none() { scattered } else { Vec::new() }
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
        assert_eq!(marks("dc", "A declined card"), "__d_c__________");
        assert_eq!(marks("stock", "customer pays in three clicks"), "__sto__________________c___k_");
        assert_eq!(marks("card 'dec", "A declined card"), "__dec______card");
        assert_eq!(marks("!card", "A declined card"), "_______________");
        assert_eq!(marks("größe", "die Größe"), "____Größe");
    }
}
