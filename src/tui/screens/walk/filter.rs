//! Which prompts the outline shows: by verdict, tag, integration point, and what earlier sessions say of them.

use std::collections::HashMap;

use crate::domain::plan::{NodeIdx, NodeRef, Outline};
use crate::domain::point::IntegrationPoint;
use crate::domain::progress::Progress;
use crate::domain::verdict::Verdict;

/// What earlier sessions make worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notable {
    /// It fails, and something changed at its integration point since it passed.
    Suspect,
    /// It passed and failed under the same conditions.
    Flaky,
}

impl Notable {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Suspect, Self::Flaky];

    /// The word for its prompts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Suspect => "suspects",
            Self::Flaky => "flaky",
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Suspect => "fails, changed since it passed",
            Self::Flaky => "passes and fails, unchanged",
        }
    }
}

/// What a prompt must have to be shown. Nothing chosen shows everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Any of these verdicts; empty for all.
    pub verdicts: Vec<Verdict>,
    /// Any of these tags; empty for all.
    pub tags: Vec<String>,
    /// Any of these points, as headings name them; empty for all.
    pub points: Vec<IntegrationPoint>,
    /// Any of these; empty for all.
    pub notable: Vec<Notable>,
}

impl Filter {
    /// True if everything is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing = self.verdicts.is_empty() && self.tags.is_empty() && self.points.is_empty();
        nothing && self.notable.is_empty()
    }

    /// Takes `verdict` in, or out if it was in.
    pub fn toggle_verdict(&mut self, verdict: Verdict) {
        toggle(&mut self.verdicts, verdict);
    }

    /// Takes `tag` in, or out if it was in.
    pub fn toggle_tag(&mut self, tag: &str) {
        toggle(&mut self.tags, tag.to_owned());
    }

    /// Takes `notable` in, or out if it was in.
    pub fn toggle_notable(&mut self, notable: Notable) {
        toggle(&mut self.notable, notable);
    }

    /// A few words for the header: `cart -> inventory fail, blocked flaky #critical`.
    #[must_use]
    pub fn words(&self) -> String {
        let verdicts: Vec<&str> = self.verdicts.iter().map(|v| v.word()).collect();
        let tags: Vec<String> = self.tags.iter().map(|t| format!("#{t}")).collect();
        let mut points: Vec<String> = self.points.iter().map(ToString::to_string).collect();
        points.truncate(1);
        let notable: Vec<&str> = self.notable.iter().map(|n| n.word()).collect();
        let parts = [points.join(", "), verdicts.join(", "), notable.join(", "), tags.join(", ")];
        parts.iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<String>>().join(" ")
    }

    /// True if a prompt with that verdict is to be shown.
    #[must_use]
    pub fn fits(&self, prompt: NodeRef<'_>, verdict: Verdict) -> bool {
        (self.verdicts.is_empty() || self.verdicts.contains(&verdict))
            && (self.points.is_empty() || prompt.point().is_some_and(|point| self.points.contains(point)))
            && (self.tags.is_empty()
                || prompt.tags().iter().any(|tag| self.tags.iter().any(|wanted| wanted == tag)))
    }

    /// For every node whether it is shown: the session's prompts that fit and that `is_notable` lets through, and what is
    /// above them.
    ///
    /// `None` if that is all of them.
    #[must_use]
    pub fn mask(
        &self,
        outline: &Outline,
        progress: &Progress,
        is_notable: impl Fn(NodeIdx) -> bool,
    ) -> Option<Vec<bool>> {
        let all_in_session = progress.totals().total() as usize == outline.prompt_count();
        if self.is_empty() && all_in_session {
            return None;
        }
        let mut mask = vec![false; outline.len()];
        let wanted: Vec<bool> = outline.points().iter().map(|point| self.points.contains(point)).collect();
        let fits = |prompt: NodeRef<'_>| {
            if !self.points.is_empty() && !prompt.point_idx().is_some_and(|idx| wanted[idx]) {
                return false;
            }
            let verdict = progress.verdict(prompt.idx());
            verdict.is_some_and(|verdict| self.verdicts.is_empty() || self.verdicts.contains(&verdict))
                && is_notable(prompt.idx())
        };
        if self.tags.is_empty() {
            outline.prompts().filter(|prompt| fits(*prompt)).for_each(|prompt| show(&mut mask, prompt));
        } else {
            outline.visit_tagged_prompts(|prompt, tags| {
                if tags.iter().any(|tag| self.tags.iter().any(|wanted| wanted == tag)) && fits(prompt) {
                    show(&mut mask, prompt);
                }
            });
        }
        Some(mask)
    }
}

/// Shows `prompt` and what is above it.
fn show(mask: &mut [bool], prompt: NodeRef<'_>) {
    mask[prompt.idx().at()] = true;
    for above in prompt.ancestors() {
        let shown = &mut mask[above.idx().at()];
        if *shown {
            break;
        }
        *shown = true;
    }
}

fn toggle<T: PartialEq>(set: &mut Vec<T>, item: T) {
    match set.iter().position(|i| *i == item) {
        Some(at) => {
            set.remove(at);
        }
        None => set.push(item),
    }
}

/// The tags that the session's prompts have, with how many have each, the most frequent first.
#[must_use]
pub fn tags_in_use(outline: &Outline, progress: &Progress) -> Vec<(String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    outline.visit_tagged_prompts(|prompt, tags| {
        if progress.verdict(prompt.idx()).is_some() {
            for tag in tags {
                *counts.entry(tag).or_default() += 1;
            }
        }
    });
    let mut tags: Vec<(String, usize)> = counts.into_iter().map(|(tag, n)| (tag.to_owned(), n)).collect();
    tags.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    tags
}

/// True if `mask` lets `idx` through.
#[must_use]
pub fn shows(mask: Option<&[bool]>, idx: NodeIdx) -> bool {
    mask.is_none_or(|mask| mask.get(idx.at()).copied().unwrap_or(false))
}
