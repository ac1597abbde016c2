//! Distributes tests to processes, one after the other, and kills processes that do not answer.

use std::{
    collections::BTreeMap,
    env, fmt,
    io::{BufRead as _, BufReader, Write as _, stderr},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Time limit of a test.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Address space limit of a process, so that a test cannot exhaust the machine's memory.
const MEMORY_BYTES: u64 = 4 << 30;
/// Tests between two lines of progress.
const PROGRESS: usize = 1_000;

/// The result of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// As the suite expects, in all modes.
    Passed,
    /// Otherwise, with the reason.
    Failed(String),
}

impl Outcome {
    pub(super) const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// Runs all tests in the given number of concurrent processes.
pub(super) fn run(suite: &Path, tests: &[String], jobs: usize) -> anyhow::Result<BTreeMap<String, Outcome>> {
    let next = AtomicUsize::new(0);
    let parts: Vec<anyhow::Result<Vec<(String, Outcome)>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(|| work(suite, tests, &next))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked")))).collect()
    });
    let mut outcomes = BTreeMap::new();
    for part in parts {
        outcomes.extend(part?);
    }
    Ok(outcomes)
}

fn work(suite: &Path, tests: &[String], next: &AtomicUsize) -> anyhow::Result<Vec<(String, Outcome)>> {
    let mut outcomes = Vec::new();
    let mut process = None;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(test) = tests.get(number) else { return Ok(outcomes) };
        if number > 0 && number.is_multiple_of(PROGRESS) {
            writeln!(stderr(), "{number} of {}", tests.len())?;
        }
        let running = match process.take() {
            Some(running) => running,
            None => Process::start(suite)?,
        };
        let (outcome, left) = running.ask(test);
        process = left;
        outcomes.push((test.clone(), outcome));
    }
}

struct Process {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<String>,
}

impl Process {
    fn start(suite: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("--child").arg(suite).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let questions = child.stdin.take().context("a child without an input")?;
        let output = child.stdout.take().context("a child without an output")?;
        let (told, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, questions, answers })
    }

    /// The process is gone if the test crashed it.
    fn ask(mut self, test: &str) -> (Outcome, Option<Self>) {
        let asked = writeln!(self.questions, "{test}").and_then(|()| self.questions.flush());
        let answer = asked.map_or(Err(RecvTimeoutError::Disconnected), |()| self.answers.recv_timeout(TIMEOUT));
        match answer {
            Ok(line) if line == "passed" => (Outcome::Passed, Some(self)),
            Ok(line) => (Outcome::Failed(line.trim_start_matches("failed ").to_owned()), Some(self)),
            Err(RecvTimeoutError::Timeout) => (Outcome::Failed("it does not end".to_owned()), None),
            Err(RecvTimeoutError::Disconnected) => (Outcome::Failed("it takes the process down".to_owned()), None),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, or is abandoned.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sets the limits of this process.
pub(super) fn limit_resources() -> anyhow::Result<()> {
    let limit = Rlimit { current: Some(MEMORY_BYTES), maximum: Some(MEMORY_BYTES) };
    setrlimit(Resource::As, limit).context("the memory of the process cannot be bounded")
}
