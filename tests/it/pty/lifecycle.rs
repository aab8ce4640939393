//! The terminal is given back on every way out, and taken again after a stop.

use std::time::Duration;

use rustix::process::Signal;

use super::fixture::{argv, start, start_by_shell};
use super::harness::Pty;

const SIZE: (u16, u16) = (60, 24);

/// The settings of a fresh terminal.
pub(crate) fn untouched() -> String {
    let mut pty = Pty::spawn(&["true"], SIZE, &[]);
    pty.wait();
    format!("{:?}", pty.termios())
}

/// The terminal is as it was before the child began.
#[track_caller]
pub(crate) fn assert_given_back(pty: &Pty) {
    assert_eq!(format!("{:?}", pty.termios()), untouched());
    let screen = pty.vt();
    assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
    assert_eq!(bytes.matches("\x1b[>1u").count(), bytes.matches("\x1b[<1u").count());
    for (set, back) in
        [("\x1b[?7l", "\x1b[?7h"), ("\x1b[?2026h", "\x1b[?2026l"), ("\x1b[?1006h", "\x1b[?1006l")]
    {
        assert!(bytes.rfind(set) < bytes.rfind(back), "{set:?} stays");
    }
}

#[test]
fn a_normal_end_gives_the_terminal_back() {
    let mut pty = start(SIZE, &[]);
    assert_ne!(format!("{:?}", pty.termios()), untouched());
    assert!(pty.vt().alternate_screen() && pty.vt().hide_cursor() && pty.vt().bracketed_paste());
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0);
    assert_given_back(&pty);
    assert!(pty.screen().contains("ended well"), "{}", pty.screen());
}

#[test]
fn an_error_gives_the_terminal_back_and_is_read_after_it() {
    let mut pty = start(SIZE, &[]);
    pty.send("e");
    assert_eq!(pty.wait().exit_code(), 2);
    assert_given_back(&pty);
    assert!(pty.screen().contains("ended badly: as asked"), "{}", pty.screen());
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read_after_it() {
    let mut pty = start(SIZE, &[]);
    pty.send("P");
    assert_eq!(pty.wait().exit_code(), 101);
    assert_given_back(&pty);
    assert!(pty.screen().contains("a panic as asked"), "{}", pty.screen());
}

#[test]
fn a_panic_elsewhere_waits_for_the_end() {
    let mut pty = start(SIZE, &[]);
    pty.send("T");
    pty.wait_for("inputs 1");
    assert!(pty.vt().alternate_screen());
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0);
    assert_given_back(&pty);
    assert!(pty.screen().contains("a panic as asked"), "{}", pty.screen());
}

#[test]
fn a_signal_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut pty = start(SIZE, &[]);
        pty.signal(signal);
        assert_eq!(pty.wait().exit_code(), 128 + u32::try_from(signal.as_raw()).unwrap(), "{signal:?}");
        assert_given_back(&pty);
    }
}

#[test]
fn what_is_no_terminal_is_refused() {
    for (redirection, stream) in [("</dev/null", "stdin"), (">/dev/null", "stdout")] {
        let script = format!("\"$@\" {redirection}; echo code $?");
        let mut words = vec!["sh".to_owned(), "-c".to_owned(), script, "sh".to_owned()];
        words.extend(argv());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut pty = Pty::spawn(&words, SIZE, &[("SEAMWALK_FIXTURE", "1")]);
        pty.wait();
        let screen = pty.screen();
        assert!(
            screen.contains(&format!("{stream} is no terminal")) && screen.contains("code 3"),
            "{screen}"
        );
    }
}

/// bash with job control, in which the fixture is started.
fn start_in_bash() -> Pty {
    let bash = ["bash", "--norc", "--noprofile", "--noediting", "-i"];
    let mut pty = Pty::spawn(&bash, (100, 24), &[("SEAMWALK_FIXTURE", "1"), ("PS1", "sh> ")]);
    pty.wait_for("sh> ");
    let words: Vec<String> = argv().into_iter().map(|word| format!("'{word}'")).collect();
    pty.send(&format!("{}\n", words.join(" ")));
    pty.wait_for("ready");
    pty
}

/// The process that the shell runs.
pub(crate) fn job_of(pty: &Pty) -> rustix::process::Pid {
    let children = format!("/proc/{0}/task/{0}/children", pty.pid().as_raw_nonzero());
    let child = std::fs::read_to_string(children).unwrap();
    child.trim().parse().ok().and_then(rustix::process::Pid::from_raw).unwrap()
}

