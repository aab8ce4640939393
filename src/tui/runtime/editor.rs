//! Editing a text in the tester's own editor.
//!
//! It must not know what the text is for. The editor is started directly, never through a shell, and gets a file that
//! only the tester can read.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::Command;

use super::terminal::Terminal;

/// The longest text that is taken back: no note is longer, and a slip (`:r /dev/…`) must not fill the database.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// Why the text was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    /// `$VISUAL` or `$EDITOR` has an open quote, or is blank.
    #[error("{variable} is no command: {command:?}: set it to an editor, such as `vi`")]
    NoCommand {
        /// The variable that was used.
        variable: &'static str,
        /// What it holds.
        command: String,
    },
    /// The editor could not be started.
    #[error("cannot start the editor {program:?}: {source}; set VISUAL or EDITOR")]
    Start {
        /// The program's name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The editor said that it failed.
    #[error("the editor {program:?} ended with {status}: the text is unchanged")]
    Failed {
        /// The program's name.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The file could not be written or read.
    #[error("cannot {doing} the text for the editor: {source}")]
    File {
        /// `write` or `read`.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The text came back too long.
    #[error("the text is longer than 10 MiB: shorten it")]
    TooLong,
    /// The text came back in another encoding.
    #[error("the text is not valid UTF-8 from byte {offset} on: save it as UTF-8")]
    NotUtf8 {
        /// Where, from 0.
        offset: usize,
    },
    /// The terminal could not be taken back.
    #[error("cannot take the terminal back from the editor: {source}")]
    Terminal {
        /// What the system said.
        source: io::Error,
    },
}

/// Lets the tester edit `initial`. `None`: the text came back as it was.
///
/// # Errors
/// When no editor could be started, it failed, or its text cannot be used; the terminal is ours again all the same,
/// unless it is [`EditorError::Terminal`].
pub fn edit_text(terminal: &mut Terminal, initial: &str) -> Result<Option<String>, EditorError> {
    let command = command_of(|name| std::env::var_os(name))?;
    terminal.suspend();
    let edited = run(&command, initial);
    terminal.resume().map_err(|source| EditorError::Terminal { source })?;
    edited
}

fn command_of(variable: impl Fn(&str) -> Option<OsString>) -> Result<Vec<String>, EditorError> {
    for name in ["VISUAL", "EDITOR"] {
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else { continue };
        let command = value.to_string_lossy().into_owned();
        return match shell_words::split(&command) {
            Ok(words) if !words.is_empty() => Ok(words),
            _ => Err(EditorError::NoCommand { variable: name, command }),
        };
    }
    Ok(vec!["vi".to_owned()])
}

fn run(command: &[String], initial: &str) -> Result<Option<String>, EditorError> {
    let writing = |source| EditorError::File { doing: "write", source };
    let reading = |source| EditorError::File { doing: "read", source };
    // tempfile creates it with mode 0600 and a name that nobody can guess.
    let mut file = tempfile::Builder::new().prefix("seamwalk-").suffix(".md").tempfile().map_err(writing)?;
    file.write_all(initial.as_bytes()).and_then(|()| file.flush()).map_err(writing)?;
    let (program, arguments) = command.split_first().map_or(("vi", [].as_slice()), |(p, a)| (p.as_str(), a));
    let status = Command::new(program)
        .args(arguments)
        .arg(file.path())
        .status()
        .map_err(|source| EditorError::Start { program: program.to_owned(), source })?;
    if !status.success() {
        return Err(EditorError::Failed { program: program.to_owned(), status });
    }
    // By name, not by the open file: many editors write a new file and rename it.
    let mut bytes = Vec::new();
    std::fs::File::open(file.path())
        .and_then(|edited| edited.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(reading)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(EditorError::TooLong);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| EditorError::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    // Editors end the last line; the text that went out may not have.
    let text = if initial.ends_with('\n') { text } else { text.trim_end_matches(['\n', '\r']).to_owned() };
    Ok((text != initial).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(visual: Option<&str>, editor: Option<&str>) -> Result<Vec<String>, EditorError> {
        command_of(|name| if name == "VISUAL" { visual } else { editor }.map(OsString::from))
    }

    #[test]
    fn the_editor_is_a_command_line() {
        assert_eq!(command(None, None).unwrap(), ["vi"]);
        assert_eq!(command(Some(""), Some("nano -w")).unwrap(), ["nano", "-w"]);
        assert_eq!(command(Some("'/my editor' --wait"), Some("nano")).unwrap(), ["/my editor", "--wait"]);
        assert!(matches!(
            command(Some("\"open"), None),
            Err(EditorError::NoCommand { variable: "VISUAL", .. })
        ));
        assert!(matches!(command(None, Some("  ")), Err(EditorError::NoCommand { variable: "EDITOR", .. })));
    }

    #[cfg(unix)]
    fn edited(script: &str, initial: &str) -> Result<Option<String>, EditorError> {
        run(&["sh", "-c", script, "sh"].map(str::to_owned), initial)
    }

    #[cfg(unix)]
    #[test]
    fn the_text_comes_back_with_its_own_line_end() {
        assert_eq!(edited("true", "same").unwrap(), None);
        assert_eq!(edited("echo >> \"$1\"", "same").unwrap(), None);
        assert_eq!(edited("printf 'new\\n' > \"$1\"", "old").unwrap().as_deref(), Some("new"));
        assert_eq!(
            edited("cp \"$1\" \"$1.x\"; echo b >> \"$1.x\"; mv \"$1.x\" \"$1\"", "a\n").unwrap().as_deref(),
            Some("a\nb\n")
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_text() {
        let modes = edited("stat -c %a \"$1\" > \"$1.m\"; mv \"$1.m\" \"$1\"", "secret").unwrap();
        assert_eq!(modes.as_deref(), Some("600"));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_used_is_refused() {
        assert!(matches!(edited("exit 3", "a"), Err(EditorError::Failed { .. })));
        assert!(matches!(edited("rm \"$1\"", "a"), Err(EditorError::File { doing: "read", .. })));
        assert!(matches!(edited("printf 'ab\\377' > \"$1\"", "a"), Err(EditorError::NotUtf8 { offset: 2 })));
        let long = "head -c 10485761 /dev/zero > \"$1\"";
        assert!(matches!(edited(long, "a"), Err(EditorError::TooLong)));
    }
}
