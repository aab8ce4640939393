//! What earlier sessions say of a session's prompts, as JSON and as lines of a page.

use serde::Serialize;

use super::page::{Glyphs, Ink, Page};
use super::show::Prompt;
use super::times::rfc3339;
use crate::domain::history::PastMark;
use crate::domain::id::SessionId;
use crate::domain::point::IntegrationPoint;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;

/// A mark in an earlier session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Earlier<'a> {
    /// The session.
    pub session: SessionId,
    /// The verdict.
    pub verdict: Verdict,
    /// When it was given.
    #[serde(serialize_with = "rfc3339")]
    pub marked_at: Timestamp,
    /// The build it was given on.
    pub build: Option<&'a str>,
    /// Who gave it.
    #[serde(skip)]
    pub tester: &'a str,
}

impl<'a> Earlier<'a> {
    /// The mark as a program reads it.
    #[must_use]
    pub fn of(mark: &'a PastMark) -> Self {
        Self {
            session: mark.session.id,
            verdict: mark.verdict,
            marked_at: mark.at,
            build: mark.conditions.build.as_deref(),
            tester: &mark.session.tester,
        }
    }
}

/// What the verdict of a prompt that did not pass means, and its last one.
pub(super) fn lines(prompt: &Prompt<'_>, page: &mut Page) {
    if let Some(change) = &prompt.change {
        page.paragraph(&[(Ink::Plain, "    ")], Ink::Doubtful, &change.to_string());
    }
    if let Some(last) = prompt.history.last() {
        let build = last.build.map(|build| format!(", build {build}")).unwrap_or_default();
        let when = last.marked_at.date_hour_minute();
        let said = format!("last: {}, {when}{build}, {}", last.verdict, last.tester);
        page.paragraph(&[(Ink::Plain, "    ")], Ink::Faint, &said);
    }
}

/// The integration points at which something changed since their failing prompts passed, each once with what changed.
pub(super) fn suspects(prompts: &[Prompt<'_>], glyphs: Glyphs, page: &mut Page) {
    let mut suspects: Vec<(&IntegrationPoint, Vec<&str>)> = Vec::new();
    for prompt in prompts {
        let (Some(point), Some(why)) = (prompt.point, prompt.suspect.as_deref()) else { continue };
        match suspects.iter_mut().find(|(known, _)| *known == point) {
            Some((_, reasons)) if reasons.contains(&why) => {}
            Some((_, reasons)) => reasons.push(why),
            None => suspects.push((point, vec![why])),
        }
    }
    if suspects.is_empty() {
        return;
    }
    page.blank();
    page.line([(Ink::Strong, "Suspects")]);
    for (point, reasons) in suspects {
        let lead = format!("  {} ", glyphs.verdict(Verdict::Inconclusive));
        page.paragraph(&[(Ink::Doubtful, &lead)], Ink::Plain, &point.to_string());
        for why in reasons {
            page.paragraph(&[(Ink::Plain, "    ")], Ink::Doubtful, why);
        }
    }
}

/// The prompts that passed and failed under the same conditions, with their last verdicts.
pub(super) fn flaky(prompts: &[Prompt<'_>], glyphs: Glyphs, page: &mut Page) {
    let mut flaky = prompts.iter().filter(|prompt| prompt.flaky).peekable();
    if flaky.peek().is_some() {
        page.blank();
        page.line([(Ink::Strong, "Flaky")]);
    }
    for prompt in flaky {
        let before: String = prompt.history.iter().map(|past| glyphs.verdict(past.verdict)).collect();
        let lead = format!("  {} ", glyphs.standing(prompt.standing()));
        page.paragraph(&[(Ink::of(prompt.verdict), &lead)], Ink::Plain, prompt.text);
        page.paragraph(&[(Ink::Plain, "    ")], Ink::Faint, &format!("before: {before}"));
    }
}
