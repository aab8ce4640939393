//! Plain-text outlines: one node a line, its depth by its indentation.
//!
//! Only the relation of the columns counts, so any width of indentation works.

use super::ParseError;
use super::draft::{Draft, Drafts, Read, What};
use super::position::Lines;
use super::prose::Sense;

/// Reads `source` from `body_start` on.
///
/// # Errors
///
/// For an outline beyond the limits.
pub(super) fn read(source: &str, body_start: usize, components: &[String]) -> Result<Read, ParseError> {
    let body = &source[body_start..];
    let tab = tab_width(body);
    let lines = Lines::of(source);
    let mut reader = Reader::default();
    let mut offset = body_start;
    for line in body.split('\n') {
        let (column, indent) = indentation(line, tab);
        let marks = marks(&line[indent..]);
        let text = &line[indent + marks.len..];
        if !text.trim().is_empty() {
            let blank = text.len() - text.trim_start().len();
            reader.line(column, &marks, text, offset + indent + marks.len + blank);
            reader.drafts.check_size(&lines)?;
        }
        offset += line.len() + 1;
    }
    reader.close_lists(0, None);
    let title = reader.title();
    Ok(Read { title, outline: reader.drafts.settle(&lines, components)? })
}

/// Numbered lines below a checkbox: its steps, as in Markdown, unless a checkbox is among them.
struct Steps {
    column: usize,
    owner: usize,
    first: usize,
    has_checkbox: bool,
}

#[derive(Default)]
struct Reader {
    drafts: Drafts,
    /// The lines that the next one may stand below: column and draft.
    open: Vec<(usize, usize)>,
    steps: Vec<Steps>,
    top_level: usize,
}

impl Reader {
    fn line(&mut self, column: usize, marks: &Marks, text: &str, offset: usize) {
        while self.open.last().is_some_and(|(outer, _)| *outer >= column) {
            self.open.pop();
        }
        self.close_lists(column, marks.number);
        let parent = self.open.last().map(|(_, idx)| *idx);
        self.top_level += usize::from(parent.is_none());
        let is_step = parent.and_then(|parent| self.drafts.get(parent)).is_some_and(|p| p.checkbox.is_some());
        if let Some(owner) = parent.filter(|_| is_step && marks.number.is_some())
            && self.steps.last().is_none_or(|steps| steps.column < column)
        {
            self.steps.push(Steps { column, owner, first: self.drafts.len(), has_checkbox: false });
        }
        if marks.checkbox.is_some() {
            self.steps.iter_mut().for_each(|steps| steps.has_checkbox = true);
        }
        let mut draft = Draft::new(What::Item, parent, offset);
        draft.text.push(text, Sense::Markup);
        draft.checkbox = marks.checkbox;
        draft.number = marks.number;
        self.open.push((column, self.drafts.push(draft)));
    }

    /// Ends the steps that a line at `column` does not belong to.
    fn close_lists(&mut self, column: usize, number: Option<u32>) {
        let belongs = |steps: &Steps| steps.column < column || (steps.column == column && number.is_some());
        while let Some(steps) = self.steps.pop_if(|steps| !belongs(steps)) {
            if !steps.has_checkbox {
                self.drafts.fold_steps(steps.owner, steps.first);
            }
        }
    }

    /// The text of the one line at the top, where everything else stands below it.
    fn title(&self) -> Option<String> {
        let first = self.drafts.get(0).filter(|_| self.top_level == 1 && self.drafts.len() > 1)?;
        Some(first.text.clone().into_line().text)
    }
}

/// How wide a tab is: as wide as the smallest indentation by spaces, so that a file that mixes both means one
/// level by one of either; 8 where there is none.
fn tab_width(body: &str) -> usize {
    let spaces = body.split('\n').filter(|line| !line.trim().is_empty()).map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if line[indent..].starts_with('\t') { 0 } else { indent }
    });
    spaces.filter(|width| *width > 1).min().map_or(8, |width| width.min(8))
}

/// The column at which a line's text begins, and the bytes before it.
fn indentation(line: &str, tab: usize) -> (usize, usize) {
    let mut column = 0;
    for (at, c) in line.char_indices() {
        match c {
            '\t' => column += tab - column % tab,
            c if c.is_whitespace() => column += 1,
            _ => return (column, at),
        }
    }
    (column, line.len())
}

/// The bullet and checkbox that a line begins with.
struct Marks {
    len: usize,
    number: Option<u32>,
    checkbox: Option<bool>,
}

fn marks(text: &str) -> Marks {
    let digits = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let after_bullet = match text.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => Some(1),
        Some(b'.' | b')') if digits > 0 => Some(digits + 1),
        _ => None,
    };
    let is_end = |at: usize| text[at..].is_empty() || text[at..].starts_with([' ', '\t']);
    let bullet = after_bullet.filter(|at| is_end(*at)).unwrap_or(0);
    let rest = text[bullet..].trim_start_matches([' ', '\t']);
    let at = text.len() - rest.len();
    let ticked = match rest.as_bytes() {
        [b'[', b' ', b']', ..] if is_end(at + 3) => Some(false),
        [b'[', b'x' | b'X', b']', ..] if is_end(at + 3) => Some(true),
        _ => None,
    };
    Marks {
        len: if ticked.is_some() { at + 3 } else { bullet },
        number: text[..digits].parse().ok().filter(|_| bullet > 0),
        checkbox: ticked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_is_as_wide_as_the_smallest_indentation() {
        assert_eq!(tab_width("a\n  b\n\tc\n"), 2);
        assert_eq!(tab_width("a\n\tb\n"), 8);
        assert_eq!(tab_width("a\n b\n    c\n"), 4);
    }
}
