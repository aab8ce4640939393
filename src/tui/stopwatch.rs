//! Measures a sitting with a clock that never steps: how long after the event before it the next one comes, without
//! the stretches that nobody can vouch for.
//!
//! A stretch lies between two things that happen at the terminal: a key, a click, the focus coming or going. One that
//! is longer than the tester's own limit, while the terminal was not known to be in front, is asked about afterwards;
//! until that is answered it is in no lap. It reads no clock: milliseconds since the program began come in.

use crate::domain::session::{Lap, Session, clock::LONGEST_GAP_MS, unmeasured_ms};
use crate::domain::time::Timestamp;

/// Whether the terminal is in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// It never said: not every terminal does.
    #[default]
    Unknown,
    /// It is.
    Here,
    /// Something else is.
    Elsewhere,
}

/// The time since the latest event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stopwatch {
    /// Attended until `touched_ms`.
    attended_ms: u64,
    /// When something happened at the terminal last.
    touched_ms: u64,
    focus: Focus,
    /// A stretch that was long enough to ask about, and that is in no lap yet.
    away_ms: Option<u64>,
    /// The stretch under way is work, however long: the tester's editor is open.
    is_vouched: bool,
    /// When the note line was opened.
    writing_since_ms: Option<u64>,
}

impl Stopwatch {
    /// Begins a sitting at `steady_ms`, when the time of day is `now`. What lies between the latest event and here was
    /// measured by nobody.
    #[must_use]
    pub fn begin(session: &Session, now: Timestamp, steady_ms: u64) -> Self {
        let attended_ms = if session.is_open() { unmeasured_ms(session.updated_at(), now) } else { 0 };
        Self { attended_ms, touched_ms: steady_ms, ..Self::default() }
    }

    /// Something happened at the terminal. `ask_after_ms` is how long a stretch is asked about; `None` while the session
    /// is paused or finished, where every stretch is as it is.
    pub fn touch(&mut self, steady_ms: u64, ask_after_ms: Option<u64>) {
        let stretch_ms = steady_ms.saturating_sub(self.touched_ms);
        self.touched_ms = steady_ms;
        let is_vouched = std::mem::take(&mut self.is_vouched);
        let Some(ask_after_ms) = ask_after_ms.filter(|_| !is_vouched) else {
            self.attended_ms += stretch_ms;
            return;
        };
        // In front and for a moment only, or not long enough: nobody went anywhere.
        let limit_ms =
            if self.focus == Focus::Here { LONGEST_GAP_MS } else { ask_after_ms.min(LONGEST_GAP_MS) };
        if stretch_ms < limit_ms.max(1) {
            self.attended_ms += stretch_ms;
            return;
        }
        self.settle_away();
        self.away_ms = Some(stretch_ms);
    }

    /// The terminal came to the front, or went.
    pub fn set_focus(&mut self, focus: Focus) {
        self.focus = focus;
    }

    /// The stretch that the tester may be asked about.
    #[must_use]
    pub fn away_ms(&self) -> Option<u64> {
        self.away_ms
    }

    /// True if the stretch that is asked about counts as work unless the tester says otherwise.
    #[must_use]
    pub fn away_counts(&self) -> bool {
        self.away_ms.is_some_and(|ms| ms <= LONGEST_GAP_MS)
    }

    /// The tester says what the stretch was: it goes into an event of its own.
    pub fn take_away(&mut self) -> Option<u64> {
        self.away_ms.take()
    }

    /// Nobody says what the stretch was.
    fn settle_away(&mut self) {
        if self.away_counts() {
            self.attended_ms += self.away_ms.unwrap_or(0);
        }
        self.away_ms = None;
    }

    /// An editor is opened: the stretch until it gives the text back is work.
    pub fn vouch(&mut self) {
        self.is_vouched = true;
    }

    /// The note line is opened.
    pub fn begin_writing(&mut self, steady_ms: u64) {
        self.writing_since_ms.get_or_insert(steady_ms);
    }

    /// The note line is closed without a note.
    pub fn end_writing(&mut self) {
        self.writing_since_ms = None;
    }

