//! What the summary lists: prompts that need a look, what to suspect, then notes, then what is untested.

use std::collections::HashMap;

use crate::domain::component::Ends;
use crate::domain::history::Difference;
use crate::domain::id::PromptId;
use crate::domain::plan::NodeIdx;
use crate::domain::point::IntegrationPoint;
use crate::domain::session::{Activity, Note, NoteKind, Question};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Standing, Verdict};
use crate::tui::screens::walk::state::Walk;

/// Rows of the screen that are no list: title, bar, counts, blank, footer.
pub const CHROME_ROWS: u16 = 5;

/// The most untested prompts that are listed by name; the rest are a number.
const MOST_UNTESTED: usize = 50;

/// The same for flaky prompts.
const MOST_FLAKY: usize = 50;

/// The same for suspect integration points: a long list would suspect everything.
const MOST_SUSPECTS: usize = 12;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A heading with how many lines follow.
    Heading(String),
    /// A prompt with the titles above it.
    Prompt {
        /// Its verdict with what that rests on.
        standing: Standing,
        /// Where it is.
        idx: NodeIdx,
        /// What it said when it was judged.
        text: String,
    },
    /// A note.
    Note {
        /// When it was written.
        at: Timestamp,
        /// What kind.
        kind: NoteKind,
        /// What it says, on one line.
        text: String,
        /// True if it belongs to the prompt above.
        on_prompt: bool,
        /// Where its prompt is.
        idx: Option<NodeIdx>,
    },
    /// Who stood in when the prompts that follow passed.
    StandIns(String),
    /// What stands in the way of the prompt above, or how much the prompt above stands in the way of.
    Blocking {
        /// What it says.
        text: String,
        /// Where the cause is.
        idx: Option<NodeIdx>,
    },
    /// What took how long; `None` for pauses.
    Time(Option<Activity>),
    /// A line of an answer of the debrief, the first with its question.
    Answer {
        /// Which question.
        question: Option<Question>,
        /// What was said.
        text: String,
    },
    /// An integration point at which something changed since prompts passed that fail now.
    Suspect {
        /// The first of those prompts.
        idx: NodeIdx,
        /// How many there are.
        fails: usize,
        /// What changed.
        why: Vec<Difference>,
    },
    /// Earlier sessions are still being looked through.
    Searching,
    /// Something to know.
    Text(String),
}

impl Row {
    /// Where Enter goes from here.
    #[must_use]
    pub fn target(&self) -> Option<NodeIdx> {
        match self {
            Self::Prompt { idx, .. } | Self::Suspect { idx, .. } => Some(*idx),
            Self::Note { idx, .. } | Self::Blocking { idx, .. } => *idx,
            Self::Heading(_)
            | Self::StandIns(_)
            | Self::Searching
            | Self::Time(_)
            | Self::Answer { .. }
            | Self::Text(_) => None,
        }
    }
}

/// The list with a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    rows: Vec<Row>,
    cursor: usize,
    top: usize,
}

impl Summary {
    /// Counts and collects once; what is written later refreshes it.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        Self { rows: rows_of(walk), cursor: 0, top: 0 }
    }

    /// Collects anew, the cursor staying where it is.
    pub fn refresh(&mut self, walk: &Walk) {
        self.rows = rows_of(walk);
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }

    /// All lines.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The line the cursor is on.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line on the screen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// Moves the cursor by `rows`.
    pub fn step(&mut self, rows: isize) {
        self.cursor = self.cursor.saturating_add_signed(rows).min(self.rows.len().saturating_sub(1));
    }

    /// Scrolls so that the cursor is among `height` lines.
    pub fn scroll(&mut self, height: usize) {
        let lowest_top = (self.cursor + 1).saturating_sub(height.max(1));
        self.top = self.top.clamp(lowest_top, self.cursor);
    }
}

