//! `seamwalk plan order` as a script sees it, on a plan with integration points and on one without any.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use seamwalk::domain::plan::{NodeIdx, Plan};
use seamwalk::domain::strategy::{Strategy, order};
use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::format::{SourceKind, parse};
use serde_json::{Value, json};

fn sample(name: &str) -> String {
    format!("{}/assets/plans/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn ordered(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_seamwalk"))
        .args(["plan", "order"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // From a thread: a program that says no before it has read everything must not block the test.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(args: &[&str], input: &str) -> String {
    let output = ordered(args, input.as_bytes());
    assert_eq!(output.status.code(), Some(i32::from(Exit::OK.code())), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn document(args: &[&str], input: &str) -> Value {
    serde_json::from_str(&text(&[args, &["--format", "json"]].concat(), input)).unwrap()
}

/// The line of every prompt, stage by stage.
fn lines(document: &Value) -> Vec<Vec<u64>> {
    let prompts = |stage: &Value| -> Vec<u64> {
        stage["prompts"].as_array().unwrap().iter().map(|prompt| prompt["line"].as_u64().unwrap()).collect()
    };
    document["stages"].as_array().unwrap().iter().map(prompts).collect()
}

#[test]
fn the_json_document_has_what_scripts_are_promised() {
    let plan = "---\ncomponents: [web, cart, {mail: fake}]\nconnections: [cart -> mail]\n---\n- Smoke\n\n\
                ## web -> cart (http)\n- Adds\n\n## cart <-> stock (http)\n- Ignored\n";
    let plan = plan.replace("[web, cart, {mail: fake}]", "[web, cart, {mail: fake}, stock]");
    let expected = json!({
        "strategy": "top-down",
        "stages": [
            {
                "number": 1, "adding": ["web"], "with": [], "fake": ["cart"], "cycle": [],
                "prompts": [{
                    "line": 5, "text": "Smoke",
                    "reason": "it has no integration point, so it comes in the first stage"
                }]
            },
            {
                "number": 2, "adding": ["cart", "stock"], "with": ["web"], "fake": ["mail"],
                "cycle": [["stock", "cart"]],
                "prompts": [
                    {"line": 8, "text": "Adds", "reason": "cart is added in stage 2, web was there"},
                    {"line": 11, "text": "Ignored", "reason": "cart and stock are added together in stage 2"}
                ]
            },
            {
                "number": 3, "adding": ["mail"], "with": ["stock", "cart", "web"], "fake": ["mail"], "cycle": [],
                "prompts": []
            }
        ]
    });
    assert_eq!(document(&["-", "--strategy", "top-down"], &plan), expected);
}

#[test]
fn every_prompt_of_the_web_shop_comes_once_and_always_in_the_same_place() {
    let shop = sample("web-shop.md");
    let mut as_written: Vec<u64> = lines(&document(&[&shop], "")).concat();
    assert!(as_written.is_sorted());
    as_written.sort_unstable();
    for strategy in Strategy::ALL {
        let args = [shop.as_str(), "--strategy", strategy.word()];
        let first = document(&args, "");
        assert_eq!(first["strategy"], strategy.word());
        let mut walked = lines(&first).concat();
        walked.sort_unstable();
        assert_eq!(walked, as_written, "{strategy}");
        // Another process has other hash seeds.
        assert_eq!(document(&args, ""), first, "{strategy}");
    }
}

#[test]
fn stages_of_the_web_shop_are_readable_at_80_columns() {
    let shop = sample("web-shop.md");
    for strategy in Strategy::ALL {
        let page = text(&[&shop, "--strategy", strategy.word()], "");
        assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
        assert!(!page.contains('\u{1b}'), "{page}");
    }
    let page = text(&[&shop, "--strategy", "top-down"], "");
    for part in [
        "stage 1 of 9: adding web; still fake: auth, search, cart\n",
        "stage 2 of 9: adding auth; with web; still fake: search, cart, mail\n  auth is added in stage 2, web was there\n   4",
        "a cycle, closed by",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let page = text(&[&shop, "--strategy", "risk-first"], "");
    assert!(page.contains("\nstage 2 of 5: known problem\n  it is marked known problem\n"), "{page}");
    let page = text(&[&shop, "--strategy", "bottom-up"], "");
    assert!(page.contains("\nstage 1 of 9: adding search\n") && !page.contains("still fake"), "{page}");
    assert!(page.contains("\n  no prompt in this stage\n"), "{page}");
}

#[test]
fn a_plan_without_arrows_keeps_its_order() {
    let release = sample("release-checklist.md");
    let as_written = lines(&document(&[&release], ""));
    for strategy in ["top-down", "bottom-up", "sandwich", "big-bang"] {
        let document = document(&[&release, "--strategy", strategy], "");
        assert_eq!(lines(&document), as_written, "{strategy}");
        for key in ["adding", "with", "fake", "cycle"] {
            assert_eq!(document["stages"][0][key], json!([]), "{strategy}: {key}");
        }
        let page = text(&[&release, "--strategy", strategy], "");
        assert!(page.contains("stage 1 of 1: prompts without an integration point\n"), "{page}");
    }
}

#[test]
fn what_cannot_be_ordered_is_refused() {
    let code = |output: &Output| output.status.code().and_then(|code| u8::try_from(code).ok());
    let output = ordered(&["-", "--strategy", "middle-out"], b"- a\n");
    assert_eq!(code(&output), Some(Exit::USAGE.code()), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("sandwich"), "{output:?}");
    let output = ordered(&["-", "--strategy", "top-down"], b"# Only a heading\n");
    assert_eq!(code(&output), Some(Exit::PROBLEM.code()), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no prompt"), "{output:?}");
    let output = ordered(&["no-such-plan.md"], b"");
    assert_eq!(code(&output), Some(Exit::UNREADABLE.code()), "{output:?}");
    let output = ordered(&["-"], "# a\u{1b}[2J -> b\n- c\u{9b}\n".as_bytes());
    assert!(!output.stdout.contains(&0x1b) && code(&output) == Some(Exit::OK.code()), "{output:?}");
}

/// 100,000 prompts between 200 components in a dense web of calls with cycles.
fn large() -> Plan {
    let mut source = String::from("# Large\n");
    for section in 0..2_000 {
        let (from, to) = (section % 200, (section * 7 + section / 200 + 1) % 200);
        source.push_str(&format!("## c{from} -> c{to}\n"));
        for prompt in 0..50 {
            source.push_str(&format!("- Prompt {section}.{prompt}\n"));
        }
    }
    parse(source.as_bytes(), SourceKind::Markdown, "large").unwrap().plan
}

#[test]
fn a_hundred_thousand_prompts_are_ordered_at_once() {
    let plan = large();
    assert_eq!(plan.outline.prompt_count(), 100_000);
    let last = |idx: NodeIdx| Verdict::ALL[idx.at() % 6];
    for strategy in Strategy::ALL {
        let started = Instant::now();
        let walkway = order(&plan, strategy, &plan.defaults, &last);
        let elapsed = started.elapsed();
        assert_eq!(walkway.steps().count(), 100_000, "{strategy}");
        // Unoptimized and on a busy machine; what is quadratic takes minutes.
        assert!(elapsed < Duration::from_secs(5), "{strategy}: {elapsed:?}");
    }
}

#[test]
fn the_samples_name_their_untouched_connection() {
    let source = fs::read(sample("web-shop.md")).unwrap();
    let plan = parse(&source, SourceKind::Markdown, "x").unwrap().plan;
    let touched = plan.outline.points();
    assert!(!plan.connections.is_empty());
    for connection in &plan.connections {
        let same = |point: &&_| {
            let point: &seamwalk::domain::point::IntegrationPoint = point;
            point.from == connection.from && point.to == connection.to
        };
        assert_eq!(touched.iter().find(same), None, "{connection} has prompts by now");
    }
}
