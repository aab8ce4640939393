//! Makes hostile text safe to show: control, bidi and other invisible characters become visible marks.
//!
//! Everything that comes from a plan, a database or a paste goes through [`line()`] or [`text()`] before it reaches a
//! terminal, on both faces. What comes out holds no control character, nothing that reorders or hides, no more than
//! eight combining marks on one base, and only characters about whose width terminals agree: emoji sequences are taken
//! apart, since one terminal draws them in two cells and the next in eight. Human text stays as it is. The module knows
//! nothing of terminals or plans; it is pure.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub mod short;

/// What stands for the part that was cut off.
pub const ELLIPSIS: &str = "…";
/// The same for terminals that show ASCII only.
pub const ASCII_ELLIPSIS: &str = "...";

/// Combining marks that one base may carry; the most that a script needs is about five.
const MAX_MARKS: usize = 8;
/// Characters that may form one cluster (Hangul and Indic clusters grow without limit otherwise).
const MAX_CLUSTER: usize = 16;
/// Cells that one cluster may take, so that it fits into the narrowest panel.
const MAX_CLUSTER_CELLS: usize = 8;
const TAB_CELLS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    OneLine,
    ManyLines,
}

/// Text for one line: safe, and a line break is shown as `⏎`, a tab as a space.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    make_visible(text, Shape::OneLine)
}

/// Text of several lines: safe, line breaks are `\n`, tabs are spaces up to the next fourth column.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    make_visible(text, Shape::ManyLines)
}

fn make_visible(text: &str, shape: Shape) -> Cow<'_, str> {
    if text.chars().all(|c| is_plain(c) || (c == '\n' && shape == Shape::ManyLines)) {
        return Cow::Borrowed(text);
    }
    let replaced = replace_chars(text, shape);
    Cow::Owned(bound_clusters(replaced))
}

/// Characters that need no look at their neighbours: one cell, or two, everywhere, and no part of any sequence.
fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a1}'..='\u{a8}' | '\u{aa}'..='\u{ac}' | '\u{af}'..='\u{2ff}' | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2027}' | '\u{2500}'..='\u{259f}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}'
            | '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff9d}')
}

/// First pass: each character by what it is and what stands before it.
fn replace_chars(text: &str, shape: Shape) -> String {
    let mut out = Out { text: String::with_capacity(text.len() + 16), column: 0, last: None };
    let mut chars = text.chars().peekable();
    let mut previous: Option<char> = None;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match c {
            '\r' if next == Some('\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => match shape {
                Shape::OneLine => out.push('⏎'),
                Shape::ManyLines => out.new_line(),
            },
            '\t' => match shape {
                Shape::OneLine => out.push(' '),
                Shape::ManyLines => out.tab(),
            },
            '\u{1f3f4}' => {
                out.push(c);
                out.subdivision(&mut chars);
            }
            _ => replace_char(&mut out, c, previous, next),
        }
        previous = Some(c);
    }
    out.text
}

fn replace_char(out: &mut Out, c: char, previous: Option<char>, next: Option<char>) {
    let after_emoji = out.last.is_some_and(is_emoji);
    match c {
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\x7f' => out.push('\u{2421}'),
        // A soft hyphen shows nothing and hides nothing.
        '\u{ad}' => {}
        // Flags are two letters; terminals that know the flag draw two cells, others two or four.
        '\u{1f1e6}'..='\u{1f1ff}' => {
            out.push(char::from(b'A' + u8::try_from(u32::from(c) - 0x1f1e6).unwrap_or(0)));
        }
        // One variation selector on a base that has a width of its own without it.
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
            if out.last.is_some_and(has_variants) && previous.is_some_and(|p| !is_selector(p)) => {}
        '\u{180b}'..='\u{180d}' | '\u{180f}' if out.last.is_some_and(in_mongolian) => {}
        '\u{20e3}' if out.last.is_some_and(is_keycap) => {}
        '\u{1f3fb}'..='\u{1f3ff}' if after_emoji => {}
        '\u{200d}' if after_emoji && next.is_some_and(is_emoji) => {}
        // Between letters of scripts that join, these two belong to the spelling.
        '\u{200c}' | '\u{200d}'
            if out.last.is_some_and(joins)
                && next.is_some_and(|n| joins(n) && !is_hidden(n) && cells(n) > 0) =>
        {
            out.push(c);
        }
        _ if is_hidden(c) => out.mark(c),
        _ => out.push(c),
    }
}

