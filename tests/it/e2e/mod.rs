//! The real program at a real pseudo-terminal: what a tester types, what the screen then says, and what the disk holds.
//!
//! Every test has a folder of its own with a home, a database and its plans, so that no test sees a tester's sessions.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on fails its test")]

mod bytes;
mod clock;
mod ends;
mod journey;
mod kill;
mod long;
mod outside;
mod real;
mod retest;
mod start;
mod together;
mod typed;
mod typing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use portable_pty::CommandBuilder;
use serde_json::Value;
use tempfile::TempDir;

use crate::pty::harness::{Cells, Pty};
use typed::{is_on, saved, under_cursor};

/// Outline and detail side by side, with room for whole prompts.
const SIZE: Cells = (120, 36);

/// The key of each verdict with its word and its glyph.
const VERDICTS: [(&str, &str, char); 5] = [
    ("p", "pass", '✓'),
    ("f", "fail", '✗'),
    ("b", "blocked", '⊘'),
    ("i", "inconclusive", '?'),
    ("s", "skip", '–'),
];

/// A plan whose prompts are told apart by their first word.
const SMALL: &str = "\
# Small

## One

- Alpha comes first
- Beta follows
- Gamma is third

## Two

- Delta opens the second half
- Epsilon comes last
";

/// Variables of the one who runs the tests that would change what the program does.
const FOREIGN: [&str; 12] = [
    "SEAMWALK_DB",
    "SEAMWALK_CONFIG",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "WT_SESSION",
    "VISUAL",
    "EDITOR",
    "COLUMNS",
    "LINES",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
];

/// A folder with a home, a database and plans.
struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> PathBuf {
        self.path("walk.db")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        text_of(&path)
    }

    fn home(&self) -> [(&'static str, PathBuf); 5] {
        let home = self.path("home");
        [
            ("XDG_DATA_HOME", home.join("data")),
            ("XDG_CONFIG_HOME", home.join("config")),
            ("GIT_CONFIG_GLOBAL", home.join("gitconfig")),
            ("TMPDIR", self.folder.path().to_owned()),
            ("HOME", home),
        ]
    }

    /// `argv` in this world, ready to be spawned at a terminal.
    fn at_terminal(&self, argv: &[&str], env: &[(&str, &str)]) -> CommandBuilder {
        let mut command = CommandBuilder::from_argv(argv.iter().map(Into::into).collect());
        FOREIGN.iter().for_each(|name| command.env_remove(name));
        command.env("TERM", "xterm-256color");
        self.home().iter().for_each(|(name, value)| command.env(name, value));
        env.iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(self.folder.path());
        command
    }

    /// The program's command line with this world's database.
    fn argv(&self, args: &[&str]) -> Vec<String> {
        let database = text_of(&self.database());
        let own = [env!("CARGO_BIN_EXE_seamwalk"), "--db", &database];
        own.iter().chain(args).map(|arg| (*arg).to_owned()).collect()
    }

    /// The program at a terminal.
    fn start(&self, args: &[&str], size: Cells, env: &[(&str, &str)]) -> Pty {
        let argv = self.argv(args);
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        Pty::spawn_command(self.at_terminal(&argv, env), size)
    }

    /// The program walking `plan`, once its first frame is there.
    fn walk(&self, plan: &str) -> Pty {
        let pty = self.start(&[plan], SIZE, &[]);
        pty.wait_for("saved #");
        pty
    }

    /// The program without a terminal.
    fn command(&self, args: &[&str]) -> Command {
        let argv = self.argv(args);
        let mut command = Command::new(&argv[0]);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.args(&argv[1..]).envs(self.home()).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// What the program prints without a terminal, which must succeed.
    #[track_caller]
    fn print(&self, args: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        assert!(status.success(), "{args:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.print(args)).unwrap()
    }

    /// The latest session as `show` tells it.
    #[track_caller]
    fn session(&self) -> Value {
        self.json(&["show", "latest", "--format", "json"])
    }

    /// The verdicts of the latest session in the plan's order, as words.
    fn verdicts(&self) -> Vec<String> {
        let session = self.session();
        let prompts = session["prompts"].as_array().unwrap().iter();
        prompts.map(|prompt| prompt["verdict"].as_str().unwrap().to_owned()).collect()
    }

    /// The prompts of a plan, in order.
    fn prompts(&self, plan: &str) -> Vec<String> {
        let plan = self.json(&["plan", "show", plan, "--format", "json"]);
        let nodes = plan["outline"].as_array().unwrap().iter().filter(|node| node["kind"] == "prompt");
        nodes.map(|node| node["text"].as_str().unwrap().to_owned()).collect()
    }
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Waits until the screen says that `n` events are saved.
#[track_caller]
fn wait_saved(pty: &Pty, n: u64) {
    pty.wait_until(&format!("saved #{n}"), |screen, _| saved(screen) == Some(n));
}

/// Waits until the cursor is on the prompt that says `text`.
#[track_caller]
fn wait_on(pty: &Pty, text: &str) {
    pty.wait_until(&format!("the cursor is on {text:?}"), |screen, _| is_on(screen, text));
}

/// Esc as a terminal with the kitty protocol says it, which we ask for: nothing that follows can make it an Alt.
const ESC: &str = "\x1b[27u";

/// The terminal was never touched.
#[track_caller]
fn assert_untouched(pty: &Pty) {
    assert_eq!(format!("{:?}", pty.termios()), crate::pty::lifecycle::untouched());
    assert!(!pty.bytes().contains(&0x1b), "nothing is drawn:\n{}", pty.screen());
}

/// Leaves by `q`, and expects everything to be as before.
#[track_caller]
fn quit(mut pty: Pty) {
    pty.send("q");
    assert_eq!(pty.wait().exit_code(), 0, "{}", pty.screen());
    crate::pty::lifecycle::assert_given_back(&pty);
}

/// A generator of numbers that a seed repeats (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
