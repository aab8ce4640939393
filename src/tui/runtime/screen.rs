//! The one place of the terminal face that writes to stdout and stderr, and that knows which modes are set.
//!
//! Three parties want the terminal: the main thread draws, the signal thread takes the modes back when the program is
//! ended or stopped, and a panic takes them back before its message is printed. One lock decides among them, and those
//! in a hurry wait only a moment for it: a main thread that is blocked in a write to a stopped terminal must not keep
//! SIGTERM from ending the program. Nothing here panics, and nothing here uses `print!`, which panics on a dead
//! terminal.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// How long one in a hurry waits for the lock, and then for a terminal that takes no bytes.
const PATIENCE: Duration = Duration::from_millis(200);

/// Sets the modes. In order: alternate screen, no wrapping at the right edge (a character that the terminal holds for
/// wider than we do must not touch the next row), bracketed paste, kitty's unambiguous keys (terminals that do not know
/// them ignore the request, so nothing is asked and nothing waits), reports of the focus, hidden cursor, empty screen.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[>1u\x1b[?1004h\x1b[?25l\x1b[2J";
/// Presses and the wheel only: reports of every movement would wake the program for nothing.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// Takes back everything that [`ENTER`] and [`MOUSE`] set, whether it was set or not, and ends a frame that was cut
/// short. Kitty's keys are popped before the alternate screen is left, since each screen has its own stack.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[0m\x1b[<1u\x1b[?1004l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h";
const POP_KEYS: &[u8] = b"\x1b[<1u";
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Whose the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Not ours: before the start and after the end.
    Off,
    /// Ours: raw, on the alternate screen.
    Ours,
    /// Lent to an editor; ours again later.
    Lent,
    /// Given back while the program is stopped.
    Stopped,
}

struct State {
    mode: Mode,
    mouse: bool,
    /// The thread that draws: only its panic ends what is on the screen.
    owner: Option<ThreadId>,
    /// Messages of panics in other threads, kept until the screen is left.
    late: Vec<String>,
}

static STATE: Mutex<State> =
    Mutex::new(State { mode: Mode::Off, mouse: false, owner: None, late: Vec::new() });
/// The screen holds other things than we believe: the next frame paints everything.
static STALE: AtomicBool = AtomicBool::new(false);

fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, unless its holder keeps it longer than [`PATIENCE`].
fn lock_in_a_hurry() -> Option<MutexGuard<'static, State>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match STATE.try_lock() {
            Ok(state) => return Some(state),
            Err(TryLockError::Poisoned(state)) => return Some(state.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}

/// Makes the terminal ours. The calling thread becomes the one that draws.
pub(super) fn enter(mouse: bool) -> io::Result<()> {
    device::open()?;
    let mut state = lock();
    state.mouse = mouse;
    state.owner = Some(thread::current().id());
    set_modes(&mut state)
}

/// Gives the terminal back, for good ([`Mode::Off`]) or for a while ([`Mode::Lent`]). Doing it twice does nothing.
pub(super) fn leave(next: Mode) {
    let mut state = lock();
    take_modes_back(&mut state);
    state.mode = next;
    let late = std::mem::take(&mut state.late);
    drop(state);
    for message in late {
        let _ = writeln!(io::stderr(), "{message}");
    }
}

/// Makes the terminal ours again after [`leave`] with [`Mode::Lent`].
pub(super) fn take_again() -> io::Result<()> {
    let mut state = lock();
    if state.mode == Mode::Lent { set_modes(&mut state) } else { Ok(()) }
}

/// Gives the terminal back from wherever the program is, as far as that is possible in a moment.
pub(super) fn leave_in_a_hurry() {
    match lock_in_a_hurry() {
        Some(mut state) => {
            take_modes_back(&mut state);
            state.mode = Mode::Off;
        }
        None => undo_modes(),
    }
}

/// Gives the terminal back and does `stop`, which returns when the program is continued. [`come_back`] takes the
/// terminal again.
pub(super) fn leave_while(stop: impl FnOnce()) {
    match lock_in_a_hurry() {
        Some(mut state) => {
            if state.mode == Mode::Ours {
                take_modes_back(&mut state);
                state.mode = Mode::Stopped;
            }
            // The lock is held meanwhile, so that no frame is drawn over the shell.
            stop();
        }
        // A writer that hangs has the lock: the terminal takes no bytes, so only the line discipline can be given back.
        None => {
            let _ = disable_raw_mode();
            stop();
        }
    }
}

/// Takes the terminal again after a stop, be it ours or one that gave no notice: the shell has set its own modes since.
/// Says whether the screen must be drawn anew.
pub(super) fn come_back() -> bool {
    let Some(mut state) = lock_in_a_hurry() else {
        let _ = enable_raw_mode();
        set_stale();
        return true;
    };
    match state.mode {
        Mode::Ours | Mode::Stopped => {
            if state.mode == Mode::Ours {
                // Nothing was taken back before that stop; kitty's keys are counted, all other modes are not.
                let _ = device::write(POP_KEYS, Some(PATIENCE));
            }
            let _ = disable_raw_mode();
            let _ = set_modes(&mut state);
            true
        }
        Mode::Off | Mode::Lent => false,
    }
}

