//! Ends and stops from outside: gives the terminal back first.
//!
//! Two threads, each with its reason. The signal thread: crossterm 0.29 does not return from its poll while the
//! terminal is gone, so a flag that the main thread looks at would be looked at never; the thread ends the process
//! itself, which loses nothing, since every mark is on the disk before it is on the screen. The watchdog: a process
//! without a controlling terminal gets no SIGHUP when the terminal vanishes, and crossterm then spins at full speed.
//! Both sleep until something happens.

#[cfg(not(unix))]
pub(super) use nowhere::{suspend_self, watch};
#[cfg(unix)]
pub(super) use unix::{suspend_self, watch};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::process;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, LazyLock, Mutex, PoisonError};
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::process::{Pid, Signal, getpgrp, getppid, getsid, kill_current_process_group};
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP,
        SIGTSTP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU,
    };
    use signal_hook::iterator::Signals;
    use signal_hook::{flag, low_level};

    use crate::tui::runtime::screen;

    /// Everything that ends a program that does nothing about it, and may be taken up.
    const ENDING: [i32; 14] = [
        SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGABRT, SIGALRM, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGXCPU,
    ];

    /// Two that only Linux has: a failing power supply, and a coprocessor that nobody has any more.
    #[cfg(target_os = "linux")]
    const ENDING_ON_LINUX: [i32; 2] = [30, 16];
    #[cfg(not(target_os = "linux"))]
    const ENDING_ON_LINUX: [i32; 0] = [];

    /// How often a terminal that is no pseudo-terminal is looked at: the kernel does not wake a sleeping watchdog when
    /// a serial line or a console hangs up.
    const CONSOLE_PERIOD: Duration = Duration::from_millis(900);

    /// How long signals that were sent together may take to arrive on a busy machine.
    const SETTLING: Duration = Duration::from_millis(500);

    /// True while the program is stopped with the terminal given back. A signal that ends it then does so in its handler:
    /// a thread would be too late, since reading the shell's terminal from the background stops the program again.
    static STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

    /// Starts both threads, once a process.
    pub(in crate::tui::runtime) fn watch() -> io::Result<()> {
        static WATCHED: Mutex<bool> = Mutex::new(false);
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        if *watched {
            return Ok(());
        }
        for signal in [SIGHUP, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&STOPPED))?;
        }
        let signals = Signals::new(ENDING.into_iter().chain(ENDING_ON_LINUX).chain([SIGTSTP, SIGCONT]))?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || serve(signals))?;
        if let Some(period) = watchdog_period() {
            thread::Builder::new().name("watchdog".to_owned()).spawn(move || watch_terminal(period))?;
        }
        *watched = true;
        Ok(())
    }

    /// Stops the whole process group, as the terminal would at Ctrl-Z: a wrapper such as `cargo run` must stop too, or
    /// the shell never comes back.
    pub(in crate::tui::runtime) fn suspend_self() {
        if can_be_continued() {
            let _ = kill_current_process_group(Signal::TSTP);
        }
    }

    fn serve(mut signals: Signals) {
        loop {
            let came: Vec<i32> = signals.wait().collect();
            for signal in came {
                match signal {
                    SIGTSTP if can_be_continued() => screen::leave_while(stop),
                    // The kernel, too, drops this signal where no shell could continue the process.
                    SIGTSTP => {}
                    SIGCONT => continued(&mut signals),
                    other => end_on(other),
                }
            }
        }
    }

    fn continued(signals: &mut Signals) {
        if !screen::is_foreground() && can_be_continued() {
            // Continued in the background. Either to end (`kill %1` sends SIGTERM and SIGCONT, and another thread may
            // be about to take the first), or by `bg`: then there is nothing to do without a terminal, so stop again,
            // as SIGTTOU would.
            let end = Instant::now() + SETTLING;
            while Instant::now() < end && !screen::is_foreground() {
                thread::sleep(SETTLING / 50);
                signals.pending().filter(|signal| !matches!(*signal, SIGTSTP | SIGCONT)).for_each(end_on);
            }
            if !screen::is_foreground() {
                return stop();
            }
        }
        STOPPED.store(false, Ordering::SeqCst);
        if screen::come_back() {
            wake_the_reader();
        }
    }

    fn end_on(signal: i32) {
        // The keys of the editor that has the terminal; both programs get the signal.
        if !(matches!(signal, SIGINT | SIGQUIT) && screen::is_lent()) {
            end(128 + signal);
        }
    }

    /// Returns when the shell continues the process.
    fn stop() {
        STOPPED.store(true, Ordering::SeqCst);
        let _ = low_level::emulate_default_handler(SIGTSTP);
    }

    fn end(code: i32) -> ! {
        screen::leave_in_a_hurry();
        process::exit(code)
    }

    /// crossterm waits for keys and for this signal; its resize event makes the main thread draw anew.
    fn wake_the_reader() {
        let _ = low_level::raise(SIGWINCH);
    }

    /// Whether someone with job control started this process group. A session leader's group (a terminal that runs the
    /// program instead of a shell, a container) and an orphan would sleep for ever.
    fn can_be_continued() -> bool {
        let orphan = getppid().is_none_or(Pid::is_init);
        getsid(None).is_ok_and(|session| session != getpgrp()) && !orphan
    }

    /// How long the watchdog may sleep at a time; `None`: where poll cannot watch a terminal (macOS says so at once),
    /// there is no watchdog.
    fn watchdog_period() -> Option<Period> {
        match look(Period::Every(Duration::ZERO)) {
            Look::Useless => None,
            Look::Gone | Look::There => {
                let name = rustix::termios::ttyname(io::stdin(), Vec::new());
                let pseudo = name.is_ok_and(|name| name.to_bytes().starts_with(b"/dev/pts/"));
                Some(if pseudo { Period::UntilTold } else { Period::Every(CONSOLE_PERIOD) })
            }
        }
    }

    #[derive(Clone, Copy)]
    enum Period {
        UntilTold,
        Every(Duration),
    }

    enum Look {
        There,
        Gone,
        Useless,
    }

    fn watch_terminal(period: Period) {
        loop {
            match look(period) {
                Look::There => {}
                Look::Gone | Look::Useless => end(128 + SIGHUP),
            }
        }
    }

    /// Waits for the terminal to vanish. No event is asked for: a hang-up is reported all the same, keys are not.
    fn look(period: Period) -> Look {
        let stdin = io::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
        let timeout = match period {
            Period::UntilTold => None,
            Period::Every(duration) => Timespec::try_from(duration).ok(),
        };
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Look::There,
            Err(_) => {
                thread::sleep(CONSOLE_PERIOD);
                return Look::There;
            }
        }
        let [fd] = &fds;
        let seen = fd.revents();
        if seen.contains(PollFlags::NVAL) {
            Look::Useless
        } else if seen.intersects(PollFlags::HUP | PollFlags::ERR) {
            Look::Gone
        } else {
            Look::There
        }
    }
}

/// Windows closes a console program itself and has no job control.
#[cfg(not(unix))]
mod nowhere {
    use std::io;

    pub(in crate::tui::runtime) fn watch() -> io::Result<()> {
        Ok(())
    }

    pub(in crate::tui::runtime) fn suspend_self() {}
}
