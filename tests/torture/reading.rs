//! What the program does besides reading a plan: nothing. The plan names files, an environment, addresses and a command,
//! in every way that some program somewhere follows; strace says what was touched.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::table::{Outcome, Plan};
use crate::terminal::World;
use crate::world;

/// Names what stands beside it. `suggested` commands are shown, never run.
const PLAN: &str = r#"---
id: reaching
graph: compose.yaml
extends: secret-1.md
include: [secret-2.md, {path: secret-3.yaml}]
env_file: secret-4.env
connections: [{$ref: "secret-5.json#/all"}, cart -> mail]
---
# Reaching out ${SEAMWALK_CANARY} $SEAMWALK_CANARY

<!-- include: secret-6.md -->
{% include "secret-7.md" %}
![](secret-8.png) [](file://secret-9.txt) <http://127.0.0.1:9/secret> <img src="http://127.0.0.1:9/a">

## cart -> payments (http) `!include secret-10.md`

- The page says ~/secret-11.md, `$(touch made-by-a-plan)` and `%SEAMWALK_CANARY%` @secret-12.md
  - expect: {{ secret-13 }} ${SEAMWALK_CANARY}

  ```sh run
  touch made-by-a-plan
  ```
- [ ] <secret-14.md> #include "secret-15.h"

| a | b |
|---|---|
| =HYPERLINK("http://127.0.0.1:9") | ${SEAMWALK_CANARY} |
"#;

const CANARY: &str = "what-the-environment-says";

/// Everything that opens, connects or starts something.
const CALLS: &str = "trace=open,openat,openat2,creat,execve,execveat,fork,vfork,socket,connect,bind,sendto,\
    sendmsg,readlink,readlinkat,symlink,link,linkat,rename,renameat,renameat2,mkdir,mkdirat";

/// What a program of its kind may look at: libraries, what the kernel says of itself, the time zone, who the user is.
const SYSTEM: [&str; 9] = [
    "/etc/ld.so",
    "/etc/localtime",
    "/etc/passwd",
    "/etc/nsswitch.conf",
    "/usr/share/zoneinfo",
    "/proc/",
    "/sys/fs/cgroup/",
    "/sys/devices/system/cpu/",
    "/dev/",
];

/// Each command that reads a plan, and the walk at a terminal.
pub(crate) fn side_effects(_: Plan) -> Outcome {
    if !world::has("strace") {
        return Outcome::Skipped("strace is not installed".to_owned());
    }
    let world = World::new();
    let plan = world.plan();
    std::fs::write(&plan, PLAN).unwrap();
    for n in 1..=15 {
        for ending in ["md", "yaml", "env", "json", "png", "txt", "h"] {
            std::fs::write(world.folder().join(format!("secret-{n}.{ending}")), "secret").unwrap();
        }
    }
    std::fs::write(world.folder().join("compose.yaml"), "services: {secret: {env_file: secret-4.env}}")
        .unwrap();
    let program = env!("CARGO_BIN_EXE_seamwalk");
    let word = |path: &Path| path.to_str().unwrap().to_owned();
    let (plan_name, database) = (word(&plan), word(&world.database()));
    let argv = |words: &[&str]| -> Vec<String> {
        let words =
            words.iter().map(|word| if *word == "PLAN" { plan_name.clone() } else { (*word).to_owned() });
        [program, "--db", &database].map(str::to_owned).into_iter().chain(words).collect()
    };
    let mut found = Vec::new();
    let mut calls = 0;
    let log = world.folder().join("calls.log");
    let traced = |argv: &[String]| -> Vec<String> {
        let mut all = ["strace", "-f", "-qq", "-e", CALLS, "-o"].map(str::to_owned).to_vec();
        all.push(word(&log));
        all.extend_from_slice(argv);
        all
    };
    let commands: [&[&str]; 8] = [
        &["plan", "show", "PLAN"],
        &["plan", "show", "PLAN", "--format", "json"],
        &["plan", "show", "PLAN", "--format", "markdown"],
        &["plan", "check", "PLAN"],
        &["plan", "order", "PLAN", "--strategy", "risk-first"],
        &["map", "PLAN"],
        &["trend", "PLAN"],
        // Git is asked for the name of a tester who was not named.
        &["walk", "PLAN", "--tester", "ana"],
    ];
    for words in commands {
        let argv = argv(words);
        let said = if words[0] == "walk" {
            let mut pty = world.spawn(&traced(&argv), &[("SEAMWALK_CANARY", CANARY)]);
            pty.wait_until("the walk", |screen, _| screen.contains("The page says"));
            pty.send("ppq");
            pty.wait();
            String::new()
        } else {
            let traced = traced(&argv);
            let mut command = Command::new(&traced[0]);
            command.args(&traced[1..]).current_dir(world.folder()).env("SEAMWALK_CANARY", CANARY);
            let output = command.env("HOME", world.folder()).stdin(Stdio::null()).output().unwrap();
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
        };
        if said.contains(CANARY) {
            found.push(format!("{words:?} said what the environment says"));
        }
        let log = std::fs::read_to_string(&log).unwrap();
        calls += log.lines().count();
        let bad = log.lines().enumerate().filter(|(n, line)| !is_meant(line, *n == 0, &world));
        found.extend(bad.map(|(_, line)| format!("{words:?}: {line}")));
    }
    if world.folder().join("made-by-a-plan").exists() {
        found.push("a command of the plan was run".to_owned());
    }
    if calls < 8 * 5 {
        found.push(format!("too little was seen: {calls} calls"));
    }
    Outcome::new(format!("{} commands, {calls} calls looked at", commands.len()), found)
}

/// True for a call that reading this plan needs.
fn is_meant(line: &str, is_first: bool, world: &World) -> bool {
    let Some((_, call)) = line.split_once(' ') else { return false };
    let call = call.trim_start();
    let name = call.split('(').next().unwrap_or_default();
    match name {
        "execve" => is_first,
        _ if call.starts_with("---") || call.starts_with("+++") || call.starts_with("<...") => true,
        _ => call.split('"').nth(1).is_some_and(|path| {
            let path = world.folder().join(path);
            let own = [world.plan(), world.database()].map(|path| path.display().to_string());
            let at = path.display().to_string();
            let is_library = at.ends_with(".so") || at.contains(".so.");
            let is_own = own.iter().any(|own| at.starts_with(own.as_str()))
                || at.contains("/seamwalk/")
                || at.ends_with("/.seamwalk")
                // Its folder is synced.
                || path == world.folder()
                || (name.starts_with("readlink") && world.folder().starts_with(&path));
            is_library || is_own || SYSTEM.iter().any(|system| at.starts_with(system))
        }),
    }
}
