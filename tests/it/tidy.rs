//! What the house promises *not* to contain, held by reading its sources.
//!
//! The next reader relies on these absences: whoever debugs a lost verdict need not look for SQL outside `store/`,
//! and whoever reads `domain/` need not look for a clock. Comments and strings are told apart from code first, so
//! that a module may say what it must not know.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A file longer than this, its tests aside, needs a reason in [`LONG_FILES`].
const MAX_LINES: usize = 600;

/// Files that are longer, and why that is better than cutting them.
const LONG_FILES: &[(&str, &str)] = &[];

/// A source file, with code, comments and strings told apart.
struct Source {
    /// From the repository's root, with `/`.
    path: String,
    text: String,
    /// The text with comments and the inside of strings blanked out, line for line.
    code: String,
    /// The text with all but the inside of strings blanked out, line for line.
    strings: String,
    /// 0-based line where the `#[cfg(test)]` module at the end begins; past the end if there is none.
    tests_from: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Code,
    Comment,
    Str,
}

impl Source {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let pieces = classify(&text);
        let only = |wanted: Piece| -> String {
            let kept = |(c, piece): (char, &Piece)| if c == '\n' || *piece == wanted { c } else { ' ' };
            text.chars().zip(&pieces).map(kept).collect()
        };
        let (code, strings) = (only(Piece::Code), only(Piece::Str));
        let all_tests = path.starts_with("tests/") || path.ends_with("/tests.rs");
        let lines: Vec<&str> = code.lines().collect();
        let opens_tests = |pair: &[&str]| {
            let next = pair[1].trim_start();
            pair[0].trim() == "#[cfg(test)]" && (next.starts_with("mod ") || next.starts_with("pub mod "))
        };
        let tests_from = match lines.windows(2).position(opens_tests) {
            _ if all_tests => 0,
            Some(at) if !lines[at + 1].trim_end().ends_with(';') => at,
            Some(_) | None => lines.len(),
        };
        Self { path, text, code, strings, tests_from }
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// What each character of `text` belongs to; quotes and prefixes of strings count as code.
fn classify(text: &str) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let mut pieces = Vec::with_capacity(chars.len());
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let starts = |i: usize, what: &str| what.chars().enumerate().all(|(k, c)| at(i + k) == c);
    let mut i = 0;
    while i < chars.len() {
        let (kind, end) = if starts(i, "//") {
            (Piece::Comment, chars[i..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| i + n))
        } else if starts(i, "/*") {
            (Piece::Comment, end_of_block_comment(&chars, i))
        } else if at(i) == 'r' && !is_word(at(i.wrapping_sub(1))) && raw_hashes(&chars, i).is_some() {
            let hashes = raw_hashes(&chars, i).unwrap_or(0);
            let open = i + hashes + 2;
            pieces.resize(open, Piece::Code);
            let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let len = chars[open..].windows(close.len()).position(|w| w == close.as_slice());
            let end = len.map_or(chars.len(), |n| open + n);
            pieces.resize(end, Piece::Str);
            (Piece::Code, (end + close.len()).min(chars.len()))
        } else if at(i) == '"' {
            pieces.push(Piece::Code);
            let mut end = i + 1;
            while end < chars.len() && at(end) != '"' {
                end += if at(end) == '\\' { 2 } else { 1 };
            }
            let end = end.min(chars.len());
            pieces.resize(end, Piece::Str);
            (Piece::Code, (end + 1).min(chars.len()))
        } else if at(i) == '\'' && at(i + 1) == '\\' {
            let close = chars[(i + 3).min(chars.len())..].iter().position(|c| *c == '\'');
            (Piece::Code, close.map_or(chars.len(), |n| i + 4 + n))
        } else if at(i) == '\'' && at(i + 2) == '\'' {
            (Piece::Code, i + 3)
        } else {
            (Piece::Code, i + 1)
        };
        pieces.resize(end, kind);
        i = end;
    }
    pieces
}

fn end_of_block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0_usize, start);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') if depth == 1 => return i + 2,
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    chars.len()
}

