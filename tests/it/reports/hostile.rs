//! Ten thousand hostile strings through every form, read back by parsers that are not ours (T17).

use std::collections::BTreeMap;
use std::sync::Arc;

use seamwalk::domain::component::{ComponentState, Ends, States};
use seamwalk::domain::history::PastMark;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::report::{Spent, Walked};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Conditions, Event, NoteKind, NoteText, Question, Recorded, Session, Start};
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::report::{self, Extent, Failure, Form, Named, Sessions, unguarded};
use serde_json::Value;
use uuid::Uuid;

use super::fixture::{at, session_id};
use super::{csv, ctrf, html, junit, markdown, ses, tap, testpad};

const COUNT: usize = 10_000;

/// What has fooled other programs: commands to terminals, markup, formulas, headings of sheets, invisible letters.
const CORES: [&str; 64] = [
    "<script>alert(1)</script>",
    "</b></td></tr></table>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[x]]>",
    "&lt;",
    "&#x1b;",
    "&amp;amp;",
    "<?xml?>",
    "[a](http://x.example)",
    "![i](x.png)",
    "http://x.example/y",
    "www.x.example",
    "<a@b.c>",
    "@team",
    "mailto:a@b.example",
    "`code`",
    "```",
    "~~~",
    "**bold**",
    "*a*",
    "_a_",
    "~~s~~",
    "# heading",
    "===",
    "---",
    "- item",
    "1. item",
    "+ item",
    "> quote",
    "| a | b |",
    "|---|---|",
    "\\|",
    "\\",
    "a\\\\|b",
    "$x$",
    "$$",
    "[^1]",
    "[^1]: note",
    "[x]: y",
    "- [ ] task",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "'=1",
    "\"",
    "\"\"",
    "a,b;c",
    "CHARTER",
    "START",
    "TESTER x",
    "TASK BREAKDOWN",
    "DATA FILES",
    "TEST NOTES",
    "BUGS",
    "#BUG 1",
    "ISSUE",
    "#N/A",
    "--------- c[_] ---------",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{1b}[2J",
];

/// Letters that hide, turn around, or are no letters.
fn odd(n: u64) -> String {
    match n % 24 {
        0 => char::from_u32((n / 24 % 32) as u32).unwrap().to_string(),
        1 => "\u{7f}".to_owned(),
        2 => char::from_u32(0x80 + (n / 24 % 32) as u32).unwrap().to_string(),
        3 => "\r\n".to_owned(),
        4 => "\n\n".to_owned(),
        5 => "\u{2028}".to_owned(),
        6 => "\u{202e}gnp.exe".to_owned(),
        7 => "\u{200b}\u{feff}".to_owned(),
        8 => "\u{e0041}\u{e007f}".to_owned(),
        9 => "👩\u{200d}🚀\u{200d}\u{200d}".to_owned(),
        10 => "a\u{301}".repeat(1 + (n as usize / 24) % 50),
        11 => "\u{fffe}\u{ffff}".to_owned(),
        12 => "日本語".to_owned(),
        13 => " ".repeat(5),
        14 => "\u{a0}".to_owned(),
        15 => "\u{3000}".to_owned(),
        16 => "＝1".to_owned(),
        17 => "İıẞ".to_owned(),
        18 => "word".to_owned(),
        19 => "7".to_owned(),
        20 => "\t".to_owned(),
        21 => "\u{10ffff}".to_owned(),
        22 => "\u{fdd0}".to_owned(),
        _ => String::new(),
    }
}

/// String `n`, the same on every machine.
fn hostile(n: usize) -> String {
    // A step of a linear congruential generator, so that each position gets other bits.
    let mut state =
        (n as u64 + 1).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut text = String::new();
    for _ in 0..=next() % 3 {
        if next() % 3 == 0 {
            text.push_str(&odd(next()));
        }
        text.push_str(CORES[next() as usize % CORES.len()]);
        if next() % 3 == 0 {
            text.push_str(&odd(next()));
        }
        if next() % 4 == 0 {
            text.push('\n');
        }
    }
    text
}

/// As many visible lines as `text` has, with nothing in them; which one it is stays recognisable.
fn harmless(text: &str, n: usize) -> String {
    let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    let count = lines.filter(|line| !line.trim().is_empty()).count();
    vec![format!("x{n}"); count.max(1)].join("\n")
}

/// A session in memory.
struct InMemory {
    walked: Walked,
    events: Vec<Recorded>,
    named: Vec<Named>,
}

impl Sessions for InMemory {
    fn named(&self) -> &[Named] {
        &self.named
    }

    fn read(&mut self, _: usize) -> Result<Walked, Failure> {
        Ok(self.walked.clone())
    }

    fn read_before(&mut self, _: usize) -> Result<Option<Walked>, Failure> {
        Ok(None)
    }

    fn visit_events(
        &mut self,
        _: usize,
        _: u64,
        visit: &mut dyn FnMut(&Recorded) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.events.iter().try_for_each(visit)
    }

    fn in_order(&mut self, _: PlanId) -> Result<Vec<usize>, Failure> {
        Ok((0..self.named.len()).collect())
    }

    fn marks(&mut self, _: PlanId, prompts: &[PromptId]) -> Result<Vec<Vec<PastMark>>, Failure> {
        Ok(vec![Vec::new(); prompts.len()])
    }

    fn newest_state(&mut self, _: PlanId) -> Result<Arc<Revision>, Failure> {
        Ok(Arc::clone(&self.walked.revision))
    }
}

fn prompt(n: usize) -> PromptId {
    PromptId(Uuid::from_u128(0x1000_0000_0000_8000_8000_0000_0000_0000 + n as u128))
}

const VERDICTS: [Verdict; 6] = Verdict::ALL;

/// A session in which every place that takes text has one of `text`'s: a prompt each, a note each, and the rest.
fn session(text: &dyn Fn(usize) -> String) -> InMemory {
    let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, text(1))];
    for n in 0..COUNT {
        if n % 100 == 0 {
            entries.push(Entry::new(NodeKind::Section, 2, 1, text(n + 7)));
        }
        let mut entry = Entry::new(NodeKind::Prompt, 3, 1, text(n));
        entry.expected = Some(text(n + 1));
        entries.push(entry);
    }
    // No title names an integration point, whatever arrows are in it.
    let outline = Outline::from_entries(&entries, &["cart".to_owned()]);
    let plan_id = PlanId(Uuid::from_u128(7));
    let plan = Plan { title: text(2), outline, ..Plan::default() };
    let revision = Revision::new(plan_id, 1, plan, (0..COUNT).map(prompt).collect(), Vec::new()).unwrap();
    let mut components = States::default();
    let mut fields = BTreeMap::from([("build".to_owned(), text(3))]);
    for n in 20..60 {
        fields.insert(text(n), text(n + 1));
        components.set(text(n), ComponentState::fake(&text(n + 2)));
    }
    let start = Start {
        plan: plan_id,
        plan_title: text(2),
        tester: text(4),
        charter: Some(text(5)),
        fields,
        only: None,
        components: components.clone(),
        retest: None,
        time_box_ms: None,
    };
    let mut events = vec![Event::SessionStarted(start.clone().into())];
    for n in 0..COUNT {
        let verdict = VERDICTS[n % 6];
        if verdict != Verdict::Untested {
            let conditions = Conditions {
                ends: Some(Ends::of(&text(20 + n % 40), &text(21 + n % 40), &components)),
                build: Some(text(n % 50)),
            };
            let (prompt, wording, conditions) = (prompt(n), text(n), conditions.into());
            events.push(Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by: None });
        }
        let on = (n % 7 != 0).then(|| prompt(n));
        events.push(Event::NoteAdded(NoteText { kind: NoteKind::ALL[n % 5], text: text(n + 3), prompt: on }));
    }
    for question in Question::ALL {
        events.push(Event::DebriefAnswered { question, answer: Some(text(question as usize)) });
    }
    let recorded = events.into_iter().zip(0..).map(|(event, seq)| Recorded {
        id: EventId(Uuid::from_u128(1 + u128::from(seq))),
        leader: None,
        seq,
        at: at(seq as i64),
        lap: None,
        event,
    });
    let events: Vec<Recorded> = recorded.collect();
    let id: SessionId = session_id(2);
    let session = Session::replay(id, events.clone()).unwrap();
    let spent = Spent::of(&events);
    let walked = Walked { session, revision: Arc::new(revision), source: None, spent };
    let named = Named {
        id,
        plan: plan_id,
        plan_title: start.plan_title,
        tester: start.tester,
        started_at: at(0),
        earlier_that_day: 0,
    };
    InMemory { walked, events, named: vec![named] }
}

