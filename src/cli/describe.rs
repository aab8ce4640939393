//! What the program says of itself for other programs: completion scripts and a manual page.
//!
//! Both are made from the same description that reads the command line, so they cannot drift from it.

use std::io::Write as _;

use clap_complete::Shell;
use clap_mangen::Man;

use super::{args, examples};
use crate::error::Exit;

/// The name that completions are for and the manual page is about.
const NAME: &str = "seamwalk";

/// The script that completes commands, options and files in `shell`.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), NAME, &mut script);
    script
}

/// One manual page for everything, in roff: people look for an option there, not for the page that has it.
#[must_use]
pub fn manual_page() -> Vec<u8> {
    let root = args::command();
    let man = Man::new(root.clone());
    let mut page = Vec::new();
    // A vector takes whatever is written to it: there is no error to report.
    let _ = man.render_title(&mut page);
    let _ = man.render_name_section(&mut page);
    let _ = man.render_synopsis_section(&mut page);
    let _ = man.render_description_section(&mut page);
    let _ = man.render_options_section(&mut page);
    page.extend_from_slice(b".SH COMMANDS\n");
    for command in root.get_subcommands() {
        let above = format!("{NAME} {}", command.get_name());
        let leaves: Vec<_> = match command.has_subcommands() {
            true => {
                command.get_subcommands().map(|leaf| (leaf, format!("{above} {}", leaf.get_name()))).collect()
            }
            false => vec![(command, above)],
        };
        for (leaf, name) in leaves {
            let about = leaf.get_about().map(ToString::to_string).unwrap_or_default();
            let man = Man::new(leaf.clone().bin_name(name).disable_help_flag(true));
            let _ = write!(page, ".SS ");
            page.extend(without_heading(|part| man.render_synopsis_section(part)));
            let _ = writeln!(page, "{}", escaped(&about));
            page.extend(without_heading(|part| man.render_options_section(part)));
        }
    }
    section(&mut page, "EXAMPLES", "");
    let examples = examples::EXAMPLES.trim_start_matches("Examples:\n");
    let _ = writeln!(page, ".nf\n{}\n.fi", escaped(examples));
    section(&mut page, "EXIT CODES", "What scripts may rely on.");
    for (exit, meaning) in Exit::ALL {
        let _ = writeln!(page, ".TP\n\\fB{exit}\\fR\n{}", escaped(meaning));
    }
    section(&mut page, "ENVIRONMENT", "Options win over these.");
    for (name, meaning) in ENVIRONMENT {
        let _ = writeln!(page, ".TP\n\\fB{name}\\fR\n{}", escaped(meaning));
    }
    page
}

fn section(page: &mut Vec<u8>, title: &str, text: &str) {
    let _ = writeln!(page, ".SH {title}");
    if !text.is_empty() {
        let _ = writeln!(page, "{}", escaped(text));
    }
}

/// What `render` writes, without the requests before the first section and without the section's own heading.
fn without_heading(render: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>) -> Vec<u8> {
    let mut part = Vec::new();
    let _ = render(&mut part);
    let text = String::from_utf8_lossy(&part).into_owned();
    match text.split_once(".SH ") {
        Some((_, section)) => section.split_once('\n').map_or("", |(_, body)| body).as_bytes().to_vec(),
        None => Vec::new(),
    }
}

/// The environment variables that are read.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("SEAMWALK_DB", "the database file, where --db does not name one"),
    ("SEAMWALK_CONFIG", "the configuration file, where --config does not name one"),
    ("NO_COLOR", "if not empty, no colours unless --color always asks for them"),
    ("VISUAL, EDITOR", "the editor for longer notes"),
    ("XDG_DATA_HOME, XDG_CONFIG_HOME", "the user's folders for data and configuration"),
];

/// Text as roff prints it: no leading dot or quote is a request, no hyphen becomes a dash.
fn escaped(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = line.replace('\\', "\\e").replace('-', "\\-");
            if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_exit_code_is_in_the_manual() {
        let page = String::from_utf8(manual_page()).unwrap();
        for word in
            ["seamwalk walk", "plan check", "\\-\\-charter", "\\-\\-only", "EXIT CODES", "SEAMWALK_DB"]
        {
            assert!(page.contains(word), "{word} is missing:\n{page}");
        }
        for (_, meaning) in Exit::ALL {
            assert!(page.contains(&escaped(meaning)), "{meaning}");
        }
    }

    #[test]
    fn text_cannot_become_a_roff_request() {
        assert_eq!(escaped(".SH X\n'a -b\\"), "\\&.SH X\n\\&'a \\-b\\e");
    }
}
