//! How well the letters of a word lie in a text: the best of all ways to lay them there.
//!
//! Points as other finders give them: each letter gains some, one that begins something gains more, a gap costs some. One
//! pass over the text for each letter of the word finds the best of all alignments. Words of ASCII are laid over bytes,
//! which need no decoding, others over characters.

use memchr::{memchr, memchr2};

/// A letter that is there.
const FOUND: i32 = 12;
/// It is written just as it was typed.
const AS_TYPED: i32 = 4;
/// It begins the text.
const BEGINS_TEXT: i32 = 12;
/// It begins a word.
const BEGINS_WORD: i32 = 4;
/// It is a capital after a small letter.
const IS_HUMP: i32 = 4;
/// Nothing else is in the text.
const IS_ALL: i32 = 8;
/// What the first letter of a gap costs.
const GAP: i32 = 5;
/// What each further letter of a gap costs.
const LONGER_GAP: i32 = 1;

/// No letter of the word can lie there. Whatever is added, it does not overflow.
const NOWHERE: i32 = i32::MIN / 2;

/// So many letters of a text are weighed, from the first that fits: letters further apart say nothing about the order.
const WEIGHED: usize = 2_000;

/// Whether a capital is another letter than the small one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Ignored,
    Counts,
}

/// How a word is wanted in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Its letters in order, with others between them.
    Scattered,
    /// Letter by letter.
    Together,
    /// The same, where the text begins.
    Start,
    /// The same, where the text ends.
    End,
    /// The same, and nothing else.
    Whole,
}

/// What a letter is to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Capital,
    Small,
    Separator,
    Other,
}

/// A byte or a character.
pub(super) trait Letter: Copy + PartialEq {
    /// The small letter of a capital.
    fn folded(self) -> Self;
    fn kind(self) -> Kind;
    /// The first place of this letter in `text`; of either case if case is ignored, when the letter has to be a small one.
    fn first_in(self, text: &[Self], case: Case) -> Option<usize>
    where
        Self: Sized;

    fn is(self, found: Self, case: Case) -> bool {
        self == found || case == Case::Ignored && self == found.folded()
    }
}

impl Letter for u8 {
    fn folded(self) -> Self {
        self.to_ascii_lowercase()
    }

    fn kind(self) -> Kind {
        match self {
            b'A'..=b'Z' => Kind::Capital,
            b'a'..=b'z' => Kind::Small,
            b'0'..=b'9' | 0x80.. => Kind::Other,
            _ => Kind::Separator,
        }
    }

    // Many bytes at once: what does not fit is most of a plan.
    fn first_in(self, text: &[Self], case: Case) -> Option<usize> {
        match case {
            Case::Ignored => memchr2(self, self.to_ascii_uppercase(), text),
            Case::Counts => memchr(self, text),
        }
    }
}

impl Letter for char {
    // Letters that fold to several, like the Turkish İ, stand for themselves.
    fn folded(self) -> Self {
        let mut folded = self.to_lowercase();
        match (folded.next(), folded.next()) {
            (Some(small), None) => small,
            _ => self,
        }
    }

    fn kind(self) -> Kind {
        if self.is_uppercase() {
            Kind::Capital
        } else if self.is_lowercase() {
            Kind::Small
        } else if self.is_alphanumeric() {
            Kind::Other
        } else {
            Kind::Separator
        }
    }

    fn first_in(self, text: &[Self], case: Case) -> Option<usize> {
        text.iter().position(|found| self.is(*found, case))
    }
}

/// The points of the best way to lay `word` where it is wanted in `text`; `None` if there is no way, or no word.
///
/// `scores` is room to work in, kept from one text to the next.
pub(super) fn points<L: Letter>(
    word: &[L],
    text: &[L],
    place: Place,
    case: Case,
    scores: &mut Vec<i32>,
) -> Option<i32> {
    let last_start = text.len().checked_sub(word.len())?;
    let points = match place {
        Place::Scattered => scattered(word, text, case, scores),
        Place::Together => occurrences(word, text, case).max(),
        Place::Start => side_by_side(word, text, 0, case),
        Place::End => side_by_side(word, text, last_start, case),
        Place::Whole if last_start > 0 => None,
        Place::Whole => side_by_side(word, text, 0, case),
    };
    Some(points? + if last_start == 0 { IS_ALL } else { 0 })
}

/// True if there is any way to lay `word` where it is wanted in `text`, which is less to find out than the best one.
pub(super) fn fits<L: Letter>(word: &[L], text: &[L], place: Place, case: Case) -> bool {
    match place {
        Place::Together => occurrences(word, text, case).next().is_some(),
        Place::Scattered | Place::Start | Place::End | Place::Whole => {
            points(word, text, place, case, &mut Vec::new()).is_some()
        }
    }
}

/// What the letter at `at` is worth if `wanted` is laid there.
fn worth<L: Letter>(wanted: L, text: &[L], at: usize) -> i32 {
    let found = text[at];
    let as_typed = if wanted == found { AS_TYPED } else { 0 };
    let beginning = match at.checked_sub(1).map(|before| (text[before].kind(), found.kind())) {
        None => BEGINS_TEXT,
        Some((Kind::Separator, Kind::Capital | Kind::Small | Kind::Other)) => BEGINS_WORD,
        Some((Kind::Small, Kind::Capital)) => IS_HUMP,
        Some(_) => 0,
    };
    FOUND + as_typed + beginning
}

