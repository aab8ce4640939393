//! The terminal as the program uses it: entered once, drawn on, lent to an editor, given back whatever happens.
//!
//! [`Terminal`] is a guard: dropping it gives the terminal back, and so do a panic and every signal that ends the
//! program. It must not know what is drawn.

use std::io::{self, IsTerminal};
use std::sync::Once;

use ratatui::Frame;
use ratatui::layout::Size;

use super::backend::{self, Canvas, Palette};
use super::screen::{self, Mode, PanicIn};
use super::signals;

/// How the terminal is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Report clicks and the wheel. The terminal's own text selection then needs Shift.
    pub mouse: bool,
    /// Send no colours, only bold, reverse and the like. `NO_COLOR` in the environment does the same.
    pub monochrome: bool,
}

/// Why the terminal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// stdin or stdout leads elsewhere.
    #[error(
        "{stream} is no terminal: run it at a terminal, or use a command such as `seamwalk show` that needs none"
    )]
    NoTerminal {
        /// `stdin` or `stdout`.
        stream: &'static str,
    },
    /// `TERM=dumb`: the terminal cannot place text.
    #[error("the terminal cannot draw (TERM is dumb): use another one, or a command such as `seamwalk show`")]
    Dumb,
    /// The system refused.
    #[error("cannot {doing} the terminal: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// The terminal while it is ours.
#[derive(Debug)]
pub struct Terminal {
    inner: ratatui::Terminal<Canvas>,
}

impl Terminal {
    /// Makes the terminal ours: raw, alternate screen, bracketed paste.
    ///
    /// # Errors
    /// When there is no terminal to draw on, or the system refuses; the terminal is then as it was.
    pub fn enter(options: &Options) -> Result<Self, EnterError> {
        if !io::stdin().is_terminal() {
            return Err(EnterError::NoTerminal { stream: "stdin" });
        }
        if !io::stdout().is_terminal() {
            return Err(EnterError::NoTerminal { stream: "stdout" });
        }
        if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Err(EnterError::Dumb);
        }
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let palette = if options.monochrome || no_color { Palette::Monochrome } else { Palette::Colours };
        let inner = ratatui::Terminal::new(Canvas::new(palette))
            .map_err(|source| EnterError::Io { doing: "measure", source })?;
        install_panic_hook();
        // Before the modes are set, so that a signal in between finds someone who takes them back.
        signals::watch().map_err(|source| EnterError::Io { doing: "watch", source })?;
        screen::enter(options.mouse).map_err(|source| EnterError::Io { doing: "set up", source })?;
        let terminal = Self { inner };
        // Before the first frame: a resize between that frame and the first wait for input would be missed.
        super::input::prepare().map_err(|source| EnterError::Io { doing: "read", source })?;
        Ok(terminal)
    }

    /// Draws one frame: `render` fills the cells, and what differs is sent in one write.
    ///
    /// # Errors
    /// When the terminal takes no bytes any more.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if screen::take_stale() {
            self.inner.clear()?;
        }
        self.inner.draw(render)?;
        screen::present(&self.inner.backend_mut().take())
    }

    /// The size in cells.
    #[must_use]
    pub fn size(&self) -> Size {
        backend::size()
    }

    /// The next frame paints everything, whatever the terminal shows now (Ctrl-l).
    pub fn redraw(&mut self) {
        screen::set_stale();
    }

    /// Lends the terminal to another program. Read no input until [`Terminal::resume`].
    pub fn suspend(&mut self) {
        screen::leave(Mode::Lent);
    }

    /// Takes the terminal back from another program; the next frame paints everything.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn resume(&mut self) -> io::Result<()> {
        screen::take_again()
    }

    /// Stops the program as Ctrl-Z does elsewhere, and comes back when the shell continues it: the next input is then
    /// a resize. Does nothing where no shell could continue it.
    pub fn stop(&mut self) {
        signals::suspend_self();
    }

    /// Gives the terminal back. Dropping does the same.
    pub fn leave(self) {}
}

impl Drop for Terminal {
    fn drop(&mut self) {
        screen::leave(Mode::Off);
    }
}

/// Gives the screen back before a panic's message is printed, else the message is lost with the alternate screen. A
/// panic in a thread that does not draw leaves the screen alone; its message is printed when the screen is left.
fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| match screen::panicking() {
            PanicIn::Open => previous(info),
            PanicIn::Behind => screen::keep_message(info.to_string()),
        }));
    });
}
