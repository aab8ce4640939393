//! A child at a pseudo-terminal whose other end is a terminal emulator: send keys, wait for what the screen shows.
//!
//! Nothing sleeps: every wait is for a condition, has a deadline, and prints the screen when it passes. The master is
//! always read, else the child would block on a full buffer.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Long enough for a busy machine; no test passes by waiting for it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Columns and rows.
pub(crate) type Cells = (u16, u16);

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Nothing more will come.
    ended: bool,
    /// The reader must let go of the master.
    stop: bool,
}

/// A child at a pseudo-terminal.
pub(crate) struct Pty {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    reader: Option<JoinHandle<()>>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
}

/// How a child ended after its terminal vanished.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) after: Duration,
    /// User and system time since the terminal vanished.
    pub(crate) cpu: Duration,
}

impl Pty {
    /// Starts `argv` in a terminal of `size`, with `env` on top of this process's environment.
    pub(crate) fn spawn(argv: &[&str], size: Cells, env: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::from_argv(argv.iter().map(Into::into).collect());
        command.env("TERM", "xterm-256color");
        for name in ["NO_COLOR", "VISUAL", "EDITOR", "COLUMNS", "LINES"] {
            command.env_remove(name);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        Self::spawn_command(command, size)
    }

    /// The same for a command with choices of its own.
    pub(crate) fn spawn_command(command: CommandBuilder, size: Cells) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let parser = vt100::Parser::new(rows(size), columns(size), 0);
        let seen = Arc::new((
            Mutex::new(Seen { parser, bytes: Vec::new(), ended: false, stop: false }),
            Condvar::new(),
        ));
        let theirs = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = theirs.0.lock().unwrap_or_else(PoisonError::into_inner);
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                seen.ended |= count == 0;
                theirs.1.notify_all();
                if count == 0 || seen.stop {
                    return;
                }
            }
        });
        Self { seen, reader: Some(reader), writer: Some(writer), master: Some(pair.master), child }
    }

    /// What the screen shows, a row a line.
    pub(crate) fn screen(&self) -> String {
        contents(&self.lock().parser)
    }

    /// All bytes that came so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    /// The emulator's screen, for modes, cursor and styles.
    pub(crate) fn vt(&self) -> vt100::Screen {
        self.lock().parser.screen().clone()
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("the screen shows {text:?}"), |screen, _| screen.contains(text));
    }

    /// Waits until `holds` for the screen's text and the emulator.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, holds: impl Fn(&str, &vt100::Screen) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut seen = self.lock();
        loop {
            let screen = contents(&seen.parser);
            if holds(&screen, seen.parser.screen()) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited until {what}; the screen:\n{screen}");
            // Looked at now and then without news too: what is waited for may not be on the screen.
            let patience = left.min(Duration::from_millis(100));
            seen = self.seen.1.wait_timeout(seen, patience).unwrap().0;
        }
    }

    /// Types `keys` as they are: `"\x1b"` is Esc, `"\x1a"` Ctrl-Z.
    pub(crate) fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Pastes `text` as a terminal with bracketed paste does.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, size: Cells) {
        let mut seen = self.seen.0.lock().unwrap();
        seen.parser.screen_mut().set_size(rows(size), columns(size));
        self.master.as_ref().unwrap().resize(pty_size(size)).unwrap();
    }

    /// Sends a signal to the child.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// The child's process id.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.process_id().unwrap()).unwrap()).unwrap()
    }

    /// The line discipline's settings, to be compared before and after.
    pub(crate) fn termios(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        self.master.as_ref().unwrap().get_termios().unwrap()
    }

    /// Waits for the child to end and for its last bytes.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + DEADLINE;
        let mut seen = self.lock();
        while !seen.ended {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the child did not end; the screen:\n{}", contents(&seen.parser));
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        drop(seen);
        self.child.wait().unwrap()
    }

    /// Takes the terminal away. `provoke` are keys that make the child draw, so that the reader can let go.
    #[track_caller]
    pub(crate) fn hang_up(mut self, provoke: &str) -> Ended {
        self.lock().stop = true;
        self.send(provoke);
        self.reader.take().unwrap().join().unwrap();
        let pid = self.pid().as_raw_nonzero();
        let before = stat(pid.get()).1;
        let start = Instant::now();
        self.writer = None;
        self.master = None;
        loop {
            let (state, cpu) = stat(pid.get());
            if state == 'Z' {
                let after = start.elapsed();
                return Ended { status: self.child.wait().unwrap(), after, cpu: cpu.saturating_sub(before) };
            }
            assert!(start.elapsed() < DEADLINE, "the child lives on without a terminal, state {state}");
            std::thread::yield_now();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn contents(parser: &vt100::Parser) -> String {
    let columns = parser.screen().size().1;
    parser.screen().rows(0, columns.get()).collect::<Vec<_>>().join("\n")
}

fn rows(size: Cells) -> NonZeroU16 {
    NonZeroU16::new(size.1).unwrap()
}

fn columns(size: Cells) -> NonZeroU16 {
    NonZeroU16::new(size.0).unwrap()
}

fn pty_size((cols, rows): Cells) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// A process's state letter and processor time (Linux).
fn stat(pid: i32) -> (char, Duration) {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name in parentheses may hold anything; the fields behind it are counted from 3.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    // USER_HZ is 100 on every Linux.
    (fields[0].chars().next().unwrap(), Duration::from_millis(ticks * 10))
}
