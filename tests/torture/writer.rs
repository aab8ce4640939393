//! The program under torture: appends decisions and says of each when it is acknowledged.
//!
//! `--write DATABASE COUNT SEED` makes COUNT decisions in the open session; `--upgrade DATABASE` only opens. An
//! acknowledgement is one line in one write, after the append came back: `acked SEQ EVENT`. After a failure it does what the
//! terminal face does: opens the file anew where the disk is to blame, and tries the same events again.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use seamwalk::domain::component::ComponentState;
use seamwalk::domain::id::EventId;
use seamwalk::domain::session::{Command, Fresh, Judged, NoteKind, NoteText, Session};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{AppendError, Store};
use uuid::Uuid;

use crate::world::{self, Dice};

/// What makes this program a writer.
pub(crate) const WORD: &str = "--write";

/// Names the variable that limits SQLite's memory, in bytes.
pub(crate) const HEAP_BYTES: &str = "SEAMWALK_TORTURE_HEAP_BYTES";

/// How often the same events are tried again before the writer gives up.
const TRIES: usize = 4;

pub(crate) fn main(words: &[String]) -> ExitCode {
    let [database, count, seed] = words else { return ExitCode::from(2) };
    let (Ok(count), Ok(seed)) = (count.parse::<u64>(), seed.parse()) else { return ExitCode::from(2) };
    match write(Path::new(database), count, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("gave up: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn say(line: &str) {
    // A closed pipe is no reason to stop: nobody listens, and the marks still count.
    let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
}

fn write(database: &Path, count: u64, seed: u64) -> Result<(), String> {
    if let Some(bytes) = std::env::var(HEAP_BYTES).ok().and_then(|bytes| bytes.parse::<i64>().ok()) {
        // The limit is the process's, not the connection's.
        let conn = rusqlite::Connection::open_in_memory().map_err(|error| error.to_string())?;
        let limit = format!("PRAGMA hard_heap_limit = {bytes}");
        conn.query_row(&limit, [], |_| Ok(())).map_err(|error| error.to_string())?;
    }
    let mut store = Store::open(database).map_err(|error| error.to_string())?;
    let Some(head) = store.sessions().map_err(|error| error.to_string())?.into_iter().next() else {
        return Err("no session".to_owned());
    };
    let mut session = store.load_session(head.id).map_err(|error| error.to_string())?;
    say("opened");
    let mut dice = Dice::new(seed);
    let mut worst_ms = 0;
    let mut done = 0;
    while done < count {
        let batch = decision(&session, &mut dice);
        let start = Instant::now();
        done += u64::from(append(&mut store, &mut session, &batch)?);
        worst_ms = start.elapsed().as_millis().max(worst_ms);
    }
    say(&format!("worst {worst_ms}"));
    say("done");
    Ok(())
}

/// True once `batch` is saved; false if somebody else was quicker.
fn append(store: &mut Store, session: &mut Session, batch: &[Fresh]) -> Result<bool, String> {
    let mut why = String::new();
    for _ in 0..TRIES {
        match store.append(session.id(), session.seq(), batch) {
            Ok(recorded) => {
                for event in recorded {
                    let line = format!("acked {} {}", event.seq, event.id);
                    session.apply(event).map_err(|error| error.to_string())?;
                    say(&line);
                }
                return Ok(true);
            }
            Err(AppendError::Stale { missing }) => {
                // Somebody else wrote: the decision is made anew on what is there now.
                for event in missing {
                    session.apply(event).map_err(|error| error.to_string())?;
                }
                return Ok(false);
            }
            Err(error) => {
                why = error.to_string();
                say(&format!("failed {why}"));
                if matches!(&error, AppendError::Store(error) if error.asks_for_reopening()) {
                    // What it cannot do now it says again at the next attempt.
                    let _ = store.reopen();
                }
            }
        }
    }
    Err(why)
}

/// Any decision that is possible: marks most of the time.
pub(crate) fn decision(session: &Session, dice: &mut Dice) -> Vec<Fresh> {
    loop {
        let n = dice.below(world::PROMPTS);
        let (prompt, wording) = (world::prompt(n), format!("prompt {n}"));
        let judged = Judged { prompt, wording, ends: Some(("web".to_owned(), format!("part {}", n % 5))) };
        let command = match dice.below(12) {
            0 => Command::Undo,
            1 => Command::Redo,
            2 => Command::Clear { prompt },
            3 => {
                let text = format!("note {}", dice.below(1000));
                Command::AddNote(NoteText { kind: NoteKind::Bug, text, prompt: Some(prompt) })
            }
            4 => {
                let state =
                    if dice.below(2) == 0 { ComponentState::Real } else { ComponentState::fake("stub") };
                Command::SetComponents(vec![(format!("part {}", dice.below(5)), state)])
            }
            5 => {
                let other = |n: usize| Judged {
                    prompt: world::prompt(n % world::PROMPTS),
                    wording: format!("prompt {n}"),
                    ends: None,
                };
                Command::Block { judged: (n + 1..n + 6).map(other).collect(), by: prompt }
            }
            d => Command::Mark { judged, verdict: Verdict::ALL[1 + d % 5] },
        };
        if let Ok(events) = session.decide(command) {
            let at = Timestamp::from_unix_ms(1_795_442_531_000 + session.seq() as i64 * 1000, 60).unwrap();
            return Fresh::decided(events, at, || EventId(Uuid::now_v7()));
        }
    }
}
