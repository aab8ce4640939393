//! What the README says is what the program does.
//!
//! `SEAMWALK_UPDATE_README=1 cargo test --test it docs` rewrites the table of keys; everything else is mended by hand.

use std::fs;
use std::path::{Path, PathBuf};

use seamwalk::error::Exit;
use seamwalk::format::{self, SourceKind};
use seamwalk::tui::keymap::markdown_table;
use seamwalk::tui::settings::{Glyphs, Settings};

const KEYS_BEGIN: &str = "<!-- keys: begin -->\n";
const KEYS_END: &str = "<!-- keys: end -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The inside of the first block fenced by `fence` behind `heading`.
fn block(readme: &str, heading: &str, fence: &str) -> String {
    let section = readme.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading:?}")).1;
    let open = format!("\n{fence}\n");
    let inside = section.split_once(&open).unwrap_or_else(|| panic!("no {fence} behind {heading}")).1;
    let close = format!("\n{}", fence.trim_end_matches(char::is_alphabetic));
    inside.split_once(&format!("{close}\n")).unwrap_or_else(|| panic!("{fence} stays open")).0.to_owned()
        + "\n"
}

#[test]
fn the_readme_shows_the_table_of_keys() {
    let text = readme();
    let (before, rest) = text.split_once(KEYS_BEGIN).unwrap();
    let (shown, after) = rest.split_once(KEYS_END).unwrap();
    let table = markdown_table();
    if std::env::var_os("SEAMWALK_UPDATE_README").is_some() {
        let text = format!("{before}{KEYS_BEGIN}{table}{KEYS_END}{after}");
        fs::write(root().join("README.md"), text).unwrap();
        return;
    }
    let how = "refresh it: SEAMWALK_UPDATE_README=1 cargo test --test it docs";
    assert_eq!(shown, table, "the README's keys are not those of src/tui/keymap.rs; {how}");
}

#[test]
fn the_readme_s_plan_has_the_counts_it_states() {
    let text = readme();
    let source = block(&text, "## Plan file", "````markdown");
    let plan = format::parse(source.as_bytes(), SourceKind::Markdown, "shop").unwrap().plan;
    let (prompts, sections) = (plan.outline.prompt_count(), plan.outline.section_count());
    let points = plan.outline.points().len();
    let stated = format!("{prompts} prompts in {sections} sections, {points} integration points");
    assert!(text.contains(&stated), "the README does not say: {stated}");
}

#[test]
fn the_readme_s_configuration_is_accepted_and_complete() {
    let text = block(&readme(), "## Configuration", "```toml");
    let settings = Settings::parse(&text).unwrap();
    assert!(!settings.mouse && !settings.ask_note.is_empty() && settings.glyphs != Glyphs::unicode());
    // The parser's own answer to a setting that it does not know is the list of those that there are.
    let unknown = Settings::parse("no_such_setting = 1").unwrap_err().to_string();
    let names: Vec<&str> =
        unknown.split('`').skip(1).step_by(2).filter(|n| *n != "no_such_setting").collect();
    assert!(names.len() > 3, "{unknown}");
    for name in names {
        let (value, table) = (format!("{name} = "), format!("[{name}]"));
        let is_set = text.lines().any(|line| line.starts_with(&value) || line.starts_with(&table));
        assert!(is_set, "the example leaves {name} out");
    }
}

#[test]
fn the_readme_lists_every_exit_code() {
    let text = readme();
    for (exit, meaning) in Exit::ALL {
        let row = format!("| {exit} | {meaning} |");
        assert!(text.contains(&row), "missing: {row}");
    }
}

/// Documents name a test between backticks, behind the word "test".
#[test]
fn the_tests_that_documents_name_exist() {
    let mut sources = Vec::new();
    files_below(&root().join("src"), &mut sources);
    files_below(&root().join("tests"), &mut sources);
    let code: String = sources.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let house = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let readme = readme();
    let mut named = 0;
    for word in readme.split('`').skip(1).step_by(2).chain(house.split('`').skip(1).step_by(2)) {
        let Some(test) = word.strip_prefix("test ") else { continue };
        named += 1;
        assert!(code.contains(&format!("fn {test}(")), "there is no test called {test}");
    }
    assert!(named >= 20, "only {named} tests are named");
}

#[test]
fn the_files_that_the_readme_shows_exist() {
    let text = readme();
    for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
        let is_here = target.starts_with("http") || target.starts_with('#') || root().join(target).exists();
        assert!(is_here, "{target} does not exist");
    }
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}
