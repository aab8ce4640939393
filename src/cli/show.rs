//! `seamwalk show`: one session with its verdicts and notes, as JSON for programs or as a page for people.
//!
//! [`Document`] is made from values alone and both forms are made from it, so they cannot disagree.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde::{Serialize, Serializer};

use super::args::Format;
use super::output::Output;
use super::page::{Glyphs, Ink, Page};
use super::past::{self, Earlier};
use super::times::{Debrief, TimesByWord, rfc3339, rfc3339_or_null, time_said};
use crate::domain::component::{ComponentState, Ends};
use crate::domain::history::{Change, Past, listed};
use crate::domain::id::{PromptId, SessionId};
use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::progress::Progress;
use crate::domain::revision::Revision;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Counts, Ground, Standing, Verdict};
use crate::error::{Error, Exit};
use crate::store::{Loaded, Store, StoreError};

/// The name and version of the JSON form.
pub const FORMAT: &str = "seamwalk.session/1";

/// What a session says of itself, without its prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head<'a> {
    /// [`FORMAT`].
    pub format: &'static str,
    /// Which session.
    pub id: SessionId,
    /// Which plan.
    pub plan: PlanName<'a>,
    /// Who walks.
    pub tester: &'a str,
    /// The mission.
    pub charter: Option<&'a str>,
    /// The session of which it walks some prompts once more.
    pub retest_of: Option<SessionId>,
    /// What it says of the environment.
    pub fields: &'a BTreeMap<String, String>,
    /// When it began.
    #[serde(serialize_with = "rfc3339")]
    pub started_at: Timestamp,
    /// When it was closed.
    #[serde(serialize_with = "rfc3339_or_null")]
    pub ended_at: Option<Timestamp>,
    /// Open or closed.
    pub state: State,
    /// How many prompts have each verdict.
    pub counts: CountsByWord,
    /// How many events are on disk: the `n` of `saved #n`.
    pub saved: u64,
    /// How many milliseconds it may take.
    pub time_box_ms: Option<u64>,
    /// Where the time went until the latest event.
    pub times: TimesByWord,
}

/// A plan's title and file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlanName<'a> {
    /// What it was called when the session began.
    pub title: &'a str,
    /// Where it was read from.
    pub source: Option<&'a str>,
}

/// Whether a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It can be walked.
    Open,
    /// It was finished; it can be reopened.
    Closed,
}

impl State {
    /// Open until `ended_at` says otherwise.
    #[must_use]
    pub fn of(ended_at: Option<Timestamp>) -> Self {
        if ended_at.is_some() { Self::Closed } else { Self::Open }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// Counts as an object with a key a verdict, and how many of the passes are for real and how many provisional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountsByWord(pub Counts);

impl Serialize for CountsByWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdicts = Verdict::ALL.into_iter().map(|verdict| (verdict.word(), self.0[verdict]));
        let passes = [("pass_real", self.0.passed_for_real()), ("pass_provisional", self.0.provisional())];
        serializer.collect_map(verdicts.chain(passes))
    }
}

/// One session, complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document<'a> {
    /// What it says of itself.
    #[serde(flatten)]
    pub head: Head<'a>,
    /// What stands for each component now, in the order of the plan; the unknown ones as well.
    pub components: Vec<Component<'a>>,
    /// Its prompts in the order of the plan, then those that were marked and left the plan.
    pub prompts: Vec<Prompt<'a>>,
    /// Its notes in the order they were written.
    pub notes: Vec<Remark<'a>>,
    /// The answers of its debrief.
    pub debrief: Debrief<'a>,
}

/// A component with what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component<'a> {
    /// Its name.
    pub name: &'a str,
    /// real, fake, absent or unknown.
    pub state: &'static str,
    /// The name of the stand-in, where it has one.
    pub fake: Option<&'a str>,
}

impl<'a> Component<'a> {
    fn new(name: &'a str, state: &'a ComponentState) -> Self {
        Self { name, state: state.word(), fake: state.fake_name() }
    }

    /// `payments fake: stripe-mock`.
    fn words(&self) -> String {
        let fake = self.fake.map(|fake| format!(": {fake}")).unwrap_or_default();
        format!("{} {}{fake}", self.name, self.state)
    }
}

/// What stood at the ends of a prompt's integration point when it was marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndStates<'a> {
    /// real, fake, absent or unknown.
    pub from: &'static str,
    /// The same of the component that is called.
    pub to: &'static str,
    /// The name of the stand-in for the caller. In JSON only where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_fake: Option<&'a str>,
    /// The name of the stand-in for what is called, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_fake: Option<&'a str>,
}

impl<'a> EndStates<'a> {
    fn new(ends: &'a Ends) -> Self {
        let (from, to) = (&ends.from.state, &ends.to.state);
        Self { from: from.word(), to: to.word(), from_fake: from.fake_name(), to_fake: to.fake_name() }
    }
}

