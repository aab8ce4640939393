//! The pull-request form through pulldown-cmark, with everything that GitHub knows turned on.

use pulldown_cmark::{Event, Options, Parser, Tag};
use seamwalk::domain::id::PromptId;
use seamwalk::domain::session::Event as Fact;
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::report::{Extent, Form};

use super::fixture::Shop;

/// What a report is built of, without its texts.
pub(super) fn structure(markdown: &str) -> Vec<String> {
    let parser = Parser::new_ext(markdown, Options::all());
    let said = |event: Event<'_>| match event {
        Event::Text(_) => None,
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => {
            panic!("foreign markup: {event:?}\n{markdown}")
        }
        event => Some(format!("{event:?}")),
    };
    parser.filter_map(said).collect()
}

/// What a reader sees.
pub(super) fn read(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push('\n'),
            _ => {}
        }
    }
    text
}

#[test]
fn failing_comes_first_and_each_part_is_there() {
    let shop = Shop::filled();
    let report = shop.report(Form::Markdown, Extent::Usual, &[2]);
    let parts = [
        "Web shop: 3 prompts fail",
        "Failed (3)",
        "Adding an item reserves one in stock",
        "cart -> inventory (http)",
        "stock shows -1 for a second",
        "Blocked (1)",
        "blocked by: A declined card",
        "Inconclusive (1)",
        "Integration points that nobody tested (3 of 5)",
        "no prompt is about it",
        "Passed only against a stand-in (1)",
        "payments fake: stripe-mock",
        "Newly failing since the last session",
        "Fixed since the last session",
        "Notes on the session",
    ];
    let text = read(&report);
    let mut from = 0;
    for part in parts {
        let at = text[from..].find(part).unwrap_or_else(|| panic!("no {part:?} behind byte {from}:\n{text}"));
        from += at;
    }
    assert!(text.contains("<b>after</b> a reload") && text.contains("| and keeps its items"), "{text}");
    assert!(!report.contains("The page has a title"));
    assert!(shop.report(Form::Markdown, Extent::Full, &[2]).contains("The page has a title"));
    assert!(!shop.report(Form::Markdown, Extent::FailuresOnly, &[2]).contains("Blocked"));
    structure(&report);
}

#[test]
fn a_long_list_is_cut_for_a_comment_and_whole_where_all_is_asked_for() {
    let mut shop = Shop::of(&format!("# Big\n\n{}", "- A prompt that is one of many\n".repeat(150)));
    let start = shop.start_of("ana");
    shop.start(2, start, 0);
    let prompts: Vec<PromptId> = shop.revision().ids().to_vec();
    let said = "A prompt that is one of many";
    let fails = prompts.iter().map(|prompt| Fact::verdict(*prompt, Verdict::Fail, said)).collect();
    shop.append(2, vec![(1, fails)]);
    let items = |extent| {
        let report = shop.report(Form::Markdown, extent, &[2]);
        let left = report.lines().find(|line| line.contains("more:")).map(str::to_owned);
        (report.lines().filter(|line| line.starts_with("- **")).count(), left)
    };
    assert_eq!(items(Extent::Usual), (100, Some("50 more: `--full` lists them all.".to_owned())));
    assert_eq!(items(Extent::Full), (150, None));
    assert_eq!(items(Extent::FailuresOnly), (150, None));
}
