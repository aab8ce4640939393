//! What can be done, on which screen, with which key: one table for keys, footer, help, palette and README.
//!
//! The configuration may bind other keys; nothing else decides what a key does outside a text field.

use std::collections::BTreeMap;

use super::key::{Key, UnknownKey};
use crate::domain::verdict::Verdict;

/// Where the cursor goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say where")]
pub enum Motion {
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    First,
    Last,
    NextSection,
    PreviousSection,
    NextUntested,
    PreviousUntested,
    NextPoint,
    PreviousPoint,
    Older,
    Newer,
    Oldest,
    Newest,
}

impl Motion {
    /// How many rows that is in a list whose pages have `page` rows; 0 for what a list does not have.
    #[must_use]
    pub fn rows(self, page: u16) -> isize {
        let page = isize::try_from(page.max(1)).unwrap_or(1);
        match self {
            Self::Down => 1,
            Self::Up => -1,
            Self::PageDown => page,
            Self::PageUp => -page,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
            Self::Left
            | Self::Right
            | Self::NextSection
            | Self::PreviousSection
            | Self::NextUntested
            | Self::PreviousUntested
            | Self::NextPoint
            | Self::PreviousPoint
            | Self::Older
            | Self::Newer
            | Self::Oldest
            | Self::Newest => 0,
        }
    }
}

/// Something the tester can ask for by key, by click or in the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Give the current prompt a verdict and go on.
    Mark(Verdict),
    /// The same, and write a note about it.
    MarkWithNote(Verdict),
    /// Say what blocks the current prompt, or which prompts it blocks.
    BlockedBy,
    /// Take the current prompt's verdict away.
    Clear,
    /// Take the latest change back.
    Undo,
    /// Take the latest undo back.
    Redo,
    /// Write a note on the current prompt.
    Note,
    /// Write a note on the prompt that was marked last.
    NoteOnLast,
    /// Write a note on the session as a whole.
    NoteOnSession,
    /// Stop the clock, or let it go on.
    Pause,
    /// Do something else from now on.
    SwitchActivity,
    /// Say what the session is to find out.
    SetCharter,
    /// Say how long it may take.
    SetTimeBox,
    /// Answer the five questions after a session.
    Debrief,
    /// The time away was a break.
    WasBreak,
    /// The time away was work.
    WasWork,
    /// Move the cursor.
    Move(Motion),
    /// Hide what is below the current section.
    Fold,
    /// Show what is below the current section.
    Unfold,
    /// Hide what is below every section.
    FoldAll,
    /// Show everything.
    UnfoldAll,
    /// Search the prompts.
    Find,
    /// Show only some verdicts and tags.
    Filter,
    /// The whole text of the current prompt.
    Detail,
    /// What is real, fake or absent.
    Components,
    /// What the session says of its environment.
    Fields,
    /// The plan's test data.
    TestData,
    /// In which order to walk.
    WalkOrder,
    /// Why the current prompt comes where it comes.
    WhyHere,
    /// All commands by name.
    Palette,
    /// All keys.
    Help,
    /// Which component calls which, and what is known of it.
    Map,
    /// The map as a list, or as a matrix again.
    MapList,
    /// The map as boxes and arrows, or as a matrix again.
    MapGraph,
    /// Walk the prompts of the connection that the cursor is on.
    WalkPoint,
    /// What every prompt was judged in every session.
    Grid,
    /// The sessions of a plan over time.
    Trend,
    /// What was tested, what failed, all notes; finish and reopen from there.
    Summary,
    /// End the session.
    Finish,
    /// Go on with an ended session.
    Reopen,
    /// Write a report.
    Export,
    /// Open what the cursor is on.
    Open,
    /// Start a new session of the plan that the cursor is on.
    NewSession,
    /// What is different since an earlier session.
    Compare,
    /// Compare with the session before.
    CompareEarlier,
    /// Compare with the session after.
    CompareLater,
    /// Walk once more what did not work.
    Retest,
    /// One screen back; from the first, out of the program.
    Back,
    /// Try now to save what waits.
    RetrySaving,
    /// Write what waits to another place.
    SaveElsewhere,
    /// Out of the program.
    Quit,
    /// Stop the program and give the shell its terminal, until `fg`.
    Suspend,
    /// Draw everything anew.
    Redraw,
}

