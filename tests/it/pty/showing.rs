//! Hostile and wide text moves no border, and only our own sequences reach the terminal.

use super::fixture::start;

const HOSTILE: &str = "在庫を確認する在庫を確認する|👩\u{200d}👩\u{200d}👧 👍🏽 ❤\u{fe0f} 🇩🇪 1\u{fe0f}\u{20e3}\
    |abc\u{202e}txt\u{2066}x\u{1b}[2J\u{9b}31m\u{7}\u{1b}]0;owned\u{7}|e\u{301}\u{301}\u{301} \u{200b}\u{feff}\u{e0041}\
    |ក្សខ្មែរ क्ष्म ක්\u{200d}ර ﷽ 한국어 ⚠\u{fe0f} ☑ ⚡";

#[test]
fn the_border_stays_in_its_column() {
    for width in [40, 60, 61] {
        let pty = start((width, 12), &[("SEAMWALK_TEXT", HOSTILE)]);
        pty.wait_for("┘");
        let vt = pty.vt();
        for row in 1..11 {
            for column in [0, width - 1] {
                let cell = vt.cell(row, column).map(|cell| cell.contents().to_owned());
                assert_eq!(cell.as_deref(), Some("│"), "row {row}, {width} wide:\n{}", pty.screen());
            }
        }
    }
}

/// CSI sequences that we send, by their final and private bytes; everything else is foreign.
#[test]
fn only_our_own_sequences_are_sent() {
    let mut pty = start((60, 12), &[("SEAMWALK_TEXT", HOSTILE)]);
    pty.send("c");
    pty.wait_for("inputs 1");
    pty.send("q");
    pty.wait();
    let bytes = String::from_utf8(pty.bytes()).unwrap();
    let frames = &bytes[bytes.find('\x1b').unwrap()..];
    let mut rest = frames;
    while let Some(at) = rest.find(|c: char| c.is_control() && !matches!(c, '\r' | '\n')) {
        rest = &rest[at..];
        let copied = "\x1b]52;c;Y29waWVk\x1b\\";
        if let Some(after) = rest.strip_prefix(copied) {
            rest = after;
            continue;
        }
        let body = rest.strip_prefix("\x1b[").unwrap_or_else(|| panic!("foreign: {:?}", &rest[..8]));
        let end = body.find(|c: char| !matches!(c, '0'..='9' | ';' | '?' | '<' | '>')).unwrap();
        let (parameters, last) = (&body[..end], &body[end..=end]);
        let ours = match last {
            "h" | "l" => {
                matches!(parameters, "?1049" | "?7" | "?2004" | "?25" | "?2026" | "?1000" | "?1004" | "?1006")
            }
            "u" => matches!(parameters, ">1" | "<1"),
            "H" | "m" => parameters.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';')),
            "J" => parameters == "2",
            _ => false,
        };
        assert!(ours, "foreign: CSI {parameters}{last}");
        rest = &body[end + 1..];
    }
}

#[test]
fn the_clipboard_is_asked() {
    let mut pty = start((60, 12), &[]);
    pty.send("c");
    pty.wait_for("inputs 1");
    assert!(String::from_utf8_lossy(&pty.bytes()).contains("\x1b]52;c;Y29waWVk\x1b\\"));
}