/// A prompt with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prompt<'a> {
    /// Which prompt.
    pub id: PromptId,
    /// The sections above it, from the top.
    pub path: Vec<&'a str>,
    /// The wording that was judged; the current one while it is untested.
    pub text: &'a str,
    /// What the tester says of it.
    pub verdict: Verdict,
    /// When the tester said so.
    #[serde(serialize_with = "rfc3339_or_null")]
    pub marked_at: Option<Timestamp>,
    /// Its tags, inherited ones first.
    pub tags: Vec<&'a str>,
    /// Its integration point.
    pub point: Option<&'a IntegrationPoint>,
    /// What stood at its ends, as its latest mark keeps it; none while it is untested or without a point.
    #[serde(serialize_with = "end_states")]
    pub ends: Option<&'a Ends>,
    /// It passed, and an end was fake or absent.
    pub provisional: bool,
    /// For a prompt that is blocked, the failing one that was named as what is in its way.
    pub blocked_by: Option<PromptId>,
    /// Its last marks in earlier sessions of the plan, the oldest first; at most as many as [`crate::domain::history::LENGTH`].
    pub history: Vec<Earlier<'a>>,
    /// It passed and failed under the same conditions, as [`crate::domain::history`] says.
    pub flaky: bool,
    /// It fails, and this changed at its integration point since it passed.
    pub suspect: Option<String>,
    /// What its verdict means after the earlier ones; for people.
    #[serde(skip)]
    pub change: Option<Change>,
    /// It was marked, and has left the plan since: it is shown and no longer counted. In JSON only where it is so.
    #[serde(rename = "removed", skip_serializing_if = "is_false")]
    pub gone: bool,
}

/// A note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remark<'a> {
    /// When it was written.
    #[serde(serialize_with = "rfc3339")]
    pub at: Timestamp,
    /// note, bug, question, idea or setup.
    pub kind: &'static str,
    /// What it says.
    pub text: &'a str,
    /// The prompt that it is about; none for the session.
    pub prompt: Option<PromptId>,
}

impl Prompt<'_> {
    pub(super) fn standing(&self) -> Standing {
        let ground = self.ends.map_or(Ground::Unstated, Ends::ground);
        Standing { verdict: self.verdict, ground }
    }
}

