//! JUnit XML, read back by quick-junit, by roxmltree, and by the schema that is the strictest in use.
//!
//! The schema is Jenkins' (`assets/junit-10.xsd`). Where `xmllint` is installed it is asked; what the schema demands of
//! this form is checked here in any case.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use roxmltree::{Document, Node};
use seamwalk::format::report::{Extent, Form};

use super::fixture::Shop;

/// What Jenkins' schema knows: an element, its attributes (those behind `!` are required), what may be in it.
const SCHEMA: [(&str, &[&str], &[&str]); 9] = [
    ("testsuites", &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &[
            "!name",
            "!tests",
            "!failures",
            "!errors",
            "skipped",
            "time",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "group",
        ],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["!name", "!value"], &[]),
    (
        "testcase",
        &["!name", "time", "classname", "group"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], &["text"]),
    ("skipped", &["type", "message"], &["text"]),
    ("system-out", &[], &["text"]),
    ("system-err", &[], &["text"]),
];

/// Fails where `xml` is not what Jenkins' schema demands.
pub(super) fn check(xml: &str) -> Document<'_> {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let (_, attributes, children) = SCHEMA
            .iter()
            .find(|(known, ..)| *known == name)
            .unwrap_or_else(|| panic!("<{name}> is not known"));
        for attribute in node.attributes() {
            let known = attributes.iter().any(|known| known.trim_start_matches('!') == attribute.name());
            assert!(known, "<{name}> has no {}", attribute.name());
            if attribute.name() == "time" {
                let (whole, fraction) = attribute.value().split_once('.').unwrap();
                assert!(whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()));
            }
        }
        for required in attributes.iter().filter_map(|attribute| attribute.strip_prefix('!')) {
            assert!(node.has_attribute(required), "<{name}> lacks {required}");
        }
        for child in node.children() {
            let inside = if child.is_text() { "text" } else { child.tag_name().name() };
            let is_layout = child.text().is_some_and(|text| text.trim().is_empty()) && child.is_text();
            assert!(is_layout || children.contains(&inside), "<{name}> has <{inside}> in it");
        }
    }
    document
}

/// Asks xmllint, where it is installed.
#[expect(clippy::print_stderr, reason = "whoever reads the output has to know that it was skipped")]
fn ask_xmllint(xml: &str) {
    let schema = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports/assets/junit-10.xsd");
    let child = Command::new("xmllint")
        .args(["--noout", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: xmllint is not installed; only what is written here was checked");
        return;
    };
    child.stdin.take().unwrap().write_all(xml.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_schema_of_the_strictest_server_takes_it() {
    let shop = Shop::filled();
    for sessions in [&[2][..], &[3], &[1, 2, 3]] {
        let xml = shop.report(Form::Junit, Extent::Usual, sessions);
        check(&xml);
        ask_xmllint(&xml);
    }
}

#[test]
fn quick_junit_reads_what_was_walked() {
    let shop = Shop::filled();
    let report = Report::deserialize_from_str(&shop.report(Form::Junit, Extent::Usual, &[2])).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (12, 3, 0));
    assert_eq!(report.time.unwrap().as_secs(), 396);
    let suites: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    let expected = [
        "Web shop > cart -> inventory (http)",
        "Web shop > cart -> payments (http)",
        "Web shop > web -> search (http)",
        "Web shop > Odds and ends",
        "Web shop > no longer in the plan > cart -> inventory (http)",
    ];
    assert_eq!(suites, expected);
    let first = &report.test_suites[0];
    assert_eq!((first.tests, first.failures), (5, 1));
    let property = |name: &str| {
        let found = first.properties.iter().find(|property| property.name.as_str() == name);
        found.map(|property| property.value.to_string())
    };
    assert_eq!(property("field.build").as_deref(), Some("4f2c"));
    assert_eq!(property("component.payments").as_deref(), Some("fake: stripe-mock"));
    let case = &first.test_cases[0];
    assert_eq!(case.name.as_str(), "Adding an item reserves one in stock");
    assert_eq!(case.classname.as_deref().unwrap(), "Web shop.cart -> inventory (http)");
    assert_eq!(case.time.unwrap().as_secs(), 50);
    let TestCaseStatus::NonSuccess { kind, message, .. } = &case.status else { panic!("{case:?}") };
    assert_eq!(*kind, NonSuccessKind::Failure);
    assert_eq!(message.as_deref().unwrap(), "fail: stock shows -1 for a second");
    assert!(case.system_out.as_deref().unwrap().contains("<b>after</b> a reload"));
    let skipped = |suite: usize, at: usize| match &report.test_suites[suite].test_cases[at].status {
        TestCaseStatus::Skipped { message, .. } => message.as_deref().unwrap().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(skipped(0, 2), "inconclusive: who @owns the timeout? see http://wiki.example/a?b=c");
    assert_eq!(skipped(0, 3), "skip");
    assert_eq!(skipped(1, 2), "blocked by: A declined card leaves the order open");
    assert_eq!(skipped(2, 0), "untested");
    let provisional = report.test_suites[1].test_cases[1].system_out.as_deref().unwrap();
    assert_eq!(provisional.trim(), "provisional: payments fake: stripe-mock");
}

#[test]
fn components_are_told_whole_once_and_then_where_a_suite_is_about_them() {
    let report = Shop::filled().report(Form::Junit, Extent::Usual, &[2]);
    let document = Document::parse(&report).unwrap();
    let components = |suite: Node<'_, '_>| {
        let names = suite.descendants().filter_map(|node| node.attribute("name"));
        names.filter_map(|name| name.strip_prefix("component.").map(str::to_owned)).collect::<Vec<_>>()
    };
    let suites = document.descendants().filter(|node| node.has_tag_name("testsuite"));
    let found: Vec<Vec<String>> = suites.map(components).collect();
    let expected: [&[&str]; 5] =
        [&["cart", "inventory", "mail", "payments"], &["cart", "payments"], &[], &[], &[]];
    assert_eq!(found, expected);
}
