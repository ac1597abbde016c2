//! `iota-scripts-worker`: runs scripts for the plugin that started it, over the socket on its standard input.
//!
//! It is not meant to be started by hand and takes no options.

use std::{
    io::{self, Write},
    os::{fd::AsFd, unix::net::UnixStream},
    process::ExitCode,
};

use iota_scripts_runtime::{
    allocator::{self, CountingAllocator},
    exit,
    meter::ProcessMeter,
    sandbox::ThisKernel,
    worker,
};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::of_worker();

fn main() -> ExitCode {
    allocator::keep_one_pool();
    // A panic of the engine is reported as the fault of the run.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map_err(worker::WorkerError::System)
        .and_then(|socket| worker::run(UnixStream::from(socket), &ProcessMeter, &ThisKernel));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed.
            let _ = writeln!(io::stderr(), "iota-scripts-worker: {error}");
            ExitCode::from(u8::try_from(exit::PROTOCOL).unwrap_or(1))
        }
    }
}
