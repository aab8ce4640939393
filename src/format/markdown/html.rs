//! The text of HTML inside Markdown: tags and comments dropped, entities decoded.
//!
//! This is no HTML parser and trusts nothing: what it does not understand is dropped, in one pass.

use crate::format::prose::{Prose, Sense};

/// A piece of an HTML block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text.
    Text(Prose),
    /// The content of `<pre>`, with the language of a `<code class="language-…">` in it.
    Code { text: String, language: String },
}

/// What a tag does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagEffect {
    /// A line ends.
    Break,
    /// Bold begins.
    BoldOn,
    /// Bold ends.
    BoldOff,
    /// Nothing.
    None,
}

/// What `tag`, from its `<` on, does.
pub(super) fn effect_of(tag: &str) -> TagEffect {
    let closing = tag.starts_with("</");
    let name = name_of(tag);
    match name.as_str() {
        "b" | "strong" if closing => TagEffect::BoldOff,
        "b" | "strong" => TagEffect::BoldOn,
        "br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "table" | "hr" | "dt" | "dd" | "summary"
        | "details" | "center" | "blockquote" | "section" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            TagEffect::Break
        }
        _ => TagEffect::None,
    }
}

fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end.min(16)].to_ascii_lowercase()
}

/// The text and code of an HTML block.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut prose = Prose::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        prose.push(&rest[..at], Sense::Markup);
        rest = &rest[at..];
        if let Some((c, len)) = entity(rest) {
            prose.push(c.encode_utf8(&mut [0; 4]), Sense::Literal);
            rest = &rest[len..];
            continue;
        }
        let Some(len) = tag_len(rest) else {
            prose.push(&rest[..1], Sense::Markup);
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[..len];
        rest = &rest[len..];
        let name = if tag.starts_with("</") { String::new() } else { name_of(tag) };
        match name.as_str() {
            "script" | "style" => rest = &rest[end_of(rest, &name)..],
            "pre" => {
                let end = end_of(rest, "pre");
                finish(&mut prose, &mut pieces);
                pieces.push(code(&rest[..end]));
                rest = &rest[end..];
            }
            _ if effect_of(tag) == TagEffect::Break => prose.line_break(),
            _ => {}
        }
    }
    prose.push(rest, Sense::Markup);
    finish(&mut prose, &mut pieces);
    pieces
}

fn finish(prose: &mut Prose, pieces: &mut Vec<Piece>) {
    let prose = std::mem::take(prose);
    if !prose.is_empty() {
        pieces.push(Piece::Text(prose));
    }
}

/// Where `</name` begins, or the end.
fn end_of(html: &str, name: &str) -> usize {
    let bytes = html.as_bytes();
    let closes = |at: &usize| {
        bytes[*at..].starts_with(b"</")
            && bytes.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
    };
    (0..bytes.len()).find(closes).unwrap_or(bytes.len())
}

/// The length of the tag or comment at the start, all of the rest where it never ends; `None` for a mere `<`.
fn tag_len(html: &str) -> Option<usize> {
    if html.starts_with("<!--") {
        return Some(html.find("-->").map_or(html.len(), |at| at + 3));
    }
    let bytes = html.as_bytes();
    if bytes.first() != Some(&b'<')
        || !bytes.get(1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!?".contains(b))
    {
        return None;
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    Some(html.len())
}

/// The content of `<pre>`: entities decoded, tags dropped, whitespace kept but for a line break at either end.
fn code(html: &str) -> Piece {
    let mut text = String::with_capacity(html.len());
    let mut language = String::new();
    let mut rest = html.strip_prefix('\n').unwrap_or(html);
    let mut ends_line = false;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        ends_line = if at > 0 { rest[..at].ends_with('\n') } else { ends_line };
        rest = &rest[at..];
        let len = if let Some((c, len)) = entity(rest) {
            text.push(c);
            ends_line = false;
            len
        } else if let Some(len) = tag_len(rest) {
            if language.is_empty() {
                language = language_of(&rest[..len]);
            }
            len
        } else {
            text.push_str(&rest[..1]);
            ends_line = false;
            1
        };
        rest = &rest[len..];
    }
    text.push_str(rest);
    ends_line = if rest.is_empty() { ends_line } else { rest.ends_with('\n') };
    if ends_line {
        text.pop();
    }
    Piece::Code { text, language }
}

fn language_of(tag: &str) -> String {
    let Some((_, class)) = tag.split_once("language-") else { return String::new() };
    let end = class.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>')).unwrap_or(class.len());
    let mut language = String::new();
    let mut rest = &class[..end];
    while let Some(first) = rest.chars().next() {
        let (c, len) = entity(rest).unwrap_or((first, first.len_utf8()));
        language.push(c);
        rest = &rest[len..];
    }
    language
}

/// The character that the entity at the start stands for, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(10).position(|byte| byte == b';')?;
    let name = body.get(..end)?;
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
    } else {
        match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            "rarr" => '→',
            "larr" => '←',
            "hellip" => '…',
            "mdash" => '—',
            "ndash" => '–',
            _ => return None,
        }
    };
    Some((c, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<String> {
        let show = |piece: Piece| match piece {
            Piece::Text(prose) => prose.as_str().to_owned(),
            Piece::Code { text, language } => format!("[{language}] {text}"),
        };
        pieces(html).into_iter().map(show).collect()
    }

    #[test]
    fn only_the_text_of_html_remains() {
        for (html, texts) in [
            ("<div class='a>b'>\nRead <b>this</b> &amp; that.\n</div>", vec!["Read this & that."]),
            ("<p>a<br>b</p>", vec!["a\nb"]),
            ("<!-- - not an item -->", vec![]),
            ("<!-- never closed", vec![]),
            ("<script>evil()</script>x", vec!["x"]),
            ("a < b &amp &#x41;", vec!["a < b &amp A"]),
            ("<pre><code class=\"language-sh\">a\n &lt;b&gt;</code></pre>", vec!["[sh] a\n <b>"]),
            ("x<pre>open", vec!["x", "[] open"]),
            ("<a href=\"never closed", vec![]),
        ] {
            assert_eq!(read(html), texts, "{html}");
        }
    }
}