fn rows_of(walk: &Walk) -> Vec<Row> {
    let mut rows = Vec::new();
    for verdict in LISTED {
        let prompts = prompts_with(walk, verdict, usize::MAX);
        if prompts.is_empty() {
            continue;
        }
        rows.push(Row::Heading(format!("{} ({})", capital(verdict.word()), prompts.len())));
        for row in prompts {
            let idx = row.target();
            rows.push(row);
            let id = idx.and_then(|idx| walk.revision.id_at(idx));
            if let Some(id) = id {
                rows.extend(blocking_row(walk, id));
            }
            if id.is_some() {
                rows.extend(walk.session.notes_on(id).map(|note| note_row(note, &note.note.text, true, idx)));
            }
        }
    }
    add_group(&mut rows, "Suspects", suspects(walk), MOST_SUSPECTS);
    add_group(&mut rows, "Flaky", flaky(walk), MOST_FLAKY);
    if walk.history.searching().is_some() {
        rows.push(Row::Searching);
    }
    rows.extend(provisional(walk));
    let on_session = walk.session.notes_on(None).map(|note| note_row(note, &note.note.text, false, None));
    add_group(&mut rows, "Notes on the session", on_session.collect(), usize::MAX);
    add_group(&mut rows, "Other notes", other_notes(walk), usize::MAX);
    rows.extend(time_rows(walk));
    rows.extend(debrief_rows(walk));
    let untested = walk.progress.totals()[Verdict::Untested] as usize;
    if untested > 0 {
        rows.push(Row::Heading(format!("Untested ({untested})")));
        rows.extend(prompts_with(walk, Verdict::Untested, MOST_UNTESTED));
        if untested > MOST_UNTESTED {
            rows.push(Row::Text(format!("and {} more", untested - MOST_UNTESTED)));
        }
    }
    if rows.is_empty() {
        rows.push(Row::Text("nothing failed, nothing is open, no notes".to_owned()));
    }
    rows
}

/// What took how long; nothing where hardly any time passed.
fn time_rows(walk: &Walk) -> Vec<Row> {
    let session = walk.decided_on();
    let times = session.times();
    if times.walking_ms() + times.paused_ms() < 1000 {
        return Vec::new();
    }
    let mut rows = vec![Row::Heading("Time".to_owned())];
    let done = |activity: &Activity| times.of(*activity) > 0 || session.activity() == *activity;
    rows.extend(Activity::ALL.into_iter().filter(done).map(|activity| Row::Time(Some(activity))));
    rows.extend((times.paused_ms() > 0).then_some(Row::Time(None)));
    rows
}

fn debrief_rows(walk: &Walk) -> Vec<Row> {
    let mut rows = Vec::new();
    for (question, answer) in walk.decided_on().debrief() {
        if rows.is_empty() {
            rows.push(Row::Heading("Debrief".to_owned()));
        }
        let mut question = Some(question);
        for line in answer.lines() {
            rows.push(Row::Answer { question: question.take(), text: line.to_owned() });
        }
    }
    rows
}

/// The verdicts whose prompts are listed by name, worst first.
const LISTED: [Verdict; 3] = [Verdict::Fail, Verdict::Blocked, Verdict::Inconclusive];

fn add_group(rows: &mut Vec<Row>, heading: &str, mut members: Vec<Row>, most: usize) {
    let count = members.len();
    if count == 0 {
        return;
    }
    rows.push(Row::Heading(format!("{heading} ({count})")));
    members.truncate(most);
    rows.extend(members);
    if count > most {
        rows.push(Row::Text(format!("and {} more", count - most)));
    }
}

/// The suspect integration points, those first at which more changed than the build; as far as they are looked up.
fn suspects(walk: &Walk) -> Vec<Row> {
    let outline = &walk.revision.plan().outline;
    let mut points: Vec<(&IntegrationPoint, NodeIdx, usize, Vec<Difference>)> = Vec::new();
    for (id, node) in walk.revision.prompts() {
        if walk.progress.verdict(node.idx()) != Some(Verdict::Fail) {
            continue;
        }
        let Some(point) = outline.node(node.idx()).point() else { continue };
        let suspicion = walk.history.suspicion(&walk.session, id);
        if suspicion.is_empty() {
            continue;
        }
        match points.iter_mut().find(|(known, ..)| *known == point) {
            Some((_, _, fails, why)) => {
                *fails += 1;
                why.extend(suspicion.into_iter().filter(|new| !why.contains(new)).collect::<Vec<_>>());
            }
            None => points.push((point, node.idx(), 1, suspicion)),
        }
    }
    let is_build_only = |why: &[Difference]| why.iter().all(|d| matches!(d, Difference::Build { .. }));
    points.sort_by_key(|(.., why)| is_build_only(why));
    points.into_iter().map(|(_, idx, fails, why)| Row::Suspect { idx, fails, why }).collect()
}

