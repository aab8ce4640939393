//! What a command makes of a session: the events of one decision, or why not.

use std::sync::Arc;

use super::debrief::Question;
use super::{
    Command, Conditions, Event, Judged, LONGEST_BOX_MS, MAX_CHARTER_CHARS, MAX_NOTE_CHARS, NoteText, Refusal,
    SHORTEST_BOX_MS, Session,
};
use crate::domain::component::{ComponentState, Ends, MAX_NAME_CHARS};
use crate::domain::id::{EventId, PromptId};
use crate::domain::verdict::Verdict;

impl Session {
    /// What must be recorded for `command` to have happened: the events of one decision.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] says why it cannot happen now; nothing is changed either way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        // A debrief is of a session that is over, so it may come after the end.
        if !self.is_open() && !matches!(command, Command::Reopen | Command::Answer { .. }) {
            return Err(Refusal::SessionClosed);
        }
        let event = match command {
            Command::Mark { verdict: Verdict::Untested, .. } => return Err(Refusal::UntestedIsNoMark),
            Command::Mark { judged, verdict } => return Ok(self.marked(judged, verdict)),
            Command::Block { judged, by } => return self.blocked(judged, by),
            Command::Clear { prompt } => {
                self.mark(prompt).ok_or(Refusal::NothingToClear)?;
                Event::cleared(prompt)
            }
            Command::AddNote(note) => Event::NoteAdded(checked(note)?),
            Command::SetComponents(states) => return self.components_set(states),
            Command::SetFields(fields) => return self.fields_set(fields),
            Command::Choose(strategy) if self.strategy() == strategy => return Err(Refusal::NothingToChange),
            Command::Choose(strategy) => Event::StrategyChosen(strategy),
            Command::SetCharter(charter) => self.charter_set(charter.as_deref())?,
            Command::SetTimeBox(Some(ms)) if ms < SHORTEST_BOX_MS => return Err(Refusal::EmptyTimeBox),
            Command::SetTimeBox(ms) => match ms.map(|ms| ms.min(LONGEST_BOX_MS)) {
                same if self.time_box_ms() == same => return Err(Refusal::NothingToChange),
                other => Event::TimeBoxSet(other),
            },
            Command::Switch(activity) if self.activity() == activity && !self.is_paused() => {
                return Err(Refusal::NothingToChange);
            }
            Command::Switch(activity) => Event::ActivitySwitched(activity),
            Command::Pause if self.is_paused() => return Err(Refusal::PausedAlready),
            Command::Pause => Event::Paused,
            Command::Resume if !self.is_paused() => return Err(Refusal::NotPaused),
            Command::Resume => Event::Resumed,
            Command::ExplainAway { ms: 0, .. } => return Err(Refusal::NothingToChange),
            Command::ExplainAway { ms, was } => Event::AwayExplained { ms, was },
            Command::Answer { question, answer } => self.answered(question, &answer)?,
            Command::Undo => Event::Undone { event: self.top(&self.undoable).ok_or(Refusal::NothingToUndo)? },
            Command::Redo => Event::Redone { event: self.top(&self.redoable).ok_or(Refusal::NothingToRedo)? },
            Command::Close => Event::SessionClosed,
            Command::Reopen if self.is_open() => return Err(Refusal::SessionOpen),
            Command::Reopen => Event::SessionReopened,
        };
        Ok(vec![event])
    }

    fn marked(&self, judged: Judged, verdict: Verdict) -> Vec<Event> {
        let passed = judged.prompt;
        let mut events = vec![self.verdict_on(judged, verdict, None)];
        if verdict == Verdict::Pass {
            let freed = self.blocked_by(passed).into_iter().filter(|prompt| *prompt != passed);
            events.extend(freed.map(|prompt| Event::VerdictCleared { prompt, unblocked_by: Some(passed) }));
        }
        events
    }

    fn blocked(&self, judged: Vec<Judged>, by: PromptId) -> Result<Vec<Event>, Refusal> {
        let is_itself = judged.iter().any(|judged| judged.prompt == by);
        if judged.is_empty() || is_itself || self.verdict(by) != Verdict::Fail {
            return Err(Refusal::NothingInTheWay);
        }
        Ok(judged.into_iter().map(|judged| self.verdict_on(judged, Verdict::Blocked, Some(by))).collect())
    }

    fn verdict_on(&self, judged: Judged, verdict: Verdict, blocked_by: Option<PromptId>) -> Event {
        let Judged { prompt, wording, ends } = judged;
        let ends = ends.map(|(from, to)| Ends::of(&from, &to, &self.settled.states));
        let conditions = Arc::new(Conditions { ends, build: self.settled.fields.get("build").cloned() });
        Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by }
    }

    fn components_set(&self, states: Vec<(String, ComponentState)>) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        for (component, state) in states {
            if !is_usable(&component) || !state.fake_name().is_none_or(is_usable) {
                return Err(Refusal::UnusableName);
            }
            if *self.settled.states.of(&component) != state {
                events.push(Event::ComponentSet { component, state });
            }
        }
        if events.is_empty() { Err(Refusal::NothingToChange) } else { Ok(events) }
    }

    fn fields_set(&self, fields: Vec<(String, Option<String>)>) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        for (name, value) in fields {
            let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            if !is_usable(&name) || !value.as_deref().is_none_or(is_usable) {
                return Err(Refusal::UnusableName);
            }
            if self.settled.fields.get(&name) != value.as_ref() {
                events.push(Event::FieldSet { name, value });
            }
        }
        if events.is_empty() { Err(Refusal::NothingToChange) } else { Ok(events) }
    }

    fn charter_set(&self, charter: Option<&str>) -> Result<Event, Refusal> {
        let charter = charter.and_then(one_sentence);
        if charter.as_ref().is_some_and(|charter| charter.chars().count() > MAX_CHARTER_CHARS) {
            return Err(Refusal::CharterTooLong);
        }
        if self.charter() == charter.as_deref() {
            return Err(Refusal::NothingToChange);
        }
        Ok(Event::CharterSet(charter))
    }

    fn answered(&self, question: Question, answer: &str) -> Result<Event, Refusal> {
        let answer = Some(answer.trim()).filter(|answer| !answer.is_empty());
        if answer.is_some_and(|answer| answer.chars().count() > MAX_NOTE_CHARS) {
            return Err(Refusal::AnswerTooLong);
        }
        if self.debrief_answer(question) == answer {
            return Err(Refusal::NothingToChange);
        }
        Ok(Event::DebriefAnswered { question, answer: answer.map(str::to_owned) })
    }

    fn top(&self, stack: &[u32]) -> Option<EventId> {
        stack.last().map(|idx| self.changes[*idx as usize].event)
    }
}

/// `text` in one line without surplus blanks, if it says anything.
#[must_use]
pub fn one_sentence(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn is_usable(name: &str) -> bool {
    let is_short = name.chars().take(MAX_NAME_CHARS + 1).count() <= MAX_NAME_CHARS;
    !name.trim().is_empty() && is_short && !name.contains(['\n', '\r'])
}

fn checked(note: NoteText) -> Result<NoteText, Refusal> {
    if note.text.trim().is_empty() {
        return Err(Refusal::EmptyNote);
    }
    if note.text.chars().count() > MAX_NOTE_CHARS {
        return Err(Refusal::NoteTooLong);
    }
    let NoteText { kind, mut text, prompt } = note;
    text.truncate(text.trim_end().len());
    Ok(NoteText { kind, text, prompt })
}
