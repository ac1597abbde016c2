//! `validate`: checks a library against the contract.
//!
//! Each check runs in a child process with a time limit, so that a crash or a hang is a failed check and not the end of
//! the run. The checks themselves are in `validate/`.

mod documents;
mod file;
mod life;
mod messages;
mod runs;
mod session;
mod threads;

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};

use super::{Verdict, output};

/// Time limit of one check.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The library to check, and a temporary folder.
struct Subject {
    library: PathBuf,
    folder: PathBuf,
}

struct Check {
    sentence: &'static str,
    test: fn(&Subject) -> anyhow::Result<()>,
}

/// Returns all checks; those that others depend on come first.
fn checks() -> Vec<Check> {
    [file::CHECKS, documents::CHECKS, life::CHECKS, messages::CHECKS, threads::CHECKS, runs::CHECKS]
        .into_iter()
        .flatten()
        .map(|&(sentence, test)| Check { sentence, test })
        .collect()
}

type Entry = (&'static str, fn(&Subject) -> anyhow::Result<()>);

pub(crate) fn all(library: &Path) -> anyhow::Result<Verdict> {
    let library = std::path::absolute(library)?;
    anyhow::ensure!(library.exists(), "{}: no such file", library.display());
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let (mut good, mut bad) = (0, 0);
    for (index, check) in checks().iter().enumerate() {
        let folder = scratch.path().join(index.to_string());
        std::fs::create_dir(&folder)?;
        match apart(index, &library, &folder) {
            Ok(()) => {
                good += 1;
                output::line(&format!("✓ {}", check.sentence));
            }
            Err(reason) => {
                bad += 1;
                output::line(&format!("✗ {}\n    {reason:#}", check.sentence));
            }
        }
        // If the library does not load, every other check would report the same error.
        if bad > 0 && index + 1 == file::CHECKS.len() {
            break;
        }
    }
    let all = checks().len();
    output::line(&format!("{good} of {all} checks passed, {bad} failed, {} not made", all - good - bad));
    Ok(if bad == 0 { Verdict::Good } else { Verdict::Bad })
}

/// Runs one check in this process; the reason of a failure goes to standard output, where the parent reads it.
pub(crate) fn one(check: &str, library: PathBuf, folder: PathBuf) -> anyhow::Result<Verdict> {
    let checks = checks();
    let check = check.parse::<usize>().ok().and_then(|index| checks.get(index)).context("no such check")?;
    match (check.test)(&Subject { library, folder }) {
        Ok(()) => Ok(Verdict::Good),
        Err(reason) => {
            output::line(&format!("{reason:#}"));
            Ok(Verdict::Bad)
        }
    }
}

fn apart(index: usize, library: &Path, folder: &Path) -> anyhow::Result<()> {
    let reason_file = folder.join("reason");
    let child = Command::new(std::env::current_exe()?)
        .arg("validate-one")
        .arg(index.to_string())
        .arg(library)
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&reason_file)?)
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start the check")?;
    let ended = wait(child)?;
    let reason = std::fs::read_to_string(&reason_file).unwrap_or_default();
    match (ended, ended.and_then(|status| status.signal())) {
        (Some(status), _) if status.success() => Ok(()),
        (None, _) => Err(anyhow!("it did not end within {} s", TIME_LIMIT.as_secs())),
        (_, Some(signal)) => Err(anyhow!("the process crashed with signal {signal}{}", signal_name(signal))),
        (Some(status), None) if reason.trim().is_empty() => Err(anyhow!("the process ended with {status}")),
        _ => Err(anyhow!("{}", reason.trim())),
    }
}

/// Returns the child's exit status, or `None` if it had to be killed.
fn wait(mut child: Child) -> anyhow::Result<Option<ExitStatus>> {
    let limit = Instant::now() + TIME_LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

const fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        13 => " (SIGPIPE)",
        _ => "",
    }
}
