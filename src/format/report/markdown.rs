//! For a pull request: a verdict line, what failed and where, what nobody tested, what only a fake answered, and what
//! is different since the last session.
//!
//! GitHub's flavour, without a piece of HTML. What testers and plans say is text and nothing else (R39): every
//! character that could begin markup is escaped, a link is broken before it becomes one, and a name behind an `@`
//! calls nobody.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write;

use super::remarks;
use super::shown::{shown, shown_line};
use super::{Extent, Failure, Sessions};
use crate::domain::compare::{ComparedPrompt, Comparison, Group, Side};
use crate::domain::component::ComponentState;
use crate::domain::report::{PointCounts, Row, Walked};
use crate::domain::session::{Activity, Note, Question, Session};
use crate::domain::time::clock;
use crate::domain::verdict::{Counts, Verdict};
use crate::format::escape;

/// Verdicts that a reader looks at prompt by prompt, the worst first.
const LISTED: [(Verdict, &str); 3] =
    [(Verdict::Fail, "Failed"), (Verdict::Blocked, "Blocked"), (Verdict::Inconclusive, "Inconclusive")];

/// The most lines of a list where not everything was asked for: a comment that is longer than 65,536 characters GitHub
/// does not take.
const MOST_LISTED: usize = 100;

/// Writes all sessions, one below the other.
pub(super) fn write(extent: Extent, sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    for number_idx in 0..sessions.named().len() {
        if number_idx > 0 {
            out.write_all(b"\n---\n\n")?;
        }
        let walked = sessions.read(number_idx)?;
        let before = match extent {
            Extent::FailuresOnly => None,
            Extent::Usual | Extent::Full => sessions.read_before(number_idx)?,
        };
        let most = if extent == Extent::Usual { MOST_LISTED } else { usize::MAX };
        Page { walked: &walked, rows: walked.rows(), most, out }.write(extent, before.as_ref())?;
    }
    Ok(())
}

struct Page<'p> {
    walked: &'p Walked,
    rows: Vec<Row<'p>>,
    /// How many lines of a list are written.
    most: usize,
    out: &'p mut dyn Write,
}

