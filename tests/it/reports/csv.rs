//! The table for spreadsheets, read back by a simple reader of RFC 4180.

use seamwalk::format::report::{Extent, Form, unguarded};

use super::fixture::Shop;

/// The cells of a table, read by the csv crate; every row has as many as the first.
pub(super) fn table(text: &str) -> Vec<Vec<String>> {
    assert!(text.is_empty() || text.ends_with("\r\n"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// True for what a spreadsheet would take for a formula.
pub(super) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
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
    assert!(rows.iter().flatten().all(|cell| !is_formula(cell)));
    assert!(rows[0].iter().all(|name| !name.contains('(')), "one session needs no name");
    assert_eq!(unguarded("'=1"), "=1");
}
