//! A field to type into, of one line or of several: the editing keys of ratatui-textarea behind our own [`Key`].

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui_textarea::{CursorMove, Input, Key as AreaKey, TextArea, WrapMode};

use crate::tui::key::{Code, Key};

/// Whether Enter can make a new line in the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Never: a line break that is pasted becomes a blank.
    One,
    /// Shift-Enter, Alt-Enter and Ctrl-j do.
    Several,
}

/// Text being typed.
#[derive(Debug, Clone)]
pub struct TextField {
    area: TextArea<'static>,
    lines: Lines,
}

impl TextField {
    /// A field with `text` in it and the cursor behind it.
    #[must_use]
    pub fn new(lines: Lines, text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_cursor_line_style(Style::default());
        area.set_cursor_style(Style::default().add_modifier(Modifier::REVERSED));
        area.set_wrap_mode(if lines == Lines::Several { WrapMode::WordOrGlyph } else { WrapMode::None });
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, lines }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// True while nothing but blanks was typed.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Takes one key; true if the text changed.
    pub fn press(&mut self, key: Key) -> bool {
        let new_line = match key.code {
            Code::Enter => key.shift || key.alt || key.ctrl,
            Code::Char('j') => key.ctrl,
            _ => false,
        };
        if new_line {
            if self.lines == Lines::Several {
                self.area.insert_newline();
            }
            return self.lines == Lines::Several;
        }
        let Some(area_key) = area_key(key.code) else { return false };
        self.area.input(Input { key: area_key, ctrl: key.ctrl, alt: key.alt, shift: key.shift })
    }

    /// Puts pasted text in at the cursor, without what cannot be seen: it would hide in the note.
    pub fn paste(&mut self, text: &str) {
        let breaks = if self.lines == Lines::Several { '\n' } else { ' ' };
        let clean: String = text
            .chars()
            .map(|c| if c == '\n' { breaks } else { c })
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| *c == '\n' || !crate::visible::is_hidden(*c))
            .collect();
        self.area.insert_str(clean);
    }

    /// How many rows the text needs at `width` cells.
    #[must_use]
    pub fn rows(&self, width: u16) -> u16 {
        let width = usize::from(width.max(2)) - 1;
        let rows: usize =
            self.area.lines().iter().map(|line| crate::visible::width(line) / width.max(1) + 1).sum();
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Draws the text with its cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style) {
        if area.is_empty() {
            return;
        }
        let mut shown = self.area.clone();
        shown.set_style(style);
        frame.render_widget(&shown, area);
    }
}

fn area_key(code: Code) -> Option<AreaKey> {
    Some(match code {
        Code::Char(c) => AreaKey::Char(c),
        Code::Backspace => AreaKey::Backspace,
        Code::Delete => AreaKey::Delete,
        Code::Up => AreaKey::Up,
        Code::Down => AreaKey::Down,
        Code::Left => AreaKey::Left,
        Code::Right => AreaKey::Right,
        Code::Home => AreaKey::Home,
        Code::End => AreaKey::End,
        Code::PageUp => AreaKey::PageUp,
        Code::PageDown => AreaKey::PageDown,
        Code::Enter | Code::Esc | Code::Tab | Code::Insert | Code::F(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut TextField, keys: &str) {
        for key in keys.split(' ') {
            field.press(key.parse().unwrap());
        }
    }

    #[test]
    fn several_lines_are_typed_with_shift_enter_or_ctrl_j() {
        let mut field = TextField::new(Lines::Several, "");
        press(&mut field, "a Shift-Enter b Ctrl-j c");
        assert_eq!(field.text(), "a\nb\nc");
        assert_eq!(field.rows(80), 3);
    }

    #[test]
    fn one_line_stays_one_line() {
        let mut field = TextField::new(Lines::One, "");
        press(&mut field, "a Ctrl-j b");
        field.paste("c\nd");
        assert_eq!(field.text(), "abc d");
    }

    #[test]
    fn pasted_controls_do_not_hide_in_the_text() {
        let mut field = TextField::new(Lines::Several, "");
        field.paste("a\u{1b}[31m\u{202e}b\tc\nd");
        assert_eq!(field.text(), "a[31mb c\nd");
    }
}