struct Out {
    text: String,
    /// Cells since the last line break.
    column: usize,
    last: Option<char>,
}

impl Out {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.column += cells(c);
        self.last = Some(c);
    }

    fn mark(&mut self, c: char) {
        let start = self.text.len();
        push_mark(&mut self.text, c);
        self.column += self.text.get(start..).map_or(0, |mark| mark.chars().count());
        self.last = Some('›');
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.column = 0;
        self.last = Some('\n');
    }

    fn tab(&mut self) {
        for _ in 0..TAB_CELLS - self.column % TAB_CELLS {
            self.push(' ');
        }
    }

    /// The letters of a subdivision's flag (England's is a black flag and the hidden letters `gbeng`), shown.
    fn subdivision(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        let mut ahead = chars.clone();
        let mut letters = String::new();
        while let Some(c @ '\u{e0020}'..='\u{e007f}') = ahead.next() {
            match char::from_u32(u32::from(c) - 0xe0000) {
                Some('\x7f') if !letters.is_empty() => {
                    letters.chars().for_each(|letter| self.push(letter));
                    *chars = ahead;
                    return;
                }
                Some(letter @ ('a'..='z' | '0'..='9')) if letters.len() < 6 => letters.push(letter),
                _ => return,
            }
        }
    }
}

/// A character by its number.
fn push_mark(out: &mut String, c: char) {
    let _ = write!(out, "‹{:02X}›", u32::from(c));
}

/// Second pass: each cluster takes at least one cell, and neither its marks nor its length grow without limit.
fn bound_clusters(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for cluster in text.graphemes(true) {
        if cluster.is_ascii() {
            out.push_str(cluster);
        } else if width_of_cluster(cluster) == 0 {
            bound_baseless(&mut out, cluster);
        } else if cluster.chars().next().is_some_and(char::is_whitespace) && cluster.chars().nth(1).is_some()
        {
            let mut chars = cluster.chars();
            out.extend(chars.next());
            bound_baseless(&mut out, chars.as_str());
        } else {
            bound_cluster(&mut out, cluster);
        }
    }
    out
}

/// Marks without a base get a dotted circle; what still takes no cell is shown by number.
fn bound_baseless(out: &mut String, cluster: &str) {
    let based = format!("◌{cluster}");
    if based.graphemes(true).count() == 1 {
        bound_cluster(out, &based);
    } else {
        cluster.chars().for_each(|c| push_mark(out, c));
    }
}

fn bound_cluster(out: &mut String, cluster: &str) {
    let mut marks = 0;
    let mut wide = 0;
    let mut kept = 0;
    let mut end = cluster.len();
    for (number, (at, c)) in cluster.char_indices().enumerate() {
        marks = if number > 0 && cells(c) == 0 { marks + 1 } else { 0 };
        wide += cells(c);
        if marks > MAX_MARKS || number >= MAX_CLUSTER || wide > MAX_CLUSTER_CELLS {
            end = at;
            break;
        }
        kept = number + 1;
    }
    let (head, tail) = cluster.split_at(end);
    if tail.is_empty() {
        out.push_str(head);
        return;
    }
    // A joiner needs what it joins.
    let joined = head.trim_end_matches(['\u{200c}', '\u{200d}']);
    if width_of_cluster(joined) == 0 {
        // What takes a cell stood at the end and is cut off: what is left are marks without a base.
        return bound_baseless(out, cluster);
    }
    out.push_str(joined);
    let more = tail.chars().count() + kept - joined.chars().count();
    let _ = write!(out, "‹+{more}›");
}

