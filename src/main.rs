//! The program: parse what was typed, run it, say what went wrong, exit with a documented code.

use std::process::ExitCode;

fn main() -> ExitCode {
    seamwalk::cli::run(std::env::args_os()).into()
}