impl<'p> Page<'p> {
    fn write(&mut self, extent: Extent, before: Option<&Walked>) -> Result<(), Failure> {
        let counts = Walked::counts(&self.rows);
        self.title(&counts)?;
        self.about()?;
        let listed = if extent == Extent::FailuresOnly { &LISTED[..1] } else { &LISTED };
        for (verdict, title) in listed {
            self.prompts_with(*verdict, title)?;
        }
        if extent == Extent::FailuresOnly {
            return Ok(());
        }
        self.untested_points()?;
        self.provisional()?;
        if let Some(before) = before.filter(|_| counts.tested() > 0) {
            self.since(before)?;
        }
        self.session_notes()?;
        self.debrief()?;
        if extent == Extent::Full {
            self.every_prompt()?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), Failure> {
        Ok(write!(self.out, "\n### {text}\n\n")?)
    }

    /// The verdict in a line, then the numbers it rests on.
    fn title(&mut self, counts: &Counts) -> Result<(), Failure> {
        let (sign, verdict) = verdict_of(counts);
        writeln!(self.out, "## {sign} {}: {verdict}\n", inline(&self.walked.session.start().plan_title))?;
        writeln!(self.out, "{}\n", tally(counts, self.rows.iter().filter(|row| row.is_gone()).count()))?;
        Ok(())
    }

    /// Who walked, when, where, and with which stand-ins.
    fn about(&mut self) -> Result<(), Failure> {
        let session = &self.walked.session;
        let start = session.start();
        let mut said = Vec::new();
        if let Some(charter) = session.charter() {
            said.push(format!("Charter: {}", inline(charter)));
        }
        let ended = match session.ended_at() {
            Some(ended) => format!("ended {}", ended.date_hour_minute_offset()),
            None => "still open".to_owned(),
        };
        said.push(format!(
            "{} began {}, {ended}, {} walked",
            inline(&start.tester),
            session.started_at().date_hour_minute_offset(),
            clock(session.walking_ms())
        ));
        said.extend(where_time_went(session));
        let fields: Vec<String> = session
            .fields()
            .iter()
            .map(|(name, value)| format!("{} {}", inline(name), inline(value)))
            .collect();
        if !fields.is_empty() {
            said.push(fields.join(" · "));
        }
        if let Some(tag) = &start.only {
            said.push(format!("Only prompts tagged {}", inline(tag)));
        }
        if let Some(retest) = &start.retest {
            said.push(format!("A retest of {} prompts of the session {}", retest.prompts.len(), retest.of));
        }
        let stand_ins: Vec<String> = session
            .states()
            .iter()
            .filter(|(_, state)| !matches!(state, ComponentState::Real | ComponentState::Unknown))
            .map(|(component, state)| format!("{} {}", inline(component), inline(&state.to_string())))
            .collect();
        if !stand_ins.is_empty() {
            said.push(format!("Not the real thing: {}", stand_ins.join(", ")));
        }
        for line in said {
            writeln!(self.out, "- {line}")?;
        }
        Ok(())
    }

    fn prompts_with(&mut self, verdict: Verdict, title: &str) -> Result<(), Failure> {
        let with_it: Vec<Row<'p>> =
            self.rows.iter().copied().filter(|row| row.verdict() == verdict).collect();
        if with_it.is_empty() {
            return Ok(());
        }
        self.heading(&format!("{title} ({})", with_it.len()))?;
        for row in with_it.iter().take(self.most) {
            self.prompt(row)?;
        }
        self.left_out(with_it.len())
    }

    /// How many lines of a list of `total` are not written, and what writes them.
    fn left_out(&mut self, total: usize) -> Result<(), Failure> {
        match total.saturating_sub(self.most) {
            0 => Ok(()),
            left => Ok(writeln!(self.out, "\n{left} more: `--full` lists them all.")?),
        }
    }

    /// A prompt with where it is, what stood at its ends, and its notes.
    fn prompt(&mut self, row: &Row<'p>) -> Result<(), Failure> {
        let mut said = vec![self.place(row)];
        // Mostly the heading that it stands under is the point.
        if let Some(point) = row.point().filter(|_| !row.is_under_its_point()) {
            said.push(inline(&point.to_string()).into_owned());
        }
        if let Some(mark) = row.mark() {
            said.extend(remarks::stand_ins(mark.conditions).map(|said| cell(&said)));
            let build = mark.conditions.build.as_ref();
            let other = build.filter(|build| self.walked.session.fields().get("build") != Some(build));
            said.extend(other.map(|build| format!("build {}", inline(build))));
            said.push(mark.at.date_hour_minute_offset());
            if let Some(by) = mark.blocked_by {
                let in_the_way = self.walked.row(by).map_or("another prompt", |row| row.text());
                said.push(format!("blocked by: {}", inline(in_the_way)));
            }
        }
        if row.is_gone() {
            said.push("no longer in the plan".to_owned());
        }
        said.retain(|piece| !piece.is_empty());
        writeln!(self.out, "- **{}**\\\n  {}", inline(row.text()), said.join(" · "))?;
        self.notes_on(row)
    }

    fn notes_on(&mut self, row: &Row<'p>) -> Result<(), Failure> {
        for note in self.walked.session.notes_on(Some(row.id)) {
            self.note(note, "  ")?;
        }
        Ok(())
    }

    /// A note as an item of a list, its lines below each other.
    fn note(&mut self, note: Note<'_>, indent: &str) -> Result<(), Failure> {
        let lead = format!("{} {}: ", note.at.hour_minute(), note.note.kind.word());
        Ok(writeln!(self.out, "{indent}- {lead}{}", block(&note.note.text, &format!("{indent}  ")))?)
    }

    /// The sections above it, without the one that only repeats the plan's title.
    fn place(&self, row: &Row<'_>) -> String {
        place(&row.path(), &self.walked.session.start().plan_title)
    }

    fn untested_points(&mut self) -> Result<(), Failure> {
        let points = self.walked.points(&self.rows);
        let total = points.len();
        let untested: Vec<PointCounts<'_>> = points.into_iter().filter(PointCounts::is_untested).collect();
        if untested.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Integration points that nobody tested ({} of {total})", untested.len()))?;
        writeln!(self.out, "| integration point | why |\n| --- | --- |")?;
        for point in untested.iter().take(self.most) {
            writeln!(self.out, "| {} | {} |", cell(&point.point.to_string()), why_untested(&point.counts))?;
        }
        self.left_out(untested.len())
    }

    fn provisional(&mut self) -> Result<(), Failure> {
        let rows: Vec<Row<'p>> =
            self.rows.iter().copied().filter(|row| row.standing().is_provisional()).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Passed only against a stand-in ({})", rows.len()))?;
        writeln!(self.out, "| prompt | integration point | stand-in |\n| --- | --- | --- |")?;
        for row in rows.iter().take(self.most) {
            let point = row.point().map(ToString::to_string).unwrap_or_default();
            let stand_ins =
                row.mark().and_then(|mark| remarks::stand_ins(mark.conditions)).unwrap_or_default();
            let stand_ins = cell(&stand_ins);
            writeln!(self.out, "| {} | {} | {stand_ins} |", cell(row.text()), cell(&point))?;
        }
        self.left_out(rows.len())
    }

    /// What newly fails and what was fixed since the session before.
    fn since(&mut self, before: &Walked) -> Result<(), Failure> {
        let side = |walked: &'p Walked| Side { session: &walked.session, revision: &walked.revision };
        let earlier = Side { session: &before.session, revision: &before.revision };
        let comparison = match Comparison::new(earlier, side(self.walked)) {
            Ok(comparison) => comparison,
            Err(different) => return Err(Failure::Refused(different.to_string())),
        };
        let named = {
            let build = before.session.fields().get("build");
            let build = build.map(|build| format!(", build {}", inline(build))).unwrap_or_default();
            let tester = inline(&before.session.start().tester);
            format!("{tester}, {}{build}", before.session.started_at().date_hour_minute_offset())
        };
        let groups = [Group::NewlyFailing, Group::Fixed];
        if groups.iter().all(|group| comparison.group(*group).is_empty()) {
            self.heading("Since the last session")?;
            return Ok(writeln!(self.out, "Nothing newly fails and nothing was fixed ({named}).")?);
        }
        for group in groups {
            let prompts = comparison.group(group);
            if prompts.is_empty() {
                continue;
            }
            let title = if group == Group::Fixed { "Fixed" } else { "Newly failing" };
            self.heading(&format!("{title} since the last session ({})", prompts.len()))?;
            writeln!(self.out, "Compared with {named}.\n")?;
            writeln!(self.out, "| prompt | was | is |\n| --- | --- | --- |")?;
            for ComparedPrompt { text, a, b, .. } in prompts.iter().take(self.most) {
                let word = |verdict: &Option<Verdict>| verdict.map_or("not in the plan", Verdict::word);
                writeln!(self.out, "| {} | {} | {} |", cell(text), word(a), word(b))?;
            }
            self.left_out(prompts.len())?;
        }
        Ok(())
    }

    fn session_notes(&mut self) -> Result<(), Failure> {
        let notes: Vec<Note<'p>> = self.walked.session.notes_on(None).collect();
        if notes.is_empty() {
            return Ok(());
        }
        self.heading("Notes on the session")?;
        notes.iter().take(self.most).try_for_each(|note| self.note(*note, ""))?;
        self.left_out(notes.len())
    }

    fn debrief(&mut self) -> Result<(), Failure> {
        let answers: Vec<(Question, &'p str)> = self.walked.session.debrief().collect();
        if answers.is_empty() {
            return Ok(());
        }
        self.heading("Debrief")?;
        for (question, answer) in answers {
            writeln!(self.out, "- **{}**\\\n  {}", question.asks(), block(answer, "  "))?;
        }
        Ok(())
    }

    fn every_prompt(&mut self) -> Result<(), Failure> {
        self.heading(&format!("Every prompt ({})", self.rows.len()))?;
        let mut above: Option<String> = None;
        for row in std::mem::take(&mut self.rows) {
            let mut place = self.place(&row);
            if row.is_gone() {
                place = format!("no longer in the plan: {place}");
            }
            if above.as_ref() != Some(&place) {
                let line_before = if above.is_some() { "\n" } else { "" };
                if place.is_empty() {
                    write!(self.out, "{line_before}")?;
                } else {
                    write!(self.out, "{line_before}**{place}**\n\n")?;
                }
                above = Some(place);
            }
            let standing = row.standing();
            let ground = if standing.is_provisional() { " (provisional)" } else { "" };
            let (sign, word) = (sign(standing.verdict), standing.verdict.word());
            writeln!(self.out, "- {sign} {word}{ground}: {}", inline(row.text()))?;
            self.notes_on(&row)?;
        }
        Ok(())
    }
}

/// How the time was spent, where it was spent on more than testing.
fn where_time_went(session: &Session) -> Option<String> {
    let times = session.times();
    let activities = Activity::ALL.map(|activity| (times.of(activity), activity.said()));
    let spent = activities.into_iter().chain([(times.paused_ms(), "paused")]).filter(|(ms, _)| *ms > 0);
    let spent: Vec<String> = spent.map(|(ms, said)| format!("{said} {}", clock(ms))).collect();
    let box_said = session.time_box_ms().map(|ms| format!("time box {}", clock(ms)));
    if spent.len() < 2 && box_said.is_none() {
        return None;
    }
    Some(format!("Time: {}", spent.into_iter().chain(box_said).collect::<Vec<_>>().join(", ")))
}

/// What a reader wants to know first, with a sign for whoever only glances.
fn verdict_of(counts: &Counts) -> (&'static str, String) {
    let untested = counts[Verdict::Untested];
    let open = counts[Verdict::Blocked] + counts[Verdict::Inconclusive];
    match counts[Verdict::Fail] {
        0 if counts.tested() == 0 => ("·", "nothing was tested".to_owned()),
        0 if open > 0 => ("⚠", format!("nothing failed, {open} could not be decided")),
        0 if untested > 0 => ("⚠", format!("nothing failed, {untested} not tested")),
        0 if counts.provisional() > 0 => {
            ("✓", format!("nothing failed, {} passed only against a stand-in", counts.provisional()))
        }
        0 => ("✓", "nothing failed".to_owned()),
        1 => ("✗", "1 prompt fails".to_owned()),
        more => ("✗", format!("{more} prompts fail")),
    }
}

/// `53 of 81 tested: 45 pass (4 provisional, 20 for real), **3 fail**, 1 blocked; 28 untested`.
fn tally(counts: &Counts, gone: usize) -> String {
    let mut text = format!("{} of {} tested", counts.tested(), counts.total());
    let mut lead = ": ";
    for verdict in &Verdict::ALL[1..] {
        let count = counts[*verdict];
        if count == 0 {
            continue;
        }
        let _ = match verdict {
            Verdict::Fail => write!(text, "{lead}**{count} fail**"),
            _ => write!(text, "{lead}{count} {}", verdict.word()),
        };
        if *verdict == Verdict::Pass {
            text.push_str(&grounds(counts));
        }
        lead = ", ";
    }
    if counts[Verdict::Untested] > 0 {
        let _ = write!(text, "; {} untested", counts[Verdict::Untested]);
    }
    if gone > 0 {
        let _ = match gone {
            1 => write!(text, ". One of these prompts is no longer in the plan"),
            more => write!(text, ". {more} of these prompts are no longer in the plan"),
        };
    }
    text
}

fn grounds(counts: &Counts) -> String {
    let said = [(counts.provisional(), "provisional"), (counts.passed_for_real(), "for real")];
    let said: Vec<String> =
        said.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Untested => "·",
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Blocked => "⊘",
        Verdict::Inconclusive => "?",
        Verdict::Skip => "–",
    }
}

fn why_untested(counts: &Counts) -> String {
    if counts.total() == 0 {
        return "no prompt is about it".to_owned();
    }
    let said = [Verdict::Untested, Verdict::Blocked, Verdict::Skip].map(|v| (counts[v], v.word()));
    let said: Vec<String> =
        said.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    said.join(", ")
}

fn place(path: &[&str], plan_title: &str) -> String {
    let path = match path {
        [first, below @ ..] if *first == plan_title => below,
        path => path,
    };
    path.iter().map(|title| inline(title)).collect::<Vec<_>>().join(" › ")
}

/// `text` as it may stand anywhere in a line; never nothing, since `****` and an empty item would be markup.
fn inline(text: &str) -> Cow<'static, str> {
    match shown_line(text).trim() {
        "" => Cow::Borrowed("(empty)"),
        text => Cow::Owned(escaped(text)),
    }
}

/// `text` as it may stand in a cell of a table.
fn cell(text: &str) -> String {
    inline(text).into_owned()
}

/// Text of several lines, as the rest of an item that began before it; lines below the first are indented.
fn block(text: &str, indent: &str) -> String {
    let shown = shown(text);
    let lines = shown.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(|line| escaped(&line.replace('\t', " "))).collect();
    lines.join(&format!("\\\n{indent}"))
}

/// `line` as Markdown that reads back as exactly that text, also where it begins a line or stands in a table.
fn escaped(line: &str) -> String {
    let mut plain = String::with_capacity(line.len() + 8);
    escape::push_line(&mut plain, line);
    let mut out = String::with_capacity(plain.len() + 8);
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match c {
            // Whatever is escaped already stays so; a backslash of the text is one of them.
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '|' | '$' => out.extend(['\\', c]),
            // A name that is called, and an address that becomes a link, both need a letter right behind it.
            '@' if after.is_alphanumeric() => out.push_str("@&#8203;"),
            ':' if after == '/' => out.push_str("&#58;"),
            '.' if ends_in_www(&out) => out.push_str("&#46;"),
            _ => out.push(c),
        }
    }
    out
}

fn ends_in_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}
