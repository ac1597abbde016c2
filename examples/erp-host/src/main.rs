//! The program: reads the command line, builds the application and serves it until SIGINT or SIGTERM.
//!
//! A failure to start is reported in one line on standard error, with exit code 1.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use erp_host::app::{self, StartupError};
use erp_host::banner;
use erp_host::config::{Config, Options};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, the message cannot be reported.
            let _ = writeln!(std::io::stderr(), "erp-host: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), StartupError> {
    let shutdown = stop_signal().map_err(StartupError::Serve)?;
    let listener = app::listen(options.listen).await?;
    let app = app::build(&Config::from(options)).await?;
    let address = listener.local_addr().map_err(StartupError::Serve)?;
    // The banner is optional: a closed standard output does not stop the server.
    let _ = std::io::stdout().write_all(banner::text(options, address, &app).as_bytes());
    app.serve(listener, Duration::from_secs(options.idle_timeout.into()), shutdown).await;
    Ok(())
}

/// Completes at SIGINT or SIGTERM.
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