fn end_states<S: Serializer>(ends: &Option<&Ends>, serializer: S) -> Result<S::Ok, S::Error> {
    ends.map(EndStates::new).serialize(serializer)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
fn is_false(gone: &bool) -> bool {
    !gone
}

impl<'a> Document<'a> {
    /// Joins a session with the plan's latest state and with what earlier sessions say of its prompts; `source` is the
    /// plan's file.
    ///
    /// A prompt belongs to the session if its tag is walked or if it was marked: a verdict is shown even if the
    /// prompt's tag or the prompt itself left the plan since.
    #[must_use]
    pub fn new(
        session: &'a Session,
        revision: &'a Revision,
        source: Option<&'a str>,
        past: &'a Past,
    ) -> Self {
        let start = session.start();
        let history = |id| past.marks(id).unwrap_or_default().iter().map(Earlier::of).collect();
        let suspect = |id| Some(listed(&past.suspicion(session, id))).filter(|why| !why.is_empty());
        let belongs = |id: PromptId, prompt: NodeRef<'_>| {
            start.takes_in(id, |tag| prompt.tags().contains(&tag)) || session.mark(id).is_some()
        };
        let current = revision.prompts().filter(|(id, prompt)| belongs(*id, *prompt)).map(|(id, prompt)| {
            let mark = session.mark(id);
            Prompt {
                id,
                path: prompt.path(),
                text: mark.map_or(prompt.text(), |mark| mark.wording),
                verdict: mark.map_or(Verdict::Untested, |mark| mark.verdict),
                marked_at: mark.map(|mark| mark.at),
                tags: prompt.tags(),
                point: prompt.point(),
                ends: mark.and_then(|mark| mark.conditions.ends.as_ref()),
                provisional: mark.is_some_and(|mark| mark.standing().is_provisional()),
                blocked_by: mark.and_then(|mark| mark.blocked_by),
                history: history(id),
                flaky: past.is_flaky(session, id),
                suspect: suspect(id),
                change: past.change(session, id),
                gone: false,
            }
        });
        let removed = revision.removed().iter().filter_map(|gone| {
            let mark = session.mark(gone.id)?;
            Some(Prompt {
                id: gone.id,
                path: gone.path.iter().map(String::as_str).collect(),
                text: mark.wording,
                verdict: mark.verdict,
                marked_at: Some(mark.at),
                tags: Vec::new(),
                point: None,
                ends: mark.conditions.ends.as_ref(),
                provisional: mark.standing().is_provisional(),
                blocked_by: mark.blocked_by,
                history: history(gone.id),
                flaky: past.is_flaky(session, gone.id),
                suspect: suspect(gone.id),
                change: past.change(session, gone.id),
                gone: true,
            })
        });
        let notes = session.notes().map(|note| Remark {
            at: note.at,
            kind: note.note.kind.word(),
            text: &note.note.text,
            prompt: note.note.prompt,
        });
        let head = Head {
            format: FORMAT,
            id: session.id(),
            plan: PlanName { title: &start.plan_title, source },
            tester: &start.tester,
            charter: session.charter(),
            retest_of: start.retest.as_ref().map(|retest| retest.of),
            fields: session.fields(),
            started_at: session.started_at(),
            ended_at: session.ended_at(),
            state: State::of(session.ended_at()),
            // As the walk and the list of sessions count: what the plan still has.
            counts: CountsByWord(Progress::new(revision, session).totals()),
            saved: session.seq(),
            time_box_ms: session.time_box_ms(),
            times: TimesByWord(session.times()),
        };
        let names = revision.plan().component_names().into_iter();
        let components = names.map(|name| Component::new(name, session.states().of(name))).collect();
        let debrief = Debrief(session.debrief().collect());
        let (prompts, notes) = (current.chain(removed).collect(), notes.collect());
        Self { head, components, prompts, notes, debrief }
    }

    /// A page for people: the head, what did not pass with its notes, what to suspect, what is flaky, the session's own
    /// notes, every prompt.
    #[must_use]
    pub fn page(&self, glyphs: Glyphs) -> Page {
        let mut page = Page::default();
        let mut notes = self.notes_by_prompt();
        self.head_lines(glyphs, &mut page);
        let blocking = self.blocking();
        for (verdict, title) in NOT_PASSED {
            self.not_passed_lines(verdict, title, glyphs, &blocking, &mut notes, &mut page);
        }
        self.provisional_lines(glyphs, &mut page);
        past::suspects(&self.prompts, glyphs, &mut page);
        past::flaky(&self.prompts, glyphs, &mut page);
        if let Some(own) = notes.remove(&None) {
            page.blank();
            page.line([(Ink::Strong, "Notes on the session")]);
            for note in own {
                self.note_lines(note, "  ", &mut page);
            }
        }
        if !self.debrief.0.is_empty() {
            page.blank();
            page.line([(Ink::Strong, "Debrief")]);
            for (question, answer) in &self.debrief.0 {
                let lead = format!("  {:<10} ", question.word());
                page.paragraph(&[(Ink::Faint, &lead)], Ink::Plain, answer);
            }
        }
        page.blank();
        page.line([(Ink::Strong, "Every prompt")]);
        let mut above: Option<(&[&str], bool)> = None;
        for prompt in &self.prompts {
            let here = (prompt.path.as_slice(), prompt.gone);
            if above.replace(here) != Some(here) {
                let left = if prompt.gone { "no longer in the plan: " } else { "" };
                let path = format!("{left}{}", self.place(prompt, glyphs));
                page.blank();
                if !path.is_empty() {
                    page.paragraph(&[(Ink::Plain, "  ")], Ink::Faint, &path);
                }
            }
            let standing = prompt.standing();
            let lead = format!("  {} {:<12} ", glyphs.standing(standing), standing.word());
            page.paragraph(&[(Ink::of_standing(standing), &lead)], Ink::Plain, prompt.text);
            for note in notes.remove(&Some(prompt.id)).into_iter().flatten() {
                self.note_lines(note, "                 ", &mut page);
            }
        }
        page
    }

    fn place(&self, prompt: &Prompt<'_>, glyphs: Glyphs) -> String {
        place(&prompt.path, self.head.plan.title, glyphs)
    }

    /// The notes of each prompt, and under `None` those of the session and of prompts that are not shown.
    fn notes_by_prompt(&self) -> HashMap<Option<PromptId>, Vec<&Remark<'a>>> {
        let shown: HashSet<PromptId> = self.prompts.iter().map(|prompt| prompt.id).collect();
        let mut notes: HashMap<Option<PromptId>, Vec<&Remark<'a>>> = HashMap::new();
        for note in &self.notes {
            notes.entry(note.prompt.filter(|id| shown.contains(id))).or_default().push(note);
        }
        notes
    }

    fn not_passed_lines(
        &self,
        verdict: Verdict,
        title: &str,
        glyphs: Glyphs,
        blocking: &HashMap<PromptId, String>,
        notes: &mut HashMap<Option<PromptId>, Vec<&Remark<'a>>>,
        page: &mut Page,
    ) {
        let mut found = self.prompts.iter().filter(|prompt| prompt.verdict == verdict).peekable();
        if found.peek().is_some() {
            page.blank();
            page.line([(Ink::Strong, title)]);
        }
        for prompt in found {
            let lead = format!("  {} ", glyphs.verdict(verdict));
            page.paragraph(&[(Ink::of(verdict), &lead)], Ink::Plain, prompt.text);
            let left = if prompt.gone { " (no longer in the plan)" } else { "" };
            let place = format!("{}{left}", self.place(prompt, glyphs));
            if !place.is_empty() {
                page.paragraph(&[(Ink::Plain, "    ")], Ink::Faint, place.trim_start());
            }
            if let Some(blocking) = blocking.get(&prompt.id) {
                page.paragraph(&[(Ink::Plain, "    ")], Ink::Plain, blocking);
            }
            past::lines(prompt, page);
            for note in notes.remove(&Some(prompt.id)).into_iter().flatten() {
                self.note_lines(note, "    ", page);
            }
        }
    }

    /// What passed only because something stood in for an end, under what that was.
    fn provisional_lines(&self, glyphs: Glyphs, page: &mut Page) {
        let mut groups: Vec<(String, Vec<&Prompt<'_>>)> = Vec::new();
        for prompt in self.prompts.iter().filter(|prompt| prompt.provisional) {
            let stand_ins = prompt.ends.map(Ends::stand_ins).unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == stand_ins) {
                Some((_, prompts)) => prompts.push(prompt),
                None => groups.push((stand_ins, vec![prompt])),
            }
        }
        if groups.is_empty() {
            return;
        }
        page.blank();
        page.line([(Ink::Strong, "Passed only against a fake")]);
        for (stand_ins, prompts) in groups {
            page.paragraph(&[(Ink::Plain, "  ")], Ink::Doubtful, &stand_ins);
            for prompt in prompts {
                let lead = format!("    {} ", glyphs.standing(prompt.standing()));
                page.paragraph(&[(Ink::Doubtful, &lead)], Ink::Plain, prompt.text);
            }
        }
    }

    /// What blocks each prompt that is blocked, and how many each cause blocks.
    fn blocking(&self) -> HashMap<PromptId, String> {
        let mut blocked: HashMap<PromptId, Vec<PromptId>> = HashMap::new();
        for prompt in &self.prompts {
            if let Some(by) = prompt.blocked_by {
                blocked.entry(by).or_default().push(prompt.id);
            }
        }
        let mut lines = HashMap::new();
        for cause in self.prompts.iter().filter(|prompt| blocked.contains_key(&prompt.id)) {
            let by_it = &blocked[&cause.id];
            let prompts = if by_it.len() == 1 { "prompt" } else { "prompts" };
            lines.insert(cause.id, format!("blocks {} {prompts}", by_it.len()));
            lines.extend(by_it.iter().map(|prompt| (*prompt, format!("blocked by: {}", cause.text))));
        }
        lines
    }

    fn head_lines(&self, glyphs: Glyphs, page: &mut Page) {
        let head = &self.head;
        page.paragraph(&[], Ink::Strong, head.plan.title);
        let retest = head.retest_of.map(|of| format!("retest of {of}"));
        for about in head.charter.into_iter().chain(retest.as_deref()) {
            page.paragraph(&[], Ink::Plain, about);
        }
        page.blank();
        let id = head.id.to_string();
        let started = head.started_at.date_hour_minute();
        let ended = head.ended_at.map(Timestamp::date_hour_minute);
        let saved = format!("#{}", head.saved);
        let time = time_said(&head.times.0, head.time_box_ms);
        let usual = [
            ("session", Some(id.as_str())),
            ("plan", head.plan.source),
            ("tester", Some(head.tester)),
            ("started", Some(started.as_str())),
            ("ended", Some(ended.as_deref().unwrap_or("still open"))),
            ("time", time.as_deref()),
            ("saved", Some(saved.as_str())),
        ];
        let fields = head.fields.iter().map(|(name, value)| (name.as_str(), Some(value.as_str())));
        for (name, value) in usual.into_iter().chain(fields) {
            let Some(value) = value else { continue };
            page.paragraph(&[(Ink::Faint, &format!("  {name:<11} "))], Ink::Plain, value);
        }
        let known = self.components.iter().filter(|component| component.state != "unknown");
        for (at, component) in known.enumerate() {
            let label = if at == 0 { "components" } else { "" };
            page.paragraph(&[(Ink::Faint, &format!("  {label:<11} "))], Ink::Plain, &component.words());
        }
        page.blank();
        tally_line(&head.counts.0, glyphs, "", page);
    }

    fn note_lines(&self, note: &Remark<'_>, indent: &str, page: &mut Page) {
        let day = |at: Timestamp| at.date_hour_minute().get(..10).map(str::to_owned);
        let same_day = day(note.at) == day(self.head.started_at);
        let at = if same_day { note.at.hour_minute() } else { note.at.date_hour_minute() };
        let ink = if note.kind == "bug" { Ink::Bad } else { Ink::Doubtful };
        page.paragraph(
            &[(Ink::Plain, indent), (Ink::Faint, &at), (ink, &format!(" {:<8} ", note.kind))],
            Ink::Plain,
            note.text,
        );
    }
}

