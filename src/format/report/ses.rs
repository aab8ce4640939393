//! The session sheet of session-based test management, as its scanners accept it.
//!
//! Two scanners are in use: the original one in Perl and its later edition in Ruby. Where they differ, this keeps to
//! what both take: three initials in the file's name, whole multiples of a duration, values right under their tag, a
//! year of two digits, `BUILD` and `STRATEGY` among the areas. Areas have to be in the scanner's own list, which is for
//! whoever keeps it.
//!
//! Text that a scanner would take for structure gets `> ` in front.

use std::io::{self, Write};

use super::junit::below_title;
use super::remarks::{self, note_line, tracker_id};
use super::shown::{shown, shown_line};
use super::{Failure, Named, Sessions};
use crate::domain::component::ComponentState;
use crate::domain::report::{Row, Walked};
use crate::domain::session::{Activity, Note, NoteKind, Session};
use crate::domain::verdict::{Counts, Verdict};

/// What a heading is underlined with: both scanners want at least eight.
const RULE: &str = "--------------------------------------------------";

/// What a section says that has nothing to say.
const NOTHING: &str = "#N/A";

/// How long a session is, in minutes; multiples of these are what a sheet can say.
const DURATIONS: [(&str, u64); 3] = [("normal", 90), ("short", 60), ("long", 120)];

/// Writes the session.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let walked = sessions.read(0)?;
    let rows = walked.rows();
    let mut sheet = Sheet { out };
    charter(&walked, &rows, &mut sheet)?;
    sheet.heading("START")?;
    sheet.line(&walked.session.started_at().month_day_year())?;
    sheet.heading("TESTER")?;
    sheet.line(&tester(&walked.session.start().tester))?;
    task_breakdown(&walked.session, &mut sheet)?;
    sheet.heading("DATA FILES")?;
    sheet.line(NOTHING)?;
    test_notes(&walked, &rows, &mut sheet)?;
    bugs(&walked, &rows, &mut sheet)?;
    Ok(issues(&walked, &rows, &mut sheet)?)
}

/// `et-ana-261123-a.ses`.
pub(super) fn file_name(named: &Named) -> String {
    // More than 36 a day do not fit into one character; the last one stands for all of them.
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let letter = char::from(letters[named.earlier_that_day.min(letters.len() - 1)]);
    format!("et-{}-{}-{letter}.ses", initials(&named.tester), named.started_at.yymmdd())
}

/// Three letters for a tester: the first of each of the first three words, filled up from the last of them.
#[must_use]
pub fn initials(tester: &str) -> String {
    const COUNT: usize = 3;
    let words: Vec<String> = tester
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .take(COUNT)
        .collect();
    let firsts = words.iter().filter_map(|word| word.chars().next());
    let rest = words.last().into_iter().flat_map(|word| word.chars().skip(1));
    firsts.chain(rest).chain(['x'; COUNT]).take(COUNT).collect()
}

/// A name that both scanners take for one: they know ASCII letters only.
fn tester(name: &str) -> String {
    let name = shown_line(name);
    if name.contains(|c: char| c.is_ascii_alphanumeric()) {
        return guarded(&name);
    }
    format!("{name} ({})", initials(&name)).trim().to_owned()
}

/// A sheet being written.
struct Sheet<'o> {
    out: &'o mut dyn Write,
}

impl Sheet<'_> {
    fn heading(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}\n{RULE}")
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A tag with its value right under it.
    fn value(&mut self, tag: &str, value: &str) -> io::Result<()> {
        writeln!(self.out, "{tag}\n{value}\n")
    }

    /// What somebody wrote, line by line.
    fn text(&mut self, text: &str) -> io::Result<()> {
        shown(text).lines().try_for_each(|line| self.line(&guarded(line.trim_end())))
    }

    /// A numbered entry, or one with the tracker's name for it, and its text.
    fn entry(&mut self, tag: &str, id: &str, text: &str) -> io::Result<()> {
        self.line(&format!("{tag} {id}"))?;
        self.text(text)?;
        self.line("")
    }
}

/// `line` such that no scanner takes it for a heading, a tag or the end of the sheet, and without tabs.
fn guarded(line: &str) -> String {
    let line = line.replace('\t', "    ");
    let upper = line.trim_start().to_ascii_uppercase();
    let headings =
        ["CHARTER", "START", "TESTER", "TASK BREAKDOWN", "DATA FILES", "TEST NOTES", "BUG", "ISSUE", "#"];
    let is_structure = headings.iter().any(|heading| upper.starts_with(heading)) || upper.contains("C[_]");
    if is_structure { format!("> {line}") } else { line }
}

