//! What the tester set: keys, glyphs, theme and a few habits, read from a TOML text.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::keymap::{Keymap, KeymapError};
use super::theme::{Paint, ROLES, UnknownColor};
use crate::domain::time::parse_duration;
use crate::domain::verdict::{Standing, Verdict};

/// Which colours the screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// Colours that are readable on a dark and on a light background alike.
    #[default]
    Auto,
    /// Brighter ones for a dark background.
    Dark,
    /// Deeper ones for a light background.
    Light,
    /// The terminal's own 16 colours.
    Ansi,
    /// None at all.
    Mono,
}

/// The marks that stand for verdicts and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyphs {
    verdicts: [String; 6],
    /// A pass in which an end was fake or absent.
    pub provisional: String,
    /// A pass in which both ends were real, where those are counted.
    pub for_real: String,
    /// In front of an open section.
    pub open: String,
    /// In front of a folded section.
    pub folded: String,
    /// In front of the current row.
    pub cursor: String,
    /// Behind a prompt that has notes.
    pub note: String,
    /// Between the ends of an integration point.
    pub arrow: String,
    /// Between the ends of one that goes both ways.
    pub both_ways: String,
    /// A connection that no prompt touches.
    pub no_prompt: String,
    /// A component with itself, in the map.
    pub diagonal: String,
    /// A filled cell of the progress bar.
    pub bar_full: String,
    /// A cell of the progress bar that provisional passes fill.
    pub bar_provisional: String,
    /// An empty cell of the progress bar.
    pub bar_empty: String,
    /// For what was cut.
    pub ellipsis: String,
    /// Between things on one line.
    pub separator: String,
    /// True where nothing but ASCII may be drawn, borders included.
    pub ascii: bool,
}

impl Glyphs {
    /// For terminals with Unicode.
    #[must_use]
    pub fn unicode() -> Self {
        let own = str::to_owned;
        Self {
            verdicts: ["·", "✓", "✗", "⊘", "?", "–"].map(own),
            provisional: own("≈"),
            for_real: own("●"),
            open: own("▾"),
            folded: own("▸"),
            cursor: own("›"),
            note: own("¶"),
            arrow: own("→"),
            both_ways: own("↔"),
            no_prompt: own("○"),
            diagonal: own("╲"),
            bar_full: own("█"),
            bar_provisional: own("▒"),
            bar_empty: own("░"),
            ellipsis: own("…"),
            separator: own("·"),
            ascii: false,
        }
    }

    /// For terminals without.
    #[must_use]
    pub fn ascii() -> Self {
        let own = str::to_owned;
        Self {
            verdicts: [".", "P", "F", "B", "I", "S"].map(own),
            provisional: own("~"),
            for_real: own("R"),
            open: own("v"),
            folded: own(">"),
            cursor: own(">"),
            note: own("*"),
            arrow: own("->"),
            both_ways: own("<->"),
            no_prompt: own("o"),
            diagonal: own("\\"),
            bar_full: own("#"),
            bar_provisional: own("="),
            bar_empty: own("-"),
            ellipsis: own("..."),
            separator: own("-"),
            ascii: true,
        }
    }

    /// The mark of `verdict`.
    #[must_use]
    pub fn verdict(&self, verdict: Verdict) -> &str {
        &self.verdicts[verdict as usize]
    }

    /// The mark of a verdict with what it rests on.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> &str {
        if standing.is_provisional() { &self.provisional } else { self.verdict(standing.verdict) }
    }
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which key does what.
    pub keymap: Keymap,
    /// The marks.
    pub glyphs: Glyphs,
    /// The colours.
    pub theme: ThemeName,
    /// Colours in place of the theme's: a role and its colour.
    pub colors: Vec<(String, Paint)>,
    /// Verdicts after which a note is asked for.
    pub ask_note: Vec<Verdict>,
    /// After how many milliseconds without a key the tester is asked whether that was a break; `None` never asks.
    pub ask_away_after_ms: Option<u64>,
    /// Whether clicks and the wheel are listened to; without, the terminal selects text as usual.
    pub mouse: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            glyphs: Glyphs::unicode(),
            theme: ThemeName::Auto,
            colors: Vec::new(),
            ask_note: Vec::new(),
            ask_away_after_ms: Some(10 * 60_000),
            mouse: true,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    theme: ThemeName,
    ascii: bool,
    ask_note: Vec<Spanned<Verdict>>,
    ask_away_after: Option<Spanned<String>>,
    mouse: Option<bool>,
    keys: BTreeMap<String, Spanned<Keys>>,
    glyphs: BTreeMap<String, Spanned<String>>,
    colors: BTreeMap<String, Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Several(Vec<String>),
}

/// The configuration cannot be used; nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SettingsError {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Settings {
    /// Reads a configuration file's text.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] points at the first entry that is unknown, misspelt, or clashes with another.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let file: File = toml::from_str(text)
            .map_err(|e| at(text, e.span().map_or(0, |span| span.start), e.message().trim().to_owned()))?;
        let mut configured = BTreeMap::new();
        for (name, keys) in &file.keys {
            let keys = match keys.get_ref() {
                Keys::One(key) => vec![key.clone()],
                Keys::Several(keys) => keys.clone(),
            };
            configured.insert(name.clone(), keys);
        }
        let keymap = Keymap::new(&configured).map_err(|(name, error): (String, KeymapError)| {
            let offset = file.keys.get(&name).map_or(0, |keys| keys.span().start);
            at(text, offset, error.to_string())
        })?;
        let mut glyphs = if file.ascii { Glyphs::ascii() } else { Glyphs::unicode() };
        for (name, glyph) in &file.glyphs {
            set_glyph(&mut glyphs, name, glyph.get_ref())
                .map_err(|message| at(text, glyph.span().start, message))?;
        }
        let mut colors = Vec::new();
        for (role, color) in &file.colors {
            let paint =
                paint(role, color.get_ref()).map_err(|message| at(text, color.span().start, message))?;
            colors.push((role.clone(), paint));
        }
        for verdict in &file.ask_note {
            if *verdict.get_ref() == Verdict::Untested {
                let message = "untested is no mark: nothing can be asked after it".to_owned();
                return Err(at(text, verdict.span().start, message));
            }
        }
        let ask_away_after_ms = match &file.ask_away_after {
            None => Self::default().ask_away_after_ms,
            Some(said) => {
                away_after_ms(said.get_ref()).map_err(|message| at(text, said.span().start, message))?
            }
        };
        Ok(Self {
            keymap,
            glyphs,
            ask_away_after_ms,
            theme: file.theme,
            colors,
            ask_note: file.ask_note.into_iter().map(Spanned::into_inner).collect(),
            mouse: file.mouse.unwrap_or(true),
        })
    }
}

