//! HTML, piece by piece: what is markup stands in this program, and everything else is text (R36).
//!
//! Markup can only be a `&'static str`, so that whatever was read is refused as markup by the compiler. Text goes
//! through one function, which writes it so that it means the same in an element and in an attribute.

use std::io::{self, Write};

use super::super::shown::{shown, shown_line, without_controls};

/// A document being written.
pub(super) struct Html<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Html<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out }
    }

    /// Writes `piece`: one piece, or several as a tuple.
    pub(super) fn put(&mut self, piece: impl Put) -> io::Result<()> {
        piece.put(self)
    }

    /// What another [`Html`] wrote.
    pub(super) fn take_over(&mut self, written: &[u8]) -> io::Result<()> {
        self.out.write_all(written)
    }

    fn escaped(&mut self, text: &str) -> io::Result<()> {
        let text = without_controls(text);
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let entity = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\'' => "&#39;",
                _ => continue,
            };
            self.out.write_all(&text.as_bytes()[from..at])?;
            self.out.write_all(entity.as_bytes())?;
            from = at + 1;
        }
        self.out.write_all(&text.as_bytes()[from..])
    }
}

/// Something that can be written into a document.
pub(super) trait Put {
    fn put(self, html: &mut Html<'_>) -> io::Result<()>;
}

/// Markup of ours.
impl Put for &'static str {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.out.write_all(self.as_bytes())
    }
}

/// Text of anybody's on one line, set apart from what stands around it, which may run the other way.
pub(super) struct Name<'t>(pub(super) &'t str);

impl Put for Name<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        html.put(("<bdi>", Line(self.0), "</bdi>"))
    }
}

/// Text of anybody's on one line, for a place that sets it apart itself; never nothing.
pub(super) struct Line<'t>(pub(super) &'t str);

impl Put for Line<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        if self.0.trim().is_empty() { html.put("(empty)") } else { html.escaped(&shown_line(self.0)) }
    }
}

/// Text of anybody's with its line breaks; what looks like an address of the web can be followed.
pub(super) struct Block<'t>(pub(super) &'t str);

impl Put for Block<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let text = shown(self.0);
        let mut rest = text.trim_end();
        while let Some((at, len)) = address(rest) {
            let (before, found) = rest.split_at(at);
            let (address, after) = found.split_at(len);
            html.escaped(before)?;
            html.put("<a rel=\"noopener noreferrer\" href=\"")?;
            html.escaped(address)?;
            html.put("\">")?;
            html.escaped(address)?;
            html.put("</a>")?;
            rest = after;
        }
        html.escaped(rest)
    }
}

/// Where the first address in `text` begins, and how long it is: `http://` or `https://`, a host that begins with a
/// letter or digit, and only characters that look the same in every script.
fn address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| from + at) {
        from = at + 4;
        let found = &text[at..];
        let Some(host) = found.strip_prefix("https://").or_else(|| found.strip_prefix("http://")) else {
            continue;
        };
        let is_word = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        if is_word || !host.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%".contains(c);
        let end = found.find(|c| !is_part(c)).unwrap_or(found.len());
        // What ends a sentence is not part of it.
        return Some((at, found[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*']).len()));
    }
    None
}

macro_rules! put_numbers {
    ($($number:ty),+) => {$(
        impl Put for $number {
            fn put(self, html: &mut Html<'_>) -> io::Result<()> {
                write!(html.out, "{self}")
            }
        }
    )+};
}
put_numbers!(u32, u64, usize, i64);

impl<P: Put> Put for Option<P> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        self.map_or(Ok(()), |piece| piece.put(html))
    }
}

macro_rules! put_tuples {
    ($($piece:ident)+) => {
        impl<$($piece: Put),+> Put for ($($piece,)+) {
            fn put(self, html: &mut Html<'_>) -> io::Result<()> {
                #[expect(non_snake_case, reason = "a type's name serves as that of its value")]
                let ($($piece,)+) = self;
                $($piece.put(html)?;)+
                Ok(())
            }
        }
    };
}
put_tuples!(A B);
put_tuples!(A B C);
put_tuples!(A B C D);
put_tuples!(A B C D E);
put_tuples!(A B C D E F);
put_tuples!(A B C D E F G);
put_tuples!(A B C D E F G H);
put_tuples!(A B C D E F G H I);
put_tuples!(A B C D E F G H I J);
put_tuples!(A B C D E F G H I J K);
put_tuples!(A B C D E F G H I J K L);

#[cfg(test)]
mod tests {
    use super::*;

    fn written(piece: impl Put) -> String {
        let mut out = Vec::new();
        Html::new(&mut out).put(piece).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_cannot_leave_its_place() {
        let hostile = "<b>&amp;\"'\u{1b}\u{202e}\n</b>";
        let line = "&lt;b&gt;&amp;amp;&quot;&#39;␛‹202E› ⏎ &lt;/b&gt;";
        assert_eq!(written(("<i>", Line(hostile), "</i>")), format!("<i>{line}</i>"));
        assert_eq!(written(Name(hostile)), format!("<bdi>{line}</bdi>"));
        assert_eq!(written(Block(hostile)), line.replace(" ⏎ ", "\n"));
        assert_eq!((written(Line(" \n")), written(Block(" \n"))), ("(empty)".to_owned(), String::new()));
    }

    #[test]
    fn only_addresses_of_the_web_can_be_followed() {
        for (text, found) in [
            ("see http://wiki.example/a?b=c.", Some("http://wiki.example/a?b=c")),
            ("(https://x.example/a_b)", Some("https://x.example/a_b")),
            ("https://x.example/<b>", Some("https://x.example/")),
            ("javascript:alert(1)", None),
            ("xhttp://x.example", None),
            ("http://", None),
            ("http:///etc", None),
            ("http and https://日本", None),
            ("http http://x", Some("http://x")),
        ] {
            assert_eq!(address(text).map(|(at, len)| &text[at..at + len]), found, "{text}");
        }
        let link = "<a rel=\"noopener noreferrer\" href=\"http://x.example/?a=1&amp;b=2\">http://x.example/?a=1&amp;b=2</a>";
        assert_eq!(written(Block("http://x.example/?a=1&b=2, so")), format!("{link}, so"));
    }
}