/// Whether the terminal is this job's. To touch it from the background would stop the program, and would spoil the
/// screen of the program that has it.
#[cfg(unix)]
pub(super) fn is_foreground() -> bool {
    // Without job control there is no answer, and no background either.
    rustix::termios::tcgetpgrp(io::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
pub(super) fn is_foreground() -> bool {
    true
}

/// Whether an editor has the terminal.
pub(super) fn is_lent() -> bool {
    lock_in_a_hurry().is_some_and(|state| state.mode == Mode::Lent)
}

/// What a panic must do with its message.
pub(super) enum PanicIn {
    /// Print it: the screen was given back, or never was ours.
    Open,
    /// Keep it with [`keep_message`]: another thread draws on.
    Behind,
}

/// Called by the panic hook: gives the screen back if the panicking thread is the one that draws.
pub(super) fn panicking() -> PanicIn {
    let behind = lock_in_a_hurry().is_some_and(|state| {
        state.mode == Mode::Ours && state.owner.is_some_and(|owner| owner != thread::current().id())
    });
    if behind {
        return PanicIn::Behind;
    }
    leave_in_a_hurry();
    PanicIn::Open
}

/// Keeps a message until the screen is left.
pub(super) fn keep_message(message: String) {
    if let Some(mut state) = lock_in_a_hurry() {
        state.late.push(message);
    }
}

/// Shows one frame in one write, or writes nothing where nothing changed. A frame that comes while the terminal is not ours is dropped, and the next one paints
/// everything.
pub(super) fn present(frame: &[u8]) -> io::Result<()> {
    if frame.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::with_capacity(frame.len() + BEGIN_FRAME.len() + END_FRAME.len());
    bytes.extend_from_slice(BEGIN_FRAME);
    bytes.extend_from_slice(frame);
    bytes.extend_from_slice(END_FRAME);
    write(&bytes)
}

/// Writes what is no part of a frame (the clipboard), if the terminal is ours.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let state = lock();
    if state.mode != Mode::Ours {
        STALE.store(true, Ordering::SeqCst);
        return Ok(());
    }
    device::write(bytes, None)
}

/// Does `touch` if the terminal is ours; nobody gives it back meanwhile.
#[cfg(unix)]
pub(super) fn while_ours(touch: impl FnOnce()) {
    let state = lock();
    if state.mode == Mode::Ours {
        touch();
    }
}

/// Whether the next frame must paint everything; asking answers it.
pub(super) fn take_stale() -> bool {
    STALE.swap(false, Ordering::SeqCst)
}

/// The next frame must paint everything.
pub(super) fn set_stale() {
    STALE.store(true, Ordering::SeqCst);
}

fn set_modes(state: &mut State) -> io::Result<()> {
    enable_raw_mode()?;
    state.mode = Mode::Ours;
    STALE.store(true, Ordering::SeqCst);
    let mut bytes = ENTER.to_vec();
    if state.mouse {
        bytes.extend_from_slice(MOUSE);
    }
    device::write(&bytes, None).inspect_err(|_| take_modes_back(state))
}

fn take_modes_back(state: &mut State) {
    if state.mode == Mode::Ours {
        state.mode = Mode::Off;
        undo_modes();
    }
}

fn undo_modes() {
    if !is_foreground() {
        return;
    }
    // The line discipline first: that never waits, and a shell without echo is the worse thing to leave behind.
    let _ = disable_raw_mode();
    let _ = device::write(LEAVE, Some(PATIENCE));
}

/// The bytes' way out: a descriptor of our own, since the standard library's lock on stdout could be held by a thread
/// that hangs.
#[cfg(unix)]
mod device {
    use std::fs::File;
    use std::io::{self, Write};
    use std::os::fd::AsFd;
    use std::sync::OnceLock;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    static DEVICE: OnceLock<File> = OnceLock::new();

    pub(super) fn open() -> io::Result<()> {
        if DEVICE.get().is_none() {
            let _ = DEVICE.set(File::from(io::stdout().as_fd().try_clone_to_owned()?));
        }
        Ok(())
    }

    /// Writes everything; with `patience` gives up when the terminal takes no bytes for that long.
    pub(super) fn write(bytes: &[u8], patience: Option<Duration>) -> io::Result<()> {
        let Some(mut device) = DEVICE.get() else { return Ok(()) };
        let mut rest = bytes;
        let mut wait = patience.is_some();
        while !rest.is_empty() {
            if wait {
                wait_until_writable(device, patience)?;
            }
            match device.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Another program made the shared terminal non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait = true,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn wait_until_writable(device: &File, patience: Option<Duration>) -> io::Result<()> {
        let mut fds = [PollFd::new(device, PollFlags::OUT)];
        let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            // Where poll does not work on terminals (macOS), the write itself must tell.
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The bytes' way out on Windows, where only the standard library knows how to write to a console.
#[cfg(not(unix))]
mod device {
    use std::io::{self, Write};
    use std::time::Duration;

    pub(super) fn open() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn write(bytes: &[u8], _patience: Option<Duration>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }
}