fn written(sessions: &mut InMemory, form: Form, extent: Extent) -> String {
    let mut out = Vec::new();
    report::write(form, extent, sessions, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn terminal_safe(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

#[test]
fn no_text_adds_markup_to_a_pull_request() {
    let mut hostile_one = session(&hostile);
    let mut harmless_one = session(&|n| harmless(&hostile(n), n));
    for extent in [Extent::Usual, Extent::Full, Extent::FailuresOnly] {
        let report = written(&mut hostile_one, Form::Markdown, extent);
        assert!(terminal_safe(&report));
        let built = markdown::structure(&report);
        let expected = markdown::structure(&written(&mut harmless_one, Form::Markdown, extent));
        let first = built.iter().zip(&expected).position(|(is, should)| is != should);
        let around = first.map(|at| (&built[at.saturating_sub(5)..(at + 3).min(built.len())], &expected[at]));
        assert!(first.is_none() && built.len() == expected.len(), "{extent:?}: {around:?}");
    }
}

/// Side by side, texts stand where no page of one session has them: in the grid, in the trend, above each session.
#[test]
fn no_text_adds_an_element_to_a_page_of_several_sessions() {
    let page = |text: &dyn Fn(usize) -> String| {
        let mut sessions = session(text);
        for n in 3..6 {
            let named = Named { id: session_id(n), ..sessions.named[0].clone() };
            sessions.named.push(named);
        }
        html::structure(&written(&mut sessions, Form::Html, Extent::Usual))
    };
    let is_link = |said: &String| said.starts_with("a ") && said.contains("rel");
    let elements = |built: Vec<String>| built.into_iter().filter(|said| !is_link(said)).collect::<Vec<_>>();
    let expected = elements(page(&|n| format!("x{n}")));
    assert!(expected.len() > 5_000, "{}", expected.len());
    for from in (0..COUNT).step_by(2_000) {
        let number = |n: usize| if (20..62).contains(&n) { format!(" {n}") } else { String::new() };
        let built = elements(page(&|n| format!("{}{}", hostile(from + n), number(n))));
        let first = built.iter().zip(&expected).position(|(is, should)| is != should);
        assert!(first.is_none() && built.len() == expected.len(), "{from}: {first:?}");
    }
}

/// What a reader sees of `text`, with the marks for what cannot be seen taken back: line breaks in one spelling.
fn read_back(seen: &str) -> String {
    let mut text = String::new();
    let mut rest = seen;
    while let Some(c) = rest.chars().next() {
        let mark = rest.strip_prefix('‹').and_then(|after| after.split_once('›'));
        let (read, after) = match (c, mark) {
            ('\u{2400}'..='\u{241f}', _) => (char::from_u32(u32::from(c) - 0x2400), &rest[c.len_utf8()..]),
            ('\u{2421}', _) => (Some('\u{7f}'), &rest[c.len_utf8()..]),
            (_, Some((number, after))) => {
                (u32::from_str_radix(number, 16).ok().and_then(char::from_u32), after)
            }
            _ => (Some(c), &rest[c.len_utf8()..]),
        };
        text.extend(read);
        rest = after;
    }
    text
}

/// The page tells 2,000 prompts and 300 notes, so that it takes a few to see every string.
#[test]
fn no_text_adds_an_element_to_a_page_and_every_text_comes_back() {
    const ROWS: usize = 2_000;
    let one_spelling =
        |text: &str| text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    // Addresses may be followed, and nothing else is different from a page of harmless texts.
    let elements = |page: &str| {
        let is_link = |said: &String| said.starts_with("a ") && said.contains("rel");
        html::structure(page).into_iter().filter(|said| !is_link(said)).collect::<Vec<_>>()
    };
    // Whatever the texts are, the elements are the same.
    let expected = elements(&written(&mut session(&|n| format!("x{n}")), Form::Html, Extent::Usual));
    for from in (0..COUNT).step_by(ROWS) {
        // Some are names of fields and components as well, of which each occurs once.
        let number = |n: usize| if (20..62).contains(&n) { format!(" {n}") } else { String::new() };
        let text = |n: usize| format!("{}{}", hostile(from + n), number(n));
        let page = written(&mut session(&text), Form::Html, Extent::Usual);
        assert!(terminal_safe(&page));
        let built = elements(&page);
        let first = built.iter().zip(&expected).position(|(is, should)| is != should);
        let around = first.map(|at| (&built[at.saturating_sub(5)..(at + 3).min(built.len())], &expected[at]));
        assert!(first.is_none() && built.len() == expected.len(), "{from}: {around:?}");
        let rows = html::texts(&page, ".row bdi");
        assert_eq!(rows.len(), ROWS);
        for (n, seen) in rows.iter().enumerate() {
            let line = one_spelling(&text(n)).replace('\n', " ⏎ ").replace('\t', " ");
            assert_eq!(read_back(seen), line, "{from} + {n}");
        }
        let notes = html::texts(&page, ".all-notes .text");
        assert_eq!(notes.len(), 300);
        for (n, seen) in notes.iter().enumerate() {
            assert_eq!(read_back(seen), one_spelling(&text(n + 3)).trim_end(), "{from} + {n}");
        }
    }
}

#[test]
fn junit_stays_well_formed_and_says_every_text() {
    let xml = written(&mut session(&hostile), Form::Junit, Extent::Usual);
    let document = junit::check(&xml);
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), COUNT);
    for (n, case) in cases.iter().enumerate() {
        let name = case.attribute("name").unwrap();
        assert!(terminal_safe(name), "{n}");
        // Letters and digits come through whatever stands around them; what was removed is shown.
        let kept = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let shown: String = name.split(['‹', '›']).step_by(2).collect();
        assert_eq!(kept(&shown), kept(&hostile(n)), "{n}");
    }
    quick_junit::Report::deserialize_from_str(&xml).unwrap();
}

#[test]
fn no_cell_of_a_table_is_a_formula_and_every_text_comes_back() {
    let mut session = session(&hostile);
    let rows = csv::table(&written(&mut session, Form::Csv, Extent::Usual));
    assert_eq!(rows.len(), COUNT + 1);
    for (n, row) in rows[1..].iter().enumerate() {
        assert!(row.iter().all(|cell| !csv::is_formula(cell) && terminal_safe(cell)), "{n}: {row:?}");
        let text = hostile(n);
        let is_whole = text.chars().all(|c| matches!(c, '\n' | '\r' | '\t') || !c.is_control());
        if is_whole && !text.contains(['\u{fffe}', '\u{ffff}']) {
            assert_eq!(unguarded(&row[2]), text, "{n}");
        }
    }
    let rows = testpad::rows(&written(&mut session, Form::Testpad, Extent::Usual));
    assert_eq!(rows.len(), 1 + COUNT + COUNT / 100 + 1);
    assert!(rows.iter().flatten().all(|cell| !csv::is_formula(cell) && terminal_safe(cell)));
}

#[test]
fn json_gives_every_text_back_letter_by_letter() {
    let mut session = session(&hostile);
    let text = written(&mut session, Form::Json, Extent::Usual);
    assert!(terminal_safe(&text));
    let report: Value = serde_json::from_str(&text).unwrap();
    let told = &report["sessions"][0];
    for (n, row) in told["prompts"].as_array().unwrap().iter().enumerate() {
        assert_eq!(row["text"].as_str().unwrap(), hostile(n));
    }
    for (n, note) in told["notes"].as_array().unwrap().iter().enumerate() {
        assert_eq!(note["text"].as_str().unwrap(), hostile(n + 3));
    }
    let report = ctrf::check(&written(&mut session, Form::Ctrf, Extent::Usual));
    assert_eq!(report["results"]["tests"].as_array().unwrap().len(), COUNT);
}

#[test]
fn no_text_adds_a_section_to_a_session_sheet() {
    let sheet = written(&mut session(&hostile), Form::Ses, Extent::Usual);
    assert!(terminal_safe(&sheet));
    let scanned = ses::scan(&sheet);
    // Every note of that kind, and every failing prompt without one; every question, and every blocked prompt.
    let noted = |n: usize| NoteKind::ALL[n % 5] == NoteKind::Bug;
    let failing = |n: usize| VERDICTS[n % 6] == Verdict::Fail && (!noted(n) || n.is_multiple_of(7));
    assert_eq!(
        scanned.bugs.len(),
        (0..COUNT).filter(|n| noted(*n)).count() + (0..COUNT).filter(|n| failing(*n)).count()
    );
    let questions = (0..COUNT).filter(|n| NoteKind::ALL[n % 5] == NoteKind::Question).count();
    assert_eq!(scanned.issues.len(), questions + (0..COUNT).filter(|n| n % 6 == 3).count());
}

#[test]
fn no_text_adds_a_line_or_a_directive_to_a_test_harness_and_every_text_comes_back() {
    let mut session = session(&hostile);
    let report = written(&mut session, Form::Tap, Extent::Usual);
    assert!(terminal_safe(&report));
    let points = tap::points(&report);
    assert_eq!(points.len(), COUNT);
    for (n, point) in points.iter().enumerate() {
        let wanted = hostile(n);
        let seen = read_back(&point.text.replace(" ⏎ ", "\n"));
        let same = |text: &str| {
            text.replace("\r\n", "\n")
                .replace(['\r', '\t', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
                .replace('\n', " ")
        };
        let is_empty = wanted.trim().is_empty() && point.text == "(empty)";
        assert!(is_empty || same(seen.trim()) == same(wanted.trim()), "{n}: {wanted:?} {seen:?}");
        let verdict = VERDICTS[n % VERDICTS.len()];
        assert_eq!(point.is_ok, verdict != Verdict::Fail);
        assert_eq!(point.skip.is_none(), matches!(verdict, Verdict::Pass | Verdict::Fail));
    }
}
