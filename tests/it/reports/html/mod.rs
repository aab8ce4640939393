//! The page for whoever was not there: what it says, through a parser that is not ours, and what a browser makes of it.

mod browser;
mod chromium;
mod pictures;

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use seamwalk::domain::trend::Series;
use seamwalk::domain::verdict::Verdict::{Fail, Pass};
use seamwalk::format::report::{Extent, Form};

use super::fixture::Shop;

/// The elements of `page` with their attributes, without texts; panics on what could run or load something.
pub(super) fn structure(page: &str) -> Vec<String> {
    let document = Html::parse_document(page);
    let elements = document.root_element().descendants().filter_map(ElementRef::wrap);
    let said = |element: ElementRef<'_>| {
        let element = element.value();
        let name = element.name();
        assert!(
            !["script", "iframe", "object", "embed", "link", "base", "img", "form", "template"]
                .contains(&name),
            "{name}"
        );
        let mut attributes = BTreeSet::new();
        for (attribute, value) in element.attrs() {
            assert!(!attribute.starts_with("on") && attribute != "style", "{name} {attribute}");
            let is_fine =
                value.starts_with('#') || value.starts_with("http://") || value.starts_with("https://");
            assert!(
                !["href", "src", "action"].contains(&attribute) || is_fine,
                "{name} {attribute}={value:?}"
            );
            attributes.insert(attribute);
        }
        format!("{name} {attributes:?}")
    };
    elements.map(said).collect()
}

/// The texts of what `selector` finds.
pub(super) fn texts(page: &str, selector: &str) -> Vec<String> {
    let document = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).map(|element| element.text().collect()).collect()
}

#[test]
fn what_failed_comes_first_and_each_part_is_there() {
    let page = Shop::filled().report(Form::Html, Extent::Usual, &[2]);
    assert_eq!(
        texts(&page, "h1 .verdict"),
        ["3 of 12 prompts failed; 1 blocked; 1 inconclusive; 1 passed only against a fake; 2 not tested"]
    );
    let titles = [
        "What was real",
        "Failed 3",
        "Blocked 1",
        "Inconclusive 1",
        "Not tested 2",
        "Passed only against a fake 1",
        "Since the last session 3",
        "Map 5",
        "Course of the session",
        "Notes 4",
        "Where the time went",
        "Debrief",
        "Every prompt 12",
    ];
    assert_eq!(texts(&page, "h2"), titles);
    let findings = texts(&page, ".finding");
    let finding =
        |text: &str| findings.iter().find(|finding| finding.lines().next().unwrap().contains(text)).unwrap();
    assert!(finding("A declined card").contains("Blocks A refund arrives"));
    assert!(finding("A declined card").contains("payments fake: stripe-mock"));
    assert!(finding("A refund arrives").contains("Blocked by: A declined card leaves the order open"));
    assert!(finding("Stock is shown").contains("no longer in the plan"));
    assert!(finding("Adding an item").contains("stock shows -1 for a second"));
    assert_eq!(texts(&page, "a[rel]"), ["http://wiki.example/a?b=c"; 3]);
    assert_eq!(texts(&page, ".matrix td.fail"), ["fail, 4/5 R", "fail, 2/3 F"]);
    assert_eq!(texts(&page, ".box.fake .name"), ["payments"]);
    structure(&page);
}

#[test]
fn headings_go_down_one_level_at_a_time_and_tables_have_heads() {
    let shop = Shop::filled();
    for sessions in [&[2][..], &[3], &[1, 2, 3]] {
        let page = shop.report(Form::Html, Extent::Usual, sessions);
        let document = Html::parse_document(&page);
        let headings = Selector::parse("h1, h2, h3, h4, h5, h6").unwrap();
        let levels = document.select(&headings).map(|h| h.value().name()[1..].parse::<u8>().unwrap());
        let levels: Vec<u8> = levels.collect();
        assert_eq!(levels[0], 1);
        assert!(
            levels.windows(2).all(|pair| pair[1] > 1 && pair[1] <= pair[0] + 1),
            "{sessions:?}: {levels:?}"
        );
        let named = Selector::parse("[id]").unwrap();
        let ids = document.select(&named).map(|element| element.value().id().unwrap().to_owned());
        let ids: Vec<String> = ids.collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id twice");
        for link in document.select(&Selector::parse("a[href^='#'], use").unwrap()) {
            let target = link.value().attr("href").unwrap().trim_start_matches('#').to_owned();
            assert!(ids.contains(&target), "nothing is called {target:?}");
        }
        for table in document.select(&Selector::parse("table").unwrap()) {
            let heads = Selector::parse("thead th[scope=col]").unwrap();
            assert!(table.select(&heads).next().is_some());
        }
    }
}