/// Prints the session that `wanted` names.
///
/// # Errors
///
/// [`Error::Find`] if it names none or several, [`Error::Store`] if the database cannot be used.
pub fn show(database: &Path, wanted: &str, format: Format, output: &mut Output) -> Result<Exit, Error> {
    let store = existing_store(database)?;
    let id = store.find_session(wanted)?;
    let Loaded { session, revision } = store.load(id)?;
    let source = store.session_head(id)?.plan_source;
    let marked_and_gone =
        revision.removed().iter().map(|gone| gone.id).filter(|id| session.mark(*id).is_some());
    let prompts: Vec<PromptId> = revision.ids().iter().copied().chain(marked_and_gone).collect();
    let past = store.past_of(&session, &prompts)?;
    let document = Document::new(&session, &revision, source.as_deref(), &past);
    match format {
        Format::Json => output.json(&document)?,
        Format::Text => output.page(&document.page(output.glyphs()))?,
    }
    Ok(Exit::OK)
}

/// The database, for a command that needs a session: without a database there is no such session.
pub(super) fn existing_store(database: &Path) -> Result<Store, Error> {
    Store::open_existing(database).map_err(|error| match error {
        StoreError::Missing { .. } => Error::problem(error.to_string()),
        _ => error.into(),
    })
}

