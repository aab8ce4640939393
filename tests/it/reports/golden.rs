//! Each form of one rich session and of an empty one, byte for byte, as people looked at them.
//!
//! `SEAMWALK_UPDATE_GOLDEN=1 cargo test --test it golden` writes them anew; look at the difference.

use std::fs;
use std::path::PathBuf;

use seamwalk::format::report::{Extent, Form};

use super::fixture::Shop;

fn check(name: &str, report: &str) {
    let report = &report.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports/golden").join(name);
    if std::env::var_os("SEAMWALK_UPDATE_GOLDEN").is_some() {
        fs::write(&path, report).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden == *report {
        return;
    }
    let first = golden.lines().zip(report.lines()).position(|(was, is)| was != is);
    let at = first.unwrap_or_else(|| golden.lines().count().min(report.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(no line)").to_owned();
    panic!("{name}:{}:\n  was {}\n  is  {}", at + 1, line(&golden), line(report));
}

#[test]
fn every_form_of_a_rich_session_is_as_it_was_looked_at() {
    let shop = Shop::filled();
    for form in Form::ALL {
        check(&format!("rich.{}", form.ending()), &shop.report(form, Extent::Usual, &[2]));
    }
    check("rich-full.md", &shop.report(Form::Markdown, Extent::Full, &[2]));
    check("rich-failures.md", &shop.report(Form::Markdown, Extent::FailuresOnly, &[2]));
}

#[test]
fn every_form_of_an_empty_session_is_as_it_was_looked_at() {
    let shop = Shop::filled();
    for form in Form::ALL {
        check(&format!("empty.{}", form.ending()), &shop.report(form, Extent::Usual, &[3]));
    }
}

#[test]
fn several_sessions_are_as_they_were_looked_at() {
    let shop = Shop::filled();
    for form in Form::ALL.into_iter().filter(|form| form.takes_several()) {
        check(&format!("several.{}", form.ending()), &shop.report(form, Extent::Usual, &[1, 2, 3]));
    }
}
