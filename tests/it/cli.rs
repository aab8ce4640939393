//! The real program, as a shell and a script see it: stdout, stderr, exit codes, pipes, and no terminal.
//!
//! Every call runs in a folder of its own, with a home of its own, so that no test sees a tester's sessions.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use seamwalk::domain::component::States;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Event, Fresh, NoteKind, NoteText, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::store::{IfOpen, NewSession, Reading, Store};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

/// Long enough for a loaded machine; a command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a home in it.
pub(super) struct Place {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) stdout: String,
    pub(super) stderr: String,
    code: Option<i32>,
}

impl Ended {
    pub(super) fn exits(self, exit: Exit) -> Self {
        assert_eq!(self.code, Some(i32::from(exit.code())), "{self:#?}");
        self
    }

    /// stdout of a command that succeeded in silence otherwise.
    pub(super) fn clean(self) -> String {
        let ended = self.exits(Exit::OK);
        assert_eq!(ended.stderr, "", "{ended:#?}");
        ended.stdout
    }

    pub(super) fn json(self) -> Value {
        let ended = self.exits(Exit::OK);
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:#?}"))
    }
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home")).unwrap();
        fs::create_dir_all(folder.path().join("here")).unwrap();
        Self { folder }
    }

    pub(super) fn here(&self) -> PathBuf {
        self.folder.path().join("here")
    }

    pub(super) fn home_database(&self) -> PathBuf {
        self.folder.path().join("home").join("data").join("seamwalk").join("seamwalk.db")
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        let mut command = Command::new(env!("CARGO_BIN_EXE_seamwalk"));
        for name in ["SEAMWALK_DB", "SEAMWALK_CONFIG", "NO_COLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command
            .args(args)
            .current_dir(self.here())
            .env("HOME", &home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("APPDATA", home.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Ended {
        ended(self.command(args).spawn().unwrap())
    }

    fn run_with_input(&self, args: &[&str], input: &[u8]) -> Ended {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // From a thread: a program that says no before it has read everything must not block the test.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let ended = ended(child);
        writer.join().unwrap();
        ended
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.here().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Every file below, from the folder, sorted.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(self.folder.path(), self.folder.path(), &mut files);
        files.sort();
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}

/// Waits for `child`, and kills it where it hangs.
fn ended(child: Child) -> Ended {
    let id = child.id();
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    match receive.recv_timeout(PATIENCE) {
        Ok(output) => {
            let Output { status, stdout, stderr } = output.unwrap();
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            Ended { stdout: text(stdout), stderr: text(stderr), code: status.code() }
        }
        Err(_) => panic!("process {id} hangs"),
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_400_000 + second * 1000, 60).unwrap()
}

fn session_id(n: u64) -> SessionId {
    SessionId(Uuid::from_u64_pair(0x019a_b5e2_0000_7000 | n << 16, 0x8000_0000_0000_0000))
}

fn prompt(n: u32) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

/// Writes `sessions` sessions of a plan with `prompts` prompts; the first failed with a hostile note, each later
/// one was started an hour after the one before.
fn fill(database: &Path, sessions: u64, prompts: u32) {
    let plan_id = PlanId(derived(&["plan", "shop"]));
    let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "cart -> inventory (http)")];
    entries
        .extend((0..prompts).map(|n| Entry::new(NodeKind::Prompt, 2, n + 2, format!("Prompt number {n}"))));
    let outline = Outline::from_entries(&entries, &[]);
    let plan = Plan { title: "Shop".to_owned(), outline, ..Plan::default() };
    let revision = Revision::new(plan_id, 1, plan, (0..prompts).map(prompt).collect(), Vec::new()).unwrap();
    let mut store = Store::open(database).unwrap();
    let reading = Reading { content_hash: [1; 32], problem_count: 0, source: "/plans/shop.md", at: at(0) };
    store.save_revision(&revision, reading).unwrap();
    for n in 0..sessions {
        let event = |k: u64| EventId(Uuid::from_u64_pair(n + 1, k + 1));
        let started = at(n as i64 * 3600);
        let start = Start {
            plan: plan_id,
            plan_title: "Shop".to_owned(),
            tester: format!("tester {n}"),
            charter: Some("smoke before 2.4".to_owned()),
            fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
            only: None,
            components: States::default(),
            retest: None,
            time_box_ms: None,
        };
        let new = NewSession { id: session_id(n), event: event(0), at: started, start };
        store.start_session(&new, &revision, IfOpen::StartAnother).unwrap();
        let failed = Event::verdict(prompt(0), Verdict::Fail, "Prompt number 0");
        let note = NoteText {
            kind: NoteKind::Bug,
            text: "evil \u{1b}]0;title\u{7} \u{202e}and more".to_owned(),
            prompt: Some(prompt(0)),
        };
        let events = [
            Fresh { id: event(1), leader: None, at: started, lap: None, event: failed },
            Fresh { id: event(2), leader: None, at: started, lap: None, event: Event::NoteAdded(note) },
        ];
        store.append(session_id(n), 0, &events).unwrap();
    }
}

#[test]
fn help_shows_examples_and_every_exit_code() {
    let place = Place::new();
    let long = place.run(&["--help"]).clean();
    for (exit, meaning) in Exit::ALL {
        assert!(long.contains(&format!("  {exit}  {meaning}")), "{exit}: {long}");
    }
    for help in [long, place.run(&["-h"]).clean()] {
        assert!(help.contains("Examples:") && help.contains("seamwalk show latest"), "{help}");
        assert!(!help.contains('\u{1b}'), "{help}");
    }
    assert_eq!(place.run(&["--version"]).clean(), concat!("seamwalk ", env!("CARGO_PKG_VERSION"), "\n"));
    for command in [
        &["walk"][..],
        &["plan", "show"],
        &["plan", "check"],
        &["sessions"],
        &["show"],
        &["compare"],
        &["man"],
    ] {
        let help = place.run(&[command, &["--help"]].concat()).clean();
        assert!(help.contains("Usage: seamwalk"), "{help}");
    }
}

#[test]
fn what_cannot_be_understood_exits_2_and_says_why() {
    let place = Place::new();
    let cases = [
        (&["--colour"][..], "--colour"),
        (&["plan"], "subcommand"),
        (&["sessions", "--format", "xml"], "xml"),
        (&["show"], "<SESSION>"),
        (&["walk", "plan.md", "--field", "build"], "build=4f2c"),
        (&["plan.md", "sessions"], "walk"),
        (&["\u{1b}[31mred", "sessions"], "red"),
    ];
    for (args, says) in cases {
        let ended = place.run(args).exits(Exit::USAGE);
        assert_eq!(ended.stdout, "", "{ended:#?}");
        assert!(ended.stderr.starts_with("seamwalk: ") && ended.stderr.contains(says), "{ended:#?}");
        assert!(!ended.stderr.contains('\u{1b}'), "{ended:#?}");
    }
}

#[test]
fn without_a_terminal_the_walk_refuses_and_creates_nothing() {
    let place = Place::new();
    place.write("plan.md", "- a\n");
    let before = place.files();
    for args in [&[][..], &["plan.md"], &["walk", "plan.md", "--new", "--tester", "ana"]] {
        let ended = place.run(args).exits(Exit::NO_TERMINAL);
        assert_eq!(ended.stdout, "");
        assert!(ended.stderr.contains("must be a terminal"), "{ended:#?}");
        // Input that never comes must not be waited for either.
        let child = place.command(args).stdin(Stdio::piped()).spawn().unwrap();
        assert_eq!(ended_with_open_input(child), Some(i32::from(Exit::NO_TERMINAL.code())));
    }
    assert_eq!(place.files(), before);
}

fn ended_with_open_input(mut child: Child) -> Option<i32> {
    let held_open = child.stdin.take();
    let code = ended(child).code;
    drop(held_open);
    code
}

#[test]
fn every_shell_gets_a_completion_script() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.run(&["completions", shell]).clean();
        for word in ["sessions", "charter", "completions"] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
    }
    place.run(&["completions", "sh"]).exits(Exit::USAGE);
}