/// How many `#` the raw string at `i` has, if one starts there.
fn raw_hashes(chars: &[char], i: usize) -> Option<usize> {
    let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// True where `needle` stands in `line` and is not part of a longer word.
fn names(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        let after = line[at + needle.len()..].chars().next().unwrap_or(' ');
        let open_start = !needle.starts_with(is_word) || !is_word(before);
        let open_end = !needle.ends_with(is_word) || !is_word(after);
        open_start && open_end
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

/// The text files in `folders` whose name ends in one of `endings`, in a fixed order.
fn read(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        files_below(&root().join(folder), &mut paths);
    }
    paths.sort();
    let relative =
        |path: &Path| path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/");
    paths
        .iter()
        .filter(|path| endings.iter().any(|end| path.to_string_lossy().ends_with(end)))
        .filter_map(|path| fs::read_to_string(path).ok().map(|text| Source::new(relative(path), text)))
        .collect()
}

fn rust() -> Vec<Source> {
    let sources = read(&["src", "tests", "benches"], &[".rs"]);
    assert!(sources.len() > 10, "the sources were not found below {}", root().display());
    sources
}

/// Words that may stand in code only where `allowed` says so.
struct Absence {
    words: &'static [&'static str],
    allowed: fn(&Source) -> bool,
    /// Whether the `#[cfg(test)]` part of a file is held to it as well.
    in_tests: bool,
    why: &'static str,
}

impl Absence {
    fn broken_by(&self, source: &Source) -> Vec<String> {
        if !source.is_under("src/") || (self.allowed)(source) {
            return Vec::new();
        }
        let end = if self.in_tests { usize::MAX } else { source.tests_from };
        let mut found = Vec::new();
        for (number, line) in source.code.lines().take(end).enumerate() {
            for word in self.words.iter().filter(|word| names(line, word)) {
                found.push(format!("{}:{}: `{word}`: {}", source.path, number + 1, self.why));
            }
        }
        found
    }
}

fn shows_cells(source: &Source) -> bool {
    source.is_under("src/tui/runtime/")
        || source.is_under("src/tui/widgets/")
        || (source.is_under("src/tui/") && source.name() == "view.rs")
        || source.path == "src/tui/theme.rs"
}

const ABSENCES: &[Absence] = &[
    Absence {
        words: &[
            "rusqlite",
            "ratatui",
            "crossterm",
            "clap",
            "std::fs",
            "std::env",
            "std::process",
            "std::io",
            "SystemTime::now",
            "Instant::now",
            "Utc::now",
            "Local::now",
        ],
        allowed: |source| !source.is_under("src/domain/"),
        in_tests: true,
        why: "the domain does no I/O and reads no clock: let the caller pass it in",
    },
    Absence {
        words: &["crate::store", "crate::format", "crate::cli", "crate::tui", "crate::opening"],
        allowed: |source| !source.is_under("src/domain/"),
        in_tests: true,
        why: "the domain knows nothing of who uses it",
    },
    Absence {
        words: &["rusqlite"],
        allowed: |source| source.is_under("src/store/"),
        in_tests: true,
        why: "only the store knows SQLite: give it an operation with domain values instead",
    },
    Absence {
        words: &["crossterm"],
        allowed: |source| source.is_under("src/tui/runtime/"),
        in_tests: true,
        why: "only the runtime knows the terminal: use `tui::key` and `tui::input`",
    },
    Absence {
        words: &["ratatui", "ratatui_textarea"],
        allowed: shows_cells,
        in_tests: false,
        why: "only the runtime, files named view.rs, the theme and the widgets draw",
    },
    Absence {
        words: &["clap"],
        allowed: |source| source.path == "src/cli/args.rs" || source.path.starts_with("src/cli/args/"),
        in_tests: true,
        why: "only src/cli/args.rs and what is below it know what was typed; pass on what was meant",
    },
    Absence {
        words: &["clap_complete", "clap_mangen"],
        allowed: |source| source.is_under("src/cli/"),
        in_tests: true,
        why: "only the command line describes itself",
    },
    Absence {
        words: &["print!", "println!", "eprint!", "eprintln!"],
        allowed: |_| false,
        in_tests: false,
        why: "these panic on a closed pipe and let hostile text through: use cli::output",
    },
    Absence {
        words: &["stdout()", "stderr()", "io::stdout", "io::stderr"],
        allowed: |source| source.path == "src/cli/output.rs" || source.is_under("src/tui/runtime/"),
        in_tests: false,
        why: "stdout and stderr are written in one place a face, where hostile text is made safe",
    },
    Absence {
        words: &["unsafe"],
        allowed: |_| false,
        in_tests: true,
        why: "nothing here needs it; look for a crate that wraps it",
    },
    Absence {
        words: &["tui"],
        allowed: |source| !source.is_under("src/cli/") || source.path == "src/cli/walk.rs",
        in_tests: true,
        why: "the faces do not know each other; only src/cli/walk.rs starts the TUI",
    },
    Absence {
        words: &["cli"],
        allowed: |source| !source.is_under("src/tui/"),
        in_tests: true,
        why: "the faces do not know each other: move what both need below them",
    },
    Absence {
        words: &["crate::cli", "crate::tui", "crate::format", "crate::opening"],
        allowed: |source| !source.is_under("src/store/"),
        in_tests: true,
        why: "the store knows the domain and nothing else",
    },
    Absence {
        words: &["crate::cli", "crate::tui", "crate::store", "crate::opening"],
        allowed: |source| !source.is_under("src/format/"),
        in_tests: true,
        why: "formats turn text into values and values into text; they know the domain and nothing else",
    },
    Absence {
        words: &[
            "std::fs",
            "std::env",
            "std::process",
            "std::io",
            "SystemTime::now",
            "Instant::now",
            "Utc::now",
            "Local::now",
        ],
        allowed: |source| !(source.is_under("src/tui/") && ["update.rs", "view.rs"].contains(&source.name())),
        in_tests: false,
        why: "an update or a view does no I/O and reads no clock: return an effect, take the moment as an argument",
    },
    Absence {
        words: &["&mut Model"],
        allowed: |source| !(source.is_under("src/tui/") && source.name() == "view.rs"),
        in_tests: false,
        why: "a view takes the model as it is and changes nothing",
    },
];

