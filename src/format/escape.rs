//! Plain text as Markdown that reads back as exactly that text, and which characters a terminal must not see.
//!
//! Escapes more than strictly needed where the rule stays simple, and nothing inside words.

use std::fmt::Write as _;

/// True for characters that can drive a terminal, turn text around or hide in it.
#[must_use]
pub(super) fn is_unsafe(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Appends `c` as a numeric entity.
pub(super) fn push_entity(out: &mut String, c: char) {
    let _ = write!(out, "&#x{:x};", u32::from(c));
}

/// `line`, which holds no line break, as inline Markdown that may stand at the beginning of a line.
pub(super) fn push_line(out: &mut String, line: &str) {
    let (start, rest) = line.split_at(line_start_escape(line).unwrap_or(0));
    push_inline(out, start, ' ');
    let before = start.chars().next_back().unwrap_or(' ');
    if line_start_escape(line).is_some() {
        out.push('\\');
        let first = rest.chars().next().unwrap_or(' ');
        out.push(first);
        push_inline(out, &rest[first.len_utf8()..], first);
    } else {
        push_inline(out, rest, before);
    }
}

/// `text` as inline Markdown after the character `before`; a space where it begins a line.
pub(super) fn push_inline(out: &mut String, text: &str, before: char) {
    let mut before = before;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let escaped = match c {
            '\\' | '`' | '*' | '[' | '<' | '~' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after == '#' || after.is_ascii_alphanumeric(),
            '#' => before == ' ',
            '{' => before == ' ' && after == '#',
            _ => false,
        };
        if is_unsafe(c) {
            push_entity(out, c);
        } else {
            if escaped {
                out.push('\\');
            }
            out.push(c);
        }
        before = c;
    }
}

/// The byte that must be escaped for `line` not to begin a block: a list, quote, heading, rule or table.
fn line_start_escape(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    match bytes.first()? {
        b'-' | b'+' | b'=' | b'>' | b'#' | b'|' | b':' => Some(0),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            matches!(bytes.get(digits), Some(b'.' | b')')).then_some(digits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        for (text, markdown) in [
            ("plain text, snake_case & more!", "plain text, snake_case & more!"),
            ("1. not a list", "1\\. not a list"),
            ("- [ ] not a task", "\\- \\[ ] not a task"),
            ("a *b* _c_ `d` <e> ~f~", "a \\*b\\* \\_c\\_ \\`d\\` \\<e> \\~f\\~"),
            ("not a #tag {#anchor}", "not a \\#tag \\{#anchor}"),
            ("C# &amp; \\n", "C# \\&amp; \\\\n"),
            ("a\u{1b}[31mb\u{202e}", "a&#x1b;\\[31mb&#x202e;"),
        ] {
            let mut out = String::new();
            push_line(&mut out, text);
            assert_eq!(out, markdown, "{text:?}");
        }
    }
}
