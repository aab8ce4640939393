//! Plain text out of markup: collapsed whitespace, and the tags and anchor at its end.
//!
//! A character that the author escaped (`\#`, `&#35;`, or inside code) is text and nothing else. The buffer remembers
//! where such characters stand, since only so can printed text be read back as it was.

/// The most tags at the end of one text. Tags are inherited by everything below and compared with one another, so
/// without a bound a short hostile plan would cost hours; what stands before them stays text.
const MAX_TAGS: usize = 16;

/// Text that grows piece by piece: runs of whitespace become one space, `\n` is a break the author wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prose {
    text: String,
    space_due: bool,
    /// Ascending byte offsets of `#`, `{` and `:` that mean nothing but themselves.
    literal: Vec<u32>,
}

/// Whether characters may have a meaning at the end (tags) or beginning (expectation) of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// As the author wrote it.
    Markup,
    /// Escaped, or inside code.
    Literal,
}

impl Prose {
    /// Appends `piece`.
    pub(super) fn push(&mut self, piece: &str, sense: Sense) {
        let (has_start, has_end) = (piece.starts_with(' '), piece.ends_with(' '));
        let core = piece.trim_matches(' ');
        if is_collapsed(core) {
            // Most text is as it should be and is taken in one piece.
            self.space_due |= has_start;
            if !core.is_empty() {
                self.push_word(core, sense);
            }
            self.space_due |= has_end;
            return;
        }
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            if first.is_whitespace() {
                self.space_due = true;
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.push_word(&rest[..end], sense);
            rest = &rest[end..];
        }
    }

    fn push_word(&mut self, word: &str, sense: Sense) {
        /// Most lines fit, and what a line was collected in is dropped with it.
        const LINE_BYTES: usize = 80;
        if self.text.is_empty() {
            self.text.reserve(word.len().max(LINE_BYTES));
        }
        if self.space_due && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.space_due = false;
        if sense == Sense::Literal {
            let at = self.text.len();
            let special = word.match_indices(['#', '{', ':']);
            self.literal.extend(special.map(|(offset, _)| (at + offset) as u32));
        }
        self.text.push_str(word);
    }

    /// A soft break, or a place where a space may stand.
    pub(super) fn space(&mut self) {
        self.space_due = true;
    }

    /// A line break that the author wrote.
    pub(super) fn line_break(&mut self) {
        self.space_due = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// True where nothing but whitespace was pushed.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How long the text is; with [`Prose::since`], what was pushed in between.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was pushed since the text was `len` bytes long.
    pub(super) fn since(&self, len: usize) -> &str {
        self.text.get(len..).unwrap_or("").trim()
    }

    /// The text, its line breaks kept.
    pub(super) fn as_str(&self) -> &str {
        self.text.trim_end_matches('\n')
    }

    /// Appends `other` on a line of its own.
    pub(super) fn append_line(&mut self, other: &Self) {
        self.line_break();
        let at = self.text.len() as u32;
        self.literal.extend(other.literal.iter().map(|offset| offset + at));
        self.text.push_str(other.as_str());
    }

    /// The expectation, where the text begins with `Expected:` or `Expected result(s):`.
    pub(super) fn expectation(&self) -> Option<&str> {
        let text = self.as_str();
        let colon = expectation_colon(text)?;
        (!self.is_literal(colon)).then(|| text[colon + 1..].trim_start())
    }

    fn is_literal(&self, offset: usize) -> bool {
        self.literal.binary_search(&(offset as u32)).is_ok()
    }

    /// The text as one line, apart from the tags and the anchor at its end.
    pub(super) fn into_line(mut self) -> Line {
        let (len, tags, anchor) = self.tail();
        self.text.truncate(len);
        let text = if self.text.contains('\n') { self.text.replace('\n', " ") } else { self.text };
        Line { text, tags, anchor }
    }

    /// How long the text is without the tags and the anchor at its end, and these.
    fn tail(&self) -> (usize, Vec<String>, Option<String>) {
        let mut tags: Vec<String> = Vec::new();
        let mut anchor = None;
        let mut text = self.as_str();
        while let Some(at) = text.rfind([' ', '\n']) {
            let word = &text[at + 1..];
            let is_mark = word.starts_with(['#', '{']) && tags.len() < MAX_TAGS && !self.is_literal(at + 1);
            if !is_mark {
                break;
            }
            if let Some(tag) = word.strip_prefix('#').and_then(as_tag) {
                tags.push(tag);
            } else if anchor.is_none()
                && let Some(name) = as_anchor(word)
            {
                anchor = Some(name.to_owned());
            } else {
                break;
            }
            text = text[..at].trim_end_matches(['\n', ' ']);
        }
        tags.reverse();
        let mut own: Vec<String> = Vec::with_capacity(tags.len());
        for tag in tags {
            if !own.contains(&tag) {
                own.push(tag);
            }
        }
        (text.len(), own, anchor)
    }
}

/// True for ASCII text in which every blank is one space.
fn is_collapsed(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a way out in the middle, so that many bytes are looked at together.
    let is_plain = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=0x7f));
    let after = bytes.get(1..).unwrap_or_default();
    let has_two = bytes.iter().zip(after).fold(false, |any, pair| any | (pair == (&b' ', &b' ')));
    is_plain && !has_two
}

