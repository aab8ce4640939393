//! Copying by OSC 52: it works over ssh and needs no display. A terminal may refuse in silence, so the text must be on
//! the screen as well.

use std::io;

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;

use super::screen;

/// Asks the terminal to put `text` into the clipboard.
///
/// # Errors
/// When the terminal takes no bytes any more.
pub fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    queue!(bytes, CopyToClipboard::to_clipboard_from(text))?;
    screen::write(&bytes)
}