/// A screen with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The plans and sessions.
    Home,
    /// A session.
    Walk,
    /// A session's summary.
    Summary,
    /// Which component calls which.
    Map,
    /// Prompts by sessions.
    Grid,
    /// The sessions of a plan over time.
    Trend,
    /// Two sessions side by side.
    Comparison,
}

impl Context {
    /// All screens.
    pub const ALL: [Self; 7] =
        [Self::Home, Self::Walk, Self::Summary, Self::Map, Self::Grid, Self::Trend, Self::Comparison];

    const fn bit(self) -> u8 {
        match self {
            Self::Home => H,
            Self::Walk => W,
            Self::Summary => S,
            Self::Map => M,
            Self::Grid => G,
            Self::Trend => T,
            Self::Comparison => C,
        }
    }
}

const H: u8 = 1;
const W: u8 = 2;
const S: u8 = 4;
const M: u8 = 8;
const G: u8 = 16;
const C: u8 = 32;
const T: u8 = 64;
/// Every screen.
const ALL: u8 = H | W | S | M | G | C | T;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Its name in the palette and in the configuration's `[keys]`.
    pub name: &'static str,
    /// The keys it has unless the configuration says otherwise.
    pub default_keys: &'static [&'static str],
    /// One or two words for the footer.
    pub label: &'static str,
    /// A line for help, palette and README.
    pub help: &'static str,
    /// The heading it stands under in help and README.
    pub group: &'static str,
    contexts: u8,
    /// Order in the footer, from 1; 0 stays out of it.
    footer: u8,
}

impl Binding {
    /// True where it can be asked for on that screen.
    #[must_use]
    pub fn is_in(&self, context: Context) -> bool {
        self.contexts & context.bit() != 0
    }
}

macro_rules! bindings {
    ($( $group:literal: { $( $action:expr, $name:literal, [$($key:literal),*], $label:literal, $help:literal, $contexts:expr, $footer:literal; )* } )*) => {
        /// Every action with its name, keys and words, in the order of help.
        pub const BINDINGS: &[Binding] = &[
            $( $( Binding {
                action: $action, name: $name, default_keys: &[$($key),*], label: $label, help: $help,
                group: $group, contexts: $contexts, footer: $footer,
            }, )* )*
        ];
    };
}

