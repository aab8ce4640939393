//! The page in Chromium: it says nothing on the console, asks for nothing, fits a phone and a desk, in the dark too, and
//! prints.
//!
//! Without Chromium these tests say that they were skipped. `SEAMWALK_AXE=…/axe.min.js` has the page checked for
//! accessibility as well (`npm install axe-core`, then `node_modules/axe-core/axe.min.js`).

#![expect(clippy::print_stderr, reason = "whoever reads the output has to know that it was skipped")]

use std::fs;
use std::path::PathBuf;

use seamwalk::format::report::{Extent, Form};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::chromium::Chromium;
use crate::reports::fixture::Shop;

/// The pages that are looked at: a rich session, an empty one, several.
const PAGES: [&[u8]; 3] = [&[2], &[3], &[1, 2, 3]];

struct Pages {
    folder: TempDir,
}

impl Pages {
    fn written() -> Self {
        let (shop, folder) = (Shop::filled(), tempfile::tempdir().unwrap());
        for (number, sessions) in PAGES.iter().enumerate() {
            let page = shop.report(Form::Html, Extent::Usual, sessions);
            fs::write(folder.path().join(format!("{number}.html")), page).unwrap();
        }
        Self { folder }
    }

    fn each(&self) -> impl Iterator<Item = PathBuf> {
        (0..PAGES.len()).map(|number| self.folder.path().join(format!("{number}.html")))
    }

    fn rich(&self) -> PathBuf {
        self.folder.path().join("0.html")
    }
}

/// A browser and the pages; says so where there is no browser.
fn start() -> Option<(Chromium, Pages)> {
    match Chromium::start() {
        Some(browser) => Some((browser, Pages::written())),
        None => {
            eprintln!("skipped: Chromium is not installed (apt-get install chromium)");
            None
        }
    }
}

#[test]
fn it_fits_says_nothing_and_asks_for_nothing_in_light_and_dark() {
    let Some((mut browser, pages)) = start() else { return };
    for page in pages.each() {
        for width in [360, 1280] {
            let mut papers = Vec::new();
            for scheme in ["light", "dark"] {
                browser.open(&page, width, scheme);
                let wide = browser.evaluate("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= u64::from(width), "{}: {wide} > {width}", page.display());
                papers.push(browser.evaluate("getComputedStyle(document.body).backgroundColor"));
                for method in ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"] {
                    let said: Vec<&Value> = browser.said(method).collect();
                    assert!(said.is_empty(), "{said:?}");
                }
                let asked: Vec<&str> = browser
                    .said("Network.requestWillBeSent")
                    .map(|event| event["params"]["request"]["url"].as_str().unwrap())
                    .collect();
                assert_eq!(asked, [format!("file://{}", page.display())]);
            }
            assert_ne!(papers[0], papers[1]);
        }
    }
}

#[test]
fn the_first_key_skips_to_what_was_found_and_the_filter_needs_no_script() {
    let Some((mut browser, pages)) = start() else { return };
    browser.open(&pages.rich(), 1280, "light");
    browser.press("Tab", 9);
    assert_eq!(browser.evaluate("document.activeElement.className"), json!("skip"));
    assert_eq!(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle"), json!("solid"));
    browser.call("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    let seen = "[...document.querySelectorAll('.row')].filter(row => row.getClientRects().length).length";
    assert_eq!(browser.evaluate(seen), json!(12));
    browser.evaluate("document.querySelector('.filter [value=fail]').click()");
    assert_eq!(browser.evaluate(seen), json!(3));
    let places =
        "[...document.querySelectorAll('tr.place')].filter(row => row.getClientRects().length).length";
    assert_eq!(browser.evaluate(places), json!(3));
}

#[test]
fn it_prints_with_every_part_on_paper() {
    let Some((mut browser, pages)) = start() else { return };
    for page in pages.each() {
        browser.open(&page, 1280, "dark");
        let printed = browser.call("Page.printToPDF", &json!({"printBackground": false}));
        let pdf = printed["data"].as_str().unwrap();
        // `%PDF` in base64.
        assert!(pdf.starts_with("JVBERi") && pdf.len() > 10_000, "{}", pdf.len());
    }
    browser.open(&pages.rich(), 1280, "dark");
    browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let paper = browser.evaluate("getComputedStyle(document.body).backgroundColor");
    assert_eq!(paper, json!("rgb(255, 255, 255)"));
    let rows = "[...document.querySelectorAll('details tr')].filter(row => row.checkVisibility({contentVisibilityAuto: true})).length";
    assert!(browser.evaluate(rows).as_u64().unwrap() > 10, "what is folded away is printed");
    assert_eq!(browser.evaluate("getComputedStyle(document.querySelector('nav')).display"), json!("none"));
}

#[test]
fn an_accessibility_checker_finds_nothing() {
    let Some(axe) = std::env::var_os("SEAMWALK_AXE") else {
        eprintln!("skipped: SEAMWALK_AXE does not say where axe.min.js is");
        return;
    };
    let axe = fs::read_to_string(axe).unwrap();
    let Some((mut browser, pages)) = start() else { return };
    for page in pages.each() {
        for (width, scheme) in [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")] {
            browser.open(&page, width, scheme);
            browser.evaluate(&format!("{axe};0"));
            let found = browser.evaluate(
                "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; ')))",
            );
            assert_eq!(found, json!([]), "{} {width} {scheme}", page.display());
        }
    }
}
