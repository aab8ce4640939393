//! Finding by a few letters, over nucleo's matcher.

use std::cmp::Reverse;

use memchr::{memchr2, memchr2_iter};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

/// What means more than itself in a query.
const SIGNS: [char; 5] = ['!', '\'', '^', '$', '\\'];

/// From so many texts on, only the likeliest are ranked exactly: to score 100,000 takes longer than a key may.
const MANY: usize = 10_000;
/// How many are the likeliest. Nobody reads further.
const RANKED: usize = 4_000;

/// The indices of the `texts` that `query` fits, the best first; all of them, in order, for a blank query.
///
/// Of very many texts that fit, the ones far behind are ordered only by how the letters lie. Blanks separate patterns that must all fit; `'word` wants it letter by letter, `^start`, `end$`, `!without`.
#[must_use]
pub fn ranked(query: &str, texts: &[&str]) -> Vec<usize> {
    if query.trim().is_empty() {
        return (0..texts.len()).collect();
    }
    match plain_words(query) {
        Some(words) if texts.len() > MANY => ranked_by_fit(query, &words, texts),
        _ => ranked_by_score(query, texts),
    }
}

fn ranked_by_score(query: &str, texts: &[&str]) -> Vec<usize> {
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Never);
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let mut letters = Vec::new();
    let mut points = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
    let scored = texts.iter().enumerate().filter_map(|(at, text)| Some((points(text)?, at)));
    let mut scored: Vec<(u32, usize)> = scored.collect();
    scored.sort_by_key(|(points, _)| Reverse(*points));
    scored.into_iter().map(|(_, at)| at).collect()
}

/// Sorts what fits by [`Fit`], and the likeliest of that by score.
fn ranked_by_fit(query: &str, words: &[&str], texts: &[&str]) -> Vec<usize> {
    let mut by_fit: [Vec<usize>; 4] = Default::default();
    for (at, text) in texts.iter().enumerate() {
        let worst = words.iter().try_fold(Fit::Beginning, |worst, word| Some(worst.max(fit(word, text)?)));
        if let Some(worst) = worst {
            by_fit[worst as usize].push(at);
        }
    }
    let fitting = by_fit.concat();
    let (likeliest, rest) = fitting.split_at(fitting.len().min(RANKED));
    let likely_texts: Vec<&str> = likeliest.iter().map(|at| texts[*at]).collect();
    let ranked = ranked_by_score(query, &likely_texts);
    ranked.into_iter().map(|at| likeliest[at]).chain(rest.iter().copied()).collect()
}

/// The words of a query that asks for nothing but letters in their order; only of ASCII, which is quick to look for.
fn plain_words(query: &str) -> Option<Vec<&str>> {
    let is_plain = query.is_ascii() && !query.contains(SIGNS);
    is_plain.then(|| query.split_ascii_whitespace().collect())
}

/// How the letters of a word lie in a text, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Together, at the beginning of the text.
    Beginning,
    /// Together, at the beginning of a word.
    Word,
    /// Together inside a word.
    Inside,
    /// In order, with others between them.
    Scattered,
}

/// Case counts only if `word` has a capital, as in the matcher.
fn fit(word: &str, text: &str) -> Option<Fit> {
    let (word, text) = (word.as_bytes(), text.as_bytes());
    let ignores_case = !word.iter().any(u8::is_ascii_uppercase);
    let other_case = |wanted: u8| if ignores_case { wanted.to_ascii_uppercase() } else { wanted };
    let (first, rest) = word.split_first()?;
    let mut fit = None;
    // The search for one letter looks at many bytes at once, which makes this several times as fast as a plain loop.
    for at in memchr2_iter(*first, other_case(*first), text) {
        let Some(following) = text.get(at + 1..at + word.len()) else { break };
        let same = |(wanted, found): (&u8, &u8)| found == wanted || *found == other_case(*wanted);
        if rest.iter().zip(following).all(same) {
            if at == 0 {
                return Some(Fit::Beginning);
            }
            if !text[at - 1].is_ascii_alphanumeric() {
                return Some(Fit::Word);
            }
            fit = Some(Fit::Inside);
        }
    }
    fit.or_else(|| {
        let mut left = text;
        for wanted in word {
            left = &left[memchr2(*wanted, other_case(*wanted), left)? + 1..];
        }
        Some(Fit::Scattered)
    })
}

/// True if whatever the longer query fits, the shorter one fits too.
#[must_use]
pub fn narrows(shorter: &str, longer: &str) -> bool {
    let plain = |query: &str| !query.contains(SIGNS);
    longer.starts_with(shorter) && plain(longer)
}

/// For each grapheme of `text`, whether it is one that `query` asks for.
///
/// Each pattern of the query is looked for as it stands, else letter by letter from the left.
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
    fn the_quick_way_finds_what_the_matcher_finds_and_agrees_on_the_best() {
        let texts = [
            "Stock is reserved",
            "In stock at last",
            "Restocking",
            "sort of a clock",
            "STOCK",
            "a declined card",
            "s.t_o-c/k",
            "größe stock",
            "die Größe",
            "",
            "tokens",
            "stoc",
        ];
        for query in ["s", "stock", "Stock", "st ck", "stock re", "k", "größe", "zz", "_", ".", "STOCK a"] {
            let sorted = |mut found: Vec<usize>| {
                found.sort_unstable();
                found
            };
            let words: Vec<&str> = query.split_ascii_whitespace().collect();
            let (quick, exact) = (ranked_by_fit(query, &words, &texts), ranked_by_score(query, &texts));
            assert_eq!(quick.first().map(|at| texts[*at]), exact.first().map(|at| texts[*at]), "{query}");
            assert_eq!(sorted(quick), sorted(exact), "{query}");
        }
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
