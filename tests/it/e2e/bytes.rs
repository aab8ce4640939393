//! What reaches the terminal, byte by byte: our own sequences only, whatever plans and notes say.

use std::fmt::Write as _;

use super::{ESC, SIZE, SMALL, World, saved, wait_saved};
use crate::pty::harness::Pty;

/// Texts that would do harm where they arrive as they are: they change the screen, the title, the clipboard or the
/// order of what is read.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "clear \u{1b}[2J\u{1b}[H done",
        "title \u{1b}]0;owned\u{7} done",
        "clipboard \u{1b}]52;c;b3duZWQ=\u{1b}\\ done",
        "link \u{1b}]8;;http://evil.test\u{7}here\u{1b}]8;;\u{7}",
        "device \u{1b}P+q544e\u{1b}\\ \u{1b}[c \u{1b}[6n \u{1b}[?1049l \u{1b}c",
        "c1 \u{9b}31m red \u{9d}0;owned\u{9c} \u{90}x\u{9c} \u{85}next",
        "bidi \u{202e}txt.exe\u{202c} \u{2066}in\u{2069} \u{200f}mark",
        "tags \u{e0041}\u{e0042} \u{200b}zero\u{feff}width \u{ad}soft",
        "family \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} flag \u{1f1e9}\u{1f1ea} wide 在庫を確認する",
        "delete \u{7f}\u{8}\u{8}\u{8}gone \u{b}\u{c}",
        "private \u{e000}\u{f8ff} \u{fffe}",
        "line\u{2028}separator\u{2029}paragraph",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push(format!("zalgo e{}", "\u{301}".repeat(1000)));
    for c in (1..0x20).chain(0x7f..0xa0).filter_map(char::from_u32).filter(|c| !matches!(c, '\n' | '\r')) {
        texts.push(format!("control {:02x} {c}[31m after", u32::from(c)));
    }
    texts
}

fn hostile_plan() -> String {
    let mut plan = "# Hostile \u{1b}]0;title\u{7}\n".to_owned();
    for (at, text) in hostile().iter().enumerate() {
        if at % 8 == 0 {
            write!(plan, "\n## web -> db\u{1b}[2J{at} (http\u{9b}1m) \u{202e}x\n\n").unwrap();
        }
        write!(plan, "- {at} {text} #tag\u{200b}x\n\n  detail {text}\n  ```sh\n  run {text}\n  ```\n  Expected: {text}\n")
            .unwrap();
    }
    plan
}

/// What a strict reader makes of the bytes; every sequence that is not on the list is a failure.
#[derive(Debug, Default)]
struct Read {
    /// The parameters of every `CSI … m`.
    looks: Vec<String>,
}

#[track_caller]
fn read_strictly(bytes: &[u8]) -> Read {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{error}"));
    let mut read = Read::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let shown: String = rest.chars().take(24).collect();
        if c != '\u{1b}' {
            assert!(!is_raw_control(c), "foreign: {shown:?}");
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let body = rest.strip_prefix("\u{1b}[").unwrap_or_else(|| panic!("foreign: {shown:?}"));
        let end = body.find(|c: char| !matches!(c, '0'..='9' | ';' | '?' | '<' | '>')).unwrap();
        let (parameters, last) = (&body[..end], &body[end..=end]);
        let numbers = parameters.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';'));
        let ours = match last {
            "h" | "l" => {
                matches!(parameters, "?1049" | "?7" | "?2004" | "?25" | "?2026" | "?1000" | "?1004" | "?1006")
            }
            "u" => matches!(parameters, ">1" | "<1"),
            "H" | "m" => numbers,
            "J" => parameters == "2",
            _ => false,
        };
        assert!(ours, "foreign: {shown:?}");
        if last == "m" {
            read.looks.push(parameters.to_owned());
        }
        rest = &body[end + 1..];
    }
    read
}

/// True for what must never arrive as it is: controls, and what changes the order or cannot be seen.
fn is_raw_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\r' | '\n'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Every border stands in its column, whatever is between.
#[track_caller]
fn assert_borders(pty: &Pty) {
    let vt = pty.vt();
    let (rows, columns) = vt.size();
    for row in 3..rows.get() - 2 {
        for column in [0, columns.get() - 1] {
            let cell = vt.cell(row, column).map(|cell| cell.contents().to_owned());
            assert_eq!(cell.as_deref(), Some("│"), "row {row}:\n{}", pty.screen());
        }
    }
}

