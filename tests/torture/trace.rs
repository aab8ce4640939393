//! What a program did to the files of one folder, call by call, as strace saw it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A call that matters for what is on the disk after a power cut, or something that the program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// A file that was not there was made.
    Create(PathBuf),
    /// Bytes were written.
    Write { path: PathBuf, offset: usize, bytes: Vec<u8> },
    /// A file was cut or filled up.
    Truncate { path: PathBuf, len: usize },
    /// A file or a folder was synced.
    Sync(PathBuf),
    /// A name was taken away.
    Unlink(PathBuf),
    /// A name was changed.
    Rename { from: PathBuf, to: PathBuf },
    /// The program wrote this line to standard output.
    Said(String),
}

const CALLS: &str =
    "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2";

/// Runs `argv` and gives its calls on files in `folder`, in order; `None` where strace is not there.
pub(crate) fn of(argv: &[String], folder: &Path) -> Option<Vec<Call>> {
    let log = tempfile::NamedTempFile::new().ok()?;
    let status = Command::new("strace")
        .args(["-f", "-qq", "-y", "-xx", "-s", "200000", "-e", &format!("trace={CALLS}"), "-o"])
        .arg(log.path())
        .args(argv)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success(), "{argv:?} under strace: {status}");
    let text = std::fs::read_to_string(log.path()).unwrap();
    // What is there at the beginning is not made by the program, even where it opens it with O_CREAT.
    let mut known: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut calls = Vec::new();
    known.retain(|path| !text.is_empty() && path.exists());
    let mut seen: Vec<PathBuf> = Vec::new();
    for line in text.lines() {
        let Some(call) = call_of(line) else { continue };
        match call {
            Call::Create(path) if seen.contains(&path) || !path.starts_with(folder) => {}
            Call::Create(path) => {
                seen.push(path.clone());
                calls.push(Call::Create(path));
            }
            Call::Unlink(path) => {
                seen.retain(|seen| *seen != path);
                calls.push(Call::Unlink(path));
            }
            call => calls.push(call),
        }
    }
    calls.retain(|call| match call {
        Call::Create(path) | Call::Sync(path) | Call::Unlink(path) => path.starts_with(folder),
        Call::Write { path, .. } | Call::Truncate { path, .. } => path.starts_with(folder),
        Call::Rename { from, .. } => from.starts_with(folder),
        Call::Said(_) => true,
    });
    Some(calls)
}

/// `12345 pwrite64(5<\x2f…>, "\x00…", 24, 0) = 24`; calls that failed are none.
fn call_of(line: &str) -> Option<Call> {
    let (_, line) = line.split_once(' ')?;
    let (name, rest) = line.trim_start().split_once('(')?;
    let (arguments, answer) = rest.rsplit_once(" = ")?;
    if answer.starts_with('-') {
        return None;
    }
    let quoted: Vec<Vec<u8>> = arguments.split('"').skip(1).step_by(2).map(unhex).collect();
    let path = |bytes: &[u8]| PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
    let file = || {
        let hex = arguments.split_once('<')?.1.split_once('>')?.0;
        Some(path(&unhex(hex)))
    };
    let number = |from_end: usize| {
        let text = arguments.trim_end_matches(')').rsplit(", ").nth(from_end)?;
        text.parse::<usize>().ok()
    };
    Some(match name {
        "openat" if arguments.contains("O_CREAT") => Call::Create(path(quoted.first()?)),
        "pwrite64" => Call::Write { path: file()?, offset: number(0)?, bytes: quoted.into_iter().next()? },
        "write" if arguments.starts_with("1<") => {
            Call::Said(String::from_utf8_lossy(quoted.first()?).into_owned())
        }
        "fsync" | "fdatasync" => Call::Sync(file()?),
        "ftruncate" => Call::Truncate { path: file()?, len: number(0)? },
        "unlink" | "unlinkat" => Call::Unlink(path(quoted.first()?)),
        "rename" | "renameat" | "renameat2" => {
            Call::Rename { from: path(quoted.first()?), to: path(quoted.get(1)?) }
        }
        _ => return None,
    })
}

/// `\x61\x62` as bytes.
fn unhex(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).filter_map(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok()).collect()
}
