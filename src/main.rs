//! The program: parse what was typed, run it, say what went wrong, exit with a documented code.

fn main() {}
