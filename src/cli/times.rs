//! A session's time and its debrief, as JSON and in words.

use serde::{Serialize, Serializer};

use crate::domain::session::{Activity, Question, Times};
use crate::domain::time::{Timestamp, clock};

/// Times as an object with a key an activity, and one for pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimesByWord(pub Times);

impl Serialize for TimesByWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let activities = Activity::ALL.into_iter().map(|a| (format!("{}_ms", a.word()), self.0.of(a)));
        serializer.collect_map(activities.chain([("paused_ms".to_owned(), self.0.paused_ms())]))
    }
}

/// What was answered in the debrief.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Debrief<'a>(pub Vec<(Question, &'a str)>);

impl Serialize for Debrief<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(question, answer)| (question.word(), answer)))
    }
}

/// A point in time, for JSON.
pub(super) fn rfc3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.rfc3339())
}

/// The same where there may be none.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn rfc3339_or_null<S: Serializer>(
    at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => rfc3339(at, serializer),
        None => serializer.serialize_none(),
    }
}

/// `24:10 of 45:00: testing 20:00, bug investigation 4:10; paused 3:00`, as much of it as there is.
#[must_use]
pub fn time_said(times: &Times, time_box_ms: Option<u64>) -> Option<String> {
    let walked = times.walking_ms();
    if walked == 0 && times.paused_ms() == 0 && time_box_ms.is_none() {
        return None;
    }
    let mut said = clock(walked);
    if let Some(ms) = time_box_ms {
        said.push_str(&format!(" of {}", clock(ms)));
    }
    let parts = Activity::ALL.into_iter().filter(|activity| times.of(*activity) > 0);
    let parts: Vec<String> = parts.map(|a| format!("{} {}", a.said(), clock(times.of(a)))).collect();
    if times.of(Activity::Testing) < walked {
        said.push_str(&format!(": {}", parts.join(", ")));
    }
    if times.paused_ms() > 0 {
        said.push_str(&format!("; paused {}", clock(times.paused_ms())));
    }
    Some(said)
}