bindings! {
    "Mark": {
        Action::Mark(Verdict::Pass), "pass", ["p"], "pass", "mark pass and go on", W, 1;
        Action::Mark(Verdict::Fail), "fail", ["f"], "fail", "mark fail and go on", W, 2;
        Action::Mark(Verdict::Blocked), "blocked", ["b"], "blocked", "mark blocked and go on", W, 3;
        Action::Mark(Verdict::Inconclusive), "inconclusive", ["i"], "inconclusive", "mark inconclusive and go on", W, 4;
        Action::Mark(Verdict::Skip), "skip", ["s"], "skip", "mark skip and go on", W, 5;
        Action::MarkWithNote(Verdict::Pass), "pass-with-note", ["P"], "pass + note", "mark pass and write a note", W, 0;
        Action::MarkWithNote(Verdict::Fail), "fail-with-note", ["F"], "fail + note", "mark fail and write a note", W, 0;
        Action::MarkWithNote(Verdict::Blocked), "blocked-with-note", ["B"], "blocked + note", "mark blocked and write a note", W, 0;
        Action::MarkWithNote(Verdict::Inconclusive), "inconclusive-with-note", ["I"], "inconclusive + note", "mark inconclusive and write a note", W, 0;
        Action::MarkWithNote(Verdict::Skip), "skip-with-note", ["S"], "skip + note", "mark skip and write a note", W, 0;
        Action::BlockedBy, "blocked-by", ["Y"], "blocked by", "say which fail blocks this prompt, or what this fail blocks", W, 0;
        Action::Clear, "clear", ["c"], "clear", "take the verdict away", W, 0;
        Action::Undo, "undo", ["u"], "undo", "undo the latest mark, clear or note", W, 7;
        Action::Redo, "redo", ["Ctrl-r"], "redo", "redo what was undone", W, 0;
    }
    "Notes": {
        Action::Note, "note", ["n"], "note", "write a note on this prompt", W, 6;
        Action::NoteOnLast, "note-on-last", ["N"], "note on last", "write a note on the prompt marked last", W, 0;
        Action::NoteOnSession, "note-on-session", [], "note on session", "write a note on the session", W, 0;
    }
    "Time": {
        Action::Pause, "pause", ["z"], "pause", "stop the clock, or let it go on; a mark does that too", W, 0;
        Action::SwitchActivity, "activity", ["T"], "activity", "testing, bug investigation, set-up or off charter", W, 0;
        Action::SetTimeBox, "timebox", [], "time box", "say how long the session may take", W | S, 0;
        Action::SetCharter, "charter", [], "charter", "say what the session is to find out", W | S, 0;
        Action::Debrief, "debrief", ["D"], "debrief", "past, results, obstacles, outlook, feelings", W | S, 16;
        Action::WasBreak, "was-break", ["Z"], "break", "the time away was a break", W, 0;
        Action::WasWork, "was-work", ["A"], "work", "the time away was work", W, 0;
    }
    "Move": {
        Action::Move(Motion::Down), "down", ["j", "Down"], "down", "one line down", ALL, 0;
        Action::Move(Motion::Up), "up", ["k", "Up"], "up", "one line up", ALL, 0;
        Action::Move(Motion::Left), "left", ["h", "Left"], "left", "one column to the left", M, 0;
        Action::Move(Motion::Right), "right", ["Right"], "right", "one column to the right", M, 0;
        Action::Move(Motion::PageDown), "page-down", ["PgDn", "Space"], "page down", "one page down", ALL, 0;
        Action::Move(Motion::PageUp), "page-up", ["PgUp"], "page up", "one page up", ALL, 0;
        Action::Move(Motion::First), "first", ["g", "Home"], "first", "to the first line", ALL, 0;
        Action::Move(Motion::Last), "last", ["G", "End"], "last", "to the last line", ALL, 0;
        Action::Move(Motion::NextSection), "next-section", ["J"], "next section", "to the next section", W | G | C, 0;
        Action::Move(Motion::PreviousSection), "previous-section", ["K"], "previous section", "to the previous section", W | G | C, 0;
        Action::Move(Motion::NextUntested), "next-untested", ["Tab"], "next untested", "to the next untested prompt", W, 0;
        Action::Move(Motion::PreviousUntested), "previous-untested", ["Shift-Tab"], "previous untested", "to the previous untested prompt", W, 0;
        Action::Move(Motion::NextPoint), "next-point", ["Tab"], "next connection", "to the next connection", M, 4;
        Action::Move(Motion::PreviousPoint), "previous-point", ["Shift-Tab"], "previous connection", "to the previous connection", M, 0;
        Action::Move(Motion::Older), "older", ["h", "Left"], "older", "to the session before", G, 0;
        Action::Move(Motion::Newer), "newer", ["l", "Right"], "newer", "to the session after", G, 0;
        Action::Move(Motion::Oldest), "oldest", ["H"], "oldest", "to the first session", G, 2;
        Action::Move(Motion::Newest), "newest", ["L"], "newest", "to the last session", G, 3;
        Action::Fold, "fold", ["h", "Left"], "fold", "hide what is below this section", W, 0;
        Action::Unfold, "unfold", ["l", "Right"], "unfold", "show what is below this section", W, 0;
        Action::FoldAll, "fold-all", ["H"], "fold all", "hide what is below every section", W, 0;
        Action::UnfoldAll, "unfold-all", ["L"], "unfold all", "show everything", W, 0;
    }
    "Look": {
        Action::Find, "find", ["/"], "find", "find a prompt by a few letters", W, 8;
        Action::Filter, "filter", ["t"], "filter", "show only some verdicts and tags", W, 9;
        Action::Map, "map", ["m"], "map", "which component calls which, and what is known of it", W | S, 9;
        Action::Grid, "grid", ["v"], "sessions", "every prompt in every session: what newly fails, was fixed, is flaky", H | W | S, 15;
        Action::Trend, "trend", ["V"], "over time", "the sessions of a plan over time: shares, fails, points, duration", H | W | S | G, 17;
        Action::Detail, "detail", ["Enter"], "detail", "the whole text of this prompt", W, 0;
        Action::TestData, "test-data", ["d"], "test data", "who to log in as, which order to use", W, 10;
        Action::WalkOrder, "walk-order", ["w"], "order", "in which order to walk: as written, risk first, top-down, ...", W, 0;
        Action::WhyHere, "why-here", [], "why here", "why this prompt comes where it comes in the walk", W, 0;
        Action::Compare, "compare", ["c"], "compare", "what is different since an earlier session: newly failing, fixed, ...", H | S, 15;
        Action::CompareEarlier, "compare-earlier", ["h", "Left"], "earlier", "compare with the session before that one", C, 2;
        Action::CompareLater, "compare-later", ["l", "Right"], "later", "compare with the session after that one", C, 3;
        Action::Summary, "summary", ["E"], "summary", "what was tested, what failed, all notes", W, 11;
    }
    "Map": {
        Action::WalkPoint, "walk-point", ["Enter"], "walk it", "walk the prompts of this connection; Esc comes back", M, 1;
        Action::MapList, "list", ["l"], "list, matrix", "the map as a list, the worst first, or as a matrix again", M, 2;
        Action::MapGraph, "boxes", ["b"], "boxes", "the map as boxes and arrows, or as a matrix again", M, 3;
    }
    "Session": {
        Action::Components, "components", ["r"], "real?", "what is real, fake or absent", W, 9;
        Action::Fields, "field", [], "fields", "what is tested where; field build=4f2c sets one", W, 0;
        Action::Open, "open", ["Enter"], "open", "open what the cursor is on", H | S | G | T | C, 1;
        Action::NewSession, "new-session", ["N"], "new session", "start a new session of this plan", H, 2;
        Action::Finish, "finish", ["F"], "finish", "end the session; it can be reopened", S, 2;
        Action::Reopen, "reopen", ["O"], "reopen", "go on with a finished session", S, 3;
        Action::Retest, "retest", ["R"], "retest", "a new session with what failed, was blocked or inconclusive", H | W | S, 5;
        Action::Export, "export", ["e"], "report", "write a report: for a pull request, a CI server, a spreadsheet, ...", S, 4;
    }
    "Program": {
        Action::Palette, "palette", [":"], "commands", "all commands by name", ALL, 12;
        Action::Help, "help", ["?"], "help", "all keys", ALL, 13;
        Action::Back, "back", ["q"], "back", "one screen back; from the first, out", ALL, 14;
        Action::RetrySaving, "save-now", ["Ctrl-s"], "save now", "try now to save what could not be saved", W | S | M | G | C | T, 0;
        Action::SaveElsewhere, "save-elsewhere", ["W"], "save elsewhere", "write what could not be saved to another place", W | S | M | G | C | T, 0;
        Action::Quit, "quit", ["Ctrl-c"], "quit", "out of the program; everything is saved", ALL, 0;
        Action::Suspend, "suspend", ["Ctrl-z"], "suspend", "back to the shell until fg", ALL, 0;
        Action::Redraw, "redraw", ["Ctrl-l"], "redraw", "draw the screen anew", ALL, 0;
    }
}

