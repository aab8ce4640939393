//! From the command line into the walk: the only file of this face that names the other one.

use std::path::PathBuf;

use super::args::{ColorChoice, Globals};
use super::output::{self, Output};
use crate::error::{Error, Exit};
use crate::opening::Choices;
use crate::paths::{self, Config, Surroundings};
use crate::reading;
use crate::tui::run::{Options, run};
use crate::tui::settings::{Settings, SettingsError};
use crate::tui::theme::ColorDepth;

/// Everything that opening the walk needs, with paths resolved and nothing opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The plan's file; `None` opens the home screen.
    pub plan: Option<PathBuf>,
    /// Which session, and what it says of itself.
    pub choices: Choices,
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
        choices: Choices,
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
pub fn open(walk: Walk, output: &mut Output) -> Result<Exit, Error> {
    if !output::at_terminal() {
        return Err(Error::NoTerminal);
    }
    let Walk { plan, choices, database, config, color, ascii } = walk;
    let settings = settings(&config)?;
    let left = run(Options { plan, choices, database, settings, depth: color_depth(color), ascii })?;
    if left.lines.is_empty() {
        return Ok(Exit::OK);
    }
    for line in &left.lines {
        output.line(line)?;
    }
    let rescue = left.rescue.as_deref().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    if let Some(rescue) = &rescue {
        output.json(rescue)?;
    }
    let count = left.lines.len();
    let changes = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
    let how = match (&left.kept, rescue) {
        (Some(path), _) => {
            format!("and kept in {0}: `seamwalk doctor --rescue {0}` takes them in", path.display())
        }
        (None, Some(_)) => {
            "and again as JSON: keep that in a file, which `seamwalk doctor --rescue FILE` takes in"
                .to_owned()
        }
        (None, None) => "keep them".to_owned(),
    };
    let message = format!("{changes} could not be saved; printed above, {how}");
    Err(Error::Said { message, exit: Exit::DATABASE })
}

/// The configuration, or what is usual where there is none.
fn settings(config: &Config) -> Result<Settings, Error> {
    let (path, must_exist) = match config {
        Config::Named(path) => (path, true),
        Config::Usual(path) => (path, false),
        Config::Nowhere => return Ok(Settings::default()),
    };
    if !must_exist && !path.exists() {
        return Ok(Settings::default());
    }
    let said = |message: String| Error::Said { message, exit: Exit::USAGE };
    let bytes = reading::read_file(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|e| said(format!("reading the configuration {}: {}", path.display(), e.utf8_error())))?;
    Settings::parse(&text).map_err(|e| {
        let SettingsError { line, column, message } = e;
        said(format!("reading the configuration {}:{line}:{column}: {message}", path.display()))
    })
}

/// What the terminal can show, as `--color`, `NO_COLOR`, `TERM` and `COLORTERM` say.
fn color_depth(color: ColorChoice) -> ColorDepth {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if color == ColorChoice::Never || (color == ColorChoice::Auto && is_set("NO_COLOR")) {
        return ColorDepth::None;
    }
    let term = std::env::var("TERM").unwrap_or_default();
    let has_256 = ["256", "kitty", "alacritty", "ghostty", "foot", "wezterm", "direct"];
    if is_set("COLORTERM") || is_set("WT_SESSION") || has_256.iter().any(|known| term.contains(known)) {
        return ColorDepth::Indexed;
    }
    ColorDepth::Sixteen
}
