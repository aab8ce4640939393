//! Test Anything Protocol, version 14, for the harnesses and CI plug-ins that read it.
//!
//! A TAP stream is one plan, so it takes one session. What is neither pass nor fail is skipped and says why, as in
//! [`super::junit`]. What else is known of a prompt stands below it as a block of YAML, in which every value is written
//! as JSON, which YAML is a superset of; a pass of which nothing was said has none.
//!
//! Spec: <https://testanything.org/tap-version-14-specification.html>.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

use super::remarks;
use super::shown::{shown, shown_line, without_controls};
use super::{Failure, Sessions};
use crate::domain::report::{Row, Walked};
use crate::domain::verdict::Verdict;
use crate::format::json::write_safe_line;

/// Writes the session.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let walked = sessions.read(0)?;
    let session = &walked.session;
    out.write_all(b"TAP version 14\n")?;
    // Behind a word of ours, no title can be taken for the beginning of a subtest.
    let facts = [
        ("plan", session.start().plan_title.as_str()),
        ("session", &session.id().to_string()),
        ("tester", &session.start().tester),
        ("started", &session.started_at().rfc3339_seconds()),
        ("charter", session.charter().unwrap_or_default()),
    ];
    for (name, said) in facts.into_iter().filter(|(_, said)| !said.is_empty()) {
        writeln!(out, "# {name}: {}", shown_line(said))?;
    }
    for (name, value) in session.fields() {
        writeln!(out, "# field {}: {}", shown_line(name), shown_line(value))?;
    }
    let rows = walked.rows();
    let none = if rows.is_empty() { " # no prompt" } else { "" };
    writeln!(out, "1..{}{none}", rows.len())?;
    for (number, row) in (1_u32..).zip(&rows) {
        write_point(&walked, row, number, out)?;
    }
    Ok(())
}

/// A line, and below it what else is known.
fn write_point(walked: &Walked, row: &Row<'_>, number: u32, out: &mut dyn Write) -> Result<(), Failure> {
    let verdict = row.verdict();
    let outcome = if verdict == Verdict::Fail { "not ok" } else { "ok" };
    write!(out, "{outcome} {number} - {}", escaped(row.text()))?;
    let message = remarks::message(walked, row);
    match verdict {
        Verdict::Pass | Verdict::Fail => writeln!(out)?,
        _ => writeln!(out, " # SKIP {}", escaped(&message))?,
    }
    let said = remarks::lines(walked, row);
    if said.is_empty() && matches!(verdict, Verdict::Pass | Verdict::Untested | Verdict::Skip) {
        return Ok(());
    }
    out.write_all(b"  ---\n")?;
    value("verdict", row.standing().word(), out)?;
    if verdict == Verdict::Fail {
        value("message", &yaml(&message), out)?;
    }
    value("section", &row.path().into_iter().map(yaml).collect::<Vec<_>>(), out)?;
    if let Some(point) = row.point() {
        let arrow = if point.both_ways { "<->" } else { "->" };
        value("integration_point", &yaml(&format!("{} {arrow} {}", point.from, point.to)), out)?;
    }
    value("duration_ms", &row.spent_ms(), out)?;
    if !said.is_empty() {
        value("said", &said.iter().map(|line| yaml(line)).collect::<Vec<_>>(), out)?;
    }
    Ok(out.write_all(b"  ...\n")?)
}

/// Text without what YAML does not take, nor what nobody could see.
fn yaml(text: &str) -> String {
    without_controls(&shown(text)).into_owned()
}

/// A line of the block.
fn value<T: Serialize + ?Sized>(name: &str, value: &T, out: &mut dyn Write) -> Result<(), Failure> {
    write!(out, "  {name}: ")?;
    write_safe_line(value, out)?;
    Ok(out.write_all(b"\n")?)
}

/// Text on a line in which `#` would begin a directive, and `\` takes the meaning from what follows it.
fn escaped(text: &str) -> Cow<'_, str> {
    let text = shown_line(text);
    let text = if text.trim().is_empty() { Cow::Borrowed("(empty)") } else { text };
    if !text.contains(['\\', '#']) {
        return text;
    }
    Cow::Owned(text.replace('\\', "\\\\").replace('#', "\\#"))
}