    /// Milliseconds since the latest event, as the header shows them.
    #[must_use]
    pub fn running_ms(&self, steady_ms: u64) -> u64 {
        let away_ms = if self.away_counts() { self.away_ms.unwrap_or(0) } else { 0 };
        self.attended_ms + away_ms + steady_ms.saturating_sub(self.touched_ms)
    }

    /// The lap that ends with an event now; the next one begins.
    pub fn lap(&mut self, steady_ms: u64) -> Lap {
        self.settle_away();
        let ms = self.running_ms(steady_ms);
        let writing_ms = self.writing_since_ms.map_or(0, |since| steady_ms.saturating_sub(since).min(ms));
        self.restart(steady_ms);
        Lap { ms, writing_ms }
    }

    /// Somebody else appended an event just now: it has the time until here.
    pub fn restart(&mut self, steady_ms: u64) {
        let Self { focus, is_vouched, .. } = *self;
        let writing_since_ms = self.writing_since_ms.map(|_| steady_ms);
        *self = Self {
            attended_ms: 0,
            touched_ms: steady_ms,
            focus,
            away_ms: None,
            is_vouched,
            writing_since_ms,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: u64 = 60_000;
    const ASK: Option<u64> = Some(10 * MINUTE_MS);

    fn watch() -> Stopwatch {
        Stopwatch { touched_ms: 1000, ..Stopwatch::default() }
    }

    #[test]
    fn a_lap_is_what_was_attended() {
        let mut watch = watch();
        watch.touch(4000, ASK);
        assert_eq!(watch.lap(5000), Lap::of(4000));
        watch.begin_writing(7000);
        assert_eq!(watch.lap(9000), Lap { ms: 4000, writing_ms: 2000 });
        // A clock that does not step never gives less than before; one that does gives nothing.
        assert_eq!(watch.lap(0), Lap::of(0));
    }

    #[test]
    fn a_long_stretch_is_asked_about_and_is_in_no_lap_until_then() {
        for (minutes, focus, asks, unanswered) in [
            (9, Focus::Unknown, false, 9),
            (10, Focus::Unknown, true, 10),
            (10, Focus::Elsewhere, true, 10),
            // In front all the time: only what an unmeasured gap may not be is asked about.
            (10, Focus::Here, false, 10),
            (15, Focus::Here, true, 15),
            (16, Focus::Elsewhere, true, 0),
            (600, Focus::Here, true, 0),
        ] {
            let mut watch = watch();
            watch.set_focus(focus);
            watch.touch(1000 + minutes * MINUTE_MS, ASK);
            assert_eq!(watch.away_ms().is_some(), asks, "{minutes} {focus:?}");
            let mut answered = watch;
            let away_ms = answered.take_away().unwrap_or(0);
            assert_eq!(watch.lap(1000 + minutes * MINUTE_MS), Lap::of(unanswered * MINUTE_MS), "{minutes}");
            let lap = answered.lap(1000 + minutes * MINUTE_MS);
            assert_eq!(lap.ms + away_ms, minutes * MINUTE_MS, "every millisecond is in one of the two");
        }
    }

    #[test]
    fn a_pause_and_an_editor_are_never_asked_about() {
        let mut paused = watch();
        paused.touch(1000 + 60 * MINUTE_MS, None);
        assert_eq!((paused.away_ms(), paused.lap(1000 + 60 * MINUTE_MS).ms), (None, 60 * MINUTE_MS));
        let mut editing = watch();
        editing.vouch();
        editing.touch(1000 + 60 * MINUTE_MS, ASK);
        assert_eq!(editing.away_ms(), None);
        editing.touch(1000 + 120 * MINUTE_MS, ASK);
        assert_eq!(editing.away_ms(), Some(60 * MINUTE_MS), "only the one stretch is vouched for");
    }

    #[test]
    fn what_another_terminal_wrote_has_the_time_until_then() {
        let mut watch = watch();
        watch.begin_writing(2000);
        watch.restart(9000);
        assert_eq!(watch.lap(11_000), Lap { ms: 2000, writing_ms: 2000 });
    }
}
