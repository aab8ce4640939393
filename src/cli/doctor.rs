//! `seamwalk doctor`: what is wrong with the database, and what to do; copies, rescues and recoveries.

use std::path::Path;

use chrono::Local;

use super::args::Format;
use super::output::Output;
use super::page::{Ink, Page};
use crate::domain::time::Timestamp;
use crate::error::{Error, Exit};
use crate::reading;
use crate::store::{
    self, AppendError, Checkup, CopyError, Depth, Finding, Grade, Recovered, Rescue, Store, TakenIn,
};

/// How many missing places of a session are named.
const MOST_PLACES: usize = 12;

/// Prints what is wrong. Exit code 1 if something should be done, 4 if something is damaged.
///
/// # Errors
///
/// [`Error::Store`] if there is no database.
pub fn check(database: &Path, depth: Depth, format: Format, output: &mut Output) -> Result<Exit, Error> {
    let checkup = store::examine(database, depth)?;
    match format {
        Format::Json => output.json(&json(database, &checkup))?,
        Format::Text => output.page(&page(database, &checkup))?,
    }
    Ok(match checkup.worst() {
        None | Some(Grade::Note) => Exit::OK,
        Some(Grade::Warning) => Exit::PROBLEM,
        Some(Grade::Damage) => Exit::DATABASE,
    })
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Note => "note",
        Grade::Warning => "warning",
        Grade::Damage => "damage",
    }
}

fn page(database: &Path, checkup: &Checkup) -> Page {
    let mut page = Page::default();
    page.line([(Ink::Strong, database.display().to_string().as_str())]);
    for looked_at in &checkup.looked_at {
        page.paragraph(&[(Ink::Faint, "  looked at  ")], Ink::Plain, looked_at);
    }
    for Finding { grade, what, advice } in &checkup.findings {
        page.blank();
        let ink = if *grade == Grade::Note { Ink::Faint } else { Ink::Strong };
        // Not wrapped: paths and commands are copied.
        page.line([(ink, format!("{:<9}", format!("{}:", word(*grade))).as_str()), (Ink::Plain, what)]);
        if !advice.is_empty() {
            page.line([(Ink::Faint, "         "), (Ink::Plain, advice)]);
        }
    }
    page.blank();
    let end = match checkup.worst() {
        None => "nothing is wrong",
        Some(Grade::Note) => "nothing is wrong; the notes are good to know",
        Some(Grade::Warning) => "nothing is damaged; something should be done",
        Some(Grade::Damage) => "something is damaged; nothing was changed by looking",
    };
    page.paragraph(&[], Ink::Strong, end);
    page
}

fn json(database: &Path, checkup: &Checkup) -> serde_json::Value {
    let finding = |Finding { grade, what, advice }: &Finding| serde_json::json!({"grade": word(*grade), "what": what, "advice": advice});
    serde_json::json!({
        "format": "seamwalk.doctor/1",
        "database": database.display().to_string(),
        "looked_at": checkup.looked_at,
        "findings": checkup.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// Makes a whole copy.
///
/// # Errors
///
/// [`Error::Store`], or why the copy is not there.
pub fn backup(database: &Path, to: &Path, output: &mut Output) -> Result<Exit, Error> {
    Store::open_existing(database)?.backup(to).map_err(|error| failed("copying the database", error))?;
    output.line(&format!("copied to {}", to.display()))?;
    Ok(Exit::OK)
}

/// Makes a new database of all that can be read. Exit code 1 if something is missing.
///
/// # Errors
///
/// Why there is no new database.
pub fn recover(database: &Path, to: &Path, output: &mut Output) -> Result<Exit, Error> {
    let now = Timestamp::from_clock(Local::now().fixed_offset());
    let recovered = store::recover(database, to, now).map_err(|error| failed("recovering", error))?;
    let Recovered { revisions, sessions, events, left_out, missing } = &recovered;
    output.line(&format!(
        "{events} events of {sessions} sessions and {revisions} states of plans are in {}",
        to.display()
    ))?;
    for (session, places) in missing {
        let named: Vec<String> = places.iter().take(MOST_PLACES).map(u64::to_string).collect();
        let more = if places.len() > MOST_PLACES { ", …" } else { "" };
        let count = places.len();
        output.line(&format!(
            "{count} events of session {session} cannot be read: {}{more}",
            named.join(", ")
        ))?;
    }
    if *left_out > 0 {
        output.line(&format!("{left_out} were left out, because they take back what cannot be read"))?;
    }
    output.line(&format!("the old database is as it was: {}", database.display()))?;
    Ok(if missing.is_empty() && *left_out == 0 { Exit::OK } else { Exit::PROBLEM })
}

fn failed(doing: &str, error: CopyError) -> Error {
    match error {
        CopyError::Store(error) => Error::Store(error),
        other => Error::Said { message: format!("{doing}: {other}"), exit: Exit::DATABASE },
    }
}

/// Takes in what could not be saved.
///
/// # Errors
///
/// [`Error::Store`] if the database refuses; [`Error::Said`] if the file is none of ours.
pub fn rescue(database: &Path, file: &Path, output: &mut Output) -> Result<Exit, Error> {
    let bytes = reading::read_file(file)?;
    let rescue = Rescue::from_json(&bytes).map_err(|error| Error::Said {
        message: format!("taking in {}: {error}", file.display()),
        exit: Exit::UNREADABLE,
    })?;
    let mut store = Store::open_existing(database)?;
    let taken = store.take_in(&rescue).map_err(|error| match error {
        AppendError::Store(error) => Error::Store(error),
        other => {
            Error::Said { message: format!("taking in {}: {other}", file.display()), exit: Exit::DATABASE }
        }
    })?;
    let TakenIn { added, known, left_out, contested } = &taken;
    output.line(&format!("{added} changes are saved now, {known} were already"))?;
    for (_, wording) in contested {
        output.line(&format!(
            "marked by somebody else meanwhile too; what was taken in counts now: {wording}"
        ))?;
    }
    if *left_out > 0 {
        output.line(&format!("{left_out} were left out, because they take back what is not there"))?;
        return Ok(Exit::PROBLEM);
    }
    output.line(&format!("{} is not needed any more", file.display()))?;
    Ok(Exit::OK)
}
