//! XML 1.0, a tag at a time: well-formed whatever the text is (R37).

use std::io::{self, Write};

use super::shown::{shown, without_controls};

/// An XML document being written. Elements that are opened must be closed; nothing else is checked.
pub(super) struct Xml<'o> {
    out: &'o mut dyn Write,
    depth: usize,
}

impl<'o> Xml<'o> {
    /// Begins a document.
    pub(super) fn begin(out: &'o mut dyn Write) -> io::Result<Self> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self { out, depth: 0 })
    }

    /// Opens an element that has elements in it.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.depth += 1;
        self.out.write_all(b">\n")
    }

    /// Closes it.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.depth -= 1;
        writeln!(self.out, "{:1$}</{name}>", "", self.depth * 2)
    }

    /// An element without anything in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.out.write_all(b"/>\n")
    }

    /// An element with text in it; without text it is empty.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        if text.is_empty() {
            return self.empty(name, attributes);
        }
        self.start(name, attributes)?;
        self.out.write_all(b">")?;
        self.escaped(text, Inside::Element)?;
        writeln!(self.out, "</{name}>")
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        write!(self.out, "{:1$}<{name}", "", self.depth * 2)?;
        for (attribute, value) in attributes {
            write!(self.out, " {attribute}=\"")?;
            self.escaped(value, Inside::Attribute)?;
            self.out.write_all(b"\"")?;
        }
        Ok(())
    }

    fn escaped(&mut self, text: &str, inside: Inside) -> io::Result<()> {
        let text = shown(text);
        let text = without_controls(&text);
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let entity = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                // `]]>` must not stand in an element.
                b'>' => "&gt;",
                b'"' if inside == Inside::Attribute => "&quot;",
                // A reader makes spaces of them otherwise.
                b'\n' if inside == Inside::Attribute => "&#10;",
                b'\t' if inside == Inside::Attribute => "&#9;",
                _ => continue,
            };
            self.out.write_all(&text.as_bytes()[from..at])?;
            self.out.write_all(entity.as_bytes())?;
            from = at + 1;
        }
        self.out.write_all(&text.as_bytes()[from..])
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Element,
    Attribute,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        let mut out = Vec::new();
        let mut xml = Xml::begin(&mut out).unwrap();
        xml.open("a", &[("n", "\"<&>\n\t'\u{1b}")]).unwrap();
        xml.text("b", &[], "]]></b>\u{0}\u{fffe}\r\n\"").unwrap();
        xml.text("c", &[], "").unwrap();
        xml.close("a").unwrap();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a n=\"&quot;&lt;&amp;&gt;&#10;&#9;'␛\">\n  \
             <b>]]&gt;&lt;/b&gt;␀‹FFFE›\n\"</b>\n  <c/>\n</a>\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
