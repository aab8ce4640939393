//! Files that other people wrote, counted by a program that shares no code with this one.
//!
//! `SEAMWALK_CORPUS` names a folder with an `EXPECTED.tsv`, whose rows are `file`, `kind`, `metric` and `value`, and
//! the files it speaks of. The files are under licences of their own and are not kept here.
//!
//! How sections and prompts follow from the metrics, by the plan file's own rules:
//!
//! - an outline's lines with something below them are sections, the others prompts;
//! - every heading is a section;
//! - every task (item with a checkbox) is a prompt, unless it has no text;
//! - every other item is a section where an item stands below it, else a prompt;
//! - but the items of an ordered list inside a task are its steps;
//! - a table with a column that names prompts gives one prompt a row, and a section for a row that begins in bold;
//!   any other table gives prompts only where the file has no items and no such table: one a row.
//!
//! The metrics say how many items have no list inside (`leaf_items`) and how many are tasks, not how many are both.
//! So the list lines are counted here once more, by indentation alone. That count is used only where it agrees
//! with every metric; where it does not, the file's totals must still add up.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops at what it cannot read and says what it found"
)]

use std::collections::BTreeMap;
use std::path::Path;

use seamwalk::domain::plan::{BlockKind, NodeRef, Plan};
use seamwalk::format::{SourceKind, parse, require_prompts};

type Metrics = BTreeMap<String, usize>;

/// The files of `EXPECTED.tsv` that are plans: kind and metrics of each.
fn expected(root: &Path) -> BTreeMap<String, (String, Metrics)> {
    let table = std::fs::read_to_string(root.join("EXPECTED.tsv")).unwrap();
    let mut files: BTreeMap<String, (String, Metrics)> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, kind, metric, value] = cells[..] else { panic!("four columns: {line}") };
        if matches!(kind, "markdown" | "outline") {
            let (_, metrics) =
                files.entry(file.to_owned()).or_insert_with(|| (kind.to_owned(), Metrics::new()));
            if let Ok(value) = value.parse() {
                metrics.insert(metric.to_owned(), value);
            }
        }
    }
    files
}

/// One list item as its line shows it.
struct Item {
    column: usize,
    is_task: bool,
    is_ordered: bool,
    has_text: bool,
}

/// The list lines of a Markdown file outside of fences and front matter.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut fence: Option<String> = None;
    let body = match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        Some((_, body)) => body,
        None => text,
    };
    for line in body.lines() {
        let unquoted = line.trim_start_matches(['>', ' ', '\t']);
        let is_fence =
            unquoted.starts_with("```") && !unquoted[3..].contains('`') || unquoted.starts_with("~~~");
        match &fence {
            Some(open) if unquoted.trim_end() == open => fence = None,
            Some(_) => {}
            None if is_fence => fence = Some(unquoted.chars().take(3).collect()),
            None => items.extend(item(line, unquoted)),
        }
    }
    items
}

/// `text` with its HTML comments blanked out, line by line.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        let end = rest[start..].find("-->").map_or(rest.len(), |at| start + at + 3);
        out.push_str(&rest[..start]);
        out.extend(rest[start..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    out + rest
}

fn item(line: &str, content: &str) -> Option<Item> {
    let indent = &line[..line.len() - content.len()];
    let column =
        indent.chars().fold(0, |column, c| if c == '\t' { column + 4 - column % 4 } else { column + 1 });
    let digits = content.chars().take_while(char::is_ascii_digit).count();
    let after = if digits > 0 {
        content[digits..].strip_prefix(['.', ')'])?
    } else {
        content.strip_prefix(['-', '*', '+'])?
    };
    let is_rule = content.chars().filter(|c| *c != ' ').all(|c| c == '-' || c == '*') && content.len() > 2;
    if is_rule || !(after.is_empty() || after.starts_with([' ', '\t'])) {
        return None;
    }
    let text = after.trim();
    let mark = ["[ ]", "[x]", "[X]"].into_iter().find_map(|mark| text.strip_prefix(mark));
    let mark = mark.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    Some(Item {
        column,
        is_task: mark.is_some(),
        is_ordered: digits > 0,
        has_text: !mark.unwrap_or(text).trim().is_empty(),
    })
}

/// What the list lines amount to.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    items: usize,
    tasks: usize,
    leaf_items: usize,
    sections: usize,
    prompts: usize,
}

fn count(items: &[Item]) -> Counted {
    let mut counted = Counted { items: items.len(), ..Counted::default() };
    let last_below = |at: usize| {
        items[at + 1..]
            .iter()
            .position(|item| item.column <= items[at].column + 1)
            .map_or(items.len(), |n| at + 1 + n)
    };
    let mut step_until = 0;
    let mut open: Vec<usize> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let below = &items[at + 1..last_below(at)];
        counted.tasks += usize::from(item.is_task);
        counted.leaf_items += usize::from(below.is_empty());
        open.retain(|outer| items[*outer].column + 1 < item.column);
        let in_task = open.last().is_some_and(|outer| items[*outer].is_task);
        open.push(at);
        if item.is_ordered && in_task && !item.is_task && below.iter().all(|item| !item.is_task) {
            step_until = step_until.max(at + 1 + below.len());
        }
        if at < step_until || !item.has_text {
            continue;
        }
        if item.is_task || below.iter().all(|item| !item.has_text) {
            counted.prompts += 1;
        } else {
            counted.sections += 1;
        }
    }
    counted
}

