//! Text in, visible text out: tables of cases, and properties over any text.

use proptest::prelude::*;

use super::*;

#[test]
fn human_text_is_borrowed_or_kept() {
    for text in ["Stock is reserved", "Größe geändert – «да»", "在庫を確認する", "┌─┐│ █░"]
    {
        assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
    }
    for text in [
        "می\u{200c}خواهم",
        "क्ष त्र ज्ञ",
        "ක්\u{200d}රම",
        "e\u{301} Å",
        "한국어",
        "สวัสดี ที่นี่",
        "ភាសាខ្មែរ",
        "שָׁלוֹם",
        "السلام لا",
        "✓ ✗ ⊘ ★ 😀",
        "a\u{a0}b",
    ] {
        assert_eq!(line(text), text);
    }
}

proptest! {
    #[test]
    fn clusters_are_those_of_the_tables(text in r"([ -~]|\PC|[\u{300}-\u{30f}\u{200d}\u{fe0f}\u{600}\u{1f1e6}-\u{1f1ff}\u{1f468}\n\r]){0,24}") {
        let found: Vec<(usize, &str)> = clusters(&text).collect();
        prop_assert_eq!(found, text.grapheme_indices(true).collect::<Vec<_>>());
    }
}

#[test]
fn what_hides_is_shown() {
    for (hostile, shown) in [
        ("a\u{1b}[31mb", "a␛[31mb"),
        ("a\u{9b}31mb", "a‹9B›31mb"),
        ("\0\x07\x7f", "␀␇␡"),
        ("a\nb\tc\r\nd\re", "a⏎b c⏎d⏎e"),
        ("abc\u{202e}txt.exe", "abc‹202E›txt.exe"),
        ("\u{61c}\u{200e}\u{2066}", "‹61C›‹200E›‹2066›"),
        ("pass\u{200b}word", "pass‹200B›word"),
        ("\u{feff}x\u{2060}", "‹FEFF›x‹2060›"),
        ("\u{e0041}\u{e007f}", "‹E0041›‹E007F›"),
        ("\u{fff9}\u{e000}\u{ffff}\u{10ffff}", "‹FFF9›‹E000›‹FFFF›‹10FFFF›"),
        ("a\u{200d}b", "a‹200D›b"),
        ("a\u{fe0f}b\u{e0100}", "a‹FE0F›b‹E0100›"),
        ("soft\u{ad}hyphen", "softhyphen"),
        ("\u{301}a", "◌\u{301}a"),
        ("a \u{301}", "a ◌\u{301}"),
        ("\u{1160}", "‹1160›"),
    ] {
        assert_eq!(line(hostile), shown, "{hostile:?}");
    }
}

#[test]
fn emoji_sequences_become_what_terminals_agree_on() {
    for (sequence, shown, cells) in [
        ("❤\u{fe0f}", "❤", 1),
        ("⌚\u{fe0e}", "⌚", 2),
        ("👍🏽", "👍", 2),
        ("👩\u{200d}👩\u{200d}👧", "👩👩👧", 6),
        ("🏳\u{fe0f}\u{200d}🌈", "🏳🌈", 3),
        ("🤦🏼\u{200d}♂\u{fe0f}", "🤦♂", 3),
        ("🇩🇪🇫🇷", "DEFR", 4),
        ("1\u{fe0f}\u{20e3} #\u{20e3}", "1 #", 3),
        ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "🏴gbeng", 7),
        ("葛\u{e0100}", "葛", 2),
    ] {
        assert_eq!(line(sequence), shown);
        assert_eq!(width(&line(sequence)), cells, "{sequence}");
    }
}

#[test]
fn several_lines_stay_several() {
    assert_eq!(text("a\r\nb\rc\u{2028}d\n"), "a\nb\nc\nd\n");
    assert_eq!(text("a\tb\n\tc\n在\td"), "a   b\n    c\n在  d");
    assert!(matches!(text("a\nb"), Cow::Borrowed(_)));
}

#[test]
fn marks_have_an_end() {
    let shown = line(&format!("a{}b", "\u{301}".repeat(1000))).into_owned();
    assert_eq!(shown, format!("a{}‹+992›b", "\u{301}".repeat(8)));
    let spacing = line(&"\u{93e}".repeat(100)).into_owned();
    assert!(spacing.graphemes(true).all(|cluster| width_of_cluster(cluster) <= MAX_CLUSTER_CELLS));
}

#[test]
fn every_character_is_safe_alone_and_behind_a_letter() {
    // Large uniform blocks (ideographs, Hangul, private use, unassigned planes) are sampled.
    let uniform = |n: u32| {
        matches!(n, 0x3400..=0x9fff | 0xac00..=0xd7a3 | 0xe000..=0xf8ff | 0x12000..=0x12fff | 0x17000..=0x18fff
            | 0x20000..=0xdffff | 0xe1000..)
            && n & 0xffff < 0xfff0
    };
    for c in ('\0'..=char::MAX).filter(|c| !uniform(u32::from(*c)) || u32::from(*c) % 997 == 0) {
        for hostile in [format!("{c}"), format!("a{c}")] {
            let shown = line(&hostile);
            assert_safe(&shown, '⏎');
            assert_eq!(line(&shown), shown, "U+{:04X}", u32::from(c));
        }
    }
}

