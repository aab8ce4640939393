//! The session sheet, read as its two scanners read it.

use seamwalk::format::report::{Extent, Form, Named, file_name};

use super::fixture::{Shop, at, session_id};

const HEADINGS: [&str; 8] =
    ["CHARTER", "START", "TESTER", "TASK BREAKDOWN", "DATA FILES", "TEST NOTES", "BUGS", "ISSUES"];

/// What a sheet says, section by section.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    sections: Vec<(String, Vec<String>)>,
    pub(super) bugs: Vec<String>,
    pub(super) issues: Vec<String>,
}

impl Scanned {
    pub(super) fn section(&self, heading: &str) -> &[String] {
        &self.sections.iter().find(|(known, _)| known == heading).unwrap().1
    }
}

/// The rules of both scanners, the stricter one where they differ; fails where one of them would complain.
pub(super) fn scan(sheet: &str) -> Scanned {
    let mut scanned = Scanned::default();
    let mut lines = sheet.lines();
    while let Some(line) = lines.next() {
        let is_end = line.trim().starts_with('-') && line.contains("c[_]");
        assert!(!is_end, "everything below {line:?} is lost");
        assert!(!line.contains('\t'), "a tab in {line:?}");
        match HEADINGS.iter().find(|heading| line.starts_with(**heading)) {
            Some(heading) => {
                let rule = lines.next().unwrap();
                assert!(rule.contains("--------"), "{line:?} is taken for the heading {heading}");
                scanned.sections.push(((*heading).to_owned(), Vec::new()));
            }
            None => scanned.sections.last_mut().unwrap().1.push(line.to_owned()),
        }
    }
    let headings: Vec<&str> = scanned.sections.iter().map(|(heading, _)| heading.as_str()).collect();
    assert_eq!(headings, HEADINGS);
    check_charter(scanned.section("CHARTER"));
    check_start(scanned.section("START"));
    assert!(scanned.section("TESTER").iter().any(|line| line.contains(|c: char| c.is_ascii_alphanumeric())));
    check_breakdown(scanned.section("TASK BREAKDOWN"));
    for heading in ["DATA FILES", "TEST NOTES"] {
        let lines = scanned.section(heading);
        let says_nothing = lines.iter().any(|line| line.to_uppercase().starts_with("#N/A"));
        let says =
            lines.iter().any(|l| !l.starts_with("#N/A") && l.contains(|c: char| c.is_ascii_alphanumeric()));
        assert!(says_nothing != says, "{heading}: {lines:?}");
    }
    scanned.bugs = entries(scanned.section("BUGS"), "#BUG", "BUG");
    scanned.issues = entries(scanned.section("ISSUES"), "#ISSUE", "ISSUE");
    scanned
}

fn check_charter(lines: &[String]) {
    let tags = lines.iter().filter(|line| line.trim().starts_with('#')).collect::<Vec<_>>();
    assert_eq!(tags, ["#AREAS"], "{lines:?}");
    let at = lines.iter().position(|line| line == "#AREAS").unwrap();
    assert!(lines[..at].iter().any(|line| line.contains(|c: char| c.is_ascii_alphanumeric())), "no charter");
    let areas: Vec<String> = lines[at + 1..].iter().map(|line| line.trim().to_uppercase()).collect();
    assert!(areas.iter().any(|area| area.starts_with("BUILD")));
    assert!(areas.iter().any(|area| area.contains("STRATEGY")));
    assert!(areas.iter().filter(|area| !area.is_empty()).all(|area| area.contains(" | ")), "{areas:?}");
}

fn check_start(lines: &[String]) {
    let [stamp] = lines.iter().filter(|line| !line.is_empty()).collect::<Vec<_>>()[..] else {
        panic!("{lines:?}")
    };
    let (date, time) = stamp.split_once(' ').unwrap();
    let date: Vec<u32> = date.split('/').map(|part| part.parse().unwrap()).collect();
    let [month, day, year] = date[..] else { panic!("{stamp}") };
    assert!((1..=12).contains(&month) && (1..=31).contains(&day) && year < 100, "{stamp}");
    let clock = time.strip_suffix("am").or_else(|| time.strip_suffix("pm")).unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    assert!((1..=12).contains(&hour.parse().unwrap()) && minute.parse::<u32>().unwrap() < 60, "{stamp}");
}