fn charter(walked: &Walked, rows: &[Row<'_>], sheet: &mut Sheet<'_>) -> io::Result<()> {
    let session = &walked.session;
    sheet.line(&format!("CHARTER\n{RULE}"))?;
    let plan = &session.start().plan_title;
    match session.charter().filter(|charter| charter.contains(|c: char| c.is_ascii_alphanumeric())) {
        Some(charter) => sheet.text(charter)?,
        None => sheet.text(&format!("Walk the plan: {plan}"))?,
    }
    sheet.line("\n#AREAS")?;
    let mut area =
        |group: &str, value: &str| sheet.line(&guarded(&shown_line(&format!("{group} | {value}"))));
    area("Build", session.fields().get("build").map_or("not stated", String::as_str))?;
    area("Strategy", session.strategy().word())?;
    area("Plan", plan)?;
    for (name, value) in session.fields().iter().filter(|(name, _)| *name != "build") {
        area(name, value)?;
    }
    for (component, state) in session.states().iter().filter(|(_, state)| **state != ComponentState::Unknown)
    {
        area(component, &state.to_string())?;
    }
    for point in walked.points(rows).into_iter().filter(|point| !point.is_untested()) {
        area("Integration point", &point.point.to_string())?;
    }
    Ok(())
}

fn task_breakdown(session: &Session, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let times = session.times();
    let off = times.of(Activity::OffCharter);
    let testing = times.of(Activity::Testing) + off;
    let [testing, bugs, setup] =
        percentages([testing, times.of(Activity::BugInvestigation), times.of(Activity::SetUp)]);
    let [charter, opportunity] = percentages([times.walking_ms() - off, off]);
    sheet.heading("TASK BREAKDOWN")?;
    sheet.value("#DURATION", &duration(times.walking_ms()))?;
    sheet.value("#TEST DESIGN AND EXECUTION", &testing.to_string())?;
    sheet.value("#BUG INVESTIGATION AND REPORTING", &bugs.to_string())?;
    sheet.value("#SESSION SETUP", &setup.to_string())?;
    sheet.line("#CHARTER VS. OPPORTUNITY")?;
    sheet.line(&format!("{charter}/{opportunity}"))
}

/// The duration that is nearest: `normal`, or a multiple like `long * 2`.
fn duration(walking_ms: u64) -> String {
    let minutes = walking_ms.div_ceil(60_000);
    let nearest = |size: u64| ((minutes + size / 2) / size).max(1);
    let fit =
        |(word, size): (&'static str, u64)| (minutes.abs_diff(nearest(size) * size), nearest(size), word);
    // Of those that fit as well, the one with the smaller multiple.
    let best = DURATIONS.into_iter().map(fit).min_by_key(|(off, times, _)| (*off, *times));
    match best {
        Some((_, 1, word)) => word.to_owned(),
        Some((_, times, word)) => format!("{word} * {times}"),
        None => "normal".to_owned(),
    }
}

/// Shares of a hundred in whole numbers that add up to it: rounded down, and what is missing goes to those that lost
/// most (largest remainder). Where there is nothing, the first one is all of it.
fn percentages<const N: usize>(parts: [u64; N]) -> [u64; N] {
    let total: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    let mut shares = [0; N];
    if total == 0 {
        shares[0] = 100;
        return shares;
    }
    let hundredfold = parts.map(|part| u128::from(part) * 100);
    for (share, part) in shares.iter_mut().zip(hundredfold) {
        *share = u64::try_from(part / total).unwrap_or(100);
    }
    let mut by_loss: Vec<usize> = (0..N).collect();
    by_loss.sort_by_key(|at| std::cmp::Reverse(hundredfold[*at] % total));
    let missing = 100 - shares.iter().sum::<u64>();
    for at in by_loss.into_iter().take(missing as usize) {
        shares[at] += 1;
    }
    shares
}

fn test_notes(walked: &Walked, rows: &[Row<'_>], sheet: &mut Sheet<'_>) -> io::Result<()> {
    sheet.heading("TEST NOTES")?;
    let session = &walked.session;
    let counts = Walked::counts(rows);
    let is_told = |note: &Note<'_>| !matches!(note.note.kind, NoteKind::Bug | NoteKind::Question);
    let mut notes = session.notes().filter(is_told).peekable();
    let mut debrief = session.debrief().peekable();
    if counts.tested() == 0 && notes.peek().is_none() && debrief.peek().is_none() {
        return sheet.line(NOTHING);
    }
    sheet.line(&tally(&counts))?;
    let provisional: Vec<&Row<'_>> = rows.iter().filter(|row| row.standing().is_provisional()).collect();
    if !provisional.is_empty() {
        sheet.line("\nPassed only against a stand-in:")?;
        for row in provisional {
            sheet.text(&format!("- {}", place(walked, row)))?;
        }
    }
    if notes.peek().is_some() {
        sheet.line("")?;
    }
    for note in notes {
        let row = note.note.prompt.and_then(|prompt| walked.row(prompt));
        let about = row.map(|row| format!(" ({})", place(walked, &row))).unwrap_or_default();
        sheet.text(&format!("{}{about}", note_line(note)))?;
    }
    for (question, answer) in debrief {
        sheet.line(&format!("\n{}", question.asks()))?;
        sheet.text(answer)?;
    }
    Ok(())
}

fn tally(counts: &Counts) -> String {
    let said = Verdict::ALL.into_iter().filter(|verdict| counts[*verdict] > 0);
    let said: Vec<String> = said.map(|verdict| format!("{} {}", counts[verdict], verdict.word())).collect();
    format!("{} of {} prompts tested: {}", counts.tested(), counts.total(), said.join(", "))
}

/// What was noted as a bug, and what failed without such a note.
fn bugs(walked: &Walked, rows: &[Row<'_>], sheet: &mut Sheet<'_>) -> io::Result<()> {
    sheet.heading("BUGS")?;
    let mut number = 0;
    let mut next = || {
        number += 1;
        number.to_string()
    };
    for note in walked.session.notes().filter(|note| note.note.kind == NoteKind::Bug) {
        let row = note.note.prompt.and_then(|prompt| walked.row(prompt));
        let about = row.map(|row| format!("\n{}", about(walked, &row))).unwrap_or_default();
        let id = tracker_id(&note.note.text).map_or_else(&mut next, str::to_owned);
        sheet.entry("#BUG", &shown_line(&id), &format!("{}{about}", note.note.text))?;
    }
    let is_noted =
        |row: &Row<'_>| walked.session.notes_on(Some(row.id)).any(|note| note.note.kind == NoteKind::Bug);
    for row in rows.iter().filter(|row| row.verdict() == Verdict::Fail && !is_noted(row)) {
        sheet.entry("#BUG", &next(), &format!("fails: {}", about(walked, row)))?;
    }
    let is_empty = !rows.iter().any(|row| row.verdict() == Verdict::Fail)
        && !walked.session.notes().any(|note| note.note.kind == NoteKind::Bug);
    if is_empty { sheet.line(NOTHING) } else { Ok(()) }
}

/// What somebody has to be asked, and what was in the way.
fn issues(walked: &Walked, rows: &[Row<'_>], sheet: &mut Sheet<'_>) -> io::Result<()> {
    sheet.heading("ISSUES")?;
    let mut number = 0;
    let mut entry = |text: String, sheet: &mut Sheet<'_>| {
        number += 1;
        sheet.entry("#ISSUE", &number.to_string(), &text)
    };
    for note in walked.session.notes().filter(|note| note.note.kind == NoteKind::Question) {
        let row = note.note.prompt.and_then(|prompt| walked.row(prompt));
        let about = row.map(|row| format!("\n{}", about(walked, &row))).unwrap_or_default();
        entry(format!("{}{about}", note.note.text), sheet)?;
    }
    for row in rows.iter().filter(|row| row.verdict() == Verdict::Blocked) {
        entry(format!("{}\n{}", remarks::message(walked, row), about(walked, row)), sheet)?;
    }
    if number == 0 { sheet.line(NOTHING) } else { Ok(()) }
}

/// Which prompt, and what stood in for its components.
fn about(walked: &Walked, row: &Row<'_>) -> String {
    let stand_ins = row.mark().and_then(|mark| remarks::stand_ins(mark.conditions));
    let stand_ins = stand_ins.map(|said| format!(" ({said})")).unwrap_or_default();
    format!("{}{stand_ins}", place(walked, row))
}

/// The sections above a prompt, and what it says.
fn place(walked: &Walked, row: &Row<'_>) -> String {
    let path = row.path();
    let mut pieces = below_title(&path, &walked.session.start().plan_title);
    pieces.push(row.text());
    shown_line(&pieces.join(" > ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_a_hundred() {
        assert_eq!(percentages([1, 1, 1]), [34, 33, 33]);
        assert_eq!(percentages([0, 0, 0]), [100, 0, 0]);
        assert_eq!(percentages([2, 1, 0]), [67, 33, 0]);
        assert_eq!(percentages([995, 4, 1]), [100, 0, 0]);
        assert_eq!(percentages([994, 5, 1]), [99, 1, 0]);
        assert_eq!(percentages([u64::MAX, u64::MAX]), [50, 50]);
        for a in 0..40 {
            for b in 0..40 {
                for c in 0..40 {
                    assert_eq!(percentages([a, b, c]).iter().sum::<u64>(), 100, "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn a_duration_is_the_nearest_that_a_sheet_can_say() {
        for (minutes, said) in [
            (0, "short"),
            (45, "short"),
            (74, "short"),
            (80, "normal"),
            (90, "normal"),
            (110, "long"),
            (180, "normal * 2"),
            (240, "long * 2"),
            (600, "long * 5"),
        ] {
            assert_eq!(duration(minutes * 60_000), said, "{minutes}");
        }
    }

    #[test]
    fn everybody_has_three_initials() {
        for (tester, expected) in [
            ("ana", "ana"),
            ("Ana Bold", "abo"),
            ("Jane S. Bach", "jsb"),
            ("Jo", "jox"),
            ("山田", "xxx"),
            ("", "xxx"),
            ("a b c d", "abc"),
        ] {
            assert_eq!(initials(tester), expected, "{tester}");
        }
    }

    #[test]
    fn what_somebody_wrote_is_never_structure() {
        for line in
            ["BUGS", "#BUG 1", "bug in the cart", "ISSUE", "START", "  # x", "--- c[_] ---", "TESTER x"]
        {
            assert_eq!(guarded(line), format!("> {line}"));
        }
        assert_eq!(guarded("a\tnote"), "a    note");
    }
}