/// The sections above a prompt, without the one that only repeats the plan's title.
pub(super) fn place(path: &[&str], plan_title: &str, glyphs: Glyphs) -> String {
    let path = match path {
        [first, below @ ..] if *first == plan_title => below,
        path => path,
    };
    path.join(glyphs.below())
}

/// What a reader looks for first, worst first.
const NOT_PASSED: [(Verdict, &str); 3] =
    [(Verdict::Fail, "Failed"), (Verdict::Blocked, "Blocked"), (Verdict::Inconclusive, "Inconclusive")];

/// `34/58 tested  ✓ 28 pass  ✗ 3 fail`, after `indent`; verdicts that do not occur are left out. Where somebody said
/// what was real, a second line says of how many passes.
pub(super) fn tally_line(counts: &Counts, glyphs: Glyphs, indent: &str, page: &mut Page) {
    let tested = format!("{indent}{}/{} tested", counts.tested(), counts.total());
    let mut pieces = vec![(Ink::Plain, tested)];
    for verdict in Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Untested) {
        if counts[verdict] > 0 {
            let count = format!("   {} {} {verdict}", glyphs.verdict(verdict), counts[verdict]);
            pieces.push((Ink::of(verdict), count));
        }
    }
    page.line(pieces.iter().map(|(ink, text)| (*ink, text.as_str())));
    let (provisional, real) = (counts.provisional(), counts.passed_for_real());
    if provisional + real > 0 {
        let mark = glyphs.standing(Standing { verdict: Verdict::Pass, ground: Ground::Provisional });
        let ink = if provisional > 0 { Ink::Doubtful } else { Ink::Faint };
        page.line([
            (Ink::Faint, format!("{indent}of the passes   ").as_str()),
            (ink, format!("{mark} {provisional} provisional   ").as_str()),
            (Ink::Good, format!("{real} for real").as_str()),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::domain::component::{Ends, States};
    use crate::domain::history::{PastMark, PastSession};
    use crate::domain::id::{EventId, PlanId};
    use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
    use crate::domain::revision::RemovedPrompt;
    use crate::domain::session::{
        Activity, Away, Conditions, Event, NoteKind, NoteText, Question, Recorded, Start,
    };

    fn prompt(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_795_442_400_000 + second * 1000, 60).unwrap()
    }

    /// Three prompts in two sections; the last is not critical. Prompt 9 left the plan.
    fn revision() -> Revision {
        let entry = |kind, depth, text: &str, tags: &[&str]| Entry {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Entry::new(kind, depth, 1, text)
        };
        let entries = [
            entry(NodeKind::Section, 1, "Shop", &[]),
            entry(NodeKind::Section, 2, "cart -> inventory (http)", &[]),
            entry(NodeKind::Prompt, 3, "Adding reserves one", &["critical"]),
            entry(NodeKind::Prompt, 3, "Removing releases it", &["critical"]),
            entry(NodeKind::Prompt, 2, "Prices are shown", &[]),
        ];
        let plan = Plan {
            title: "Shop".to_owned(),
            outline: Outline::from_entries(&entries, &[]),
            ..Plan::default()
        };
        let gone = RemovedPrompt {
            id: prompt(9),
            anchor: None,
            path: vec!["Shop".to_owned(), "Returns".to_owned()],
            text: "Old, reworded".to_owned(),
        };
        let ids = vec![prompt(1), prompt(2), prompt(3)];
        Revision::new(PlanId(Uuid::from_u128(7)), 2, plan, ids, vec![gone]).unwrap()
    }

    fn session(only: Option<&str>, events: Vec<Event>) -> Session {
        let start = Start {
            plan: PlanId(Uuid::from_u128(7)),
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: Some("smoke before 2.4".to_owned()),
            fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
            only: only.map(str::to_owned),
            components: States::default(),
            retest: None,
            time_box_ms: None,
        };
        let events = std::iter::once(Event::SessionStarted(start.into())).chain(events);
        let recorded = events.enumerate().map(|(seq, event)| Recorded {
            id: EventId(Uuid::from_u128(100 + seq as u128)),
            leader: None,
            seq: seq as u64,
            at: at(seq as i64 * 60),
            lap: None,
            event,
        });
        Session::replay(SessionId(Uuid::from_u128(5)), recorded).unwrap()
    }

    fn mark(n: u128, verdict: Verdict, wording: &str) -> Event {
        Event::verdict(prompt(n), verdict, wording)
    }

    fn note(kind: NoteKind, text: &str, about: Option<u128>) -> Event {
        Event::NoteAdded(NoteText { kind, text: text.to_owned(), prompt: about.map(prompt) })
    }

    fn walked() -> Session {
        session(
            None,
            vec![
                mark(1, Verdict::Pass, "Adding an item reserves one"),
                mark(2, Verdict::Fail, "Removing releases it"),
                note(NoteKind::Bug, "stock shows -1\nfor a second", Some(2)),
                note(NoteKind::Setup, "fresh database", None),
                mark(9, Verdict::Fail, "Old"),
                Event::TimeBoxSet(Some(2_700_000)),
                Event::ActivitySwitched(Activity::SetUp),
                Event::AwayExplained { ms: 120_000, was: Away::Break },
                Event::DebriefAnswered {
                    question: Question::Outlook,
                    answer: Some("returns\nand mail".to_owned()),
                },
            ],
        )
    }

    fn as_json(document: &Document<'_>) -> Value {
        serde_json::to_value(document).unwrap()
    }

    #[test]
    fn the_json_says_everything_in_the_documented_shape() {
        let none = Past::default();
        let (session, revision) = (walked(), revision());
        let found = as_json(&Document::new(&session, &revision, Some("plans/shop.md"), &none));
        let id = |n: u128| Uuid::from_u128(n).to_string();
        let point = json!({"from": "cart", "to": "inventory", "kind": "http", "both_ways": false});
        let path = json!(["Shop", "cart -> inventory (http)"]);
        let expected = json!({
            "format": "seamwalk.session/1",
            "id": id(5),
            "plan": {"title": "Shop", "source": "plans/shop.md"},
            "tester": "ana",
            "charter": "smoke before 2.4",
            "retest_of": null,
            "fields": {"build": "4f2c"},
            "started_at": at(0).rfc3339(),
            "ended_at": null,
            "state": "open",
            "counts": {"untested": 1, "pass": 1, "fail": 1, "blocked": 0, "inconclusive": 0, "skip": 0,
                       "pass_real": 0, "pass_provisional": 0},
            "components": [{"name": "cart", "state": "unknown", "fake": null},
                           {"name": "inventory", "state": "unknown", "fake": null}],
            "prompts": [
                {"id": id(1), "path": path, "text": "Adding an item reserves one", "verdict": "pass",
                 "marked_at": at(60).rfc3339(), "tags": ["critical"], "point": point,
                 "ends": null, "provisional": false, "blocked_by": null,
                 "history": [], "flaky": false, "suspect": null},
                {"id": id(2), "path": path, "text": "Removing releases it", "verdict": "fail",
                 "marked_at": at(120).rfc3339(), "tags": ["critical"], "point": point,
                 "ends": null, "provisional": false, "blocked_by": null,
                 "history": [], "flaky": false, "suspect": null},
                {"id": id(3), "path": ["Shop"], "text": "Prices are shown", "verdict": "untested",
                 "marked_at": null, "tags": [], "point": null, "ends": null, "provisional": false, "blocked_by": null,
                 "history": [], "flaky": false, "suspect": null},
                {"id": id(9), "path": ["Shop", "Returns"], "text": "Old", "verdict": "fail",
                 "marked_at": at(300).rfc3339(), "tags": [], "point": null, "ends": null,
                 "provisional": false, "blocked_by": null, "history": [], "flaky": false, "suspect": null,
                 "removed": true},
            ],
            "notes": [
                {"at": at(180).rfc3339(), "kind": "bug", "text": "stock shows -1\nfor a second", "prompt": id(2)},
                {"at": at(240).rfc3339(), "kind": "setup", "text": "fresh database", "prompt": null},
            ],
            "saved": 9,
            "time_box_ms": 2_700_000,
            "times": {"testing_ms": 420_000, "bug_investigation_ms": 0, "set_up_ms": 120_000, "off_charter_ms": 0,
                      "paused_ms": 120_000},
            "debrief": {"outlook": "returns\nand mail"},
        });
        assert_eq!(found, expected, "{found:#}");
    }

    #[test]
    fn a_session_of_one_tag_shows_its_prompts_and_whatever_else_was_marked() {
        let none = Past::default();
        let revision = revision();
        let tagged = session(Some("critical"), vec![]);
        let document = Document::new(&tagged, &revision, None, &none);
        assert_eq!(document.prompts.iter().map(|p| p.id).collect::<Vec<_>>(), [prompt(1), prompt(2)]);
        let before = session(Some("critical"), vec![mark(3, Verdict::Fail, "It had the tag then")]);
        let document = Document::new(&before, &revision, None, &none);
        assert_eq!(document.prompts.last().unwrap().text, "It had the tag then");
    }

    #[test]
    fn a_closed_session_says_when_and_counts_its_closing_as_saved() {
        let (session, revision) = (session(None, vec![Event::SessionClosed]), revision());
        let found = as_json(&Document::new(&session, &revision, None, &Past::default()));
        assert_eq!(found["state"], "closed");
        assert_eq!(found["ended_at"], at(60).rfc3339());
        assert_eq!(found["saved"], 1);
        assert_eq!(found["plan"]["source"], Value::Null);
    }

    #[test]
    fn the_page_begins_with_what_failed_and_its_notes() {
        let none = Past::default();
        let (session, revision) = (walked(), revision());
        let text = Document::new(&session, &revision, Some("plans/shop.md"), &none)
            .page(Glyphs::Unicode)
            .render(false);
        let expected = "\
Shop
smoke before 2.4

  session     00000000-0000-0000-0000-000000000005
  plan        plans/shop.md
  tester      ana
  started     2026-11-23 15:00
  ended       still open
  time        9:00 of 45:00: testing 7:00, set-up 2:00; paused 2:00
  saved       #9
  build       4f2c

2/3 tested   ✓ 1 pass   ✗ 1 fail

Failed
  ✗ Removing releases it
    cart -> inventory (http)
    15:03 bug      stock shows -1
                   for a second
  ✗ Old
    Returns (no longer in the plan)

Notes on the session
  15:04 setup    fresh database

Debrief
  outlook    returns
             and mail

Every prompt

  cart -> inventory (http)
  ✓ pass         Adding an item reserves one
  ✗ fail         Removing releases it

  · untested     Prices are shown

  no longer in the plan: Returns
  ✗ fail         Old
";
        assert_eq!(text, expected, "{text}");
    }

    /// Both prompts of the point pass, the second one once the real inventory answers.
    fn passed_against_a_fake() -> Session {
        let set = |component: &str, state: &str| Event::ComponentSet {
            component: component.to_owned(),
            state: state.parse().unwrap(),
        };
        let pass = |n: u128, inventory: &str| {
            let mut states = States::default();
            states.set("cart", "real".parse().unwrap());
            states.set("inventory", inventory.parse().unwrap());
            let ends = Some(Ends::of("cart", "inventory", &states));
            Event::VerdictRecorded {
                prompt: prompt(n),
                verdict: Verdict::Pass,
                wording: format!("prompt {n}"),
                conditions: Conditions { ends, build: None }.into(),
                blocked_by: None,
            }
        };
        let fake = "fake: stock-stub";
        session(
            None,
            vec![
                set("cart", "real"),
                set("inventory", fake),
                pass(1, fake),
                set("inventory", "real"),
                pass(2, "real"),
                Event::FieldSet { name: "build".to_owned(), value: Some("51aa".to_owned()) },
            ],
        )
    }

    #[test]
    fn the_json_says_what_was_real() {
        let (session, revision) = (passed_against_a_fake(), revision());
        let found = as_json(&Document::new(&session, &revision, None, &Past::default()));
        assert_eq!(found["counts"]["pass"], 2);
        assert_eq!(
            (&found["counts"]["pass_real"], &found["counts"]["pass_provisional"]),
            (&json!(1), &json!(1))
        );
        let ends = json!({"from": "real", "to": "fake", "to_fake": "stock-stub"});
        assert_eq!(
            (&found["prompts"][0]["ends"], &found["prompts"][0]["provisional"]),
            (&ends, &json!(true))
        );
        let ends = json!({"from": "real", "to": "real"});
        assert_eq!(
            (&found["prompts"][1]["ends"], &found["prompts"][1]["provisional"]),
            (&ends, &json!(false))
        );
        assert_eq!(found["prompts"][2]["ends"], Value::Null);
        assert_eq!(found["components"][1], json!({"name": "inventory", "state": "real", "fake": null}));
        assert_eq!(found["fields"], json!({"build": "51aa"}), "as it is now, not as it was at the start");
    }

    #[test]
    fn the_page_says_what_passed_only_against_a_fake() {
        let (session, revision) = (passed_against_a_fake(), revision());
        let text =
            Document::new(&session, &revision, None, &Past::default()).page(Glyphs::Unicode).render(false);
        let expected = "\
  build       51aa
  components  cart real
              inventory real

2/3 tested   ✓ 2 pass
of the passes   ≈ 1 provisional   1 for real

Passed only against a fake
  inventory fake: stock-stub
    ≈ prompt 1

Every prompt

  cart -> inventory (http)
  ≈ provisional  prompt 1
  ✓ pass         prompt 2
";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn what_is_blocked_names_its_cause_and_the_cause_says_how_many() {
        let blocked = |n| Event::VerdictRecorded {
            prompt: prompt(n),
            verdict: Verdict::Blocked,
            wording: format!("prompt {n}"),
            conditions: Arc::default(),
            blocked_by: Some(prompt(2)),
        };
        let events = vec![mark(2, Verdict::Fail, "Removing releases it"), blocked(3), blocked(1)];
        let (session, revision) = (session(None, events), revision());
        let none = Past::default();
        let document = Document::new(&session, &revision, None, &none);
        let found = as_json(&document);
        let named: Vec<&Value> =
            found["prompts"].as_array().unwrap().iter().map(|prompt| &prompt["blocked_by"]).collect();
        let cause = json!(Uuid::from_u128(2).to_string());
        assert_eq!(named, [&cause, &Value::Null, &cause]);
        let text = document.page(Glyphs::Unicode).render(false);
        assert!(
            text.contains("✗ Removing releases it\n    cart -> inventory (http)\n    blocks 2 prompts\n"),
            "{text}"
        );
        assert!(text.contains("⊘ prompt 3\n    blocked by: Removing releases it\n"), "{text}");
    }

    #[test]
    fn the_page_is_ascii_when_asked() {
        let (session, revision) = (walked(), revision());
        let text =
            Document::new(&session, &revision, None, &Past::default()).page(Glyphs::Ascii).render(false);
        assert!(text.is_ascii(), "{text}");
        assert!(text.contains("x Removing releases it"), "{text}");
    }

    fn on_stub(state: &str, build: &str) -> Conditions {
        let mut states = States::default();
        states.set("cart", "real".parse().unwrap());
        states.set("inventory", state.parse().unwrap());
        Conditions { ends: Some(Ends::of("cart", "inventory", &states)), build: Some(build.to_owned()) }
    }

    fn marked_under(n: u128, verdict: Verdict, conditions: Conditions) -> Event {
        let (wording, conditions) = (format!("prompt {n}"), Arc::new(conditions));
        Event::VerdictRecorded { prompt: prompt(n), verdict, wording, conditions, blocked_by: None }
    }

    fn earlier(n: u128, verdict: Verdict, conditions: Conditions) -> PastMark {
        let fields = BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]);
        let session = PastSession { id: SessionId(Uuid::from_u128(n)), tester: "bo".to_owned(), fields };
        let (at, wording) = (at(-60 * n as i64), "prompt 1".to_owned());
        PastMark { session: Arc::new(session), verdict, at, wording, conditions }
    }

    #[test]
    fn earlier_sessions_say_what_a_verdict_means() {
        let fails = |n| marked_under(n, Verdict::Fail, on_stub("real", "4f2c"));
        let (session, revision) = (session(None, vec![fails(1), fails(2)]), revision());
        let mut past = Past::default();
        past.set_marks(
            prompt(1),
            vec![
                earlier(2, Verdict::Skip, on_stub("fake: stub", "39aa")),
                earlier(1, Verdict::Pass, on_stub("fake: stub", "4f2c")),
            ],
        );
        past.set_marks(
            prompt(2),
            vec![PastMark {
                wording: "prompt 2".to_owned(),
                ..earlier(1, Verdict::Pass, on_stub("real", "4f2c"))
            }],
        );
        let document = Document::new(&session, &revision, None, &past);
        let found = as_json(&document);
        let id = |n: u128| Uuid::from_u128(n).to_string();
        let history = json!([
            {"session": id(2), "verdict": "skip", "marked_at": at(-120).rfc3339(), "build": "39aa"},
            {"session": id(1), "verdict": "pass", "marked_at": at(-60).rfc3339(), "build": "4f2c"},
        ]);
        assert_eq!(found["prompts"][0]["history"], history);
        assert_eq!(found["prompts"][0]["suspect"], "inventory is real, was fake: stub");
        assert_eq!(found["prompts"][0]["flaky"], false);
        assert_eq!(found["prompts"][1]["suspect"], Value::Null);
        assert_eq!(found["prompts"][1]["flaky"], true);
        let text = document.page(Glyphs::Unicode).render(false);
        let expected = "\
Failed
  ✗ prompt 1
    cart -> inventory (http)
    newly fails, environment changed: inventory is real, was fake: stub
    last: pass, 2026-11-23 14:59, build 4f2c, bo
  ✗ prompt 2
    cart -> inventory (http)
    flaky: passed and failed on the same build, nothing else changed
    last: pass, 2026-11-23 14:59, build 4f2c, bo

Suspects
  ? cart -> inventory (http)
    inventory is real, was fake: stub

Flaky
  ✗ prompt 2
    before: ✓

Every prompt
";
        assert!(text.contains(expected), "{text}");
    }
}
