//! TAP by a reader that takes what version 14 of its grammar says and nothing else; its YAML by a parser of YAML.

use seamwalk::format::report::{Extent, Form};
use serde_json::{Value, json};

use super::fixture::Shop;

/// A test point.
pub(super) struct Point {
    pub(super) is_ok: bool,
    pub(super) text: String,
    pub(super) skip: Option<String>,
    /// Nothing where it has no block.
    pub(super) block: Value,
}

/// Text with its escapes taken away; `None` if a `#` has none, or a backslash stands before something else.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' => return None,
            '\\' => out.push(chars.next().filter(|c| matches!(c, '\\' | '#'))?),
            c => out.push(c),
        }
    }
    Some(out)
}

/// The test points of `report`; panics where the grammar does not know a line.
pub(super) fn points(report: &str) -> Vec<Point> {
    let mut lines = report.strip_suffix('\n').unwrap().split('\n').peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    while let Some(comment) = lines.next_if(|line| line.starts_with('#')) {
        assert!(!comment.trim_start_matches(['#', ' ']).starts_with("Subtest"), "{comment}");
    }
    let plan = lines.next().unwrap().strip_prefix("1..").unwrap();
    let count: usize = plan.split(" # ").next().unwrap().parse().unwrap();
    let mut points = Vec::new();
    while let Some(line) = lines.next() {
        let (is_ok, rest) = match line.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("{line:?}"))),
        };
        let (number, rest) = rest.split_once(" - ").unwrap();
        assert_eq!(number.parse(), Ok(points.len() + 1));
        let (text, skip) = match rest.split_once(" # SKIP ") {
            Some((text, reason)) => (text, Some(unescaped(reason).unwrap())),
            None => (rest, None),
        };
        let mut block = String::new();
        if lines.next_if_eq(&"  ---").is_some() {
            loop {
                match lines.next().unwrap().strip_prefix("  ").unwrap() {
                    "..." => break,
                    line => block.extend([line, "\n"]),
                }
            }
        }
        let block = if block.is_empty() { Value::Null } else { serde_saphyr::from_str(&block).unwrap() };
        let text = unescaped(text).unwrap_or_else(|| panic!("{line:?}"));
        points.push(Point { is_ok, text, skip, block });
    }
    assert_eq!(points.len(), count);
    points
}

#[test]
fn each_verdict_is_read_back_with_what_was_said() {
    let points = points(&Shop::filled().report(Form::Tap, Extent::Usual, &[2]));
    let point = |text: &str| points.iter().find(|point| point.text.starts_with(text)).unwrap();
    let failed: Vec<&str> = points.iter().filter(|p| !p.is_ok).map(|p| p.text.as_str()).collect();
    assert_eq!(
        failed,
        ["Adding an item reserves one in stock", "A declined card leaves the order open", "Stock is shown",]
    );
    let adding = &point("Adding").block;
    assert_eq!(adding["verdict"], "fail");
    assert_eq!(adding["message"], "fail: stock shows -1 for a second");
    assert_eq!(adding["integration_point"], "cart -> inventory");
    let noted = "14:01 bug: stock shows -1 for a second\n\n- then 0 again\n  <b>after</b> a reload";
    assert_eq!(adding["said"], json!([noted]));
    let skip = |text| point(text).skip.as_deref();
    assert_eq!(skip("A refund"), Some("blocked by: A declined card leaves the order open"));
    assert_eq!(skip("Inventory"), Some("inconclusive: who @owns the timeout? see http://wiki.example/a?b=c"));
    assert_eq!((skip("Two carts"), skip("Typing")), (Some("skip"), Some("untested")));
    assert_eq!(skip("Removing"), None);
    // A pass is no more than what it rests on.
    assert_eq!(point("The amount").block["verdict"], "provisional");
    assert_eq!(point("The page").block, Value::Null);
}

#[test]
fn a_session_without_prompts_is_an_empty_plan() {
    let mut shop = Shop::new();
    let mut start = shop.start_of("ana");
    start.only = Some("nothing".to_owned());
    shop.start(2, start, 0);
    let report = shop.report(Form::Tap, Extent::Usual, &[2]);
    assert!(report.ends_with("\n1..0 # no prompt\n"), "{report}");
    assert!(points(&report).is_empty());
}