fn cells(c: char) -> usize {
    c.width().unwrap_or(0)
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_keycap(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

/// Characters that carry variation selectors in real text: emoji, keycaps, ideographs.
fn has_variants(c: char) -> bool {
    is_emoji(c)
        || is_keycap(c)
        || matches!(c, '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn in_mongolian(c: char) -> bool {
    matches!(c, '\u{1820}'..='\u{18aa}')
}

/// The blocks that hold emoji and the symbols that became emoji.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

/// Letters and marks of scripts in which joiners are spelling.
fn joins(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        | '\u{1820}'..='\u{18aa}')
}

/// Characters that show nothing, reorder their neighbours, or mean something else to everyone.
pub fn is_hidden(c: char) -> bool {
    let number = u32::from(c);
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
        || number & 0xfffe == 0xfffe
}

/// The cells that `text` takes, cluster by cluster, as it is laid out on the screen. For text that went through
/// [`line()`] or [`text()`].
#[must_use]
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text) {
        text.len()
    } else {
        clusters(text).map(|(_, cluster)| width_of_cluster(cluster)).sum()
    }
}

/// Every byte is a character of its own that takes a cell.
#[must_use]
pub fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The grapheme clusters of `text` with the byte that each begins at, as `unicode-segmentation` finds them. Most text is
/// printable ASCII, of which no two characters ever join: there the tables need not be asked.
fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let len = match rest.as_bytes() {
            [b' '..=b'~'] | [b' '..=b'~', b' '..=b'~', ..] => 1,
            _ => rest.graphemes(true).next()?.len(),
        };
        at += len;
        Some((at - len, rest.get(..len)?))
    })
}

/// As ratatui's buffer counts it.
fn width_of_cluster(cluster: &str) -> usize {
    if is_printable_ascii(cluster) { cluster.len() } else { cluster.width() }
}

/// `text`, cut to at most `cells` cells; what was cut off is stood for by `ellipsis` ([`ELLIPSIS`] or
/// [`ASCII_ELLIPSIS`]), as much of it as there is room for.
#[must_use]
pub fn truncate<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    if fits(text, cells) {
        return Cow::Borrowed(text);
    }
    let sign = head(ellipsis, cells);
    let kept = head(text, cells - width(sign));
    Cow::Owned(format!("{kept}{sign}"))
}

/// Whether `text` takes at most `cells` cells; looks no further than needed.
fn fits(text: &str, cells: usize) -> bool {
    head(text, cells).len() == text.len()
}