/// `None` for `never`.
fn away_after_ms(said: &str) -> Result<Option<u64>, String> {
    if said == "never" {
        return Ok(None);
    }
    let ms = parse_duration(said).filter(|ms| *ms >= 60_000);
    ms.map(Some).ok_or_else(|| format!("{said:?} is no time to wait: say it like \"10m\", or \"never\""))
}

fn paint(role: &str, color: &str) -> Result<Paint, String> {
    if !ROLES.contains(&role) {
        return Err(format!("no colour is called {role:?}: the names are {}", ROLES.join(", ")));
    }
    color.parse().map_err(|e: UnknownColor| e.to_string())
}

fn set_glyph(glyphs: &mut Glyphs, name: &str, glyph: &str) -> Result<(), String> {
    let width = crate::visible::width(glyph);
    if width == 0 || width > 3 || crate::visible::line(glyph) != glyph {
        return Err(format!("{glyph:?} is no glyph: use one to three cells of visible characters"));
    }
    let slot = match name {
        "provisional" => &mut glyphs.provisional,
        "for_real" => &mut glyphs.for_real,
        "open" => &mut glyphs.open,
        "folded" => &mut glyphs.folded,
        "cursor" => &mut glyphs.cursor,
        "note" => &mut glyphs.note,
        "arrow" => &mut glyphs.arrow,
        "both_ways" => &mut glyphs.both_ways,
        "no_prompt" => &mut glyphs.no_prompt,
        _ => match name.parse::<Verdict>() {
            Ok(verdict) => &mut glyphs.verdicts[verdict as usize],
            Err(_) => {
                return Err(format!(
                    "no glyph is called {name:?}: the names are untested, pass, provisional, for_real, fail, blocked, inconclusive, \
                     skip, open, folded, cursor, note, arrow, both_ways and no_prompt"
                ));
            }
        },
    };
    glyph.clone_into(slot);
    Ok(())
}

fn at(text: &str, offset: usize, message: String) -> SettingsError {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    SettingsError { line, column, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::{Action, Context};

    #[test]
    fn an_empty_file_changes_nothing() {
        let settings = Settings::parse("").unwrap();
        assert_eq!(settings.glyphs, Glyphs::unicode());
        assert_eq!(settings.theme, ThemeName::Auto);
        assert!(settings.mouse && settings.ask_note.is_empty());
    }

    #[test]
    fn everything_can_be_set() {
        let text = "theme = \"light\"\nascii = true\nmouse = false\nask_note = [\"fail\", \"blocked\"]\n\
                    [keys]\npass = \"y\"\nfail = [\"x\", \"F8\"]\n[glyphs]\npass = \"OK\"\n\
                    [colors]\npass = \"#00ff00\"\nfail = \"9\"\n";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(settings.theme, ThemeName::Light);
        assert_eq!(settings.colors.len(), 2);
        assert_eq!(settings.glyphs.verdict(Verdict::Pass), "OK");
        assert_eq!(settings.glyphs.verdict(Verdict::Fail), "F");
        assert_eq!(settings.ask_note, [Verdict::Fail, Verdict::Blocked]);
        assert!(!settings.mouse);
        let f8 = "F8".parse().unwrap();
        assert_eq!(settings.keymap.action(Context::Walk, f8), Some(Action::Mark(Verdict::Fail)));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let error = |text: &str| Settings::parse(text).unwrap_err().to_string();
        assert!(
            error("thema = 1\n").starts_with("line 1, column 1: unknown field `thema`"),
            "{}",
            error("thema = 1\n")
        );
        assert!(
            error("\ntheme = \"pink\"\n").starts_with("line 2, column 9:"),
            "{}",
            error("\ntheme = \"pink\"\n")
        );
        assert_eq!(
            error("[keys]\npass = \"y\"\nfial = \"x\"\n"),
            "line 3, column 8: no command is called \"fial\"; did you mean \"fail\"?"
        );
        assert_eq!(
            error("[keys]\nskip = \"u\"\n"),
            "line 2, column 8: u is bound to both \"skip\" and \"undo\": give one of them another key"
        );
        assert!(error("ask_away_after = \"soon\"").starts_with("line 1, column 18: \"soon\" is no time"));
        assert!(error("[glyphs]\npass = \"\\u001b\"\n").contains("is no glyph"));
        assert!(error("[glyphs]\npas = \"x\"\n").starts_with("line 2, column 7: no glyph is called \"pas\""));
        assert!(
            error("[colors]\nfail = \"reddish\"\n").starts_with("line 2, column 8: \"reddish\" is no colour")
        );
        assert!(
            error("[colors]\nfial = \"red\"\n").starts_with("line 2, column 8: no colour is called \"fial\"")
        );
        assert!(error("keys = [").starts_with("line 1, column"));
    }
}
