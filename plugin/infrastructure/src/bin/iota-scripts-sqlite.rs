//! `iota-scripts-sqlite`: opens the host's SQLite file for the plugin that started it and runs its requests, which arrive over the socket
//! on standard input.
//!
//! It is not meant to be started by hand and takes no options.

use std::{
    io::{self, Write as _},
    os::{fd::AsFd as _, unix::net::UnixStream},
    process::ExitCode,
};

use iota_scripts_infrastructure::sql_gateway::sqlite::{ServeError, serve};

fn main() -> ExitCode {
    let outcome = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map_err(ServeError::System)
        .and_then(|socket| serve(UnixStream::from(socket)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The reader of standard error may be gone.
            let _ = writeln!(io::stderr(), "iota-scripts-sqlite: {error}");
            ExitCode::FAILURE
        }
    }
}
