//! Common Test Report Format, for the dashboards and pull-request tools that read it.
//!
//! CTRF describes one execution, so it takes one session. Untested is pending; blocked and inconclusive are `other`,
//! with the verdict as `rawStatus`. A prompt that was marked more than once has its earlier marks as attempts, and is
//! flaky only if it passed after it had failed. What CTRF has no word for is under `extra`.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use serde_json::{Value, json};

use super::remarks;
use super::shown::shown_line;
use super::{Failure, Sessions};
use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::report::{Row, Walked};
use crate::domain::session::{Conditions, Mark};
use crate::domain::verdict::{Ground, Verdict};
use crate::format::json::write_safe_line;

/// The version of the format that this keeps to.
const SPEC: &str = "0.0.0";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test<'a> {
    test_id: String,
    name: String,
    #[serde(rename = "status")]
    outcome: &'static str,
    duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suite: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    raw_status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retry_attempts: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaky: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stdout: Vec<String>,
    extra: Extra<'a>,
}

/// What only seamwalk says of a prompt.
#[derive(Serialize)]
struct Extra<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_point: Option<&'a IntegrationPoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<Ground>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<BTreeMap<&'a str, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

/// Writes the session.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let walked = sessions.read(0)?;
    let rows = walked.rows();
    let flaky = rows.iter().filter(|row| is_flaky(&walked, row)).count();
    write!(out, "{{\n  \"reportFormat\": \"CTRF\",\n  \"specVersion\": \"{SPEC}\",\n")?;
    write!(out, "  \"reportId\": \"{}\",\n  \"generatedBy\": \"seamwalk\",\n", walked.session.id())?;
    out.write_all(b"  \"results\": {\n")?;
    let tool = json!({"name": "seamwalk", "version": env!("CARGO_PKG_VERSION")});
    for (key, value) in
        [("tool", tool), ("summary", summary(&walked, &rows, flaky)), ("environment", environment(&walked))]
    {
        write!(out, "    \"{key}\": ")?;
        write_safe_line(&value, out)?;
        out.write_all(b",\n")?;
    }
    out.write_all(b"    \"tests\": [")?;
    for (number, row) in rows.iter().enumerate() {
        out.write_all(if number == 0 { b"\n      " } else { b",\n      " })?;
        write_safe_line(&test(&walked, row), out)?;
    }
    out.write_all(if rows.is_empty() { b"]\n  }\n}\n" } else { b"\n    ]\n  }\n}\n" })?;
    Ok(())
}

fn summary(walked: &Walked, rows: &[Row<'_>], flaky: usize) -> Value {
    let counts = Walked::counts(rows);
    let session = &walked.session;
    let started = session.started_at().unix_ms();
    // A clock that was set back in between must not make it end before it began.
    let stop = session.ended_at().unwrap_or(session.updated_at()).unix_ms().max(started);
    let suites = rows.chunk_by(|a, b| a.path() == b.path()).count();
    json!({
        "tests": counts.total(),
        "passed": counts[Verdict::Pass],
        "failed": counts[Verdict::Fail],
        "skipped": counts[Verdict::Skip],
        "pending": counts[Verdict::Untested],
        "other": counts[Verdict::Blocked] + counts[Verdict::Inconclusive],
        "flaky": flaky,
        "suites": suites,
        "start": started,
        "stop": stop,
        "duration": session.walking_ms(),
        "extra": {
            "blocked": counts[Verdict::Blocked],
            "inconclusive": counts[Verdict::Inconclusive],
            "provisional": counts.provisional(),
            "passedForReal": counts.passed_for_real(),
            "open": session.is_open(),
        },
    })
}

fn environment(walked: &Walked) -> Value {
    let session = &walked.session;
    let mut environment = json!({
        "reportName": session.start().plan_title,
        "extra": {
            "tester": session.start().tester,
            "charter": session.charter(),
            "fields": session.fields(),
            "components": session.states().iter().map(|(name, state)| (name, state.to_string()))
                .collect::<BTreeMap<_, _>>(),
        },
    });
    // CTRF's build number is a number, ours is what the tester typed.
    for (field, key) in [("build", "buildId"), ("environment", "testEnvironment"), ("branch", "branchName")] {
        if let Some(value) = session.fields().get(field) {
            environment[key] = json!(value);
        }
    }
    environment
}

fn test<'a>(walked: &'a Walked, row: &Row<'a>) -> Test<'a> {
    let mark = row.mark();
    let mut attempts: Vec<Mark<'a>> = walked.session.marks_of(row.id).collect();
    attempts.reverse();
    // The last of them is what counts now, unless it was cleared.
    attempts.truncate(attempts.len().saturating_sub(usize::from(mark.is_some())));
    let is_told = row.verdict() != Verdict::Pass && mark.is_some();
    let spent_ms = row.spent_ms();
    let stop = mark.map(|mark| mark.at.unix_ms());
    let flaky = is_flaky(walked, row);
    Test {
        test_id: row.id.to_string(),
        name: name(row.text()),
        outcome: outcome(row.verdict()),
        duration: spent_ms,
        start: stop.map(|stop| stop.saturating_sub_unsigned(spent_ms)),
        stop,
        suite: row.path(),
        message: is_told.then(|| remarks::message(walked, row)),
        raw_status: row.verdict().word(),
        tags: row.tags(),
        kind: "manual",
        file_path: walked.source.as_deref(),
        line: row.node().map(NodeRef::line),
        retries: (!attempts.is_empty()).then_some(attempts.len()),
        retry_attempts: attempts.iter().zip(1..).map(|(mark, number)| attempt(mark, number)).collect(),
        flaky: flaky.then_some(true),
        stdout: remarks::lines(walked, row),
        extra: extra(row, mark.map(|mark| mark.conditions)),
    }
}

fn extra<'a>(row: &Row<'a>, conditions: Option<&'a Conditions>) -> Extra<'a> {
    let ends = conditions.and_then(|conditions| conditions.ends.as_ref());
    Extra {
        integration_point: row.point(),
        ground: conditions.filter(|conditions| conditions.ends.is_some()).map(Conditions::ground),
        ends: ends.map(|ends| {
            [&ends.from, &ends.to].map(|end| (end.component.as_str(), end.state.to_string())).into()
        }),
        build: conditions.and_then(|conditions| conditions.build.as_deref()),
        removed: row.is_gone(),
    }
}

fn attempt(mark: &Mark<'_>, number: u32) -> Value {
    json!({
        "attempt": number,
        "status": outcome(mark.verdict),
        "stop": mark.at.unix_ms(),
        "extra": {"verdict": mark.verdict.word()},
    })
}

/// It passes, and a mark of it that counts said before that it fails.
fn is_flaky(walked: &Walked, row: &Row<'_>) -> bool {
    row.verdict() == Verdict::Pass
        && walked.session.marks_of(row.id).any(|mark| mark.verdict == Verdict::Fail)
}

const fn outcome(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Untested => "pending",
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Blocked | Verdict::Inconclusive => "other",
        Verdict::Skip => "skipped",
    }
}

/// CTRF wants at least one character.
fn name(text: &str) -> String {
    let name = shown_line(text);
    if name.trim().is_empty() { "(without words)".to_owned() } else { name.into_owned() }
}
