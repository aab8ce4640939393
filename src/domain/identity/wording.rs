//! Whether one sentence is another one in other words, judged by the words alone.
//!
//! A verdict that is kept for a different check is worse than one that has to be given again, so what turns the
//! meaning round (a negation, an opposite, another number) is never a rewording, however alike the rest is.

/// From this similarity on, a sentence at the same place is the same prompt reworded.
///
/// Tried on the table of edits in `tests/it/identity.rs`: `Login works` → `Logout works` is 0.5 and must not be kept,
/// half of the words new in a longer sentence is about 0.57 and must be.
pub(super) const REWORDED: f32 = 0.55;

/// From this similarity on, a sentence at another place is the same prompt, moved and reworded.
pub(super) const MOVED_AND_REWORDED: f32 = 0.75;

/// Below this, letters in common say nothing: two unrelated English sentences share about a third of their letter pairs.
const ALIKE_LETTERS: f32 = 0.75;

/// Words that carry too little to tell sentences apart. `in`, `on` and their like stay: they have opposites.
const FILLERS: [&str; 30] = [
    "a", "an", "the", "is", "are", "be", "was", "were", "it", "its", "of", "to", "and", "that", "this",
    "then", "there", "has", "have", "does", "do", "will", "should", "must", "shall", "by", "for", "as", "at",
    "so",
];

/// Words that deny the rest.
const NEGATIONS: [&str; 14] = [
    "not", "no", "never", "cannot", "without", "none", "cant", "dont", "doesnt", "isnt", "arent", "wont",
    "nothing", "neither",
];

/// Pairs of which one replaces the other when a check is turned round. Stems, as [`stem`] makes them.
const OPPOSITES: [(&str, &str); 26] = [
    ("in", "out"),
    ("on", "off"),
    ("add", "remov"),
    ("add", "delet"),
    ("creat", "delet"),
    ("enabl", "disabl"),
    ("valid", "invalid"),
    ("befor", "after"),
    ("allow", "deni"),
    ("accept", "reject"),
    ("accept", "refus"),
    ("open", "clos"),
    ("first", "last"),
    ("tru", "fals"),
    ("pass", "fail"),
    ("work", "fail"),
    ("succe", "fail"),
    ("start", "stop"),
    ("start", "end"),
    ("up", "down"),
    ("show", "hid"),
    ("lock", "unlock"),
    ("minimum", "maximum"),
    ("min", "max"),
    ("empti", "full"),
    ("increas", "decreas"),
];

/// A sentence, taken apart once, so that comparing two is only a walk over sorted numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Wording {
    /// Hashes of the stems that carry meaning, sorted.
    words: Vec<u64>,
    /// Letter pairs of the sentence without blanks, sorted.
    pairs: Vec<u64>,
    /// Hashes of words with a digit, sorted.
    numbers: Vec<u64>,
    /// Bit `2i` for the first of [`OPPOSITES`] `i`, bit `2i + 1` for the second.
    opposites: u64,
    negated: bool,
}

/// The letters and digits of `text`, lower case, apart by single blanks: what must be equal for "the same text".
pub(super) fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    normalise_into(text, &mut out);
    out
}

/// As [`normalised`], into a text that is used again and again.
pub(super) fn normalise_into(text: &str, out: &mut String) {
    out.clear();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !is_joining(c) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    if out.is_empty() {
        // A text of signs only (`->`, `…`) is told apart by its signs.
        out.push_str(&text.trim().to_lowercase());
    }
}

