//! The command `iota-scripts`: check a library, look into it, run a script file in it.
//!
//! Exit codes: 0 done, 1 the script or a check failed, 2 wrong use or environment.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
