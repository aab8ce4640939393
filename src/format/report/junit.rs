//! JUnit XML, for CI servers: a suite a section, a case a prompt.
//!
//! There is no standard; this keeps to Jenkins' schema, the strictest in use (`junit-10.xsd` of its xUnit plugin), which
//! the others take as well. What is neither pass nor fail is skipped, and says why. Fields are properties of each suite,
//! since no other place is allowed; the components' states all of them of a session's first suite, then of each suite
//! those at the ends of its prompts.

use std::collections::BTreeSet;
use std::io::Write;

use super::remarks;
use super::xml::Xml;
use super::{Failure, Named, Sessions, shortest_ids};
use crate::domain::component::ComponentState;
use crate::domain::plan::NodeRef;
use crate::domain::report::{Row, Walked};
use crate::domain::verdict::{Counts, Verdict};

/// Writes all sessions.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let named = sessions.named().to_vec();
    let mut xml = Xml::begin(out)?;
    if let [_] = named.as_slice() {
        let walked = sessions.read(0)?;
        let counts = Walked::counts(&walked.rows());
        let tests = counts.total().to_string();
        let failures = counts[Verdict::Fail].to_string();
        let time = seconds(walked.session.walking_ms());
        let attributes = [
            ("name", "seamwalk"),
            ("tests", tests.as_str()),
            ("failures", &failures),
            ("errors", "0"),
            ("time", &time),
        ];
        xml.open("testsuites", &attributes)?;
        write_session(&walked, &walked.session.start().plan_title, &mut xml)?;
    } else {
        xml.open("testsuites", &[("name", "seamwalk")])?;
        for (number_idx, title) in titles(&named).iter().enumerate() {
            write_session(&sessions.read(number_idx)?, title, &mut xml)?;
        }
    }
    Ok(xml.close("testsuites")?)
}

/// What each session's suites begin with: the plan, and which session of it.
fn titles(named: &[Named]) -> Vec<String> {
    let id_chars = shortest_ids(named);
    let title = |named: &Named| {
        let id: String = named.id.to_string().chars().take(id_chars).collect();
        format!("{} ({id}, {}, {})", named.plan_title, named.started_at.date_hour_minute(), named.tester)
    };
    named.iter().map(title).collect()
}

fn write_session(walked: &Walked, title: &str, xml: &mut Xml<'_>) -> Result<(), Failure> {
    let rows = walked.rows();
    let properties = properties(walked);
    let mut is_first = true;
    let section = |row: &Row<'_>| row.node().map(|node| node.parent().map(NodeRef::idx));
    for rows in rows.chunk_by(|a, b| section(a) == section(b) && (!a.is_gone() || a.path() == b.path())) {
        let ends: BTreeSet<&str> =
            rows.iter().filter_map(Row::point).flat_map(|point| [point.from.as_str(), &point.to]).collect();
        let is_told = |component: &str| is_first || ends.contains(component);
        let states = walked.session.states().iter();
        let states: Vec<(String, String)> = states
            .filter(|(name, state)| **state != ComponentState::Unknown && is_told(name))
            .map(|(name, state)| (format!("component.{name}"), state.to_string()))
            .collect();
        write_suite(walked, title, rows, properties.iter().chain(&states), xml)?;
        is_first = false;
    }
    Ok(())
}

/// What the session says of itself, as names and values.
fn properties(walked: &Walked) -> Vec<(String, String)> {
    let session = &walked.session;
    let start = session.start();
    let mut properties = vec![
        ("session".to_owned(), session.id().to_string()),
        ("plan".to_owned(), start.plan_title.clone()),
        ("tester".to_owned(), start.tester.clone()),
        ("started".to_owned(), session.started_at().rfc3339_seconds()),
    ];
    properties.extend(session.ended_at().map(|at| ("ended".to_owned(), at.rfc3339_seconds())));
    properties.extend(session.charter().map(|charter| ("charter".to_owned(), charter.to_owned())));
    let fields = session.fields().iter();
    properties.extend(fields.map(|(name, value)| (format!("field.{name}"), value.clone())));
    properties
}

/// The prompts of one section.
fn write_suite<'p>(
    walked: &Walked,
    title: &str,
    rows: &[Row<'_>],
    properties: impl Iterator<Item = &'p (String, String)>,
    xml: &mut Xml<'_>,
) -> Result<(), Failure> {
    let Some(first) = rows.first() else { return Ok(()) };
    let below = below_title(&first.path(), &walked.session.start().plan_title);
    let gone = if first.is_gone() { "no longer in the plan" } else { "" };
    let sections = [gone].iter().chain(&below).copied().filter(|piece| !piece.is_empty()).collect::<Vec<_>>();
    let sections = sections.join(" > ");
    let name = if sections.is_empty() { title.to_owned() } else { format!("{title} > {sections}") };
    let counts: Counts = Walked::counts(rows);
    let skipped = counts.total() - counts[Verdict::Pass] - counts[Verdict::Fail];
    let (tests, failures, skipped) =
        (counts.total().to_string(), counts[Verdict::Fail].to_string(), skipped.to_string());
    let time = seconds(rows.iter().map(Row::spent_ms).sum());
    let timestamp = walked.session.started_at().rfc3339_seconds();
    let attributes = [
        ("name", name.as_str()),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
        ("skipped", &skipped),
        ("time", &time),
        ("timestamp", &timestamp),
    ];
    xml.open("testsuite", &attributes)?;
    xml.open("properties", &[])?;
    for (name, value) in properties {
        xml.empty("property", &[("name", name), ("value", value)])?;
    }
    xml.close("properties")?;
    // Jenkins cuts a class's name at its last dot into package and class.
    let class = if sections.is_empty() { "prompts" } else { &sections };
    let class = format!("{}.{}", title.replace('.', "_"), class.replace('.', "_"));
    for row in rows {
        write_case(walked, row, &class, xml)?;
    }
    Ok(xml.close("testsuite")?)
}

fn write_case(walked: &Walked, row: &Row<'_>, class: &str, xml: &mut Xml<'_>) -> Result<(), Failure> {
    let verdict = row.verdict();
    let time = seconds(row.spent_ms());
    let attributes = [("classname", class), ("name", row.text()), ("time", &time)];
    let said = remarks::lines(walked, row);
    if verdict == Verdict::Pass && said.is_empty() {
        return Ok(xml.empty("testcase", &attributes)?);
    }
    xml.open("testcase", &attributes)?;
    let message = remarks::message(walked, row);
    let reason = [("message", message.as_str()), ("type", verdict.word())];
    match verdict {
        Verdict::Pass => {}
        Verdict::Fail => xml.text("failure", &reason, &said.join("\n"))?,
        _ => xml.empty("skipped", &reason)?,
    }
    if !said.is_empty() {
        xml.text("system-out", &[], &said.join("\n"))?;
    }
    Ok(xml.close("testcase")?)
}

/// The path without the title that only repeats the plan's.
pub(super) fn below_title<'a>(path: &[&'a str], plan_title: &str) -> Vec<&'a str> {
    match path {
        [first, below @ ..] if *first == plan_title => below.to_vec(),
        path => path.to_vec(),
    }
}

/// Milliseconds as Jenkins' schema takes them: `12.345`.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
