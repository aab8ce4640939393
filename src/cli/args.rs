//! The command line as typed, and what was meant by it.
//!
//! The only module that knows clap. The structs that clap fills stay private to it; the rest of the program sees
//! [`Invocation`], whose values are checked and cannot contradict each other.

mod walk;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use walk::TypedWalk;

pub use super::asked::{Input, MapOf, Report};
use super::examples::{COMPARE_CODES, DOCTOR_CODES, EXAMPLES, REPORT_EXAMPLES, TREND_JSON, after_long_help};
use crate::domain::strategy::Strategy;
use crate::format::report::{Extent, Form};
use crate::opening::Choices;
use crate::store::Depth;

/// What is to be done, and how to say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Options that every command knows.
    pub globals: Globals,
    /// The command.
    pub task: Task,
}

/// Options that every command knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Globals {
    /// `--db`.
    pub db: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--color`.
    pub color: ColorChoice,
    /// `--ascii`.
    pub ascii: bool,
}

/// When to write colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Even into a pipe.
    Always,
    /// Nowhere.
    Never,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Open the home screen.
    Home,
    /// Walk a plan.
    Walk {
        /// Its file.
        plan: PathBuf,
        /// Which session, and what it says of itself.
        choices: Choices,
    },
    /// Print a plan as it was understood.
    PlanShow {
        /// Its file.
        plan: Input,
        /// How to print it.
        format: PlanFormat,
    },
    /// Print what is wrong with plans.
    PlanCheck {
        /// Their files.
        plans: Vec<Input>,
    },
    /// Print the order in which a plan is walked.
    PlanOrder {
        /// Its file.
        plan: Input,
        /// What orders it.
        strategy: Strategy,
        /// How to print it.
        format: Format,
    },
    /// List the sessions.
    Sessions {
        /// How to print them.
        format: Format,
    },
    /// Print a session.
    Show {
        /// An id, the beginning of one, or `latest`.
        session: String,
        /// How to print it.
        format: Format,
    },
    /// Say what is different between two sessions.
    Compare {
        /// The earlier one, as for `Show`.
        a: String,
        /// The later one.
        b: String,
        /// How to say it.
        format: Format,
    },
    /// Write sessions in the form that their readers use.
    Report(Report),
    /// Say what is wrong with the database.
    Doctor {
        /// How much to look at.
        depth: Depth,
        /// How to say it.
        format: Format,
    },
    /// Make a whole copy of the database.
    Backup {
        /// Where.
        to: PathBuf,
    },
    /// Make a new database of all that can be read of a damaged one.
    Recover {
        /// Where.
        to: PathBuf,
    },
    /// Take in what could not be saved.
    Rescue {
        /// The file that holds it.
        file: PathBuf,
    },
    /// Print which component calls which, and what is known of each connection.
    Map {
        /// Which session or plan.
        of: MapOf,
        /// How to print it.
        format: Format,
    },
    /// Print the sessions of a plan over time.
    Trend {
        /// Which plan, or a session of it.
        of: MapOf,
        /// How to print it.
        format: Format,
    },
    /// Print a completion script.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// How to print a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PlanFormat {
    /// To read.
    #[default]
    Text,
    /// `seamwalk.plan/1`.
    Json,
    /// A plan file again.
    Markdown,
}

/// How to print what is not a plan file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// To read.
    #[default]
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Parser)]
#[command(
    name = "seamwalk",
    version,
    about = "Walk through the places where components meet: one key per verdict, nothing ever lost.",
    long_about = "Walk through the places where components meet: one key per verdict, nothing ever lost.\n\n\
        seamwalk shows the prompts of a plan, any Markdown checklist, one after the other while you test the \
        system beside it. Each verdict and note is on disk before it is shown as saved.",
    after_help = EXAMPLES,
    after_long_help = after_long_help(),
    override_usage = "seamwalk [OPTIONS] [PLAN]\n       seamwalk [OPTIONS] <COMMAND>",
    disable_help_subcommand = true
)]
struct Typed {
    #[command(flatten)]
    globals: TypedGlobals,

    /// Plan to walk; without it the home screen opens
    ///
    /// A Markdown file or an indented outline (.txt). Its open session is resumed, or one is started. A file that
    /// is called like a command is reached as `./sessions` or with `seamwalk walk sessions`.
    #[arg(value_hint = clap::ValueHint::FilePath)]
    plan: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<TypedCommand>,
}

#[derive(Debug, Args)]
struct TypedGlobals {
    /// Database file [env: SEAMWALK_DB]
    ///
    /// Else `.seamwalk/seamwalk.db`, if this folder or one above it has a `.seamwalk` folder; else
    /// `seamwalk/seamwalk.db` in the user's data folder.
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    db: Option<PathBuf>,

    /// Configuration file [env: SEAMWALK_CONFIG]
    ///
    /// Else `seamwalk/config.toml` in the user's configuration folder, which may be missing.
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// When to write colours; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: ColorChoice,

    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    ascii: bool,
}

#[derive(Debug, Subcommand)]
enum TypedCommand {
    /// Walk a plan with choices
    Walk(Box<TypedWalk>),
    /// Look at a plan file
    // A missing word is a mistake like any other: derive's default would print the help as an error instead.
    #[command(subcommand, arg_required_else_help = false)]
    Plan(TypedPlan),
    /// List the sessions, newest first
    Sessions {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print a session with its verdicts and notes
    Show {
        /// An id, the beginning of one, or `latest`
        session: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Say what is different between two sessions of a plan
    ///
    /// From A to B: which prompts newly fail, were fixed, still fail, changed otherwise, are newly tested or no longer
    /// tested, say something else, or were removed from the plan. Only a pass fixes a fail: a prompt that was removed,
    /// or that is blocked now, is not fixed. A prompt that A did not judge and that fails in B is newly failing.
    #[command(after_help = COMPARE_CODES)]
    Compare {
        /// The earlier session: an id, the beginning of one, or `latest`
        a: String,
        /// The later session, likewise
        b: String,
        /// How to say it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write sessions in the form that their readers use
    ///
    /// On standard output, or with -o into a file, whole or not at all. Several sessions go into one report where the
    /// form allows it.
    #[command(after_help = REPORT_EXAMPLES)]
    Report(TypedReport),
    /// Check the database and say what to do; copy, recover, take in what could not be saved
    ///
    /// Looks at the file, its place, what lies beside it, every page, the hash of every event and plan, and whether the
    /// verdicts are what the events add up to. Nothing is changed by looking.
    #[command(after_help = DOCTOR_CODES)]
    Doctor(TypedDoctor),
    /// Print which component calls which, and what is known of each connection
    ///
    /// Rows call columns. Each connection has its worst verdict, how many of its prompts were tested, and R if that was
    /// always with both ends real, F if ever with a fake or absent one. A connection that no prompt touches is named.
    /// A plan is shown with the marks of its open session, else of its latest one, else untested.
    Map {
        /// A session (an id, the beginning of one, or `latest`) or a plan's file; `-` reads a plan
        #[arg(value_name = "SESSION|PLAN", default_value = "latest", value_hint = clap::ValueHint::FilePath)]
        of: PathBuf,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the sessions of a plan over time: what was tested, what it was worth, what newly fails
    ///
    /// A sparkline for each thing that is followed, the newest session at the right, then a line a session: its
    /// verdicts, how many prompts newly fail and were fixed since the last session that said pass or fail, how many of
    /// the integration points were tested, and the time walked without pauses.
    #[command(after_help = TREND_JSON)]
    Trend {
        /// A plan's file, or a session (an id, the beginning of one, or `latest`) whose plan is meant
        #[arg(value_name = "SESSION|PLAN", default_value = "latest", value_hint = clap::ValueHint::FilePath)]
        of: PathBuf,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

#[derive(Debug, Args)]
struct TypedReport {
    /// Sessions: ids, beginnings of some, or `latest`
    #[arg(required = true, value_name = "SESSION")]
    sessions: Vec<String>,
    /// The form
    #[arg(long, value_name = "FORM", default_value = Form::Markdown.word(), value_parser = forms())]
    format: Form,
    /// File to write; in an existing folder, a file with the form's own name
    ///
    /// An existing file is replaced in one step by the finished report, and keeps its permissions; a new one gets those
    /// that new files get (umask), since a report is for others. The file's path is printed.
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// Every prompt as well (markdown)
    #[arg(long, conflicts_with = "failures_only")]
    full: bool,
    /// Only what failed (markdown)
    #[arg(long)]
    failures_only: bool,
}

#[derive(Debug, Args)]
struct TypedDoctor {
    /// Look at less: no events, no plans
    #[arg(long)]
    quick: bool,
    /// Make a whole copy; an older copy at that place is replaced at once
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with_all = ["quick", "recover", "rescue"])]
    backup: Option<PathBuf>,
    /// Make a new database of every event that can be read; the old one is left as it is
    ///
    /// Close every seamwalk on it before.
    #[arg(long, value_name = "NEW", value_hint = clap::ValueHint::FilePath, conflicts_with_all = ["quick", "rescue"])]
    recover: Option<PathBuf>,
    /// Take in a `seamwalk-rescue-….json`: what could not be saved; twice does no harm
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "quick")]
    rescue: Option<PathBuf>,
    /// How to say what was found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl TypedDoctor {
    fn task(self) -> Task {
        let Self { quick, backup, recover, rescue, format } = self;
        match (backup, recover, rescue) {
            (Some(to), ..) => Task::Backup { to },
            (_, Some(to), _) => Task::Recover { to },
            (.., Some(file)) => Task::Rescue { file },
            _ => Task::Doctor { depth: if quick { Depth::Quick } else { Depth::Full }, format },
        }
    }
}

#[derive(Debug, Subcommand)]
enum TypedPlan {
    /// Print a plan as it was understood
    Show {
        /// Plan file; `-` reads standard input
        #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        plan: PathBuf,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: PlanFormat,
    },
    /// Print problems as `file:line:column: …`; exit code 1 if one is an error
    Check {
        /// Plan files; `-` reads standard input
        #[arg(value_name = "FILE", required = true, value_hint = clap::ValueHint::FilePath)]
        plans: Vec<PathBuf>,
    },
    /// Print the stages of a walk and why each prompt is where it is
    Order {
        /// Plan file; `-` reads standard input
        #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        plan: PathBuf,
        /// What orders the walk
        ///
        /// The incremental ones, top-down, bottom-up and sandwich, add one component of the plan's integration
        /// points and connections after the other, those of a cycle at once.
        #[arg(long, value_name = "STRATEGY", default_value_t, value_parser = strategies())]
        strategy: Strategy,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// The words of the strategies, so that help and completions list them.
fn strategies() -> impl TypedValueParser<Value = Strategy> {
    let words = Strategy::ALL.map(|strategy| PossibleValue::new(strategy.word()).help(strategy.meaning()));
    PossibleValuesParser::new(words).try_map(|word| word.parse::<Strategy>())
}

/// The words of the forms, so that help and completions list them.
fn forms() -> impl TypedValueParser<Value = Form> {
    let words = Form::ALL.map(|form| PossibleValue::new(form.word()).help(form.meaning()));
    PossibleValuesParser::new(words)
        .try_map(|word| Form::from_word(&word).ok_or_else(|| format!("there is no form {word}")))
}

/// Why nothing is to be done: help was asked for, or the command line cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// Help or version: belongs to standard output, as plain text and with colours.
    Answer {
        /// Without escape sequences.
        plain: String,
        /// With our own escape sequences; made of our own texts only.
        coloured: String,
    },
    /// What cannot be understood, with how it should be: belongs to standard error.
    Misunderstood(String),
}

/// Understands `typed`, whose first element is the program's name.
///
/// # Errors
///
/// [`Instead`] of an invocation: help, or what is wrong with the command line.
pub fn understand(typed: impl IntoIterator<Item = OsString>) -> Result<Invocation, Instead> {
    Typed::try_parse_from(typed).and_then(meant).map_err(|error| {
        let rendered = error.render();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Instead::Answer { plain: rendered.to_string(), coloured: rendered.ansi().to_string() }
            }
            _ => {
                let text = rendered.to_string();
                Instead::Misunderstood(text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned())
            }
        }
    })
}

/// The command line's own description, for completions and the manual page.
#[must_use]
pub fn command() -> clap::Command {
    Typed::command()
}

fn meant(typed: Typed) -> Result<Invocation, clap::Error> {
    let TypedGlobals { db, config, color, ascii } = typed.globals;
    let task = match (typed.command, typed.plan) {
        (None, None) => Task::Home,
        (None, Some(plan)) => Task::Walk { plan: walkable(plan)?, choices: Choices::default() },
        (Some(_), Some(plan)) => {
            let message =
                format!("{} stands before a command: say `seamwalk walk PLAN …` instead", plan.display());
            return Err(refused(message));
        }
        (Some(TypedCommand::Walk(walk)), None) => {
            let (plan, choices) = walk.meant()?;
            Task::Walk { plan, choices }
        }
        (Some(TypedCommand::Plan(TypedPlan::Show { plan, format })), None) => {
            Task::PlanShow { plan: Input::typed(plan), format }
        }
        (Some(TypedCommand::Plan(TypedPlan::Check { plans })), None) => {
            Task::PlanCheck { plans: plans.into_iter().map(Input::typed).collect() }
        }
        (Some(TypedCommand::Plan(TypedPlan::Order { plan, strategy, format })), None) => {
            Task::PlanOrder { plan: Input::typed(plan), strategy, format }
        }
        (Some(TypedCommand::Sessions { format }), None) => Task::Sessions { format },
        (Some(TypedCommand::Show { session, format }), None) => Task::Show { session, format },
        (Some(TypedCommand::Compare { a, b, format }), None) => Task::Compare { a, b, format },
        (Some(TypedCommand::Report(report)), None) => Task::Report(meant_report(report)?),
        (Some(TypedCommand::Doctor(doctor)), None) => doctor.task(),
        (Some(TypedCommand::Map { of, format }), None) => Task::Map { of: MapOf::typed(of), format },
        (Some(TypedCommand::Trend { of, format }), None) => Task::Trend { of: MapOf::typed(of), format },
        (Some(TypedCommand::Completions { shell }), None) => Task::Completions { shell },
        (Some(TypedCommand::Man), None) => Task::Man,
    };
    Ok(Invocation { globals: Globals { db, config, color, ascii }, task })
}

fn meant_report(typed: TypedReport) -> Result<Report, clap::Error> {
    let TypedReport { sessions, format: form, output, full, failures_only } = typed;
    let extent = match (full, failures_only) {
        (true, _) => Extent::Full,
        (_, true) => Extent::FailuresOnly,
        (false, false) => Extent::Usual,
    };
    if extent != Extent::Usual && !form.has_extents() {
        let option = if full { "--full" } else { "--failures-only" };
        return Err(refused(format!(
            "{option} is for people: the form {form} always tells everything",
            form = form.word()
        )));
    }
    let file = output.filter(|path| path.as_os_str() != "-");
    Ok(Report { sessions, form, extent, file })
}

/// A plan that is walked must be a file: the keyboard is on standard input.
fn walkable(plan: PathBuf) -> Result<PathBuf, clap::Error> {
    if plan.as_os_str() == "-" {
        let message =
            "a plan on standard input cannot be walked, since the keys come from there: save it first";
        return Err(refused(message.to_owned()));
    }
    Ok(plan)
}

fn refused(message: String) -> clap::Error {
    command().error(ErrorKind::ValueValidation, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn task(line: &str) -> Task {
        invocation(line).task
    }

    fn invocation(line: &str) -> Invocation {
        let words = std::iter::once("seamwalk").chain(line.split_whitespace()).map(OsString::from);
        understand(words).unwrap_or_else(|instead| panic!("{line}: {instead:?}"))
    }

    pub(super) fn refusal(line: &str) -> String {
        let words = std::iter::once("seamwalk").chain(line.split_whitespace()).map(OsString::from);
        match understand(words) {
            Err(Instead::Misunderstood(message)) => message,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn walk(plan: &str) -> Task {
        Task::Walk { plan: plan.into(), choices: Choices::default() }
    }

    #[test]
    fn claps_own_checks_hold() {
        command().debug_assert();
    }

    #[test]
    fn a_path_alone_is_walked_and_nothing_at_all_is_home() {
        assert_eq!(task(""), Task::Home);
        assert_eq!(task("plan.md"), walk("plan.md"));
        assert_eq!(task("--ascii plan.md"), walk("plan.md"));
    }

    #[test]
    fn a_plan_called_like_a_command_stays_within_reach() {
        assert_eq!(task("sessions"), Task::Sessions { format: Format::Text });
        assert_eq!(task("./sessions"), walk("./sessions"));
        assert_eq!(task("walk sessions"), walk("sessions"));
        assert_eq!(task("-- sessions"), walk("sessions"));
    }

    #[test]
    fn globals_are_known_before_and_after_the_command() {
        for line in ["--db a.db --color never sessions", "sessions --db a.db --color=never"] {
            let Invocation { globals, task } = invocation(line);
            assert_eq!(globals.db, Some("a.db".into()), "{line}");
            assert_eq!(globals.color, ColorChoice::Never, "{line}");
            assert_eq!(task, Task::Sessions { format: Format::Text });
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert!(refusal("plan.md sessions").contains("plan.md stands before a command"));
        assert!(refusal("sessions --format xml").contains("xml"));
        assert!(refusal("--db").contains("--db"));
        assert!(refusal("walk").contains("<PLAN>"));
        assert!(refusal("plan check").contains("<FILE>"));
        assert!(refusal("-").contains("save it first"));
        assert!(refusal("walk -").contains("save it first"));
        assert!(refusal("plan").contains("requires a subcommand"));
    }

    #[test]
    fn a_dash_is_standard_input() {
        assert_eq!(task("plan show -"), Task::PlanShow { plan: Input::Stdin, format: PlanFormat::Text });
        let plans = vec![Input::File("a.md".into()), Input::Stdin];
        assert_eq!(task("plan check a.md -"), Task::PlanCheck { plans });
    }

    #[test]
    fn a_map_is_of_a_session_or_of_a_plan() {
        let map = |of| Task::Map { of, format: Format::Text };
        let word = |word: &str| map(MapOf::Word(word.to_owned()));
        assert_eq!(task("map"), word("latest"));
        assert_eq!(task("map 019ab5e2-00"), word("019ab5e2-00"));
        assert_eq!(task("map -"), map(MapOf::Plan(Input::Stdin)));
        for path in ["plan.md", "./latest", "plans/shop"] {
            assert_eq!(task(&format!("map {path}")), map(MapOf::Plan(Input::File(path.into()))));
        }
    }

    #[test]
    fn every_strategy_is_understood() {
        let order = |strategy| Task::PlanOrder { plan: Input::Stdin, strategy, format: Format::Text };
        assert_eq!(task("plan order -"), order(Strategy::AsWritten));
        for strategy in Strategy::ALL {
            assert_eq!(task(&format!("plan order - --strategy {strategy}")), order(strategy));
        }
        assert!(refusal("plan order - --strategy middle-out").contains("bottom-up"));
    }
}
