//! `seamwalk report`: sessions in the form that their readers use, on standard output or into a file.
//!
//! The forms themselves are made in [`crate::format::report`]; here it is only said what goes where.

use std::path::Path;

use super::args::Report;
use super::output::Output;
use super::show;
use crate::error::{Error, Exit};
use crate::reporting::{ReportError, Stored};

/// Writes the sessions that `wanted` names.
///
/// # Errors
///
/// [`Error::Find`] if one of them names none or several, [`Error::Report`] if there is no report.
pub fn report(database: &Path, wanted: &Report, output: &mut Output) -> Result<Exit, Error> {
    let store = show::existing_store(database)?;
    let mut ids = Vec::with_capacity(wanted.sessions.len());
    for session in &wanted.sessions {
        ids.push(store.find_session(session)?);
    }
    let mut sessions = Stored::new(&store, &ids)?;
    let (form, extent) = (wanted.form, wanted.extent);
    match &wanted.file {
        Some(file) => {
            let path = sessions.write_file(form, extent, file)?;
            output.line(&path.display().to_string())?;
        }
        None => output.report(|out| match sessions.write(form, extent, out) {
            Err(ReportError::Output(error)) => Err(Error::Output(error)),
            written => Ok(written?),
        })?,
    }
    Ok(Exit::OK)
}