/// An apostrophe belongs to its word: `can't` is one word.
fn is_joining(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

impl Wording {
    /// Takes `text` apart.
    pub(super) fn of(text: &str) -> Self {
        let normalised = normalised(text);
        let mut wording = Self::default();
        let all: Vec<&str> = normalised.split(' ').filter(|word| !word.is_empty()).collect();
        for word in &all {
            let stem = stem(word);
            wording.negated |= NEGATIONS.contains(word);
            for (i, (one, other)) in OPPOSITES.iter().enumerate() {
                wording.opposites |= u64::from(stem == *one) << (2 * i);
                wording.opposites |= u64::from(stem == *other) << (2 * i + 1);
            }
            if word.contains(|c: char| c.is_numeric()) {
                wording.numbers.push(super::hash_of(word));
            }
            if !FILLERS.contains(word) {
                wording.words.push(super::hash_of(&stem));
            }
        }
        if wording.words.is_empty() {
            wording.words = all.iter().map(super::hash_of).collect();
        }
        let letters: Vec<char> = normalised.chars().filter(|c| *c != ' ').collect();
        wording.pairs =
            letters.windows(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])).collect();
        wording.words.sort_unstable();
        wording.pairs.sort_unstable();
        wording.numbers.sort_unstable();
        wording
    }

    /// The words that carry meaning, as sorted hashes.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How alike two sentences are, from 0 (nothing, or the meaning is turned round) to 1.
    pub(super) fn similarity(&self, other: &Self) -> f32 {
        if self.contradicts(other) {
            return 0.0;
        }
        let words = dice(&self.words, &other.words);
        // Letters are looked at for typing errors, for `log in` and `login`, and for scripts without blanks.
        let lengths = (self.pairs.len() as f32, other.pairs.len() as f32);
        let possible = 2.0 * lengths.0.min(lengths.1) / (lengths.0 + lengths.1).max(1.0);
        if possible < ALIKE_LETTERS || words >= 1.0 {
            return words;
        }
        let letters = dice(&self.pairs, &other.pairs);
        if letters < ALIKE_LETTERS { words } else { words.max(letters) }
    }

    fn contradicts(&self, other: &Self) -> bool {
        let numbers_differ =
            !self.numbers.is_empty() && !other.numbers.is_empty() && self.numbers != other.numbers;
        self.negated != other.negated || numbers_differ || self.turned_round(other)
    }

    /// One side has a word where the other side has only its opposite.
    fn turned_round(&self, other: &Self) -> bool {
        const FIRSTS: u64 = 0x5555_5555_5555_5555;
        let only_here = self.opposites & !other.opposites;
        let only_there = other.opposites & !self.opposites;
        (only_here & (only_there >> 1) & FIRSTS) != 0 || (only_there & (only_here >> 1) & FIRSTS) != 0
    }
}

/// Twice what both have over what they have together, counting repetitions; both are sorted.
fn dice(a: &[u64], b: &[u64]) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0_u32);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        common += u32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    2.0 * common as f32 / ((a.len() + b.len()) as f32).max(1.0)
}

/// A word without its commonest English endings: `adds`, `added` and `adding` are one.
fn stem(word: &str) -> String {
    for ending in ["ing", "ies", "ied", "ed", "es", "y", "s", "e"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 3) {
            let keeps_i = matches!(ending, "ies" | "ied" | "y");
            return if keeps_i { format!("{stem}i") } else { stem.to_owned() };
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(a: &str, b: &str) -> f32 {
        Wording::of(a).similarity(&Wording::of(b))
    }

    #[test]
    fn rewordings_are_recognised() {
        for (old, new) in [
            ("Login works", "Log-in works"),
            ("Login works", "Login works on mobile"),
            ("Removing it releases the stock", "Removing an item from the cart releases its stock"),
            ("Adding an item reserves one in stock", "An item that is added reserves one in stock"),
            ("A recieved mail is shown", "A received mail is shown"),
            ("A declined card leaves the order open", "A declined card leaves the order open and says why"),
            ("Search finds the customer", "Searching finds customers"),
            ("在庫が予約されること", "在庫が予約される"),
        ] {
            let found = similarity(old, new);
            assert!(found >= REWORDED, "{old:?} → {new:?}: {found}");
        }
    }

    #[test]
    fn other_checks_are_no_rewordings() {
        for (old, new) in [
            ("Login works", "Export to PDF"),
            ("Login works", "Logout works"),
            ("User can log in", "User can log out"),
            ("A valid card is accepted", "An invalid card is accepted"),
            ("The order is shipped", "The order is not shipped"),
            ("Page 1 loads", "Page 2 loads"),
            ("Answers 200 for a known order", "Answers 404 for a known order"),
            ("Payment works", "Payment fails"),
            ("Mail is sent", "Invoice is printed"),
            ("Logging in without a password is refused", "Logging in with a password is refused"),
        ] {
            let found = similarity(old, new);
            assert!(found < REWORDED, "{old:?} → {new:?}: {found}");
        }
    }

    #[test]
    fn case_blanks_and_punctuation_do_not_matter() {
        assert_eq!(normalised("  It’s  “done”, OK? "), "its done ok");
        assert_eq!(normalised("→"), "→");
    }
}
