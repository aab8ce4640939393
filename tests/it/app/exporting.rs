//! Writing a report from the summary.

use std::fs;
use std::path::PathBuf;

use seamwalk::format::report::Form;

use super::{TestApp, WEB_SHOP};

fn at_summary() -> TestApp {
    let mut app = TestApp::walk("shop.md", WEB_SHOP);
    app.keys("f p E");
    app
}

/// The Markdown report in the folder, beside the plan.
fn report(app: &TestApp) -> PathBuf {
    let files = fs::read_dir(app.path("")).unwrap().map(|entry| entry.unwrap().path());
    let is_report =
        |path: &PathBuf| path.extension().is_some_and(|e| e == "md") && !path.ends_with("shop.md");
    files.into_iter().find(is_report).unwrap()
}

#[test]
fn a_form_is_chosen_the_report_is_where_it_says_and_its_path_is_copied() {
    let mut app = at_summary();
    app.keys("e").shows(" report ").shows("markdown").shows("Enter writes it here");
    app.keys("Enter").shows("written to").shows("Enter copies the path");
    let text = fs::read_to_string(report(&app)).unwrap();
    assert!(text.contains("1 prompt fails"), "{text}");
    app.keys("Enter").says("copied ");
    let copied = app.host.copies.last().unwrap().clone();
    assert_eq!(fs::read_to_string(copied).unwrap(), text);
    app.keys("Esc").lacks("copies the path").shows("summary");
}

#[test]
fn every_form_can_be_chosen_and_another_one_forgets_the_path() {
    let mut app = at_summary();
    let before = fs::read_dir(app.path("")).unwrap().count();
    app.keys("e");
    for form in Form::ALL {
        app.shows(form.word()).keys("Enter").shows("written to").keys("j");
    }
    app.keys("k").lacks("written to");
    assert_eq!(fs::read_dir(app.path("")).unwrap().count(), before + Form::ALL.len());
}

#[test]
fn what_cannot_be_written_says_why_and_the_list_stays() {
    let mut app = at_summary();
    app.keys("e Enter").shows("written to");
    let report = report(&app);
    fs::remove_file(&report).unwrap();
    fs::create_dir(&report).unwrap();
    fs::create_dir(report.join("x")).unwrap();
    app.keys("j k Enter").says("writing ").shows(" report ").lacks("written to");
}

#[test]
fn only_the_summary_writes_reports() {
    TestApp::walk("shop.md", WEB_SHOP).keys("e").says("e does nothing here");
}

#[test]
fn a_strip_shows_where_it_went() {
    let mut app = at_summary();
    app.resize(40, 8).keys("e").shows("markdown").keys("Enter").shows("written to");
}
