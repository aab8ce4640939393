//! `seamwalk compare`: what is different between two sessions of a plan, for people and for scripts.
//!
//! What belongs to which group is decided in [`crate::domain::compare`]; here it is only said.

use std::path::Path;

use serde::Serialize;

use super::args::Format;
use super::output::Output;
use super::page::{Glyphs, Ink, Page};
use super::sessions;
use super::show::{self, Head};
use crate::domain::compare::{ComparedPrompt, Comparison, Group, Side};
use crate::domain::id::{PromptId, SessionId};
use crate::domain::verdict::Verdict;
use crate::error::{Error, Exit};
use crate::store::SessionHead;

/// The name and version of the JSON form.
pub const FORMAT: &str = "seamwalk.compare/1";

/// Both sessions with what is different between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document<'a> {
    /// [`FORMAT`].
    pub format: &'static str,
    /// A, as the list of sessions has it.
    pub a: Head<'a>,
    /// B, as the list of sessions has it.
    pub b: Head<'a>,
    /// Prompts that fail in B and did not in A.
    pub newly_failing: Vec<Entry<'a>>,
    /// Prompts that failed in A and pass in B.
    pub fixed: Vec<Entry<'a>>,
    /// Prompts that fail in both.
    pub still_failing: Vec<Entry<'a>>,
    /// Prompts that both judged, and differently in another way.
    pub changed: Vec<Entry<'a>>,
    /// Prompts that only B judged, without the failing ones.
    pub newly_tested: Vec<Entry<'a>>,
    /// Prompts of B's plan that only A judged.
    pub no_longer_tested: Vec<Entry<'a>>,
    /// Prompts that both judged with other words; each is in its group as well.
    pub reworded: Vec<Entry<'a>>,
    /// Prompts that A judged and that are no longer in B's plan.
    pub removed: Vec<Entry<'a>>,
}

/// A prompt with both verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry<'a> {
    /// Which prompt.
    pub id: PromptId,
    /// The sections above it, from the top.
    pub path: Vec<&'a str>,
    /// The wording that B judged, else the one that A judged.
    pub text: &'a str,
    /// A's verdict; null if its plan did not have the prompt.
    pub a: Option<Verdict>,
    /// B's verdict; null if its plan does not have the prompt and B did not judge it before it left.
    pub b: Option<Verdict>,
    /// The old wording; only of reworded prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<&'a str>,
}

impl<'a> Entry<'a> {
    fn new(prompt: &ComparedPrompt<'a>, was: Option<&'a str>) -> Self {
        let ComparedPrompt { id, path, text, a, b, left_plan: _ } = prompt;
        Self { id: *id, path: path.clone(), text, a: *a, b: *b, was }
    }
}

impl<'a> Document<'a> {
    /// Joins the sessions' heads with their comparison.
    #[must_use]
    pub fn new(a: Head<'a>, b: Head<'a>, comparison: &Comparison<'a>) -> Self {
        let group = |group| comparison.group(group).iter().map(|prompt| Entry::new(prompt, None)).collect();
        let reworded = comparison.reworded().iter();
        Self {
            format: FORMAT,
            a,
            b,
            newly_failing: group(Group::NewlyFailing),
            fixed: group(Group::Fixed),
            still_failing: group(Group::StillFailing),
            changed: group(Group::Changed),
            newly_tested: group(Group::NewlyTested),
            no_longer_tested: group(Group::NoLongerTested),
            reworded: reworded.map(|reworded| Entry::new(&reworded.prompt, Some(reworded.was))).collect(),
            removed: group(Group::Removed),
        }
    }
}

/// Prints what is different between the sessions that `wanted` names, A first.
///
/// [`Exit::PROBLEM`] says that a prompt newly fails.
///
/// # Errors
///
/// [`Error::Find`] if a name names none or several, [`Error::Store`] if the database cannot be used, and a problem if
/// the sessions are of different plans.
pub fn compare(
    database: &Path,
    wanted: [&str; 2],
    format: Format,
    output: &mut Output,
) -> Result<Exit, Error> {
    let store = show::existing_store(database)?;
    let [a, b] = wanted;
    let (id_a, id_b) = (store.find_session(a)?, store.find_session(b)?);
    let heads = [store.session_head(id_a)?, store.session_head(id_b)?];
    let (a, b) = (store.load(id_a)?, store.load(id_b)?);
    let side_a = Side { session: &a.session, revision: &a.revision };
    let side_b = Side { session: &b.session, revision: &b.revision };
    let comparison = Comparison::new(side_a, side_b).map_err(|error| Error::problem(error.to_string()))?;
    match format {
        Format::Json => {
            let [a, b] = &heads;
            output.json(&Document::new(sessions::head(a), sessions::head(b), &comparison))?;
        }
        Format::Text => output.page(&page(&heads, &comparison, output.glyphs()))?,
    }
    let newly_fails = !comparison.group(Group::NewlyFailing).is_empty();
    Ok(if newly_fails { Exit::PROBLEM } else { Exit::OK })
}

