//! What git says of a folder. It is asked with fixed words, without a shell, and for a bounded time (R35).

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long `git config user.name` may take before the login name is good enough: it costs start time.
const NAME_TIMEOUT: Duration = Duration::from_millis(300);

/// How long `git describe` may take: `--dirty` looks at every file, and who asked for it waits for it.
const BUILD_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of an answer that are read.
const MAX_ANSWER_BYTES: u64 = 4096;

/// Why git did not say what build a folder holds.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The folder itself is missing, or is a file.
    #[error("there is no folder {folder}", folder = .folder.display())]
    NoFolder {
        /// What was asked for.
        folder: PathBuf,
    },
    /// There is no git, or it does not start.
    #[error("git cannot be started ({0}): name the build with --field build=…")]
    NotStarted(std::io::Error),
    /// It refused: the folder is in no repository, the repository has no commit, …
    #[error("git says of {folder}: {said}", folder = .folder.display())]
    Refused {
        /// What was asked for.
        folder: PathBuf,
        /// Its own words.
        said: String,
    },
    /// It took too long.
    #[error("git did not answer within {} seconds: name the build with --field build=…", .0.as_secs())]
    TooSlow(Duration),
}

/// The build that the working tree of `folder` holds, as `git describe --always --dirty` names it.
///
/// # Errors
///
/// [`GitError`] says why there is no name.
pub fn describe(folder: &Path) -> Result<String, GitError> {
    if !folder.is_dir() {
        return Err(GitError::NoFolder { folder: folder.to_owned() });
    }
    let mut command = git(folder);
    command.args(["describe", "--always", "--dirty"]);
    let answer = match answer(command, BUILD_TIMEOUT) {
        Ok(answer) => answer,
        Err(Silence::NotStarted(error)) => return Err(GitError::NotStarted(error)),
        Err(Silence::TooSlow) => return Err(GitError::TooSlow(BUILD_TIMEOUT)),
    };
    let build = answer.stdout.trim();
    if answer.succeeded && !build.is_empty() {
        return Ok(build.to_owned());
    }
    let said = answer.stderr.lines().next().unwrap_or("nothing").trim_start_matches("fatal: ").to_owned();
    Err(GitError::Refused { folder: folder.to_owned(), said })
}

/// `git config user.name` in `folder`; `None` if git is missing, slow, or knows none.
#[must_use]
pub fn user_name(folder: &Path) -> Option<String> {
    let mut command = git(folder);
    command.args(["config", "--get", "user.name"]);
    answer(command, NAME_TIMEOUT).ok().filter(|answer| answer.succeeded).map(|answer| answer.stdout)
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    // Nothing is written into the repository, not even a refreshed index, and its words are not translated.
    command.arg("-C").arg(folder).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command
}

struct Answer {
    succeeded: bool,
    stdout: String,
    stderr: String,
}

enum Silence {
    NotStarted(std::io::Error),
    TooSlow,
}

/// What `command` prints, if it ends within `timeout`; else it is killed.
fn answer(mut command: Command, timeout: Duration) -> Result<Answer, Silence> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Silence::NotStarted)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (send, receive) = mpsc::channel();
    // Reading is what can hang (a git on a dead network folder), so that is what the thread does.
    thread::spawn(move || {
        let answer = (read(stdout), read(stderr));
        // Nobody listens any more after the timeout.
        let _ = send.send(answer);
    });
    let Ok((stdout, stderr)) = receive.recv_timeout(timeout) else {
        let _ = child.kill();
        // A git that hangs in the kernel must not be waited for; it is reaped when this process ends.
        let _ = child.try_wait();
        return Err(Silence::TooSlow);
    };
    // Both pipes are closed: it has ended, or is about to.
    let succeeded = child.wait().is_ok_and(|status| status.success());
    Ok(Answer { succeeded, stdout, stderr })
}

fn read(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What was read before an error is all there is to say.
        let _ = pipe.take(MAX_ANSWER_BYTES).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_none_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere");
        let error = describe(&missing).unwrap_err();
        assert!(matches!(error, GitError::NoFolder { .. }), "{error}");
        std::fs::write(&missing, "a file").unwrap();
        assert!(describe(&missing).unwrap_err().to_string().starts_with("there is no folder "));
    }

    #[cfg(unix)]
    #[test]
    fn who_does_not_answer_is_not_waited_for() {
        let mut silent = Command::new("tail");
        silent.args(["-f", "/dev/null"]);
        assert!(matches!(answer(silent, Duration::from_millis(50)), Err(Silence::TooSlow)));
        let missing = Command::new("/no/such/program");
        assert!(matches!(answer(missing, NAME_TIMEOUT), Err(Silence::NotStarted(_))));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_says_and_how_it_ends_is_kept() {
        let mut failing = Command::new("sh");
        failing.args(["-c", "echo out; echo wrong >&2; exit 3"]);
        let Ok(said) = answer(failing, BUILD_TIMEOUT) else { panic!("no answer") };
        assert_eq!((said.succeeded, &*said.stdout, &*said.stderr), (false, "out\n", "wrong\n"));
    }
}