/// The row of `action`.
#[must_use]
pub fn binding_of(action: Action) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.action == action)
}

/// Why a `[keys]` entry cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No action has that name.
    #[error("no command is called {name:?}; {}", did_you_mean(name))]
    UnknownCommand {
        /// What was written.
        name: String,
    },
    /// The key's spelling is not known.
    #[error(transparent)]
    UnknownKey(#[from] UnknownKey),
    /// Two actions on one screen would have the same key.
    #[error("{key} is bound to both {first:?} and {second:?}: give one of them another key")]
    Clash {
        /// The key.
        key: Key,
        /// The name of the action that has it already.
        first: &'static str,
        /// The name of the action that was to get it.
        second: &'static str,
    },
}

fn did_you_mean(name: &str) -> String {
    let close = BINDINGS.iter().map(|b| (edit_distance(name, b.name), b.name)).min();
    match close {
        Some((distance, near)) if distance <= 3 => format!("did you mean {near:?}?"),
        _ => "the : key lists them, and so does the table in README.md".to_owned(),
    }
}

/// Levenshtein distance; names are short.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Which key does what, as configured.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// Parallel to [`BINDINGS`].
    keys: Vec<Vec<Key>>,
}

impl Keymap {
    /// The table's own keys, with those of `configured` (name of the action → keys) in their place.
    ///
    /// # Errors
    ///
    /// [`KeymapError`] with the name of the entry that cannot be used.
    pub fn new(configured: &BTreeMap<String, Vec<String>>) -> Result<Self, (String, KeymapError)> {
        let mut keys = Vec::with_capacity(BINDINGS.len());
        for binding in BINDINGS {
            let spellings: Vec<&str> = match configured.get(binding.name) {
                Some(own) => own.iter().map(String::as_str).collect(),
                None => binding.default_keys.to_vec(),
            };
            let parsed: Result<Vec<Key>, UnknownKey> = spellings.into_iter().map(str::parse).collect();
            keys.push(parsed.map_err(|e| (binding.name.to_owned(), e.into()))?);
        }
        if let Some(name) = configured.keys().find(|name| BINDINGS.iter().all(|b| b.name != name.as_str())) {
            return Err((name.clone(), KeymapError::UnknownCommand { name: name.clone() }));
        }
        let keymap = Self { keys };
        for context in Context::ALL {
            keymap.check_clashes(context, configured)?;
        }
        Ok(keymap)
    }