/// Fails with every line of `problems`.
fn assert_none(problems: &[String]) {
    let mut list = String::new();
    for problem in problems {
        let _ = writeln!(list, "  {problem}");
    }
    assert!(problems.is_empty(), "{} lines break the house's promises:\n{list}", problems.len());
}

#[test]
fn what_a_room_must_not_know_it_does_not_name() {
    let sources = rust();
    let problems: Vec<String> =
        ABSENCES.iter().flat_map(|absence| sources.iter().flat_map(|s| absence.broken_by(s))).collect();
    assert_none(&problems);
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = |source: &Source| !source.text.starts_with("//! ");
    let say = |source: &Source| format!("{}:1: opens without `//!`: say what it is for", source.path);
    assert_none(&rust().iter().filter(|s| silent(s)).map(say).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_for_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];
    let mut problems = Vec::new();
    for source in rust().iter().filter(|source| !source.is_under("tests/")) {
        for (number, line) in source.text.lines().enumerate() {
            for word in words.iter().filter(|word| names(line, word)) {
                problems.push(format!("{}:{}: {word}: do it now or open an issue", source.path, number + 1));
            }
        }
    }
    assert_none(&problems);
}

/// Retired words as people read them. `result` alone stays legal: plans keep their *results* when they are edited.
const RETIRED_PHRASES: [&str; 9] = [
    "test case",
    "test cases",
    "test run",
    "test runs",
    "this run",
    "the run",
    "test result",
    "status",
    "seam",
];

/// Retired words as part of a name that somebody defines here.
const RETIRED_NAMES: [&str; 6] = ["testcase", "test_case", "testrun", "test_run", "status", "test_result"];

/// What is read of a format string: `{exit_status}` is replaced before anybody sees it.
fn without_placeholders(text: &str) -> String {
    let mut depth = 0_usize;
    let mut read = String::new();
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => read.push(c),
            _ => {}
        }
    }
    read
}