/// Prompts and sections of a file's tables, by their lines.
fn table_rows(text: &str, has_items: bool) -> (usize, usize) {
    const NAMES: [&str; 18] = [
        "test",
        "test case",
        "test name",
        "title",
        "case",
        "check",
        "scenario",
        "summary",
        "requirement",
        "prompt",
        "item",
        "task",
        "description",
        "action",
        "step",
        "steps",
        "step to reproduce",
        "steps to reproduce",
    ];
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let lines: Vec<&str> = text.lines().collect();
    let is_delimiter = |line: &str| {
        line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
    };
    let mut tables: Vec<(bool, Vec<Vec<String>>)> = Vec::new();
    for (at, _) in lines.iter().enumerate().skip(1).filter(|(_, line)| is_delimiter(line)) {
        let named = cells(lines[at - 1]).iter().any(|cell| NAMES.contains(&cell.to_lowercase().as_str()));
        let body = lines[at + 1..].iter().take_while(|line| !line.trim().is_empty());
        tables.push((named, body.map(|line| cells(line)).collect()));
    }
    let any_named = tables.iter().any(|(named, _)| *named);
    let (mut prompts, mut sections) = (0, 0);
    for (named, rows) in tables {
        if !named && (any_named || has_items) {
            continue;
        }
        for first in rows.iter().filter_map(|row| row.iter().find(|cell| !cell.is_empty())) {
            let is_bold =
                first.starts_with("**") && first.ends_with("**") && first.matches("**").count() == 2;
            if named && is_bold { sections += 1 } else { prompts += 1 }
        }
    }
    (prompts, sections)
}

fn steps(plan: &Plan) -> usize {
    let blocks = plan.outline.nodes().flat_map(NodeRef::blocks);
    blocks.filter(|block| matches!(block.kind, BlockKind::Step { .. })).count()
}

/// Says where `plan` disagrees with the metrics; also whether every figure could be checked exactly.
fn disagreements(text: &str, metrics: &Metrics, plan: &Plan) -> (Vec<String>, bool) {
    let metric = |name: &str| metrics.get(name).copied().unwrap_or(0);
    let mut wrong = Vec::new();
    let mut same = |what: &str, expected: usize, found: usize| {
        if expected != found {
            wrong.push(format!("{what}: {found} instead of {expected}"));
        }
    };
    let items = items(text);
    let counted = count(&items);
    let (row_prompts, row_sections) = table_rows(text, metric("items") > 0);
    let tasks_without_text = items.iter().filter(|item| item.is_task && !item.has_text).count();
    let boxes = plan.outline.nodes().filter(|node| node.checkbox().is_some()).count();
    same("tasks", metric("tasks") - tasks_without_text, boxes);
    same("front matter", metric("front_matter"), usize::from(plan.front_matter.is_some()));
    let is_exact = (counted.items, counted.tasks, counted.leaf_items)
        == (metric("items"), metric("tasks"), metric("leaf_items"));
    let outline = &plan.outline;
    if is_exact {
        same("sections", metric("headings") + counted.sections + row_sections, outline.section_count());
        same("prompts", counted.prompts + row_prompts, outline.prompt_count());
    } else {
        let without_text = items.iter().filter(|item| !item.has_text).count();
        let nodes = metric("headings") + metric("items") - without_text + row_prompts + row_sections;
        same("nodes and steps", nodes, outline.len() + steps(plan));
        if metric("tasks") == 0 {
            same("prompts", metric("leaf_items") - without_text + row_prompts, outline.prompt_count());
        }
    }
    (wrong, is_exact)
}

#[test]
fn the_corpus_opens_and_its_counts_agree() {
    let Some(root) = std::env::var_os("SEAMWALK_CORPUS") else {
        println!("skipped: SEAMWALK_CORPUS is not set");
        return;
    };
    let root = Path::new(&root);
    assert!(root.is_dir(), "SEAMWALK_CORPUS names no folder: {}", root.display());
    let mut wrong = Vec::new();
    for (file, (kind, metrics)) in expected(root) {
        let path = root.join(&file);
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let plan = match parse(&bytes, SourceKind::of_path(&path), "file") {
            Ok(parsed) => parsed.plan,
            Err(error) => panic!("{file}:{}:{}: {error}", error.line(), error.column()),
        };
        let counts = (plan.outline.section_count(), plan.outline.prompt_count());
        let (found, is_exact) = if kind == "outline" {
            let counts = (counts.0, counts.1, plan.outline.max_depth());
            let expected = (metrics["parent_lines"], metrics["leaf_lines"], metrics["max_depth"]);
            (
                if counts == expected { Vec::new() } else { vec![format!("{counts:?}, not {expected:?}")] },
                true,
            )
        } else {
            let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
            let text = without_comments(&text);
            disagreements(&text, &metrics, &plan)
        };
        let how = if is_exact { "exactly" } else { "by its totals" };
        println!("{file}: {} sections, {} prompts, checked {how}", counts.0, counts.1);
        wrong.extend(found.into_iter().map(|found| format!("{file}: {found}")));
        let has_prompt = ["items", "table_body_rows", "leaf_lines"]
            .iter()
            .any(|name| metrics.contains_key(*name) && metrics[*name] > 0);
        assert_eq!(require_prompts(&plan).is_ok(), has_prompt, "{file}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
