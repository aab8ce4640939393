//! Testpad's CSV, read back by the csv crate.

use seamwalk::format::report::{Extent, Form};

use super::fixture::Shop;

/// The rows below the header.
pub(super) fn rows(report: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(report.as_bytes());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows[0], ["v3", ""]);
    let header = rows.iter().position(|row| row[0] == "number").unwrap();
    assert!(rows[header..].iter().all(|row| row.len() == rows[header].len()));
    rows[header..].to_vec()
}

#[test]
fn the_outline_is_there_with_three_columns_a_session() {
    let shop = Shop::filled();
    let report = shop.report(Form::Testpad, Extent::Usual, &[1, 2]);
    assert!(report.starts_with("v3,\r\n\r\nscript,Web shop\r\n\r\nrun,10000000-"), "{report}");
    assert!(
        report.contains("\r\nnumber,indent,text,tags,notes,result,issue,comment,result,issue,comment\r\n")
    );
    let rows = rows(&report);
    let row = |text: &str| rows.iter().find(|row| row[2].starts_with(text)).unwrap();
    assert_eq!(rows[1][..3], ["1", "1", "Web shop"]);
    assert_eq!(row("cart -> inventory")[..2], ["2", "2"]);
    let number: Vec<usize> = rows[1..].iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(number, (1..=number.len()).collect::<Vec<_>>());
    for (text, first, second) in [
        ("Adding", "pass", "fail"),
        ("Removing", "fail", "pass"),
        ("Inventory", "", "query"),
        ("Two carts", "pass", "exclude"),
        ("A refund", "", "blocked"),
        ("Typing", "", ""),
        ("Web shop", "", ""),
    ] {
        assert_eq!((row(text)[5].as_str(), row(text)[8].as_str()), (first, second), "{text}");
    }
    assert!(row("Adding")[10].starts_with("bug: stock shows -1"));
    assert_eq!(row("Adding")[3], "critical");
    let last = &rows[rows.len() - 2..];
    assert_eq!((last[0][2].as_str(), last[1][2].as_str()), ("No longer in the plan", "Stock is shown"));
}
