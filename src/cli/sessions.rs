//! `seamwalk sessions`: what was walked, newest first.

use std::path::Path;

use super::args::Format;
use super::output::Output;
use super::page::{Glyphs, Ink, Page};
use super::show::{self, CountsByWord, Head, PlanName, State};
use super::times::{TimesByWord, time_said};
use crate::domain::id::SessionId;
use crate::error::{Error, Exit};
use crate::store::{SessionHead, Store, StoreError};

/// The fewest characters of an id that are shown: enough to copy by eye.
const MIN_ID_CHARS: usize = 8;

/// Prints all sessions. A database that is not there has none, and none is made.
///
/// # Errors
///
/// [`Error::Store`] if the database cannot be used.
pub fn list(database: &Path, format: Format, output: &mut Output) -> Result<Exit, Error> {
    let (mut sessions, none) = match Store::open_existing(database) {
        Ok(store) => (store.sessions()?, NONE.to_owned()),
        Err(error @ StoreError::Missing { .. }) => (Vec::new(), error.to_string()),
        Err(error) => return Err(error.into()),
    };
    sessions.sort_by_key(|session| std::cmp::Reverse((session.started_at, session.id)));
    match format {
        Format::Json => output.json(&sessions.iter().map(head).collect::<Vec<_>>())?,
        Format::Text if sessions.is_empty() => output.line(&none)?,
        Format::Text => output.page(&page(&sessions, output.glyphs()))?,
    }
    Ok(Exit::OK)
}

/// Said when the database is there and holds no session.
const NONE: &str = "there is no session yet: walk a plan with `seamwalk PLAN`";

/// What a session says of itself, as all JSON forms have it.
pub(super) fn head(session: &SessionHead) -> Head<'_> {
    Head {
        format: show::FORMAT,
        id: session.id,
        plan: PlanName { title: &session.plan_title, source: session.plan_source.as_deref() },
        tester: &session.tester,
        charter: session.charter.as_deref(),
        retest_of: session.retest_of,
        fields: &session.fields,
        started_at: session.started_at,
        ended_at: session.ended_at,
        state: State::of(session.ended_at),
        counts: CountsByWord(session.counts),
        saved: session.saved,
        time_box_ms: session.time_box_ms,
        times: TimesByWord(session.clock.times),
    }
}

/// Three lines a session: which and what, how far, who and where.
fn page(sessions: &[SessionHead], glyphs: Glyphs) -> Page {
    let mut page = Page::default();
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let id_chars = unique_chars(&ids);
    let indent = " ".repeat(id_chars + 2);
    for (number, session) in sessions.iter().enumerate() {
        if number > 0 {
            page.blank();
        }
        let id: String = session.id.to_string().chars().take(id_chars).collect();
        let started = session.started_at.date_hour_minute();
        let state = State::of(session.ended_at);
        let ink = if state == State::Open { Ink::Strong } else { Ink::Faint };
        let lead = [
            (Ink::Strong, id.as_str()),
            (Ink::Faint, &format!("  {started}  ")),
            (ink, &format!("{:<7} ", state.word())),
        ];
        page.paragraph(&lead, Ink::Plain, &session.plan_title);
        show::tally_line(&session.counts, glyphs, &indent, &mut page);
        let said = session.fields.iter().map(|(name, value)| format!("{name} {value}"));
        let about: Vec<String> = std::iter::once(session.tester.clone())
            .chain(session.charter.clone())
            .chain(said)
            .chain(session.only.as_ref().map(|tag| format!("only #{tag}")))
            .chain(session.retest_of.map(|of| retest_said(of, id_chars)))
            .chain(notes(session.note_count))
            .chain(time_said(&session.clock.times, session.time_box_ms))
            .filter(|text| !text.is_empty())
            .collect();
        page.paragraph(&[(Ink::Plain, &indent)], Ink::Faint, &about.join(glyphs.between()));
    }
    page
}