fn retired_words(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if !source.is_under("src/") {
        return found;
    }
    for (number, (strings, code)) in
        source.strings.lines().zip(source.code.lines()).take(source.tests_from).enumerate()
    {
        // Formats must know what other tools call things; what they read never becomes our own word.
        let foreign = source.is_under("src/format/");
        let lower = without_placeholders(strings).to_lowercase();
        for phrase in RETIRED_PHRASES.iter().filter(|phrase| !foreign && names(&lower, phrase)) {
            found.push(format!("{}:{}: says \"{phrase}\", a retired word", source.path, number + 1));
        }
        let mut words = code.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if !["fn", "struct", "enum", "trait", "type", "mod", "const", "static"].contains(&word) {
                continue;
            }
            let Some(name) = words.next() else { break };
            let lower = name.to_lowercase();
            for retired in RETIRED_NAMES.iter().filter(|retired| lower.contains(*retired)) {
                found.push(format!(
                    "{}:{}: `{name}` holds \"{retired}\", a retired word",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    found
}

#[test]
fn retired_words_do_not_come_back() {
    assert_none(&rust().iter().flat_map(retired_words).collect::<Vec<_>>());
}

#[test]
fn a_long_file_has_a_reason() {
    let sources = rust();
    let is_there = |path: &str| sources.iter().any(|source| source.path == path);
    let gone = LONG_FILES.iter().filter(|(path, _)| !is_there(path));
    let mut problems: Vec<String> =
        gone.map(|(path, _)| format!("{path}: gone: delete it from LONG_FILES")).collect();
    for source in sources.iter().filter(|source| source.is_under("src/")) {
        let lines = source.tests_from.min(source.text.lines().count());
        let reason = LONG_FILES.iter().find(|(path, _)| *path == source.path);
        match reason {
            None if lines > MAX_LINES => problems.push(format!(
                "{}:{lines}: longer than {MAX_LINES} lines: cut it, or say in LONG_FILES why not",
                source.path
            )),
            Some(_) if lines <= MAX_LINES => {
                problems.push(format!("{}:{lines}: short again: delete it from LONG_FILES", source.path));
            }
            Some((_, "")) => problems.push(format!("{}: listed without a reason", source.path)),
            Some(_) | None => {}
        }
    }
    assert_none(&problems);
}

#[test]
fn nothing_depends_on_one_machine() {
    let homes = ["/home/", "/root/", "/Users/", concat!("/wo", "rk/"), "C:\\Users"];
    let corpus = concat!("..", "/shared");
    let mut files = read(&["src", "tests", "benches", "assets", ".ci"], &[""]);
    for name in ["Cargo.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"] {
        if let Ok(text) = fs::read_to_string(root().join(name)) {
            files.push(Source::new(name, text));
        }
    }
    let mut problems = Vec::new();
    for source in files.iter().filter(|source| source.path != "tests/it/tidy.rs") {
        let names_variable = source.text.contains("SEAMWALK_CORPUS");
        for (number, line) in source.text.lines().enumerate() {
            for home in homes.iter().filter(|home| line.contains(*home)) {
                problems.push(format!("{}:{}: `{home}` exists on one machine only", source.path, number + 1));
            }
            if line.contains(corpus) && !names_variable {
                problems.push(format!(
                    "{}:{}: reads `{corpus}` without SEAMWALK_CORPUS: the corpus may lie elsewhere or nowhere",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn comments_and_strings_are_told_apart_from_code() {
    let text = r###"let a = "rusqlite \" // no"; // rusqlite
/* rusqlite /* nested */ rusqlite */ let b = r#"crossterm " clap"#; let c = '"'; let d: &'static str = "x";
let e = '\''; rusqlite::open();
"###;
    let source = Source::new("src/x.rs", text);
    let lines: Vec<&str> = source.code.lines().collect();
    assert!(!names(lines[0], "rusqlite"), "{:?}", lines[0]);
    assert!(!lines[1].contains("rusqlite") && !lines[1].contains("clap"), "{:?}", lines[1]);
    assert!(lines[1].contains("let d: &'static str"), "{:?}", lines[1]);
    assert!(names(lines[2], "rusqlite"), "{:?}", lines[2]);
    assert!(source.strings.contains("crossterm \" clap"));
    assert_eq!(source.code.lines().count(), text.lines().count());
}

#[test]
fn words_inside_longer_words_do_not_count() {
    assert!(names("use clap::Parser;", "clap"));
    assert!(!names("use clap_complete::Shell;", "clap"));
    assert!(!names("fn client() {}", "cli"));
    assert!(names("println!(\"\")", "println!") && !names("eprintln!(\"\")", "println!"));
    assert!(names("let out = stdout();", "stdout()") && !names("cmd.stdout(Stdio::piped())", "stdout()"));
}

#[test]
fn a_planted_offence_is_found_in_every_rule() {
    // A rule that cannot fail protects nothing: each one is shown a file that breaks it.
    let rooms = [
        "src/domain/a.rs",
        "src/store/a.rs",
        "src/format/a.rs",
        "src/cli/a.rs",
        "src/tui/update.rs",
        "src/tui/view.rs",
    ];
    for absence in ABSENCES {
        for word in absence.words {
            let caught = rooms.iter().any(|path| {
                let found = absence.broken_by(&Source::new(*path, format!("//! A room.\n{word};\n")));
                found.len() == 1 && found[0].starts_with(&format!("{path}:2: `{word}`"))
            });
            assert!(caught, "no file with `{word}` breaks the rule: {}", absence.why);
        }
    }
    let retired = Source::new("src/cli/a.rs", "fn set_status() {}\nlet a = \"3 test cases\";\n");
    assert_eq!(retired_words(&retired).len(), 2);
}

#[test]
fn the_tests_at_the_end_of_a_file_are_aside() {
    let source = Source::new("src/tui/a.rs", "//! A.\n#[cfg(test)]\nmod tests {\n use ratatui::A;\n}\n");
    assert_eq!(source.tests_from, 1);
    assert!(ABSENCES.iter().all(|absence| absence.broken_by(&source).is_empty()));
}