/// No control, nothing hidden, and each cluster takes a cell.
fn assert_safe(shown: &str, also: char) {
    for c in shown.chars() {
        let joiner = matches!(c, '\u{200c}' | '\u{200d}');
        assert!(c == also || joiner || (!c.is_control() && !is_hidden(c)), "{shown:?}");
    }
    for cluster in shown.graphemes(true) {
        let wide = width_of_cluster(cluster);
        assert!(
            cluster == "\n" || (1..=MAX_CLUSTER_CELLS).contains(&wide),
            "{shown:?}: {cluster:?} is {wide}"
        );
        // Khmer's subscripts are the one case in which terminals' tables differ from clusters; they stay.
        if !cluster.contains('\u{17d2}') {
            let sum: usize = cluster.chars().map(cells).sum();
            assert!(cluster == "\n" || sum == wide, "{shown:?}: {cluster:?} is {wide} or {sum}");
        }
    }
}

#[test]
fn cutting_keeps_whole_clusters() {
    for (text, cells, expected) in [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("在庫確認", 8, "在庫確認"),
        ("在庫確認", 7, "在庫確…"),
        ("在庫確認", 6, "在庫…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ] {
        assert_eq!(truncate(text, cells, ELLIPSIS), expected, "{text} {cells}");
    }
    assert_eq!(truncate("abcdef", 5, ASCII_ELLIPSIS), "ab...");
    assert_eq!(truncate("abcdef", 2, ASCII_ELLIPSIS), "..");
}

fn wrapped(text: &str, cells: usize) -> Vec<&str> {
    wrap(text, cells).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn lines_break_where_people_break_them() {
    for (text, cells, expected) in [
        ("", 5, vec![""]),
        ("one two three", 7, vec!["one two", "three"]),
        ("one two three", 8, vec!["one two", "three"]),
        ("one  two", 3, vec!["one", "two"]),
        ("one    ", 3, vec!["one"]),
        ("  indented text", 10, vec!["  indented", "text"]),
        ("a\n\nb\n", 5, vec!["a", "", "b", ""]),
        ("abcdefgh", 3, vec!["abc", "def", "gh"]),
        ("ab abcdefgh", 4, vec!["ab", "abcd", "efgh"]),
        ("well-known", 6, vec!["well-", "known"]),
        ("below -1 now", 7, vec!["below", "-1 now"]),
        ("在庫を確認する", 6, vec!["在庫を", "確認す", "る"]),
        ("在庫を確認、する", 10, vec!["在庫を確", "認、する"]),
        ("在庫", 1, vec!["在", "庫"]),
        ("ab在庫cd", 4, vec!["ab在", "庫cd"]),
        ("10\u{a0}000 items", 6, vec!["10\u{a0}000", "items"]),
        ("가나다 라마바", 8, vec!["가나다", "라마바"]),
    ] {
        assert_eq!(wrapped(text, cells), expected, "{text:?} in {cells}");
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{1,6}",
        2 => prop::char::any().prop_map(String::from),
        1 => prop::char::range('\0', '\u{9f}').prop_map(String::from),
        1 => prop::char::range('\u{2000}', '\u{206f}').prop_map(String::from),
        1 => prop::char::range('\u{300}', '\u{36f}').prop_map(|c| c.to_string().repeat(5)),
        1 => prop::char::range('\u{600}', '\u{6ff}').prop_map(String::from),
        1 => prop::char::range('\u{900}', '\u{dff}').prop_map(String::from),
        1 => prop::char::range('\u{1100}', '\u{11ff}').prop_map(String::from),
        1 => prop::char::range('\u{1800}', '\u{18af}').prop_map(String::from),
        1 => prop::char::range('\u{4e00}', '\u{4e20}').prop_map(String::from),
        2 => prop::char::range('\u{1f1e0}', '\u{1f64f}').prop_map(String::from),
        1 => prop::char::range('\u{e0000}', '\u{e01ef}').prop_map(String::from),
        2 => prop::sample::select(vec![
            "\u{200d}", "\u{200c}", "\u{fe0f}", "\u{fe0e}", "\u{20e3}", "1", " ", "\n", "🏴", "🏽", "❤", "\u{94d}",
            "\u{1f9d1}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

#[test]
fn marks_whose_base_stands_behind_them_get_one() {
    let hostile = format!("{}\u{a03}", "\u{300}".repeat(10));
    assert_eq!(line(&hostile), format!("◌{}‹+3›", "\u{300}".repeat(8)));
    assert_safe(&line(&hostile), '⏎');
}

proptest! {
    #[test]
    fn nothing_hostile_gets_through(hostile in hostile()) {
        assert_safe(&line(&hostile), '⏎');
        assert_safe(&text(&hostile), '\n');
    }

    #[test]
    fn doing_it_twice_changes_nothing(hostile in hostile()) {
        let once = line(&hostile);
        prop_assert_eq!(line(&once), once.clone());
        let once = text(&hostile);
        prop_assert_eq!(text(&once), once.clone());
    }

    #[test]
    fn a_cut_fits(hostile in hostile(), cells in 0usize..40) {
        let shown = line(&hostile);
        for ellipsis in [ELLIPSIS, ASCII_ELLIPSIS] {
            let cut = truncate(&shown, cells, ellipsis);
            prop_assert!(width(&cut) <= cells, "{cut:?}");
        }
    }

    #[test]
    fn wrapping_fits_and_loses_nothing(hostile in hostile(), cells in MAX_CLUSTER_CELLS..40) {
        let shown = text(&hostile);
        let lines = wrapped(&shown, cells);
        for line in &lines {
            prop_assert!(width(line) <= cells, "{line:?} in {cells}");
        }
        let ink = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(ink(&lines.concat()), ink(&shown));
    }
}
