//! The command line face: understands what was typed, carries it out, says how it went.
//!
//! Knows the store and the formats, never the terminal's screens: [`walk`] starts those and is the only file here
//! that names them. Everything that reaches stdout or stderr goes through [`output`].

use std::env;
use std::ffi::OsString;
#[cfg(unix)]
use std::sync::Arc;

use crate::error::{Error, Exit};
use crate::paths::{self, Surroundings};

pub mod args;
pub mod asked;
pub mod choices;
pub mod compare;
pub mod describe;
pub mod doctor;
mod examples;
pub mod map;
pub mod order;
pub mod output;
pub mod page;
pub mod past;
pub mod plan;
pub mod report;
pub mod sessions;
pub mod show;
pub mod times;
pub mod trend;
pub mod values;
pub mod walk;

use args::{Instead, Invocation, Task};
use output::Output;

/// Understands `typed`, whose first element is the program's name, carries it out and says how it ended.
pub fn run(typed: impl IntoIterator<Item = OsString>) -> Exit {
    outlive_limits();
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let (output, ended) = match args::understand(typed) {
        Ok(invocation) => {
            let mut output = Output::new(&invocation.globals, no_color);
            let ended = carry_out(invocation, &mut output);
            (output, ended)
        }
        Err(Instead::Answer { plain, coloured }) => {
            let mut output = Output::new(&args::Globals::default(), no_color);
            let ended = output.answer(&plain, &coloured).map(|()| Exit::OK);
            (output, ended)
        }
        Err(Instead::Misunderstood(message)) => {
            let output = Output::new(&args::Globals::default(), no_color);
            (output, Err(Error::Said { message, exit: Exit::USAGE }))
        }
    };
    match ended {
        Ok(exit) => exit,
        Err(error) => {
            output.diagnose(&error);
            error.exit()
        }
    }
}

/// A write beyond the limit of a file's size becomes an error that is said, instead of a signal that kills.
#[cfg(unix)]
fn outlive_limits() {
    // Where it cannot be taken up the system decides, as it would have done anyway.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

#[cfg(not(unix))]
fn outlive_limits() {}

fn carry_out(invocation: Invocation, output: &mut Output) -> Result<Exit, Error> {
    let Invocation { globals, task } = invocation;
    let around = Surroundings::of_process();
    let database = || paths::database(globals.db.as_deref(), &around);
    match task {
        Task::Home => walk::open(walk::Walk::new(None, Default::default(), &globals, &around)?, output),
        Task::Walk { plan, choices } => {
            walk::open(walk::Walk::new(Some(plan), choices, &globals, &around)?, output)
        }
        Task::PlanShow { plan, format } => plan::show(&plan, format, output),
        Task::PlanCheck { plans } => plan::check(&plans, output),
        Task::PlanOrder { plan, strategy, format } => order::order(&plan, strategy, format, output),
        Task::Sessions { format } => sessions::list(&database()?, format, output),
        Task::Show { session, format } => show::show(&database()?, &session, format, output),
        Task::Compare { a, b, format } => compare::compare(&database()?, [&a, &b], format, output),
        Task::Report(report) => report::report(&database()?, &report, output),
        Task::Doctor { depth, format } => doctor::check(&database()?, depth, format, output),
        Task::Backup { to } => doctor::backup(&database()?, &to, output),
        Task::Recover { to } => doctor::recover(&database()?, &to, output),
        Task::Rescue { file } => doctor::rescue(&database()?, &file, output),
        Task::Map { of, format } => map::map(&of, database(), format, output),
        Task::Trend { of, format } => trend::trend(&of, database(), format, output),
        Task::Completions { shell } => output.generated(&describe::completions(shell)).map(|()| Exit::OK),
        Task::Man => output.generated(&describe::manual_page()).map(|()| Exit::OK),
    }
}
