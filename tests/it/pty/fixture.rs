//! A tiny program on the runtime, inside this test binary: the tests start the binary once more with `SEAMWALK_FIXTURE`
//! set and libtest told to run [`fixture`] only.

use std::time::Duration;

use portable_pty::CommandBuilder;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use seamwalk::tui::input::Input;
use seamwalk::tui::runtime::input::Reader;
use seamwalk::tui::runtime::terminal::{Options, Terminal};
use seamwalk::tui::runtime::{clipboard, editor};
use seamwalk::visible;

use super::harness::{Cells, Pty};

/// The arguments that run the fixture in this binary.
pub(crate) fn argv() -> Vec<String> {
    let exe = std::env::current_exe().unwrap();
    [exe.to_str().unwrap(), "pty::fixture::fixture", "--exact", "--nocapture", "--test-threads=1"]
        .map(str::to_owned)
        .to_vec()
}

/// Starts the fixture and waits for its first frame.
pub(crate) fn start(size: Cells, env: &[(&str, &str)]) -> Pty {
    let argv = argv();
    let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
    let mut all = vec![("SEAMWALK_FIXTURE", "1"), ("RUST_BACKTRACE", "0")];
    all.extend_from_slice(env);
    let pty = Pty::spawn(&argv, size, &all);
    pty.wait_for("ready");
    pty
}

/// The fixture behind a shell line (`exec` it with `"$@"`), with or without a controlling terminal.
pub(crate) fn start_by_shell(script: &str, controlling: bool) -> Pty {
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", script, "sh"]);
    command.args(argv());
    command.env("SEAMWALK_FIXTURE", "1");
    command.env("TERM", "xterm-256color");
    command.set_controlling_tty(controlling);
    let pty = Pty::spawn_command(command, (60, 12));
    pty.wait_for("ready");
    pty
}

/// Not a test: the child's side. Without the variable it does nothing.
#[test]
fn fixture() {
    if std::env::var_os("SEAMWALK_FIXTURE").is_none() {
        return;
    }
    let mut terminal = match Terminal::enter(&Options { mouse: true, monochrome: false }) {
        Ok(terminal) => terminal,
        Err(error) => finish(&format!("refused: {error}"), 3),
    };
    let outcome = run(&mut terminal);
    drop(terminal);
    match outcome {
        Ok(()) => finish("ended well", 0),
        Err(error) => finish(&format!("ended badly: {error}"), 2),
    }
}

#[expect(clippy::print_stderr, reason = "the child's own message")]
fn finish(message: &str, code: i32) -> ! {
    eprintln!("{message}");
    std::process::exit(code)
}

fn run(terminal: &mut Terminal) -> Result<(), std::io::Error> {
    let hostile = std::env::var("SEAMWALK_TEXT").unwrap_or_default();
    let mut reader = Reader::new();
    let mut count = 0;
    let mut resizes = 0;
    let mut last = String::from("ready");
    loop {
        let size = terminal.size();
        terminal.draw(|frame| {
            let inner = usize::from(frame.area().width.saturating_sub(2));
            let mut lines = vec![
                Line::raw(visible::line(&last).into_owned()),
                Line::raw(format!("inputs {count} resizes {resizes} size {}x{}", size.width, size.height)),
            ];
            lines.extend(hostile.split('|').map(|text| {
                Line::raw(visible::truncate(&visible::line(text), inner, visible::ELLIPSIS).into_owned())
            }));
            frame.render_widget(Paragraph::new(lines).block(Block::bordered()), frame.area());
        })?;
        let Some(input) = reader.next_input(Some(Duration::from_secs(60)))? else { return Ok(()) };
        count += 1;
        if let Input::Resize { .. } = input {
            resizes += 1;
        }
        last = format!("{input:?}");
        if let Input::Key(key) = input {
            match key.to_string().as_str() {
                "q" => return Ok(()),
                "e" => return Err(std::io::Error::other("as asked")),
                "P" => panic_as_asked(),
                "T" => {
                    let _ = std::thread::spawn(panic_as_asked).join();
                }
                "c" => clipboard::copy("copied")?,
                "Ctrl-z" => terminal.stop(),
                "E" => last = format!("edited {:?}", editor::edit_text(terminal, "before")),
                _ => {}
            }
        }
    }
}

#[expect(clippy::panic, reason = "what the test is about")]
fn panic_as_asked() {
    panic!("a panic as asked");
}
