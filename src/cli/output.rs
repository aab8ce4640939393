//! The only place that writes to stdout and stderr.
//!
//! Text passes through [`crate::visible`] and JSON through [`json::to_safe_json`], so that whatever a plan or a note
//! holds, only our own escape sequences reach a terminal. A reader that closes the pipe has seen enough: that is
//! success, and what would follow is dropped.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use serde::Serialize;

use super::args::{ColorChoice, Globals};
use super::page::{Glyphs, Page};
use crate::error::Error;
use crate::format::json;
use crate::visible;

/// Where commands say what they found.
#[derive(Debug)]
pub struct Output {
    colours: bool,
    glyphs: Glyphs,
    /// The reader went away.
    closed: bool,
}

impl Output {
    /// Decides once whether stdout gets colours: `--color`, else only a terminal, and that only without `no_color`.
    #[must_use]
    pub fn new(globals: &Globals, no_color: bool) -> Self {
        let colours = match globals.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && !no_color,
        };
        let glyphs = if globals.ascii { Glyphs::Ascii } else { Glyphs::Unicode };
        Self { colours, glyphs, closed: false }
    }

    /// The characters to draw with.
    #[must_use]
    pub fn glyphs(&self) -> Glyphs {
        self.glyphs
    }

    /// Prints a designed page.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] unless it was written or nobody reads any more; so for all that print.
    pub fn page(&mut self, page: &Page) -> Result<(), Error> {
        self.write(page.render(self.colours).as_bytes())
    }

    /// Prints text that came from elsewhere, line breaks kept, and ends its last line.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        let mut safe = visible::text(text).into_owned();
        if !safe.is_empty() && !safe.ends_with('\n') {
            safe.push('\n');
        }
        self.write(safe.as_bytes())
    }

    /// Prints one line: a line break in it is shown, so that a file's name cannot pretend to be another line.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn line(&mut self, text: &str) -> Result<(), Error> {
        self.write(format!("{}\n", visible::line(text)).as_bytes())
    }

    /// Prints a plan file, for a file to take: there, emoji and tabs stay as they are, and only what could command
    /// a terminal (front matter is kept as it was written) is made visible. On a terminal it is text like any other.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn plan_file(&mut self, text: &str) -> Result<(), Error> {
        if io::stdout().is_terminal() {
            return self.text(text);
        }
        let mut safe = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_control() && c != '\n' && c != '\t' {
                safe.push_str(&visible::line(c.encode_utf8(&mut [0; 4])));
            } else {
                safe.push(c);
            }
        }
        self.write(safe.as_bytes())
    }

    /// Prints a value as JSON.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        self.generated(json::to_safe_json(value).as_bytes())
    }

    /// Prints what is complete and safe as it is: a completion script, the manual page, JSON from the formats.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn generated(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.write(bytes)
    }

    /// Lets `write` print a report as it goes. Into a pipe or a file it goes byte for byte; on a terminal, whatever
    /// could command it is made visible.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`], and what `write` fails with.
    pub fn report(&mut self, write: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = if io::stdout().is_terminal() {
            let mut safe = SafeLines { out: &mut out, line: Vec::new() };
            write(&mut safe).and_then(|()| safe.flush().map_err(Error::Output))
        } else {
            write(&mut out).and_then(|()| out.flush().map_err(Error::Output))
        };
        // Dropping it would try once more what failed.
        let _ = out.into_parts();
        match written {
            Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            written => written,
        }
    }

    /// Prints help or version, with colours where they are wanted.
    ///
    /// # Errors
    ///
    /// As for [`Output::page`].
    pub fn answer(&mut self, plain: &str, coloured: &str) -> Result<(), Error> {
        let text = if self.colours { coloured } else { plain };
        self.write(text.as_bytes())
    }

    /// Says on stderr what went wrong. If even that fails, the exit code still tells.
    pub fn diagnose(&self, message: &impl Display) {
        let text = format!("seamwalk: {message}\n");
        let _ = io::stderr().write_all(visible::text(&text).as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.closed {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => Err(Error::Output(error)),
        }
    }
}

/// A report on its way to a terminal, line by line.
struct SafeLines<'o> {
    out: &'o mut dyn Write,
    line: Vec<u8>,
}

impl Write for SafeLines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.put_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.put_line()?;
        self.out.flush()
    }
}

impl SafeLines<'_> {
    fn put_line(&mut self) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line);
        self.out.write_all(visible::text(&line).as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

/// True if both standard input and standard output are a terminal.
#[must_use]
pub fn at_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