    fn check_clashes(
        &self,
        context: Context,
        configured: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), (String, KeymapError)> {
        let mut taken: BTreeMap<Key, &'static str> = BTreeMap::new();
        for (binding, keys) in BINDINGS.iter().zip(&self.keys) {
            if !binding.is_in(context) {
                continue;
            }
            for key in keys {
                if let Some(first) = taken.insert(*key, binding.name) {
                    let second = binding.name;
                    // The entry to blame is one that the configuration holds: it may be either of the two.
                    let blamed = if configured.contains_key(second) { second } else { first };
                    return Err((blamed.to_owned(), KeymapError::Clash { key: *key, first, second }));
                }
            }
        }
        Ok(())
    }

    /// What `key` does on that screen.
    #[must_use]
    pub fn action(&self, context: Context, key: Key) -> Option<Action> {
        BINDINGS
            .iter()
            .zip(&self.keys)
            .find(|(binding, keys)| binding.is_in(context) && keys.contains(&key))
            .map(|(binding, _)| binding.action)
    }

    /// The keys of `action`, the first being the one to show.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        BINDINGS.iter().position(|b| b.action == action).map_or(&[], |at| &self.keys[at])
    }

    /// The key to show for `action`; empty if it has none.
    #[must_use]
    pub fn key_text(&self, action: Action) -> String {
        self.keys(action).first().map(ToString::to_string).unwrap_or_default()
    }

    /// The rows of that screen with their keys, in the order of help.
    pub fn rows(&self, context: Context) -> impl Iterator<Item = (&'static Binding, &[Key])> {
        BINDINGS.iter().zip(&self.keys).filter(move |(b, _)| b.is_in(context)).map(|(b, k)| (b, k.as_slice()))
    }

    /// The rows for that screen's footer, the most needed first.
    #[must_use]
    pub fn footer(&self, context: Context) -> Vec<(&'static Binding, String)> {
        let mut rows: Vec<(&'static Binding, String)> = self
            .rows(context)
            .filter(|(binding, keys)| binding.footer > 0 && !keys.is_empty())
            .map(|(binding, keys)| (binding, keys[0].to_string()))
            .collect();
        rows.sort_by_key(|(binding, _)| binding.footer);
        rows
    }
}

