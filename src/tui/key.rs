//! Keys as seamwalk names them: read from the configuration, shown in the footer, compared in the keymap.
//!
//! Own types, because crossterm's stay inside the runtime, and because one key must have one spelling: terminals
//! report a capital letter with or without Shift, and Shift-Tab as a key of its own.

use std::fmt;
use std::str::FromStr;

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the keys")]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// A key press with its modifiers, in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift; never set for characters, where the character itself says it.
    pub shift: bool,
}

/// Modifiers held with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl Key {
    /// The key in its one spelling, whatever the terminal reported.
    #[must_use]
    pub fn new(code: Code, held: Held) -> Self {
        let Held { ctrl, alt, mut shift } = held;
        let code = match code {
            Code::Char(c) => {
                let c = if shift && !ctrl { upper(c) } else { c };
                let c = if ctrl { c.to_ascii_lowercase() } else { c };
                shift = false;
                Code::Char(c)
            }
            other => other,
        };
        Self { code, ctrl, alt, shift }
    }

    /// A key without modifiers.
    #[must_use]
    pub fn plain(code: Code) -> Self {
        Self::new(code, Held::default())
    }

    /// The character that this key types into a text field, if it types one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

const NAMED: [(&str, Code); 16] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Insert", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Space", Code::Char(' ')),
    ("Minus", Code::Char('-')),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "F{n}"),
            _ => Ok(()),
        }
    }
}

/// The text names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key: write one character, or Ctrl-r, Shift-Tab, Enter, Space, PgDn, F5, …")]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownKey(text.to_owned());
        let mut held = Held::default();
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
            let slot = match head.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => &mut held.ctrl,
                "alt" | "a" => &mut held.alt,
                "shift" | "s" => &mut held.shift,
                _ => return Err(unknown()),
            };
            if std::mem::replace(slot, true) {
                return Err(unknown());
            }
            rest = tail;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => Code::Char(c),
            _ => named(rest).ok_or_else(unknown)?,
        };
        Ok(Self::new(code, held))
    }
}

fn named(name: &str) -> Option<Code> {
    let lower = name.to_ascii_lowercase();
    let alias = match lower.as_str() {
        "escape" => "esc",
        "return" => "enter",
        "pageup" => "pgup",
        "pagedown" => "pgdn",
        "del" => "delete",
        "ins" => "insert",
        other => other,
    };
    if let Some((_, code)) = NAMED.iter().find(|(n, _)| n.eq_ignore_ascii_case(alias)) {
        return Some(*code);
    }
    let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back() {
        for text in
            ["p", "P", "?", "-", "Ctrl-r", "Alt-x", "Shift-Tab", "Enter", "Space", "PgDn", "F12", "é", "/"]
        {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string().parse(), Ok(key), "{text}");
        }
    }

    #[test]
    fn one_key_has_one_spelling() {
        let shifted = |c| Key::new(Code::Char(c), Held { shift: true, ..Held::default() });
        assert_eq!(shifted('p'), "P".parse().unwrap());
        assert_eq!(shifted('P'), "P".parse().unwrap());
        assert_eq!(shifted('?'), "?".parse().unwrap());
        assert_eq!("shift-p".parse::<Key>(), "P".parse());
        assert_eq!("CTRL-R".parse::<Key>(), "ctrl-r".parse());
        assert_eq!("pagedown".parse::<Key>(), "PgDn".parse());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "pp", "hyper-x", "ctrl-ctrl-x", "F99", "\u{1b}"] {
            assert!(text.parse::<Key>().is_err(), "{text:?}");
        }
    }
}
