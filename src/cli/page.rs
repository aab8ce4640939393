//! Text designed for 80 columns: lines of inked pieces, wrapped where they must be.
//!
//! Knows nothing of sessions and of where it is printed. Whatever comes in is made visible before it is measured,
//! so that hostile text can neither bring escape sequences nor break the layout.

use crate::domain::verdict::{Standing, Verdict};
use crate::visible;

/// Columns that every page fits in.
pub const WIDTH_CELLS: usize = 80;
/// What a paragraph gets in any case, however long the lead before it is.
const MIN_TEXT_CELLS: usize = 20;

/// The characters to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Those of the walk.
    #[default]
    Unicode,
    /// ASCII only.
    Ascii,
}

impl Glyphs {
    /// One character that tells a verdict without colour.
    #[must_use]
    pub const fn verdict(self, verdict: Verdict) -> &'static str {
        match (self, verdict) {
            (Self::Unicode, Verdict::Untested) => "·",
            (Self::Unicode, Verdict::Pass) => "✓",
            (Self::Unicode, Verdict::Fail) => "✗",
            (Self::Unicode, Verdict::Blocked) => "⊘",
            (Self::Unicode, Verdict::Skip) => "–",
            (_, Verdict::Inconclusive) => "?",
            (Self::Ascii, Verdict::Untested) => ".",
            (Self::Ascii, Verdict::Pass) => "+",
            (Self::Ascii, Verdict::Fail) => "x",
            (Self::Ascii, Verdict::Blocked) => "!",
            (Self::Ascii, Verdict::Skip) => "-",
        }
    }

    /// The same with what the verdict rests on.
    #[must_use]
    pub fn standing(self, standing: Standing) -> &'static str {
        match self {
            Self::Unicode if standing.is_provisional() => "≈",
            Self::Ascii if standing.is_provisional() => "~",
            Self::Unicode | Self::Ascii => self.verdict(standing.verdict),
        }
    }

    /// Between two things of the same kind.
    #[must_use]
    pub const fn between(self) -> &'static str {
        match self {
            Self::Unicode => " · ",
            Self::Ascii => " | ",
        }
    }

    /// A connection that no prompt touches.
    #[must_use]
    pub const fn no_prompt(self) -> &'static str {
        match self {
            Self::Unicode => "○",
            Self::Ascii => "o",
        }
    }

    /// A component with itself.
    #[must_use]
    pub const fn diagonal(self) -> &'static str {
        match self {
            Self::Unicode => "╲",
            Self::Ascii => "\\",
        }
    }

    /// A column of a sparkline, as high as [`level`](crate::domain::trend::level) says.
    #[must_use]
    pub fn spark(self, level: usize) -> char {
        const UNICODE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];
        let heights = match self {
            Self::Unicode => UNICODE,
            Self::Ascii => ASCII,
        };
        heights.get(level).copied().unwrap_or(heights[7])
    }

    /// Between a section and what is below it.
    #[must_use]
    pub const fn below(self) -> &'static str {
        match self {
            Self::Unicode => " › ",
            Self::Ascii => " > ",
        }
    }
}

/// How a piece of text stands out, on top of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// Not at all.
    #[default]
    Plain,
    /// A heading.
    Strong,
    /// Less important.
    Faint,
    /// Passed.
    Good,
    /// Failed.
    Bad,
    /// Something to look at.
    Doubtful,
}

impl Ink {
    /// The ink of a verdict's glyph and word.
    #[must_use]
    pub const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Good,
            Verdict::Fail => Self::Bad,
            Verdict::Blocked | Verdict::Inconclusive => Self::Doubtful,
            Verdict::Untested | Verdict::Skip => Self::Faint,
        }
    }

    /// The same with what the verdict rests on.
    #[must_use]
    pub fn of_standing(standing: Standing) -> Self {
        if standing.is_provisional() { Self::Doubtful } else { Self::of(standing.verdict) }
    }

    /// The escape sequence that begins it: the 16 colours that every theme defines.
    const fn sequence(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\x1b[1m",
            Self::Faint => "\x1b[2m",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[1;31m",
            Self::Doubtful => "\x1b[33m",
        }
    }
}

/// Lines on their way to a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    lines: Vec<Vec<(Ink, String)>>,
}

impl Page {
    /// One line of pieces, not wrapped.
    pub fn line<'a>(&mut self, pieces: impl IntoIterator<Item = (Ink, &'a str)>) {
        let safe = |(ink, text): (Ink, &str)| (ink, visible::line(text).into_owned());
        self.lines.push(pieces.into_iter().map(safe).collect());
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(Vec::new());
    }

    /// `lead`, then `text` wrapped to the page's width; further lines are indented to where `text` began.
    pub fn paragraph(&mut self, lead: &[(Ink, &str)], ink: Ink, text: &str) {
        let lead: Vec<(Ink, String)> =
            lead.iter().map(|(ink, text)| (*ink, visible::line(text).into_owned())).collect();
        let indent: usize = lead.iter().map(|(_, text)| visible::width(text)).sum();
        let room = WIDTH_CELLS.saturating_sub(indent).max(MIN_TEXT_CELLS);
        let mut first = Some(lead);
        for line in text.lines() {
            let safe = visible::line(line);
            for range in visible::wrap(&safe, room) {
                let mut pieces = first.take().unwrap_or_else(|| vec![(Ink::Plain, " ".repeat(indent))]);
                pieces.push((ink, safe.get(range).unwrap_or_default().to_owned()));
                self.lines.push(pieces);
            }
        }
        self.lines.extend(first);
    }

    /// The page as text, each line ended; without trailing blanks.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let start = out.len();
            for (ink, text) in line {
                let sequence = if colours { ink.sequence() } else { "" };
                out.push_str(sequence);
                out.push_str(text);
                if !sequence.is_empty() {
                    out.push_str("\x1b[0m");
                }
            }
            out.truncate(start + out[start..].trim_end_matches(' ').len());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_blanks_under_its_own_beginning() {
        let mut page = Page::default();
        page.paragraph(&[(Ink::Bad, "  x ")], Ink::Plain, &"word ".repeat(20));
        let text = page.render(false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  x word") && lines[1].starts_with("    word"), "{text}");
        assert!(lines.iter().all(|line| visible::width(line) <= WIDTH_CELLS), "{text}");
    }

    #[test]
    fn an_empty_text_leaves_its_lead() {
        let mut page = Page::default();
        page.paragraph(&[(Ink::Plain, "  x ")], Ink::Plain, "");
        assert_eq!(page.render(false), "  x\n");
    }

    #[test]
    fn only_wanted_colours_are_written() {
        let mut page = Page::default();
        page.line([(Ink::Good, "✓"), (Ink::Plain, " a")]);
        assert_eq!(page.render(false), "✓ a\n");
        assert_eq!(page.render(true), "\x1b[32m✓\x1b[0m a\n");
    }
}
