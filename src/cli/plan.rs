//! `seamwalk plan`: a plan as it was understood, and what is doubtful in it.
//!
//! Needs no database: a plan can be looked at on a machine that never walked one.

use std::io;

use super::args::{Input, PlanFormat};
use super::output::Output;
use crate::domain::plan::Plan;
use crate::error::{Error, Exit};
use crate::format::{self, ParseError, Parsed, Severity, SourceKind, json, text};
use crate::reading::{self, ReadError};

/// What standard input is called in messages.
const STDIN_NAME: &str = "standard input";

/// A plan's bytes with what they are called.
pub(super) struct Source {
    /// As typed; what `file:line:column` begins with.
    name: String,
    kind: SourceKind,
    /// The plan's title if it has no other.
    title: String,
    bytes: Vec<u8>,
}

impl Source {
    pub(super) fn read(input: &Input) -> Result<Self, ReadError> {
        match input {
            Input::Stdin => Ok(Self {
                name: STDIN_NAME.to_owned(),
                kind: SourceKind::Markdown,
                title: STDIN_NAME.to_owned(),
                bytes: reading::read_bounded(io::stdin().lock(), STDIN_NAME)?,
            }),
            Input::File(path) => Ok(Self {
                name: path.display().to_string(),
                kind: SourceKind::of_path(path),
                title: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
                bytes: reading::read_file(path)?,
            }),
        }
    }

    fn parse(&self) -> Result<Parsed, ParseError> {
        format::parse(&self.bytes, self.kind, &self.title)
    }

    /// The plan, with or without prompts.
    pub(super) fn plan(&self) -> Result<Plan, Error> {
        let parsed = self.parse().map_err(|error| {
            Error::problem(self.located(error.line(), error.column(), &error.to_string()))
        })?;
        Ok(parsed.plan)
    }

    /// Refuses a plan that nobody can walk, once it was shown.
    pub(super) fn require_prompts(&self, plan: &Plan) -> Result<(), Error> {
        format::require_prompts(plan).map_err(|error| Error::problem(format!("{}: {error}", self.name)))
    }

    /// `file:line:column: message`, as editors jump to it.
    fn located(&self, line: u32, column: u32, message: &str) -> String {
        format!("{}:{line}:{column}: {message}", self.name)
    }
}

/// Prints the plan in `input`. A plan without a prompt is printed all the same, and refused afterwards.
///
/// # Errors
///
/// [`Error::Read`] if it cannot be read, [`Error::Said`] if it is no plan.
pub fn show(input: &Input, format: PlanFormat, output: &mut Output) -> Result<Exit, Error> {
    let source = Source::read(input)?;
    let plan = source.plan()?;
    match format {
        PlanFormat::Text => output.text(&text::plan_text(&plan))?,
        PlanFormat::Json => output.generated(json::plan_json(&plan).as_bytes())?,
        PlanFormat::Markdown => output.plan_file(&format::print_markdown(&plan))?,
    }
    source.require_prompts(&plan)?;
    Ok(Exit::OK)
}

/// What was found in several plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Found {
    plans: usize,
    prompts: usize,
    errors: usize,
    warnings: usize,
}

/// Prints the problems of the plans in `inputs`, one a line. A file that cannot be read does not hide the others.
///
/// # Errors
///
/// Only if the output fails; what is wrong with the plans is in the exit code.
pub fn check(inputs: &[Input], output: &mut Output) -> Result<Exit, Error> {
    let mut found = Found::default();
    let mut exit = Exit::OK;
    for input in inputs {
        match Source::read(input) {
            Ok(source) => check_one(&source, &mut found, output)?,
            Err(error) => {
                output.diagnose(&error);
                exit = exit.worse(Exit::UNREADABLE);
            }
        }
    }
    if found.errors > 0 {
        exit = exit.worse(Exit::PROBLEM);
    }
    let Found { plans, prompts, errors, warnings } = found;
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    output.diagnose(&format!(
        "checked {} with {}: {}, {}",
        count(plans, "plan"),
        count(prompts, "prompt"),
        count(errors, "error"),
        count(warnings, "warning"),
    ));
    Ok(exit)
}

fn check_one(source: &Source, found: &mut Found, output: &mut Output) -> Result<(), Error> {
    found.plans += 1;
    let parsed = match source.parse() {
        Ok(parsed) => parsed,
        Err(error) => {
            found.errors += 1;
            return output.line(&source.located(error.line(), error.column(), &format!("error: {error}")));
        }
    };
    found.prompts += parsed.plan.outline.prompt_count();
    for problem in format::check(&parsed) {
        let word = match problem.severity {
            Severity::Error => {
                found.errors += 1;
                "error"
            }
            Severity::Warning => {
                found.warnings += 1;
                "warning"
            }
        };
        let message = format!("{word}: {}", problem.message);
        output.line(&source.located(problem.line, problem.column, &message))?;
    }
    Ok(())
}
