//! crossterm's events as our `Input`. One reader only: the main thread.
//!
//! It must not know what a key means. Releases are dropped (Windows and kitty send them, and a verdict would be given
//! twice), a paste is text, and a burst of resizes is one.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use ratatui::layout::Size;

use crate::tui::input::Input;
use crate::tui::key::{Code, Held, Key};

/// Makes crossterm listen for resizes; it would begin to at the first wait only.
pub(super) fn prepare() -> io::Result<()> {
    event::poll(Duration::ZERO).map(drop)
}

/// Reads what happens at the terminal.
#[derive(Debug)]
pub struct Reader {
    /// The size that was last said.
    size: Option<Size>,
    /// Read already, because it came behind a resize that was waited out.
    ahead: VecDeque<Input>,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader. Make one only.
    #[must_use]
    pub fn new() -> Self {
        Self { size: Some(super::backend::size()), ahead: VecDeque::new() }
    }

    /// The next thing that happens, waiting for it at most `timeout` (`None`: for ever).
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub fn next_input(&mut self, timeout: Option<Duration>) -> io::Result<Option<Input>> {
        if let Some(input) = self.ahead.pop_front() {
            return Ok(Some(input));
        }
        let deadline = timeout.map(|timeout| std::time::Instant::now() + timeout);
        loop {
            let left = deadline.map(|at| at.saturating_duration_since(std::time::Instant::now()));
            if !event::poll(Duration::ZERO)? {
                unread::announce();
                if let Some(left) = left
                    && !event::poll(left)?
                {
                    return Ok(None);
                }
            }
            match convert(event::read()?) {
                Some(resize @ Input::Resize { .. }) => return self.last_of_burst(resize).map(Some),
                Some(input) => {
                    self.notice_size();
                    return Ok(Some(input));
                }
                None => {}
            }
        }
    }

    /// crossterm 0.29 drops a resize that comes in the same moment as a key: the size itself tells.
    fn notice_size(&mut self) {
        let size = super::backend::size();
        if self.size.replace(size).is_some_and(|known| known != size) {
            self.ahead.push_back(Input::Resize { width: size.width, height: size.height });
        }
    }

    /// What has happened already, without waiting.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub fn queued(&mut self) -> io::Result<Option<Input>> {
        self.next_input(Some(Duration::ZERO))
    }

    /// A terminal that is dragged larger sends a resize a cell: only the last one counts.
    fn last_of_burst(&mut self, mut resize: Input) -> io::Result<Input> {
        while event::poll(Duration::ZERO)? {
            match convert(event::read()?) {
                Some(later @ Input::Resize { .. }) => resize = later,
                Some(other) => {
                    self.ahead.push_back(other);
                    break;
                }
                None => {}
            }
        }
        if let Input::Resize { width, height } = resize {
            self.size = Some(Size { width, height });
        }
        Ok(resize)
    }
}

/// What an event means to us, if anything.
fn convert(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => convert_key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(clean_paste(&text))),
        Event::Mouse(mouse) => convert_mouse(mouse),
        Event::Resize(..) => {
            let size = super::backend::size();
            Some(Input::Resize { width: size.width, height: size.height })
        }
        Event::FocusGained => Some(Input::FocusGained),
        Event::FocusLost => Some(Input::FocusLost),
    }
}

fn convert_key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    // Super, Hyper and Meta belong to the desktop: such a key is not the plain key.
    if event.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
        return None;
    }
    let mut held = Held {
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT),
    };
    let code = match event.code {
        KeyCode::Char(c) if c.is_control() => return None,
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            held.shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    };
    Some(Key::new(code, held))
}

fn convert_mouse(event: MouseEvent) -> Option<Input> {
    let MouseEvent { kind, column, row, modifiers: _ } = event;
    match kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Input::Click { column, row }),
        MouseEventKind::ScrollDown => Some(Input::Wheel { column, row, notches: 1 }),
        MouseEventKind::ScrollUp => Some(Input::Wheel { column, row, notches: -1 }),
        MouseEventKind::Down(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => None,
    }
}

/// Text only: one kind of line end, tabs, and no other control character.
fn clean_paste(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// Bytes that crossterm left unread. It is told of new bytes once, and does not read them all: what came with a resize,
/// and what lies beyond the first kilobyte, would wait in the terminal until the next key is pressed.
#[cfg(unix)]
mod unread {
    use std::io;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    use crate::tui::runtime::screen;

    /// Has crossterm told once more where bytes lie unread: setting a terminal's modes, even to what they are, wakes
    /// those who wait for it.
    pub(super) fn announce() {
        let stdin = io::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let looked = poll(&mut fds, Some(&now));
        let [fd] = &fds;
        if looked.is_ok() && fd.revents() == PollFlags::IN && screen::is_foreground() {
            screen::while_ours(|| {
                if let Ok(modes) = tcgetattr(&stdin) {
                    let _ = tcsetattr(&stdin, OptionalActions::Now, &modes);
                }
            });
        }
    }
}

/// Windows tells of every event.
#[cfg(not(unix))]
mod unread {
    pub(super) fn announce() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        convert_key(KeyEvent::new(code, modifiers)).map(|key| key.to_string())
    }

    #[test]
    fn keys_keep_their_meaning() {
        for (code, modifiers, name) in [
            (KeyCode::Char('p'), KeyModifiers::NONE, "p"),
            (KeyCode::Char('p'), KeyModifiers::SHIFT, "P"),
            (KeyCode::Char('P'), KeyModifiers::SHIFT, "P"),
            (KeyCode::Char('?'), KeyModifiers::SHIFT, "?"),
            (KeyCode::Char('r'), KeyModifiers::CONTROL, "Ctrl-r"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "Shift-Tab"),
            (KeyCode::BackTab, KeyModifiers::NONE, "Shift-Tab"),
            (KeyCode::Enter, KeyModifiers::SHIFT, "Shift-Enter"),
            (KeyCode::F(5), KeyModifiers::ALT, "Alt-F5"),
        ] {
            assert_eq!(key(code, modifiers).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_no_key_of_ours_is_nothing() {
        assert_eq!(key(KeyCode::CapsLock, KeyModifiers::NONE), None);
        assert_eq!(key(KeyCode::Char('p'), KeyModifiers::SUPER), None);
        assert_eq!(key(KeyCode::Char('\u{1b}'), KeyModifiers::NONE), None);
    }

    #[test]
    fn a_release_is_nothing_and_a_repeat_is_a_press() {
        let event = |kind| KeyEvent::new_with_kind(KeyCode::Char('p'), KeyModifiers::NONE, kind);
        assert_eq!(convert_key(event(KeyEventKind::Release)), None);
        assert_eq!(convert_key(event(KeyEventKind::Repeat)), convert_key(event(KeyEventKind::Press)));
    }

    #[test]
    fn a_paste_is_text_and_nothing_else() {
        assert_eq!(clean_paste("a\r\nb\rc\n\td\u{1b}[31m\u{7}\u{9b}e\0"), "a\nb\nc\n\td[31me");
    }
}