/// A page for people: the plan, both sessions, what is different with the newly failing prompts first, the totals.
fn page(heads: &[SessionHead; 2], comparison: &Comparison<'_>, glyphs: Glyphs) -> Page {
    let mut page = Page::default();
    let title = heads[1].plan_title.as_str();
    page.paragraph(&[], Ink::Strong, title);
    let ids: Vec<SessionId> = heads.iter().map(|head| head.id).collect();
    let id_chars = sessions::unique_chars(&ids);
    for (name, head) in ["A", "B"].into_iter().zip(heads) {
        session_line(name, head, id_chars, glyphs, &mut page);
    }
    for group in Group::ALL {
        if group == Group::Removed {
            reworded_lines(comparison, title, glyphs, &mut page);
        }
        let prompts = comparison.group(group);
        heading(group.words(), prompts.len(), &mut page);
        for prompt in prompts {
            prompt_lines(prompt, None, title, glyphs, &mut page);
        }
    }
    page.blank();
    let newly_fails = !comparison.group(Group::NewlyFailing).is_empty();
    let ink = if newly_fails { Ink::Bad } else { Ink::Good };
    page.paragraph(&[], ink, &comparison.totals());
    page
}

/// `  A  019ab5e2  2026-11-23 15:00  ana · build 4f2c`.
fn session_line(name: &str, head: &SessionHead, id_chars: usize, glyphs: Glyphs, page: &mut Page) {
    let id: String = head.id.to_string().chars().take(id_chars).collect();
    let started = head.started_at.date_hour_minute();
    let build = head.fields.get("build").map(|build| format!("build {build}"));
    let only = head.only.as_ref().map(|tag| format!("only #{tag}"));
    let about: Vec<String> = std::iter::once(head.tester.clone())
        .chain(build)
        .chain(only)
        .filter(|text| !text.is_empty())
        .collect();
    let lead =
        [(Ink::Strong, &*format!("  {name}  ")), (Ink::Plain, &*id), (Ink::Faint, &format!("  {started}  "))];
    page.paragraph(&lead, Ink::Plain, &about.join(glyphs.between()));
}

/// `Newly failing (2)`, after a blank line; nothing for an empty group.
fn heading(words: &str, count: usize, page: &mut Page) {
    if count == 0 {
        return;
    }
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    page.blank();
    page.line([
        (Ink::Strong, &*format!("{first}{}", letters.as_str())),
        (Ink::Faint, &format!(" ({count})")),
    ]);
}

fn reworded_lines(comparison: &Comparison<'_>, title: &str, glyphs: Glyphs, page: &mut Page) {
    heading("reworded", comparison.reworded().len(), page);
    for reworded in comparison.reworded() {
        prompt_lines(&reworded.prompt, Some(reworded.was), title, glyphs, page);
    }
}

/// The prompt with the glyph of its latest verdict, its old wording, and what became of it where.
fn prompt_lines(
    prompt: &ComparedPrompt<'_>,
    was: Option<&str>,
    title: &str,
    glyphs: Glyphs,
    page: &mut Page,
) {
    let verdict = prompt.b.or(prompt.a).unwrap_or_default();
    let lead = format!("  {} ", glyphs.verdict(verdict));
    page.paragraph(&[(Ink::of(verdict), &lead)], Ink::Plain, prompt.text);
    if let Some(was) = was {
        page.paragraph(&[(Ink::Faint, "    before: ")], Ink::Plain, was);
    }
    let place = show::place(&prompt.path, title, glyphs);
    let said: Vec<String> =
        std::iter::once(became(prompt)).chain(Some(place).filter(|place| !place.is_empty())).collect();
    page.paragraph(&[(Ink::Plain, "    ")], Ink::Faint, &said.join(glyphs.between()));
}

/// `was pass, now fail`.
fn became(prompt: &ComparedPrompt<'_>) -> String {
    let was = match prompt.a {
        Some(verdict) => format!("was {verdict}"),
        None => "was not in the plan".to_owned(),
    };
    let now = prompt.b.map(|verdict| format!(", now {verdict}")).unwrap_or_default();
    let left = if prompt.left_plan { ", no longer in the plan" } else { "" };
    format!("{was}{now}{left}")
}