/// The prompts that are flaky, as far as they are looked up.
fn flaky(walk: &Walk) -> Vec<Row> {
    let mut places: Vec<NodeIdx> = walk.history.flaky().filter_map(|id| walk.revision.place(id)).collect();
    places.sort_unstable();
    let row = |idx: NodeIdx| {
        let text = walk.revision.plan().outline.node(idx).text().to_owned();
        Some(Row::Prompt { standing: walk.progress.standing(idx)?, idx, text })
    };
    places.into_iter().filter_map(row).collect()
}

fn prompts_with(walk: &Walk, verdict: Verdict, most: usize) -> Vec<Row> {
    let with_it =
        walk.revision.prompts().filter(|(_, node)| walk.progress.verdict(node.idx()) == Some(verdict));
    with_it
        .take(most)
        .map(|(id, node)| {
            let judged = walk.session.mark(id).map(|mark| mark.wording);
            let text = judged.unwrap_or(node.text()).to_owned();
            Row::Prompt { standing: walk.session.standing(id), idx: node.idx(), text }
        })
        .collect()
}

/// Provisional passes, under who stood in, in the order in which those first did.
fn provisional(walk: &Walk) -> Vec<Row> {
    let count = walk.progress.totals().provisional() as usize;
    if count == 0 {
        return Vec::new();
    }
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    let mut by_stand_ins: HashMap<String, usize> = HashMap::new();
    let is_so = |standing: Option<Standing>| standing.is_some_and(Standing::is_provisional);
    let found = walk.revision.prompts().filter(|(_, node)| is_so(walk.progress.standing(node.idx())));
    for (id, node) in found.take(MOST_PROVISIONAL) {
        let Some(mark) = walk.session.mark(id) else { continue };
        let stand_ins = mark.conditions.ends.as_ref().map(Ends::stand_ins).unwrap_or_default();
        let at = *by_stand_ins.entry(stand_ins).or_insert_with_key(|stand_ins| {
            groups.push((stand_ins.clone(), Vec::new()));
            groups.len() - 1
        });
        let text = mark.wording.to_owned();
        groups[at].1.push(Row::Prompt { standing: mark.standing(), idx: node.idx(), text });
    }
    let mut rows = vec![Row::Heading(format!("{PASSED_ONLY_AGAINST_A_FAKE} ({count})"))];
    for (stand_ins, prompts) in groups {
        rows.push(Row::StandIns(stand_ins));
        rows.extend(prompts);
    }
    if count > MOST_PROVISIONAL {
        rows.push(Row::Text(format!("and {} more", count - MOST_PROVISIONAL)));
    }
    rows
}

const PASSED_ONLY_AGAINST_A_FAKE: &str = "Passed only against a fake";

/// The most provisional passes that are listed by name; the rest are a number.
const MOST_PROVISIONAL: usize = 500;

/// What blocks a prompt, or how many it blocks.
fn blocking_row(walk: &Walk, prompt: PromptId) -> Option<Row> {
    let mark = walk.session.mark(prompt)?;
    if let Some(by) = mark.blocked_by {
        let text = format!("blocked by: {}", walk.title_of(by));
        return Some(Row::Blocking { text, idx: walk.revision.place(by) });
    }
    let count = walk.session.blocked_by(prompt).len();
    let prompts = if count == 1 { "prompt" } else { "prompts" };
    let idx = walk.revision.place(prompt);
    (count > 0).then(|| Row::Blocking { text: format!("blocks {count} {prompts}"), idx })
}

fn note_row(note: Note<'_>, text: &str, on_prompt: bool, idx: Option<NodeIdx>) -> Row {
    Row::Note { at: note.at, kind: note.note.kind, text: text.replace('\n', " "), on_prompt, idx }
}

/// Notes on prompts that are not listed by name: those that passed, were skipped, are untested or gone.
fn other_notes(walk: &Walk) -> Vec<Row> {
    let mut rows = Vec::new();
    for note in walk.session.notes() {
        let Some(prompt) = note.note.prompt else { continue };
        let idx = walk.revision.place(prompt);
        if idx.and_then(|idx| walk.progress.verdict(idx)).is_some_and(|verdict| LISTED.contains(&verdict)) {
            continue;
        }
        let text = match idx.and_then(|idx| walk.revision.plan().outline.get(idx)) {
            Some(node) => format!("{}  ({})", note.note.text, node.text()),
            None => note.note.text.clone(),
        };
        rows.push(note_row(note, &text, false, idx));
    }
    rows
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
