//! The README's pictures of reports: the page, and the pull-request comment as its readers see it.
//!
//! `cargo test --test it picture -- --ignored` writes `assets/report.png` and `assets/pull-request.png` with Chromium.

use std::fs;
use std::path::Path;

use pulldown_cmark::{Options, Parser, html};
use seamwalk::format::report::{Extent, Form};
use serde_json::json;

use super::chromium::Chromium;
use crate::reports::fixture::Shop;

/// What surrounds a comment where pull requests are read, near enough.
const COMMENT: &str = "<!DOCTYPE html><meta charset=utf-8><style>body{margin:24px;background:#fff;color:#1f2328;\
    font:14px/1.5 -apple-system,'Segoe UI','Noto Sans','Liberation Sans',Helvetica,Arial,sans-serif}\
    article{border:1px solid #d1d9e0;border-radius:6px}header{background:#f6f8fa;padding:8px 16px;color:#59636e;\
    border-bottom:1px solid #d1d9e0;border-radius:6px 6px 0 0}header b{color:#1f2328}main{padding:16px}\
    h2{font-size:21px;margin:0 0 16px;padding-bottom:6px;border-bottom:1px solid #d1d9e0b3}h3{font-size:17.5px;margin:24px 0 16px}\
    ul{padding-left:28px;margin:0 0 16px}li+li{margin-top:4px}table{border-collapse:collapse;margin:0 0 16px}\
    th,td{padding:6px 13px;border:1px solid #d1d9e0;text-align:left}tr:nth-child(2n) td{background:#f6f8fa}</style>\
    <article><header><b>ana</b> commented</header><main>";

/// The bytes that `text` stands for in base64.
fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.trim_end_matches('=').bytes().map(value).collect();
    let bytes = letters.chunks(4).flat_map(|chunk| {
        let bits = chunk
            .iter()
            .chain([0; 3].iter())
            .take(4)
            .fold(0_u32, |bits, letter| bits << 6 | u32::from(*letter));
        bits.to_be_bytes()[1..chunk.len()].to_vec()
    });
    bytes.collect()
}

/// Draws the upper part of `page`.
fn draw(browser: &mut Chromium, page: &str, width: u32, most_height: u64, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    fs::write(&file, page).unwrap();
    browser.open(&file, width, "light");
    let height = browser.evaluate("document.documentElement.scrollHeight").as_u64().unwrap().min(most_height);
    let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
    let shot = browser.call("Page.captureScreenshot", &json!({"clip": clip, "captureBeyondViewport": true}));
    let picture = from_base64(shot["data"].as_str().unwrap());
    assert!(picture.starts_with(b"\x89PNG") && picture.len() < 250_000, "{name}: {} bytes", picture.len());
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name), picture).unwrap();
}

#[test]
#[ignore = "writes assets/report.png and assets/pull-request.png"]
fn the_readme_shows_reports() {
    let mut browser = Chromium::start().unwrap();
    let shop = Shop::filled();
    draw(&mut browser, &shop.report(Form::Html, Extent::Usual, &[2]), 1080, 1500, "report.png");
    let comment = shop.report(Form::Markdown, Extent::Usual, &[2]);
    let mut page = COMMENT.to_owned();
    html::push_html(
        &mut page,
        Parser::new_ext(&comment, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH),
    );
    draw(&mut browser, &page, 860, 1500, "pull-request.png");
}