#[cfg(unix)]
#[test]
fn bash_accepts_its_completion_script() {
    let place = Place::new();
    let script = place.run(&["completions", "bash"]).clean();
    let path = place.write("completions.bash", script);
    let Ok(output) = Command::new("bash").arg("-n").arg(path).output() else { return };
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_manual_page_is_roff_with_all_sections() {
    let page = Place::new().run(&["man"]).clean();
    assert!(page.contains(".TH seamwalk 1"), "{page}");
    for section in ["NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "EXAMPLES", "\"EXIT CODES\"", "ENVIRONMENT"] {
        let found = page.lines().any(|line| line == format!(".SH {section}"));
        assert!(found || page.contains(&format!(".SH {}\n", section.trim_matches('"'))), "{section}: {page}");
    }
}

#[test]
fn without_a_database_there_are_no_sessions_and_none_is_made() {
    let place = Place::new();
    let before = place.files();
    let text = place.run(&["sessions"]).clean();
    assert!(text.contains("no database") && text.contains("walk a plan first"), "{text}");
    assert_eq!(place.run(&["sessions", "--format", "json"]).json(), Value::Array(Vec::new()));
    let ended = place.run(&["show", "latest"]).exits(Exit::PROBLEM);
    assert!(ended.stderr.starts_with("seamwalk: there is no database at "), "{ended:#?}");
    assert_eq!(ended.stdout, "");
    assert_eq!(place.files(), before);
}

#[test]
fn sessions_are_listed_newest_first() {
    let place = Place::new();
    fill(&place.home_database(), 3, 4);
    let list = place.run(&["sessions", "--format", "json"]).json();
    let testers: Vec<&str> = list.as_array().unwrap().iter().map(|s| s["tester"].as_str().unwrap()).collect();
    assert_eq!(testers, ["tester 2", "tester 1", "tester 0"]);
    assert_eq!(list[0]["format"], "seamwalk.session/1");
    assert_eq!((&list[0]["counts"]["fail"], &list[0]["counts"]["untested"]), (&1.into(), &3.into()));
    assert_eq!(list[0]["saved"], 2);
    assert_eq!((list[0].get("prompts"), list[0].get("notes")), (None, None));

    let text = place.run(&["sessions"]).clean();
    assert_eq!(text.lines().count(), 3 * 3 + 2, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    // What is shown of an id is enough to name its session.
    for (number, line) in text.lines().filter(|line| line.contains("open")).enumerate() {
        let id = line.split(' ').next().unwrap();
        let shown = place.run(&["show", id, "--format", "json"]).json();
        assert_eq!(shown["tester"], testers[number], "{line}");
    }
}

#[test]
fn a_session_is_shown_by_id_prefix_or_as_the_latest() {
    let place = Place::new();
    fill(&place.home_database(), 2, 4);
    let whole = session_id(0).to_string();
    for wanted in [whole.as_str(), &whole[..13]] {
        let shown = place.run(&["show", wanted, "--format", "json"]).json();
        assert_eq!(shown["id"], whole);
        assert_eq!(shown["prompts"][0]["verdict"], "fail");
        assert_eq!(shown["prompts"][0]["point"]["to"], "inventory");
        assert_eq!(shown["prompts"].as_array().unwrap().len(), 4);
        assert_eq!(shown["notes"][0]["prompt"], shown["prompts"][0]["id"]);
        assert_eq!(shown["saved"], 2);
    }
    assert_eq!(place.run(&["show", "latest", "--format", "json"]).json()["tester"], "tester 1");
    for (wanted, says) in [("ffff", "no session begins"), ("019ab5e2", "could be"), ("zz", "is no session")] {
        let ended = place.run(&["show", wanted]).exits(Exit::PROBLEM);
        assert!(ended.stderr.contains(says), "{ended:#?}");
    }
    let text = place.run(&["show", "latest"]).clean();
    assert!(text.contains("Failed\n  ✗ Prompt number 0\n"), "{text}");
    assert!(place.run(&["--ascii", "show", "latest"]).clean().contains("Failed\n  x Prompt number 0\n"));
}

#[test]
fn hostile_text_never_commands_the_terminal() {
    let place = Place::new();
    fill(&place.home_database(), 1, 1);
    for args in [&["show", "latest"][..], &["show", "latest", "--format", "json"]] {
        let text = place.run(args).clean();
        for bad in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!text.contains(bad), "{bad:?} in {text}");
        }
    }
    let note = &place.run(&["show", "latest", "--format", "json"]).json()["notes"][0]["text"];
    assert_eq!(note, "evil \u{1b}]0;title\u{7} \u{202e}and more", "JSON loses nothing");
}