impl Default for Keymap {
    fn default() -> Self {
        let keys =
            BINDINGS.iter().map(|b| b.default_keys.iter().filter_map(|k| k.parse().ok()).collect()).collect();
        Self { keys }
    }
}

/// The table of keys as the README shows it, in Markdown.
#[must_use]
pub fn markdown_table() -> String {
    let mut table = String::from("| keys | command | does |\n|---|---|---|\n");
    let mut group = "";
    for binding in BINDINGS {
        if binding.group != group {
            group = binding.group;
            table.push_str(&format!("| **{group}** | | |\n"));
        }
        let keys: Vec<String> = binding.default_keys.iter().map(|key| format!("`{key}`")).collect();
        table.push_str(&format!("| {} | {} | {} |\n", keys.join(" "), binding.name, binding.help));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(entries: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        entries
            .iter()
            .map(|(name, keys)| ((*name).to_owned(), keys.iter().map(|k| (*k).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn the_default_keys_do_not_clash_and_all_parse() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        for binding in BINDINGS {
            assert_eq!(keymap.keys(binding.action).len(), binding.default_keys.len(), "{}", binding.name);
        }
        assert_eq!(Keymap::default().keys, keymap.keys);
    }

    #[test]
    fn every_action_stands_once_and_every_name_is_its_own() {
        for (i, one) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[i + 1..] {
                assert_ne!(one.name, other.name);
                assert_ne!(one.action, other.action);
            }
        }
    }

    #[test]
    fn a_configured_key_takes_the_place_of_the_defaults() {
        let keymap = Keymap::new(&configured(&[
            ("pass", &["y", "Enter"]),
            ("detail", &["Space"]),
            ("page-down", &[]),
        ]));
        let keymap = keymap.unwrap();
        let key = |text: &str| text.parse::<Key>().unwrap();
        assert_eq!(keymap.action(Context::Walk, key("y")), Some(Action::Mark(Verdict::Pass)));
        assert_eq!(keymap.action(Context::Walk, key("p")), None);
        assert_eq!(keymap.key_text(Action::Mark(Verdict::Pass)), "y");
        assert_eq!(keymap.action(Context::Home, key("p")), None);
    }

    #[test]
    fn what_cannot_be_bound_is_named() {
        let error = |entries: &[(&str, &[&str])]| {
            let (name, error) = Keymap::new(&configured(entries)).unwrap_err();
            format!("{name}: {error}")
        };
        assert_eq!(error(&[("pas", &["y"])]), "pas: no command is called \"pas\"; did you mean \"pass\"?");
        assert!(error(&[("pass", &["hyper-y"])]).starts_with("pass: \"hyper-y\" is no key"));
        assert_eq!(
            error(&[("pass", &["f"])]),
            "pass: f is bound to both \"pass\" and \"fail\": give one of them another key"
        );
        assert_eq!(
            error(&[("fail", &["u"])]),
            "fail: u is bound to both \"fail\" and \"undo\": give one of them another key"
        );
    }
}
