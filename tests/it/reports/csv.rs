//! The table for spreadsheets, read back by a simple reader of RFC 4180.

use seamwalk::format::report::{Extent, Form, unguarded};

use super::fixture::Shop;

/// The cells of a table by RFC 4180; anything that the RFC does not know is a failure.
pub(super) fn table(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut row = Vec::new();
        loop {
            let (cell, after) = cell(rest);
            row.push(cell);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => {
                    rest = after.strip_prefix("\r\n").expect("a row ends with CRLF");
                    break;
                }
            }
        }
        rows.push(row);
    }
    rows
}

fn cell(text: &str) -> (String, &str) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r']).expect("a cell ends");
        assert!(!text[..end].contains(['"', '\n']), "{:?} needs quotes", &text[..end]);
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut cell = String::new();
    loop {
        let end = rest.find('"').expect("a quoted cell ends");
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => (rest, _) = (after, cell.push('"')),
            None => return (cell, rest),
        }
    }
}

#[test]
fn every_row_has_the_same_cells_and_each_session_the_same_columns() {
    let shop = Shop::filled();
    let rows = table(&shop.report(Form::Csv, Extent::Usual, &[1, 2, 3]));
    assert_eq!(rows[0].len(), 9 + 3 * 6);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    assert_eq!(rows[0][9], "verdict (10000000, 2026-11-21 14:00, bo)");
    // Eleven prompts are in the plan, and one that failed has left it.
    assert_eq!(rows.len(), 1 + 11 + 1);
    let gone = rows.last().unwrap();
    assert_eq!((gone[2].as_str(), gone[8].as_str(), gone[15].as_str()), ("Stock is shown", "no", "fail"));
    let reworded = rows.iter().find(|row| row[2].contains("20 minutes")).unwrap();
    assert_eq!(reworded[19], "A reservation ends after 15 minutes");
}

#[test]
fn a_note_that_would_be_a_formula_is_none() {
    let mut shop = Shop::new();
    let start = shop.start_of("=cmd|' /C calc'!A0");
    shop.start(2, start, 0);
    let rows = table(&shop.report(Form::Csv, Extent::Usual, &[2]));
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0'])));
    assert_eq!(unguarded("'=1"), "=1");
}