#[test]
fn colours_are_written_only_where_they_are_wanted() {
    let place = Place::new();
    fill(&place.home_database(), 1, 1);
    assert!(!place.run(&["show", "latest"]).clean().contains('\u{1b}'));
    assert!(place.run(&["show", "latest", "--color", "always"]).clean().contains("\u{1b}[1;31m"));
    assert!(!place.run(&["show", "latest", "--color", "never"]).clean().contains('\u{1b}'));
    let json = place.run(&["show", "latest", "--color", "always", "--format", "json"]).clean();
    assert!(!json.contains('\u{1b}'), "{json}");
}

#[test]
fn the_database_is_found_where_it_is_documented_to_be() {
    let place = Place::new();
    let below = place.here().join("a").join("b");
    fs::create_dir_all(&below).unwrap();
    fill(&place.home_database(), 1, 1);
    let count = |command: &mut Command| {
        ended(command.args(["--format", "json"]).spawn().unwrap()).json().as_array().unwrap().len()
    };
    assert_eq!(count(&mut place.command(&["sessions"])), 1);
    fill(&place.here().join(".seamwalk").join("seamwalk.db"), 2, 1);
    assert_eq!(count(place.command(&["sessions"]).current_dir(&below)), 2);
    let named = place.here().join("named.db");
    fill(&named, 3, 1);
    assert_eq!(count(place.command(&["sessions"]).env("SEAMWALK_DB", &named)), 3);
    let option = place.here().join("option.db");
    fill(&option, 4, 1);
    let args = ["sessions", "--db", option.to_str().unwrap()];
    assert_eq!(count(place.command(&args).env("SEAMWALK_DB", &named)), 4);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let place = Place::new();
    let path = place.write("notes.db", "my shopping list");
    for args in [&["sessions", "--db", "notes.db"][..], &["--db", "notes.db", "show", "latest"]] {
        let ended = place.run(args).exits(Exit::DATABASE);
        assert!(ended.stderr.contains("notes.db") && ended.stdout.is_empty(), "{ended:#?}");
    }
    assert_eq!(fs::read_to_string(path).unwrap(), "my shopping list");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    fill(&place.home_database(), 1, 20_000);
    for args in [&["show", "latest"][..], &["show", "latest", "--format", "json"]] {
        let mut child = place.command(args).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        let ended = ended(child).exits(Exit::OK);
        assert_eq!(ended.stderr, "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let place = Place::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = ended(place.command(&["man"]).stdout(full).spawn().unwrap()).exits(Exit::OUTPUT);
    assert!(ended.stderr.starts_with("seamwalk: writing to standard output: "), "{ended:#?}");
}

#[test]
fn a_plan_that_cannot_be_read_exits_3_and_says_why() {
    let place = Place::new();
    fs::create_dir(place.here().join("folder")).unwrap();
    place.write("large.md", vec![b'-'; 10 * 1024 * 1024 + 1]);
    for (name, says) in [("missing.md", "no such file"), ("folder", "is a folder"), ("large.md", "10 MiB")] {
        let ended = place.run(&["plan", "show", name]).exits(Exit::UNREADABLE);
        assert!(ended.stderr.starts_with(&format!("seamwalk: reading {name}: ")), "{ended:#?}");
        assert!(ended.stderr.contains(says), "{ended:#?}");
        place.run(&["plan", "check", name]).exits(Exit::UNREADABLE);
    }
}

#[test]
fn standard_input_is_bounded() {
    let place = Place::new();
    let ended = place.run_with_input(&["plan", "show", "-"], &vec![b'-'; 10 * 1024 * 1024 + 1]);
    assert!(ended.exits(Exit::UNREADABLE).stderr.contains("standard input"), "the name is missing");
}

#[cfg(unix)]
#[test]
fn a_fifo_is_refused_at_once() {
    let place = Place::new();
    let path = place.here().join("fifo");
    let Ok(made) = Command::new("mkfifo").arg(&path).status() else { return };
    assert!(made.success());
    let ended = place.run(&["plan", "show", "fifo"]).exits(Exit::UNREADABLE);
    assert!(ended.stderr.contains("no plain file"), "{ended:#?}");
}

#[test]
fn a_plan_without_a_prompt_is_printed_and_refused() {
    let place = Place::new();
    place.write("empty.md", "# Only a heading\n\nAnd a paragraph.\n");
    let ended = place.run(&["plan", "show", "empty.md"]).exits(Exit::PROBLEM);
    assert!(ended.stdout.contains("Only a heading"), "{ended:#?}");
    assert!(ended.stderr.contains("empty.md") && ended.stderr.contains("no prompt"), "{ended:#?}");
    let ended = place.run(&["plan", "show", "empty.md", "--format", "json"]).exits(Exit::PROBLEM);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["counts"]["prompts"], 0);
}

#[test]
fn a_plan_is_shown_as_text_json_and_markdown() {
    let place = Place::new();
    let plan = "# Shop\n\n## cart -> inventory (http)\n\n- Adding reserves one #critical\n- [ ] Two\n";
    place.write("shop.md", plan);
    assert!(place.run(&["plan", "show", "shop.md"]).clean().contains("Adding reserves one"));
    let json = place.run(&["plan", "show", "shop.md", "--format", "json"]).json();
    assert_eq!(json["format"], "seamwalk.plan/1");
    assert_eq!(json["title"], "Shop");
    assert_eq!(json["counts"]["prompts"], 2);
    assert_eq!(json["integration_points"][0]["kind"], "http");
    let markdown = place.run(&["plan", "show", "shop.md", "--format", "markdown"]).clean();
    let again = place.run_with_input(&["plan", "show", "-", "--format", "json"], markdown.as_bytes()).json();
    assert_eq!(again["counts"], json["counts"]);
    assert_eq!(again["title"], "Shop");
}

#[test]
fn markdown_for_a_file_keeps_its_emoji_and_holds_no_escape() {
    let place = Place::new();
    let plan = "---\nid: \"\u{1b}[31m\"\n---\n# Family\n\n- 👩🏽‍🚒 is one, हिन्दी stays, \u{1b}[31mred does not\n";
    let markdown = |plan: &str| {
        let args = ["plan", "show", "-", "--format", "markdown"];
        place.run_with_input(&args, plan.as_bytes()).exits(Exit::OK).stdout
    };
    let text = markdown(plan);
    assert!(text.contains("👩🏽") && text.contains("हिन्दी stays"), "{text}");
    assert_eq!(markdown(&text), text, "what is printed is read as the same plan");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn problems_are_printed_with_file_line_and_column() {
    let place = Place::new();
    place.write(
        "doubtful.md",
        "---\ncomponents: [cart, mail]\n---\n# Shop\n\n## cart -> ghost\n\n- One\n- One\n",
    );
    place.write("broken.md", b"# Shop\n\n- a\0b\n");
    let ended = place.run(&["plan", "check", "doubtful.md"]).exits(Exit::OK);
    assert!(ended.stdout.lines().all(|line| line.starts_with("doubtful.md:")), "{ended:#?}");
    assert!(ended.stdout.lines().any(|line| line.starts_with("doubtful.md:6:4: warning: ")), "{ended:#?}");
    assert!(ended.stderr.starts_with("seamwalk: checked 1 plan with 2 prompts: 0 errors"), "{ended:#?}");
    let ended =
        place.run(&["plan", "check", "broken.md", "missing.md", "doubtful.md"]).exits(Exit::UNREADABLE);
    assert!(ended.stdout.starts_with("broken.md:3:4: error: "), "{ended:#?}");
    assert!(ended.stdout.contains("\ndoubtful.md:6:4: "), "one broken file hides no other: {ended:#?}");
    place.run(&["plan", "check", "broken.md", "doubtful.md"]).exits(Exit::PROBLEM);
}

fn sample(name: &str) -> String {
    format!("{}/assets/plans/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_samples_are_without_a_problem_and_as_large_as_promised() {
    let place = Place::new();
    let (shop, release) = (sample("web-shop.md"), sample("release-checklist.md"));
    let ended = place.run(&["plan", "check", &shop, &release]).exits(Exit::OK);
    assert_eq!(ended.stdout, "");
    let json = place.run(&["plan", "show", &shop, "--format", "json"]).json();
    let prompts = json["counts"]["prompts"].as_u64().unwrap();
    assert!((40..=60).contains(&prompts), "{prompts} prompts");
    let kinds: Vec<&str> =
        json["integration_points"].as_array().unwrap().iter().filter_map(|p| p["kind"].as_str()).collect();
    for kind in ["http", "queue", "db", "smtp", "webhook"] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    for tag in ["critical", "known-problem", "error", "boundary"] {
        let outline = json["outline"].as_array().unwrap();
        let tagged = outline.iter().filter(|node| node["tags"].as_array().unwrap().contains(&tag.into()));
        assert!(tagged.count() >= 5, "hardly any #{tag}");
    }
    let json = place.run(&["plan", "show", &release, "--format", "json"]).json();
    assert_eq!(json["integration_points"], Value::Array(Vec::new()));
    assert!((30..=40).contains(&json["counts"]["prompts"].as_u64().unwrap()), "{}", json["counts"]);
}
