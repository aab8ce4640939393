//! What a query asks for: patterns that must all fit, or must not.

use super::alignment::{self, Case, Letter, Place};

/// One of a query's patterns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    word: Word,
    place: Place,
    case: Case,
    wants: Wants,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Texts,
    OtherTexts,
}

/// Small letters if case is ignored.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Ascii(Vec<u8>),
    Other(Vec<char>),
}

/// Room to work in, kept from one text to the next.
#[derive(Debug, Default)]
pub(super) struct Room {
    letters: Vec<char>,
    scores: Vec<i32>,
}

/// The patterns of a query, without those that ask for nothing.
pub(super) fn patterns(query: &str) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let mut letters = Vec::new();
    let mut typed = query.chars();
    loop {
        match typed.next() {
            Some('\\') => letters.push(typed.next().map_or(Typed::Plain('\\'), Typed::Escaped)),
            Some(letter) if !letter.is_whitespace() => letters.push(Typed::Plain(letter)),
            blank_or_end => {
                patterns.extend(Pattern::of(&letters));
                letters.clear();
                if blank_or_end.is_none() {
                    return patterns;
                }
            }
        }
    }
}

/// A letter of a query, after a backslash or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typed {
    Plain(char),
    Escaped(char),
}

/// Takes `sign` off the beginning.
fn takes_first(typed: &mut &[Typed], sign: char) -> bool {
    match typed.split_first() {
        Some((first, rest)) if *first == Typed::Plain(sign) => {
            *typed = rest;
            true
        }
        _ => false,
    }
}

/// Takes `sign` off the end.
fn takes_last(typed: &mut &[Typed], sign: char) -> bool {
    match typed.split_last() {
        Some((last, rest)) if *last == Typed::Plain(sign) => {
            *typed = rest;
            true
        }
        _ => false,
    }
}

impl Pattern {
    fn of(mut typed: &[Typed]) -> Option<Self> {
        let wants = if takes_first(&mut typed, '!') { Wants::OtherTexts } else { Wants::Texts };
        let is_start = takes_first(&mut typed, '^');
        let is_together = !is_start && takes_first(&mut typed, '\'');
        let is_end = takes_last(&mut typed, '$');
        let place = match (is_start, is_end) {
            (true, true) => Place::Whole,
            (true, false) => Place::Start,
            (false, true) => Place::End,
            // Without scattered letters would be without nearly everything.
            (false, false) if is_together || wants == Wants::OtherTexts => Place::Together,
            (false, false) => Place::Scattered,
        };
        let mut letters = Vec::with_capacity(typed.len());
        for typed in typed {
            match *typed {
                // Nothing that a backslash could be meant to take the meaning from.
                Typed::Escaped(letter) if !super::SIGNS.contains(&letter) && !letter.is_whitespace() => {
                    letters.extend(['\\', letter]);
                }
                Typed::Escaped(letter) | Typed::Plain(letter) => letters.push(letter),
            }
        }
        let case =
            if letters.iter().any(|letter| letter.is_uppercase()) { Case::Counts } else { Case::Ignored };
        if case == Case::Ignored {
            letters.iter_mut().for_each(|letter| *letter = letter.folded());
        }
        let word =
            match letters.iter().map(|letter| u8::try_from(*letter).ok().filter(u8::is_ascii)).collect() {
                Some(bytes) => Word::Ascii(bytes),
                None => Word::Other(letters.clone()),
            };
        (!letters.is_empty()).then_some(Self { word, place, case, wants })
    }

    /// The points of `text`; `None` if it does not fit.
    pub(super) fn points(&self, text: &str, room: &mut Room) -> Option<i32> {
        match &self.word {
            Word::Ascii(word) => self.points_of(word, text.as_bytes(), &mut room.scores),
            // The word has a letter that no such text has.
            Word::Other(_) if text.is_ascii() => (self.wants == Wants::OtherTexts).then_some(0),
            Word::Other(word) => {
                room.letters.clear();
                room.letters.extend(text.chars());
                self.points_of(word, &room.letters, &mut room.scores)
            }
        }
    }

    fn points_of<L: Letter>(&self, word: &[L], text: &[L], scores: &mut Vec<i32>) -> Option<i32> {
        match self.wants {
            Wants::Texts => alignment::points(word, text, self.place, self.case, scores),
            Wants::OtherTexts => (!alignment::fits(word, text, self.place, self.case)).then_some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting<'t>(query: &str, texts: &[&'t str]) -> Vec<&'t str> {
        let patterns = patterns(query);
        let mut room = Room::default();
        let fits = |text: &&&str| patterns.iter().all(|pattern| pattern.points(text, &mut room).is_some());
        texts.iter().filter(fits).copied().collect()
    }

    #[test]
    fn signs_say_where_a_word_is_wanted() {
        let texts = ["card", "a card", "card index", "a discarded one", "c a r d"];
        for (query, fit) in [
            ("card", vec!["card", "a card", "card index", "a discarded one", "c a r d"]),
            ("'card", vec!["card", "a card", "card index", "a discarded one"]),
            ("^card", vec!["card", "card index"]),
            ("card$", vec!["card", "a card"]),
            ("^card$", vec!["card"]),
            ("!card", vec!["c a r d"]),
            ("!^card", vec!["a card", "a discarded one", "c a r d"]),
            ("!card$", vec!["card index", "a discarded one", "c a r d"]),
            ("!^card$", vec!["a card", "card index", "a discarded one", "c a r d"]),
            ("card !index  !'disc", vec!["card", "a card", "c a r d"]),
            ("! ^$ '", texts.to_vec()),
        ] {
            assert_eq!(fitting(query, &texts), fit, "{query}");
        }
    }

    #[test]
    fn a_backslash_takes_the_meaning_from_a_sign() {
        let texts = ["!a", "a^b", "a b", "it's", "5$", "C:\\dir"];
        for (query, fit) in [
            ("\\!", vec!["!a"]),
            ("\\^", vec!["a^b"]),
            ("'a\\ b", vec!["a b"]),
            ("\\'", vec!["it's"]),
            ("\\$", vec!["5$"]),
            ("\\dir", vec!["C:\\dir"]),
            ("\\\\", vec!["C:\\dir"]),
            ("\\", vec!["C:\\dir"]),
        ] {
            assert_eq!(fitting(query, &texts), fit, "{query}");
        }
    }

    #[test]
    fn case_counts_once_a_capital_was_typed_in_any_alphabet() {
        let texts = ["größe", "Größe", "GRÖSSE", "ВЕС", "вес", "Grosse"];
        for (query, fit) in [
            ("größe", vec!["größe", "Größe"]),
            ("gr", vec!["größe", "Größe", "GRÖSSE", "Grosse"]),
            ("Gr", vec!["Größe", "Grosse"]),
            ("ö", vec!["größe", "Größe", "GRÖSSE"]),
            ("Ö", vec!["GRÖSSE"]),
            ("'öß", vec!["größe", "Größe"]),
            ("вес", vec!["ВЕС", "вес"]),
            ("!ö", vec!["ВЕС", "вес", "Grosse"]),
        ] {
            assert_eq!(fitting(query, &texts), fit, "{query}");
        }
    }
}