#[test]
fn sessions_of_a_plan_stand_side_by_side_from_the_earliest() {
    let page = Shop::filled().report(Form::Html, Extent::Usual, &[3, 2, 1]);
    assert_eq!(texts(&page, ".session > h2").len(), 3);
    let heads = texts(&page, ".grid thead th");
    assert!(heads[1].contains("bo") && heads[2].contains("ana") && heads[3].contains("cy"), "{heads:?}");
    let rows = texts(&page, ".grid tbody tr");
    let row = |text: &str| rows.iter().find(|row| row.contains(text)).unwrap();
    assert!(row("Adding").ends_with("newly fails") && row("Removing").ends_with("fixed"), "{rows:?}");
    assert!(row("A declined").ends_with("fails"), "{rows:?}");
    structure(&page);
}

#[test]
fn the_grid_marks_what_is_flaky_and_counts_sessions_in_the_order_they_were_written() {
    let mut shop = Shop::new();
    let known = [("cart", "real"), ("inventory", "real")];
    // The clock was set back a day before the last session.
    for (n, begun, verdict) in [(1, 0, Pass), (2, 3_600, Fail), (3, -86_400, Pass)] {
        let mut start = shop.start_of("ana");
        start.fields.insert("build".to_owned(), "4f2c".to_owned());
        shop.start(n, start, begun);
        let marks = vec![
            (begun + 60, vec![shop.mark("Adding", verdict, &known)]),
            (begun + 70, vec![shop.mark("The page", verdict, &[])]),
        ];
        shop.append(n, marks);
    }
    let page = shop.report(Form::Html, Extent::Usual, &[1, 2, 3]);
    let heads = texts(&page, ".grid thead th");
    assert!(heads[1].contains("11-23 14:00") && heads[3].contains("11-22 14:00"), "{heads:?}");
    let rows = texts(&page, ".grid tbody tr");
    let row = |text: &str| rows.iter().find(|row| row.contains(text)).unwrap().trim().to_owned();
    assert!(row("Adding").ends_with("passfail flakypass flakypasses, flaky"), "{rows:?}");
    // Nobody said which build it was: something may have changed.
    assert!(row("The page").ends_with("passfail newpass fixedfixed"), "{rows:?}");
    let numbers = texts(&page, "[aria-label='The sessions in numbers'] tbody tr");
    assert!(numbers[0].starts_with("2026-11-22 14:00 ana4f2c0020"), "{numbers:?}");
    // Compared with the session that was written before it, which failed.
    let one = shop.report(Form::Html, Extent::Usual, &[3]);
    assert!(texts(&one, "h2").contains(&"Since the last session 2".to_owned()), "{:?}", texts(&one, "h2"));
    structure(&page);
}

#[test]
fn the_page_follows_what_the_command_follows() {
    let shop = Shop::filled();
    let entries = shop.store.trend(shop.revision().plan_id()).unwrap();
    // The second session has a verdict on a prompt that has left the plan: both count it.
    assert_eq!(entries[1].verdicts.unwrap().unlisted.total(), 1);
    for entries in [&entries[..], &entries[..2]] {
        let sessions: Vec<u8> = (1..).take(entries.len()).collect();
        let page = shop.report(Form::Html, Extent::Usual, &sessions);
        let told = texts(&page, "[aria-label='What changed over time'] tbody tr");
        let latest = [&entries[entries.len() - 1], &entries[entries.len() - 2]];
        let followed = Series::ALL.into_iter().filter(|series| series.is_of(entries));
        let expected =
            followed.map(|series| latest.map(|entry| series.said(series.of(entry).unwrap())).concat());
        let expected: Vec<String> = expected.collect();
        assert_eq!(told.len(), expected.len());
        for (told, expected) in told.iter().zip(&expected) {
            assert!(told.trim().ends_with(expected), "{told} {expected}");
        }
    }
}

#[test]
fn what_is_left_out_for_its_length_is_counted_and_said_where() {
    let mut shop = Shop::of(&format!("# Big\n\n{}", "- A prompt that is one of many\n".repeat(4_000)));
    let start = shop.start_of("ana");
    shop.start(2, start, 0);
    let page = shop.report(Form::Html, Extent::Usual, &[2]);
    assert_eq!(texts(&page, ".row").len(), 2_000);
    let more = texts(&page, ".more");
    let command = "seamwalk report 20000000 --format csv has them all.";
    assert_eq!(more[0], format!("3700 more are not listed here: {command}"));
    assert_eq!(more[1], format!("2000 more prompts are not listed here: {command}"));
}