/// The points of `word` letter by letter from `start` on.
fn side_by_side<L: Letter>(word: &[L], text: &[L], start: usize, case: Case) -> Option<i32> {
    let mut points = 0;
    for (wanted, at) in word.iter().zip(start..) {
        if !wanted.is(*text.get(at)?, case) {
            return None;
        }
        points += worth(*wanted, text, at);
    }
    Some(points)
}

/// The points of each place where `word` is letter by letter.
fn occurrences<L: Letter>(word: &[L], text: &[L], case: Case) -> impl Iterator<Item = i32> {
    let mut from = 0;
    let starts = std::iter::from_fn(move || {
        let start = from + word.first()?.first_in(&text[from..], case)?;
        from = start + 1;
        Some(start)
    });
    starts.filter_map(move |start| side_by_side(word, text, start, case))
}

fn scattered<L: Letter>(word: &[L], text: &[L], case: Case, scores: &mut Vec<i32>) -> Option<i32> {
    let first = *word.first()?;
    let start = first.first_in(text, case)?;
    let mut end = start;
    for wanted in word {
        end += wanted.first_in(&text[end..], case)? + 1;
    }
    let weighed = text.len().min(start + WEIGHED);
    if end > weighed {
        return Some(0);
    }
    // By place, from `start` on: the points of the letters so far if the last of them lies there.
    scores.clear();
    let worth_if = |wanted: L, at: usize| wanted.is(text[at], case).then(|| worth(wanted, text, at));
    scores.extend((start..weighed).map(|at| worth_if(first, at).unwrap_or(NOWHERE)));
    for wanted in &word[1..] {
        // What the letter before is worth at the place before, and at the best place with a gap after it.
        let (mut beside, mut apart) = (NOWHERE, NOWHERE);
        for (at, score) in (start..).zip(scores.iter_mut()) {
            let here = worth_if(*wanted, at).map_or(NOWHERE, |worth| worth + beside.max(apart));
            apart = (apart - LONGER_GAP).max(beside - GAP);
            beside = std::mem::replace(score, here);
        }
    }
    scores.iter().copied().max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points_of(word: &str, text: &str) -> Option<i32> {
        points(word.as_bytes(), text.as_bytes(), Place::Scattered, Case::Ignored, &mut Vec::new())
    }

    /// Every way to lay `word` in `text` from `from` on, each weighed by itself.
    fn best_of_all(word: &[u8], text: &[u8], from: usize, before: Option<usize>) -> Option<i32> {
        let Some((wanted, rest)) = word.split_first() else { return Some(0) };
        let places = (from..text.len()).filter(|at| wanted.is(text[*at], Case::Ignored));
        let ways = places.filter_map(|at| {
            let gap = before.map_or(0, |before| at - before - 1);
            let cost = if gap == 0 { 0 } else { GAP + LONGER_GAP * (i32::try_from(gap).unwrap() - 1) };
            Some(worth(*wanted, text, at) - cost + best_of_all(rest, text, at + 1, Some(at))?)
        });
        ways.max()
    }

    proptest! {
        #[test]
        fn the_points_are_those_of_the_best_of_all_ways(word in "[abc ]{1,4}", text in "[abcAB .]{0,12}") {
            let is_all = if word.len() == text.len() { IS_ALL } else { 0 };
            let all = best_of_all(word.as_bytes(), text.as_bytes(), 0, None).map(|best| best + is_all);
            prop_assert_eq!(points_of(&word, &text), all);
        }

        #[test]
        fn bytes_and_characters_go_the_same_way(word in "[abc]{1,4}", text in "[abcAB .7]{0,12}") {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            for place in [Place::Scattered, Place::Together, Place::Start, Place::End, Place::Whole] {
                for case in [Case::Ignored, Case::Counts] {
                    let bytes = points(word.as_bytes(), text.as_bytes(), place, case, &mut Vec::new());
                    let characters = points(&letters(&word), &letters(&text), place, case, &mut Vec::new());
                    prop_assert_eq!(bytes, characters, "{:?} {:?}", place, case);
                }
            }
        }
    }

    #[test]
    fn what_begins_something_or_lies_closer_is_better() {
        for (word, better, worse) in [
            ("st", "stock", "a stock"),
            ("st", "a stock", "a costly one"),
            ("st", "a costly one", "a set"),
            ("st", "a set", "a seat"),
            ("st", "a seat", "a sealed cart"),
            ("cl", "onCaseLine", "onCASELINE"),
            ("stock", "stock", "stocks"),
            ("stock", "in stock", "in STOCK"),
        ] {
            assert!(points_of(word, better) > points_of(word, worse), "{word}: {better} before {worse}");
        }
    }

    #[test]
    fn letters_too_far_apart_are_found_without_points() {
        let text = format!("a{}b", "x".repeat(WEIGHED));
        assert_eq!(points_of("ab", &text), Some(0));
        assert_eq!(points_of("ac", &text), None);
    }
}
