//! The terminal face from start to end: settings, store, plan, terminal, loop.

use std::path::PathBuf;

use super::layout::Size;
use super::model::Model;
use super::msg::Msg;
use super::runtime::effects::Outside;
use super::runtime::event_loop::{self, Leftover};
use super::runtime::terminal::{self, EnterError, Terminal};
use super::settings::{Glyphs, Settings};
use super::theme::{ColorDepth, Theme};
use crate::opening::{Choices, OpeningError};
use crate::store::{Store, StoreError};

/// What the face is started with, everything resolved.
#[derive(Debug, Clone)]
pub struct Options {
    /// The plan to walk; `None` opens home.
    pub plan: Option<PathBuf>,
    /// Which session, and what it says of itself.
    pub choices: Choices,
    /// The database, made if it is not there.
    pub database: PathBuf,
    /// Keys, glyphs, theme.
    pub settings: Settings,
    /// What the terminal can show.
    pub depth: ColorDepth,
    /// Draw with ASCII characters only.
    pub ascii: bool,
}

/// The terminal face could not start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no terminal.
    #[error(transparent)]
    Terminal(#[from] EnterError),
    /// The plan cannot be walked.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The terminal went away.
    #[error("reading or drawing on the terminal: {0}; everything shown as saved is saved")]
    Lost(#[from] std::io::Error),
}

/// Runs until the tester leaves. What comes back could not be saved.
///
/// # Errors
///
/// [`RunError`]; the terminal is then as it was.
pub fn run(options: Options) -> Result<Leftover, RunError> {
    let Options { plan, choices, database, mut settings, depth, ascii } = options;
    if ascii {
        settings.glyphs = Glyphs::ascii();
    }
    let theme = Theme::new(settings.theme, depth, &settings.colors);
    let mouse = settings.mouse;
    let now = event_loop::now();
    let mut outside = Outside::new(Store::open(&database)?);
    let mut model =
        Model::new(settings, Size { width: 0, height: 0 }, now, uuid::Uuid::now_v7().into_bytes());
    let (opened, unsettled) = match &plan {
        Some(path) => {
            let (walk, unsettled) = outside.open_file(path, &choices, now)?;
            (Msg::WalkOpened(Box::new(walk)), Some(unsettled))
        }
        None => (outside.load_home(), None),
    };
    let monochrome = depth == ColorDepth::None;
    let mut terminal = Terminal::enter(&terminal::Options { mouse, monochrome })?;
    let size = terminal.size();
    model.size = Size { width: size.width, height: size.height };
    if event_loop::take_in(&mut model, opened, &mut outside, &mut terminal) {
        return Ok(Leftover::default());
    }
    event_loop::run(&mut terminal, &mut model, &mut outside, &theme, unsettled)
}