/// Each tag once, its value right under it, nothing else before the next one.
fn check_breakdown(lines: &[String]) {
    let value = |tag: &str| {
        let at = lines.iter().position(|line| line == tag).unwrap_or_else(|| panic!("no {tag}"));
        let others = lines[at + 2..].iter().take_while(|line| !line.starts_with('#'));
        assert!(others.clone().all(|line| line.trim().is_empty()), "more than one value under {tag}");
        lines[at + 1].clone()
    };
    let duration = value("#DURATION");
    let (word, times) = duration.split_once(" * ").unwrap_or((&duration, "1"));
    assert!(["short", "normal", "long"].contains(&word) && times.parse::<u32>().unwrap() > 0, "{duration}");
    let tags = ["#TEST DESIGN AND EXECUTION", "#BUG INVESTIGATION AND REPORTING", "#SESSION SETUP"];
    let shares: u32 = tags.map(|tag| value(tag).parse::<u32>().unwrap()).iter().sum();
    assert_eq!(shares, 100);
    let ratio = value("#CHARTER VS. OPPORTUNITY");
    let (charter, opportunity) = ratio.split_once('/').unwrap();
    assert_eq!(charter.parse::<u32>().unwrap() + opportunity.parse::<u32>().unwrap(), 100);
}

/// The texts behind each tag; `#N/A` alone is none.
fn entries(lines: &[String], tag: &str, word: &str) -> Vec<String> {
    let is = |line: &str, what: &str| line.to_uppercase().starts_with(what);
    assert!(!lines.iter().any(|line| is(line, word) || is(line, &format!("# {word}"))), "{lines:?}");
    let said: Vec<&String> = lines.iter().filter(|line| !line.trim().is_empty()).collect();
    if said.iter().any(|line| is(line, "#N/A")) {
        assert_eq!(said.len(), 1, "{lines:?}");
        return Vec::new();
    }
    let mut entries: Vec<String> = Vec::new();
    for line in lines {
        if is(line, tag) {
            entries.push(String::new());
        } else if let Some(entry) = entries.last_mut() {
            entry.push_str(line);
            entry.push('\n');
        } else {
            assert!(line.trim().is_empty(), "{line:?} comes before {tag}");
        }
    }
    assert!(!entries.is_empty() && entries.iter().all(|entry| !entry.trim().is_empty()), "{lines:?}");
    entries
}

#[test]
fn both_scanners_take_the_sheet() {
    let shop = Shop::filled();
    let scanned = scan(&shop.report(Form::Ses, Extent::Usual, &[2]));
    assert_eq!(scanned.section("CHARTER")[0], "Explore ordering with two carts to discover lost stock");
    assert!(scanned.section("CHARTER").contains(&"Build | 4f2c".to_owned()));
    assert!(scanned.section("CHARTER").contains(&"payments | fake: stripe-mock".to_owned()));
    assert_eq!(scanned.section("START")[0], "11/23/26 2:00pm");
    // One bug was noted, and two prompts failed without a note.
    assert_eq!(scanned.bugs.len(), 3, "{:?}", scanned.bugs);
    assert!(scanned.bugs[0].contains("stock shows -1 for a second"));
    // A question, and what was blocked.
    assert_eq!(scanned.issues.len(), 2);
    let times = scanned.section("TASK BREAKDOWN");
    // 396 s walked: 366 testing, 20 on the bug, 10 off charter.
    assert!(times.windows(2).any(|two| two == ["#BUG INVESTIGATION AND REPORTING", "5"]), "{times:?}");
    assert!(times.windows(2).any(|two| two == ["#CHARTER VS. OPPORTUNITY", "97/3"]), "{times:?}");
    let empty = scan(&shop.report(Form::Ses, Extent::Usual, &[3]));
    assert!(empty.bugs.is_empty() && empty.issues.is_empty());
    assert_eq!(empty.section("TEST NOTES")[0], "#N/A");
}

#[test]
fn a_sheet_s_file_is_called_as_the_scanners_demand() {
    let shop = Shop::filled();
    let plan = shop.revision().plan_id();
    let named = |tester: &str, earlier_that_day: usize| Named {
        id: session_id(1),
        plan,
        plan_title: "Web shop".to_owned(),
        tester: tester.to_owned(),
        started_at: at(0),
        earlier_that_day,
    };
    assert_eq!(file_name(Form::Ses, &[named("Jane S. Bach", 0)]), "et-jsb-261123-a.ses");
    assert_eq!(file_name(Form::Ses, &[named("ana", 3)]), "et-ana-261123-d.ses");
    assert_eq!(file_name(Form::Ses, &[named("ana", 99)]), "et-ana-261123-9.ses");
    assert_eq!(file_name(Form::Junit, &[named("ana", 0)]), "web-shop-10000000.junit.xml");
}