/// Where the colon stands in a text that begins with `Expected:` and says something.
pub(super) fn expectation_colon(text: &str) -> Option<usize> {
    let colon = text.bytes().take("expected result(s) :".len()).position(|byte| byte == b':')?;
    let label = text.get(..colon)?.trim_end().to_ascii_lowercase();
    let labels = ["expected", "expected result", "expected results", "expected result(s)"];
    let says_something = !text[colon + 1..].trim().is_empty();
    (labels.contains(&label.as_str()) && says_something).then_some(colon)
}

/// One line of text, its tags and its anchor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) tags: Vec<String>,
    pub(super) anchor: Option<String>,
}

/// A tag without its `#`, in lower case: a letter, then letters, digits, `-` and `_`.
pub(super) fn as_tag(word: &str) -> Option<String> {
    let belongs = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if !word.starts_with(char::is_alphabetic) || !word.chars().all(belongs) {
        return None;
    }
    // Lower-casing `İ` gives a combining dot, which no tag can hold.
    Some(word.chars().flat_map(char::to_lowercase).filter(|c| belongs(*c)).collect())
}

/// The name in `{#name}`.
fn as_anchor(word: &str) -> Option<&str> {
    let name = word.strip_prefix("{#")?.strip_suffix('}')?;
    is_anchor(name).then_some(name)
}

/// True for a name that `{#name}` can hold.
pub(super) fn is_anchor(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '{' || c == '}')
}

/// `text` with its whitespace collapsed to single spaces.
pub(super) fn collapse(text: &str) -> String {
    let mut prose = Prose::default();
    prose.push(text, Sense::Markup);
    prose.text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (String, String, Option<String>) {
        let mut prose = Prose::default();
        prose.push(text, Sense::Markup);
        let line = prose.into_line();
        (line.text, line.tags.join(","), line.anchor)
    }

    #[test]
    fn tags_and_anchor_are_cut_from_the_end() {
        let anchor = |name: &str| Some(name.to_owned());
        for (text, rest, tags, name) in [
            ("pay #Critical #edge-case_2", "pay", "critical,edge-case_2", None),
            ("pay {#p1} #a", "pay", "a", anchor("p1")),
            ("pay #a {#p1}", "pay", "a", anchor("p1")),
            ("pay #a {#p1} #b", "pay", "a,b", anchor("p1")),
            ("pay {#p1} {#p2}", "pay {#p1}", "", anchor("p2")),
            ("see #42", "see #42", "", None),
            ("C# #größe", "C#", "größe", None),
            ("a #b c", "a #b c", "", None),
            ("#lonely", "#lonely", "", None),
            ("a #b.", "a #b.", "", None),
            ("a #x #x", "a", "x", None),
            ("a {#} #", "a {#} #", "", None),
        ] {
            assert_eq!(split(text), (rest.to_owned(), tags.to_owned(), name), "{text}");
        }
    }

    #[test]
    fn escaped_signs_are_text() {
        let mut prose = Prose::default();
        prose.push("pay ", Sense::Markup);
        prose.push("#", Sense::Literal);
        prose.push("a", Sense::Markup);
        assert_eq!(prose.into_line().text, "pay #a");
    }

    #[test]
    fn an_expectation_names_itself() {
        for (text, expected) in [
            ("Expected: open", Some("open")),
            ("EXPECTED RESULTS: open", Some("open")),
            ("expected result(s) : open", Some("open")),
            ("Expected:", None),
            ("Expected open", None),
            ("Unexpected: open", None),
        ] {
            let mut prose = Prose::default();
            prose.push(text, Sense::Markup);
            assert_eq!(prose.expectation(), expected, "{text}");
        }
    }
}
