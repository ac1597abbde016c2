//! Passes the hash of the pages' bundle to the compiler; fails with a hint if the bundle has not been built.

use std::{fs, process::ExitCode};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=web/dist/build.txt");
    match fs::read_to_string("web/dist/build.txt") {
        Ok(build) => {
            println!("cargo::rustc-env=IOTA_SCRIPTS_WEB_BUILD={}", build.trim());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("cargo::error=the pages' bundle is not built (web/dist/build.txt: {error}): run `make web` first");
            ExitCode::FAILURE
        }
    }
}
