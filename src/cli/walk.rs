//! From the command line into the walk: the only file of this face that names the other one.

use std::path::PathBuf;

use super::args::{ColorChoice, Globals, WalkChoices};
use super::output;
use crate::error::{Error, Exit};
use crate::paths::{self, Config, Surroundings};

/// Everything that opening the walk needs, with paths resolved and nothing opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The plan's file; `None` opens the home screen.
    pub plan: Option<PathBuf>,
    /// Which session, and what it says of itself.
    pub choices: WalkChoices,
    /// The database, which may not exist yet.
    pub database: PathBuf,
    /// The configuration.
    pub config: Config,
    /// When to draw with colours.
    pub color: ColorChoice,
    /// Draw with ASCII characters only.
    pub ascii: bool,
}

impl Walk {
    /// Resolves where database and configuration are.
    ///
    /// # Errors
    ///
    /// [`Error::NoPlaceForDatabase`] where there is no home folder and no `--db`.
    pub fn new(
        plan: Option<PathBuf>,
        choices: WalkChoices,
        globals: &Globals,
        around: &Surroundings,
    ) -> Result<Self, Error> {
        Ok(Self {
            plan,
            choices,
            database: paths::database(globals.db.as_deref(), around)?,
            config: paths::config(globals.config.as_deref(), around),
            color: globals.color,
            ascii: globals.ascii,
        })
    }
}

/// Opens the walk, or the home screen, and comes back when the tester leaves it.
///
/// # Errors
///
/// [`Error::NoTerminal`] without a terminal, before anything is read or created; else what the walk ended with.
pub fn open(walk: Walk) -> Result<Exit, Error> {
    if !output::at_terminal() {
        return Err(Error::NoTerminal);
    }
    drop(walk);
    Err(Error::Said {
        message: "opening the walk: its screens are not built yet".to_owned(),
        exit: Exit::OUTPUT,
    })
}