/// The longest head of whole clusters that takes at most `cells` cells.
fn head(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in clusters(text) {
        used += width_of_cluster(cluster);
        if used > cells {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// Breaks `text` into lines of at most `cells` cells and says where in `text` each line is.
///
/// Lines break at `\n`, after spaces and hyphens, and beside ideographs; a word that is too long breaks anywhere
/// between clusters. The spaces at a break belong to no line; no other character is lost. Only a single cluster wider
/// than `cells` makes a longer line. There is always at least one line.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for part in text.split('\n') {
        wrap_part(part, start, cells.max(1), &mut lines);
        start += part.len() + 1;
    }
    lines
}

/// Wraps one line of the text, which begins at byte `offset`. Greedy: one look at each cluster.
fn wrap_part(part: &str, offset: usize, cells: usize, lines: &mut Vec<Range<usize>>) {
    let mut line = Line::default();
    let mut previous: Option<char> = None;
    for (at, cluster) in clusters(part) {
        let here = cluster.chars().next();
        let wide = width_of_cluster(cluster);
        if is_break_space(cluster) {
            line.space(at, wide);
        } else {
            if let (Some(before), Some(now)) = (previous, here)
                && may_break(before, now)
            {
                line.opportunity(at);
            }
            // The line is full: break where a word began, else right here.
            while line.width + line.spaces + wide > cells && line.has_ink {
                lines.push(line.break_off(at, offset));
            }
            if line.width + line.spaces + wide > cells {
                line.drop_indent(at);
            }
            line.ink(at, cluster.len(), wide);
        }
        previous = here;
    }
    lines.push(offset + line.start..offset + line.end.max(line.start));
}

/// The line being filled: byte positions in the part, widths in cells.
#[derive(Default)]
struct Line {
    start: usize,
    /// Behind the last character that is no space.
    end: usize,
    /// From `start` to `end`.
    width: usize,
    /// Spaces behind `end`.
    spaces: usize,
    has_ink: bool,
    /// Where the line may break: the end of what stays, the start of what goes on, the width that stays and the width
    /// up to where it goes on.
    chance: Option<Chance>,
}

struct Chance {
    end: usize,
    next: usize,
    upto: usize,
}

impl Line {
    fn space(&mut self, _at: usize, wide: usize) {
        self.spaces += wide;
    }

    fn opportunity(&mut self, at: usize) {
        if self.has_ink {
            self.chance = Some(Chance { end: self.end, next: at, upto: self.width + self.spaces });
        }
    }

    fn ink(&mut self, at: usize, len: usize, wide: usize) {
        self.width += self.spaces + wide;
        self.spaces = 0;
        self.end = at + len;
        self.has_ink = true;
    }

    /// Ends the line at its last chance, or before the cluster at `at`.
    fn break_off(&mut self, at: usize, offset: usize) -> Range<usize> {
        let done = self.start;
        match self.chance.take() {
            Some(chance) => {
                self.start = chance.next;
                let moved = self.end > chance.next;
                self.width = if moved { self.width - chance.upto } else { 0 };
                self.has_ink = moved;
                if !moved {
                    self.end = chance.next;
                    self.spaces = 0;
                }
                offset + done..offset + chance.end
            }
            None => {
                let end = self.end;
                *self = Self { start: at, end: at, ..Self::default() };
                offset + done..offset + end
            }
        }
    }

    /// An indent as wide as the line itself is no use.
    fn drop_indent(&mut self, at: usize) {
        *self = Self { start: at, end: at, ..Self::default() };
    }
}

/// A space at which a line may break (a no-break space is none).
fn is_break_space(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let first = chars.next();
    chars.next().is_none()
        && matches!(
            first,
            Some(
                ' '
                | '\u{1680}'
                | '\u{2000}'..='\u{2006}'
                | '\u{2008}'..='\u{200a}'
                | '\u{205f}'
                | '\u{3000}',
            )
        )
}

/// Whether a line may break between two clusters that begin with these characters.
fn may_break(before: char, now: char) -> bool {
    if is_space(before) {
        return true;
    }
    match before {
        // After a hyphen or slash inside a word, but not before a number: `-1`, `2/3`, and not in `--flag` or `//`.
        '-' | '\u{2010}' | '/' => now.is_alphabetic(),
        '—' | '…' => now.is_alphanumeric(),
        _ => (is_ideographic(before) || is_ideographic(now)) && !opens(before) && !closes(now),
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// Wide characters are words of their own: ideographs, kana, emoji; Hangul breaks at its spaces.
fn is_ideographic(c: char) -> bool {
    cells(c) == 2 && !matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
}

fn opens(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '‹'
            | '«'
            | '“'
            | '‘'
            | '〈'
            | '《'
            | '「'
            | '『'
            | '【'
            | '〔'
            | '〖'
            | '（'
            | '［'
            | '｛'
            | '￥'
            | '$'
            | '#'
    )
}

/// What must not begin a line.
fn closes(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '›'
            | '»'
            | '”'
            | '’'
            | ','
            | '.'
            | ':'
            | ';'
            | '!'
            | '?'
            | '%'
            | '…'
            | '、'
            | '。'
            | '〉'
            | '》'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '〗'
            | '）'
            | '］'
            | '｝'
            | '，'
            | '．'
            | '：'
            | '；'
            | '！'
            | '？'
            | '・'
            | 'ー'
            | '々'
            | 'ぁ'
            | 'ぃ'
            | 'ぅ'
            | 'ぇ'
            | 'ぉ'
            | 'っ'
            | 'ゃ'
            | 'ゅ'
            | 'ょ'
            | 'ァ'
            | 'ィ'
            | 'ゥ'
            | 'ェ'
            | 'ォ'
            | 'ッ'
            | 'ャ'
            | 'ュ'
            | 'ョ'
    )
}

#[cfg(test)]
mod tests;