/// `retest of 019ab5e2`, with as much of the id as the list has.
fn retest_said(of: SessionId, id_chars: usize) -> String {
    format!("retest of {}", of.to_string().chars().take(id_chars).collect::<String>())
}

fn notes(count: u32) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 note".to_owned()),
        more => Some(format!("{more} notes")),
    }
}

/// How many characters of each id tell it from all others, dashes counted.
///
/// Ids begin with the time, so that those of one minute share eight characters and more.
pub(super) fn unique_chars(ids: &[SessionId]) -> usize {
    let mut sorted: Vec<String> = ids.iter().map(ToString::to_string).collect();
    sorted.sort();
    let shared = |pair: &[String]| pair[0].chars().zip(pair[1].chars()).take_while(|(a, b)| a == b).count();
    let longest = sorted.windows(2).map(shared).max();
    longest.map_or(MIN_ID_CHARS, |shared| (shared + 1).max(MIN_ID_CHARS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::id::PlanId;
    use crate::domain::session::Clock;
    use crate::domain::time::Timestamp;
    use crate::domain::verdict::{Counts, Verdict};

    #[test]
    fn as_much_of_an_id_is_shown_as_tells_it_from_the_others() {
        let ids = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SessionId>>();
        let one = "019ab5e2-0000-7000-8000-000000000001";
        assert_eq!(unique_chars(&[]), 8);
        assert_eq!(unique_chars(&ids(&[one])), 8);
        assert_eq!(unique_chars(&ids(&[one, "019ab5e2-0001-7000-8000-000000000001"])), 13);
        assert_eq!(unique_chars(&ids(&["119ab5e2-0001-7000-8000-000000000001", one])), 8);
    }

    #[test]
    fn a_session_takes_three_lines_and_says_who_what_and_how_far() {
        let mut counts = Counts::default();
        for (verdict, count) in [
            (Verdict::Untested, 47),
            (Verdict::Pass, 28),
            (Verdict::Fail, 3),
            (Verdict::Blocked, 1),
            (Verdict::Skip, 2),
        ] {
            counts.set(verdict, count);
        }
        let head = |id: &str, seconds: i64| SessionHead {
            id: id.parse().unwrap(),
            plan: PlanId(uuid::Uuid::from_u128(1)),
            plan_title: "Web shop".to_owned(),
            plan_source: Some("plans/web-shop.md".to_owned()),
            tester: "ana".to_owned(),
            charter: Some("smoke before 2.4".to_owned()),
            fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
            only: None,
            retest_of: None,
            started_at: Timestamp::from_unix_ms(1_795_442_400_000 + seconds * 1000, 60).unwrap(),
            ended_at: None,
            updated_at: Timestamp::from_unix_ms(1_795_442_400_000, 60).unwrap(),
            counts,
            note_count: 2,
            saved: 36,
            time_box_ms: None,
            clock: Clock::default(),
        };
        let mut closed = head("019ab5e2-0000-7000-8000-000000000001", 0);
        closed.ended_at = Some(closed.updated_at);
        closed.only = Some("critical".to_owned());
        closed.retest_of = Some("019ab5e1-0000-7000-8000-000000000001".parse().unwrap());
        let sessions = [head("019ab5e2-0001-7000-8000-000000000001", 3600), closed];
        let text = page(&sessions, Glyphs::Unicode).render(false);
        let expected = "\
019ab5e2-0001  2026-11-23 16:00  open    Web shop
               34/81 tested   ✓ 28 pass   ✗ 3 fail   ⊘ 1 blocked   – 2 skip
               ana · smoke before 2.4 · build 4f2c · 2 notes

019ab5e2-0000  2026-11-23 15:00  closed  Web shop
               34/81 tested   ✓ 28 pass   ✗ 3 fail   ⊘ 1 blocked   – 2 skip
               ana · smoke before 2.4 · build 4f2c · only #critical · retest of
               019ab5e1-0000 · 2 notes
";
        assert_eq!(text, expected, "{text}");
    }
}
