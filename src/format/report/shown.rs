//! Characters that a reader could not see, made visible, for all forms that people read.
//!
//! As on the screen ([`crate::visible`]), but without bounds on width: a file has no columns to keep, and an emoji may
//! stay what it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::escape::is_unsafe;

/// True for text that no reader can mistake and no form has to change for its sake, told at a glance: nearly all is so.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~'))
}

/// `text` with a mark for every character that drives a terminal, turns text around or hides in it; line breaks and
/// tabs stay, in the one spelling `\n`.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if is_plain(text) || text.chars().all(|c| matches!(c, '\n' | '\t') || !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match c {
            '\r' if after == '\n' => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            // They belong to the spelling of some scripts and join emoji.
            '\u{200c}' | '\u{200d}' if is_joined(before) && is_joined(after) => out.push(c),
            _ if is_unsafe(c) => push_mark(&mut out, c),
            _ => out.push(c),
        }
        before = c;
    }
    Cow::Owned(out)
}

/// As [`shown`], on one line.
pub(super) fn shown_line(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    match shown(text) {
        shown if !shown.contains(['\n', '\t']) => shown,
        shown => Cow::Owned(shown.replace('\n', " ⏎ ").replace('\t', " ")),
    }
}

/// Only what no reader of data takes: control characters other than line breaks and tabs get a mark, everything else
/// stays letter by letter.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    let is_fine = |c: char| matches!(c, '\n' | '\r' | '\t') || !(c.is_control() || is_no_character(c));
    if is_plain(text) || text.chars().all(is_fine) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_fine(c) { out.push(c) } else { push_mark(&mut out, c) }
    }
    Cow::Owned(out)
}

/// The two code points that XML 1.0 leaves out besides the controls.
fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// A picture of a control character, else the character's number: `␛`, `‹202E›`.
fn push_mark(out: &mut String, c: char) {
    match c {
        '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => out.push('\u{2421}'),
        _ => {
            let _ = write!(out, "‹{:02X}›", u32::from(c));
        }
    }
}

fn is_joined(c: char) -> bool {
    !c.is_ascii() && !is_unsafe(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_marked_and_what_people_write_stays() {
        for (text, expected) in [
            ("plain, naïve, 日本語, 👩\u{200d}🚀 ❤\u{fe0f}", "plain, naïve, 日本語, 👩\u{200d}🚀 ❤\u{fe0f}"),
            ("a\u{1b}[31mb\u{7f}\0", "a␛[31mb␡␀"),
            ("a\u{202e}b\u{200b}c\u{200d}d\u{feff}", "a‹202E›b‹200B›c‹200D›d‹FEFF›"),
            ("a\r\nb\rc\u{2028}d\te", "a\nb\nc\nd\te"),
            ("\u{9b}31m", "‹9B›31m"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
        assert_eq!(shown_line("a\nb\tc"), "a ⏎ b c");
    }

    #[test]
    fn data_keeps_all_but_controls() {
        assert_eq!(without_controls("a\u{202e}b\r\n\tc\u{200b}"), "a\u{202e}b\r\n\tc\u{200b}");
        assert_eq!(without_controls("a\0b\u{1b}c\u{85}d\u{ffff}"), "a␀b␛c‹85›d‹FFFF›");
    }
}