#[test]
fn ctrl_z_gives_the_terminal_back_until_the_shell_continues() {
    let mut pty = start_in_bash();
    for round in 1..=3 {
        pty.send("\x1a");
        pty.wait_until("the shell is back", |screen, vt| {
            !vt.alternate_screen() && screen.matches("Stopped").count() >= round
        });
        assert!(!pty.vt().hide_cursor() && !pty.vt().bracketed_paste());
        assert_eq!(format!("{:?}", pty.termios()), untouched());
        pty.send("fg\n");
        pty.wait_until("it draws again", |screen, vt| vt.alternate_screen() && screen.contains("Resize"));
        assert!(pty.vt().bracketed_paste() && pty.vt().hide_cursor());
    }
    pty.send("q");
    pty.wait_for("ended well");
    pty.send("exit\n");
    pty.wait();
    assert_eq!(format!("{:?}", pty.termios()), untouched());
}

#[test]
fn a_stop_without_notice_is_mended_on_return() {
    let mut pty = start_in_bash();
    pty.send("x");
    pty.wait_for("inputs 1");
    rustix::process::kill_process(job_of(&pty), Signal::STOP).unwrap();
    pty.wait_for("Stopped");
    pty.send("fg\n");
    pty.wait_until("it draws again", |screen, _| screen.contains("Resize") && !screen.contains("Stopped"));
    pty.send("y");
    pty.wait_for("Char('y')");
    pty.send("q");
    pty.wait_for("ended well");
}

#[test]
fn a_stopped_job_can_be_ended() {
    let mut pty = start_in_bash();
    let job = job_of(&pty);
    pty.send("\x1a");
    pty.wait_for("Stopped");
    pty.send("kill %1\n");
    // What bash says of the job, and when, is its own affair; the process itself must end.
    pty.wait_until("the job has ended", |_, _| has_ended(job));
    assert_eq!(format!("{:?}", pty.termios()), untouched());
    pty.send("exit\n");
}

/// Gone, or ended and not yet taken note of by the shell.
fn has_ended(process: rustix::process::Pid) -> bool {
    let stat =
        std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit(") ").next().is_none_or(|state| state.is_empty() || state.starts_with('Z'))
}

#[test]
fn in_the_background_it_stays_stopped() {
    let mut pty = start_in_bash();
    pty.send("\x1a");
    pty.wait_for("Stopped");
    pty.send("set -b; bg\n");
    pty.wait_until("it stopped again", |screen, _| screen.matches("Stopped").count() >= 2);
    pty.send("fg\n");
    pty.wait_until("it draws again", |screen, vt| vt.alternate_screen() && screen.contains("Resize"));
    pty.send("q");
    pty.wait_for("ended well");
}

#[test]
fn ctrl_z_does_nothing_where_nobody_could_continue() {
    let mut pty = start(SIZE, &[]);
    pty.send("\x1a");
    pty.wait_for("inputs 1");
    pty.send("x");
    pty.wait_for("inputs 2");
    assert!(pty.vt().alternate_screen());
}

#[track_caller]
fn assert_ends_soon(pty: Pty) {
    let ended = pty.hang_up("x");
    // The watchdog ends it, or the frame that could not be drawn, whichever comes first.
    assert!(matches!(ended.status.exit_code(), 129 | 101), "{ended:?}");
    assert!(ended.after < Duration::from_secs(1) && ended.cpu <= Duration::from_millis(100), "{ended:?}");
}

#[test]
fn it_ends_when_the_terminal_vanishes() {
    assert_ends_soon(start(SIZE, &[]));
}

#[test]
fn it_ends_when_the_terminal_vanishes_and_hangups_are_ignored() {
    assert_ends_soon(start_by_shell("trap '' HUP; exec \"$@\"", true));
}

#[test]
fn it_ends_when_a_terminal_that_does_not_control_it_vanishes() {
    assert_ends_soon(start_by_shell("exec \"$@\"", false));
}

#[test]
fn an_editor_gets_the_terminal_and_gives_it_back() {
    let script = "sh -c 'stty -a <\"$(tty)\" | grep -q \" icanon\" && echo after >> \"$1\"' sh";
    let mut pty = start(SIZE, &[("EDITOR", script)]);
    pty.send("E");
    pty.wait_for(r#"edited Ok(Some("beforeafter"))"#);
    assert!(pty.vt().alternate_screen() && pty.vt().bracketed_paste());
    pty.send("x");
    pty.wait_for("Char('x')");
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0);
    assert_given_back(&pty);
}

#[test]
fn an_editor_that_fails_changes_nothing() {
    for (editor, said) in [("false", "Failed"), ("/nonexistent/editor", "Start"), ("\"open", "NoCommand")] {
        let mut pty = start((100, 12), &[("VISUAL", editor)]);
        pty.send("E");
        pty.wait_for(&format!("edited Err({said}"));
        pty.send("x");
        pty.wait_for("Char('x')");
    }
}