#[test]
fn hostile_plans_and_notes_send_nothing_of_their_own() {
    let world = World::new();
    let plan = world.write("hostile\u{1b}[31m.md", hostile_plan());
    let prompts = world.prompts(&plan).len() as u64;
    assert!(prompts >= hostile().len() as u64);
    let mut pty = world.walk(&plan);
    for at in 0..prompts {
        pty.send("p");
        pty.wait_until("it is saved and drawn", |screen, _| saved(screen) == Some(at + 1));
    }
    pty.wait_for("all is tested");
    assert_borders(&pty);
    // Everything that shows texts of others: search, filter, palette, whole detail, test data, undo's toast, summary.
    pty.send("g");
    for (keys, shows) in [("/clip", "found"), ("t", "tag"), (":", ""), ("\r", "prompt"), ("E", "summary")] {
        pty.send(keys);
        pty.wait_for(shows);
        pty.send(ESC);
        pty.send("\x0c");
    }
    // A note: what a hostile clipboard holds. A paste cannot hold its own end, so that one is left out.
    pty.send("G");
    for text in hostile() {
        pty.send("n");
        pty.wait_for("on: ");
        pty.paste(&text);
        pty.send("x");
        let before = saved(&pty.screen()).unwrap();
        pty.send("\r");
        wait_saved(&pty, before + 1);
    }
    pty.send("u");
    pty.wait_for("undone");
    for size in [(60, 30), (40, 8), (200, 50), SIZE] {
        pty.resize(size);
        pty.send("k");
        pty.wait_for("saved #");
    }
    pty.send("\x0c");
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0);
    read_strictly(&pty.bytes());

    for args in [
        &["show", "latest"][..],
        &["show", "latest", "--format", "json"],
        &["sessions"],
        &["sessions", "--format", "json"],
        &["plan", "show", &plan],
        &["plan", "show", &plan, "--format", "json"],
        &["--color", "always", "show", "latest"],
        &["--color", "always", "plan", "show", &plan],
    ] {
        let printed = world.print(args);
        if args.contains(&"json") {
            // JSON is lossless: what is no control character may stand there as it is.
            let raw: Vec<char> = printed.chars().filter(|c| c.is_control() && *c != '\n').collect();
            assert!(raw.is_empty(), "{args:?}: {raw:?}");
        } else {
            read_strictly(printed.as_bytes());
        }
    }
    // Errors and warnings, on a terminal that a person reads.
    let checked = world.command(&["plan", "check", &plan]).output().unwrap();
    read_strictly(&checked.stdout);
    read_strictly(&checked.stderr);
    let refused = world.command(&["show", "\u{1b}[2J\u{9b}1m"]).output().unwrap();
    read_strictly(&refused.stderr);
    let mut pty = world.start(&["nowhere\u{1b}]0;x\u{7}.md"], SIZE, &[]);
    pty.wait();
    read_strictly(&pty.bytes());
}

/// A walk with something of everything on the screen, to its end; its bytes.
fn bytes_of_a_walk(args: &[&str], env: &[(&str, &str)]) -> Vec<u8> {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let mut all = vec![plan.as_str()];
    all.extend(args);
    let mut pty = world.start(&all, SIZE, env);
    pty.wait_for("saved #0");
    for (keys, shows) in [
        ("pfbi", "saved #4"),
        ("Fwords\r", "saved #6"),
        ("uu", "undone"),
        ("/alp", "found"),
        (ESC, "saved #8"),
        (":", "undo"),
        (ESC, "saved #8"),
        ("?", "Esc closes"),
        (ESC, "saved #8"),
        ("t", "untested"),
        (ESC, "saved #8"),
        ("U", "does nothing here"),
        ("gh", "saved #8"),
        ("E", "summary"),
    ] {
        pty.send(keys);
        pty.wait_for(shows);
    }
    pty.send("q");
    pty.wait_for("saved #8");
    pty.resize((40, 8));
    pty.wait_until("a strip", |screen, _| screen.lines().next().is_some_and(|row| row.contains("saved #8")));
    quit_and_take(pty)
}

fn quit_and_take(mut pty: Pty) -> Vec<u8> {
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0);
    pty.bytes()
}

/// The numbers of a look that are colours: not those of bold, dim, italic, underlined, reverse.
fn colours(read: &Read) -> Vec<&String> {
    let plain =
        |n: &str| matches!(n, "" | "0" | "1" | "2" | "3" | "4" | "7" | "9" | "22" | "23" | "24" | "27");
    read.looks.iter().filter(|look| !look.split(';').all(plain)).collect()
}

#[test]
fn colours_are_sent_where_they_are_known() {
    let read = read_strictly(&bytes_of_a_walk(&[], &[]));
    assert!(!colours(&read).is_empty());
}

#[test]
fn no_color_sends_no_colours() {
    for (args, env) in [
        (&[][..], &[("NO_COLOR", "1")][..]),
        (&["--color", "never"], &[]),
        (&[], &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]),
    ] {
        let read = read_strictly(&bytes_of_a_walk(args, env));
        assert_eq!(colours(&read), Vec::<&String>::new(), "{args:?} {env:?}");
        assert!(read.looks.iter().any(|look| look.contains('7')), "the cursor's row is seen all the same");
    }
}

#[test]
fn sixteen_colours_are_enough() {
    let read = read_strictly(&bytes_of_a_walk(&[], &[("TERM", "xterm")]));
    let colours = colours(&read);
    assert!(!colours.is_empty());
    let wide: Vec<_> = colours.iter().filter(|look| look.contains("38;") || look.contains("48;")).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

#[test]
fn ascii_is_ascii() {
    let bytes = bytes_of_a_walk(&["--ascii"], &[]);
    let foreign: Vec<u8> = bytes.iter().copied().filter(|byte| *byte >= 0x80).collect();
    assert!(foreign.is_empty(), "{:?}", String::from_utf8_lossy(&foreign));
    read_strictly(&bytes);
}

/// A frame of ordinary text ends where it began: nothing that was said before stays behind.
#[test]
fn what_is_left_behind_is_the_shell_alone() {
    let world = World::new();
    let plan = world.write("small.md", SMALL);
    let argv = world.argv(&[&plan]);
    let mut argv: Vec<&str> = argv.iter().map(String::as_str).collect();
    let script = ["sh", "-c", "echo before; \"$@\"; echo after", "sh"];
    argv.splice(0..0, script);
    let mut pty = Pty::spawn_command(world.at_terminal(&argv, &[]), SIZE);
    pty.wait_for("saved #0");
    pty.send("pq");
    pty.wait();
    let screen = pty.screen();
    assert_eq!(screen.split_whitespace().collect::<Vec<_>>(), ["before", "after"], "{screen}");
}
