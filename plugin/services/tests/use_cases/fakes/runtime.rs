//! A runtime without an engine: every run follows the test's script.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{Fault, FaultCode, JsonText, Limits, LogLevel, LogLine, TenantId, Timestamp};
use iota_scripts_services::ports::{
    CallError, Check, Checked, Diagnostic, Exported, HostCall, HostError, Import, ImportedName, Job, Measured, RunIo,
    RunReport, Runtime, RuntimeStatus, ServiceSignature, Severity,
};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::Journal;

/// The behaviour of a run.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// Ends with this value.
    Value(Value),
    /// Ends with this fault.
    Fault(FaultCode),
    /// Writes these lines and ends.
    Log(&'static [&'static str]),
    /// Waits until it is cancelled, or released by the test.
    Wait,
    /// Like `Wait`, and reports that it waits for host calls.
    WaitOutside,
    /// Waits until it is released, then makes these calls.
    CallsWhenReleased(Vec<(&'static str, Value)>),
    /// Panics, which no runtime may do.
    Panic,
    /// Makes these calls one after another; keeps the answers for the test.
    Calls(Vec<(&'static str, Value)>),
}

pub(crate) struct FakeRuntime {
    journal: Journal,
    play: Mutex<Play>,
    release: Notify,
    jobs: Mutex<Vec<Job>>,
    answers: Mutex<Vec<Result<Value, HostError>>>,
    no_answer: Mutex<Option<FaultCode>>,
    /// The number of started checks, and permits for their ends; `None` if no permits are needed.
    checks: watch::Sender<usize>,
    held: Mutex<Option<Arc<Semaphore>>>,
}

impl FakeRuntime {
    pub(crate) fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            play: Mutex::new(Play::Value(Value::Null)),
            release: Notify::new(),
            jobs: Mutex::default(),
            answers: Mutex::default(),
            no_answer: Mutex::default(),
            checks: watch::Sender::new(0),
            held: Mutex::default(),
        }
    }

    pub(crate) fn play(&self, play: Play) {
        *self.play.lock() = play;
    }

    /// Lets one waiting run succeed.
    pub(crate) fn release(&self) {
        self.release.notify_one();
    }

    /// From now on, every check fails with this code.
    pub(crate) fn check_nothing(&self, code: FaultCode) {
        *self.no_answer.lock() = Some(code);
    }

    /// From now on, a check ends only with one of these permits.
    pub(crate) fn hold_checks(&self) -> Arc<Semaphore> {
        let held = Arc::new(Semaphore::new(0));
        *self.held.lock() = Some(Arc::clone(&held));
        held
    }

    /// Subscribes to the number of started checks.
    pub(crate) fn checks(&self) -> watch::Receiver<usize> {
        self.checks.subscribe()
    }

    pub(crate) fn jobs(&self) -> Vec<Job> {
        self.jobs.lock().clone()
    }

    /// Returns the results of calls since the last call.
    pub(crate) fn take_answers(&self) -> Vec<Result<Value, HostError>> {
        std::mem::take(&mut self.answers.lock())
    }

    async fn perform(&self, io: &dyn RunIo, calls: Vec<(&'static str, Value)>) -> Result<JsonText, Fault> {
        for (method, args) in calls {
            let call = HostCall { method: method.to_owned(), args: JsonText::from(&args) };
            let answer = match io.call(call).await {
                Ok(value) => Ok(value.to_value()),
                Err(CallError::Refused(error)) => Err(error),
                Err(CallError::Fatal(fault)) => return Err(fault),
            };
            self.answers.lock().push(answer);
        }
        Ok(JsonText::null())
    }

    async fn wait(&self, cancel: &CancellationToken) -> Result<JsonText, Fault> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Fault::new(FaultCode::Cancelled, "the run was cancelled")),
            () = self.release.notified() => Ok(JsonText::null()),
        }
    }
}

#[async_trait]
impl Runtime for FakeRuntime {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        self.journal.note("ran");
        self.jobs.lock().push(job);
        let play = self.play.lock().clone();
        let outcome = match play {
            Play::Value(value) => Ok(JsonText::from(&value)),
            Play::Fault(code) => Err(Fault::new(code, "as the test configured")),
            Play::Log(messages) => {
                messages.iter().for_each(|message| io.log(line(message)));
                Ok(JsonText::null())
            }
            Play::Wait => self.wait(&cancel).await,
            Play::WaitOutside => {
                io.waits();
                self.wait(&cancel).await
            }
            Play::CallsWhenReleased(calls) => match self.wait(&cancel).await {
                Ok(_) => self.perform(io.as_ref(), calls).await,
                cancelled => cancelled,
            },
            Play::Panic => panic!("as the test configured"),
            Play::Calls(calls) => self.perform(io.as_ref(), calls).await,
        };
        RunReport { outcome, usage: Measured { wall_us: 1_500, cpu_us: Some(1_000_000), ..Measured::default() } }
    }

    async fn check(&self, _: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault> {
        self.checks.send_modify(|begun| *begun += 1);
        let held = self.held.lock().clone();
        if let Some(held) = held {
            held.acquire().await.expect("open").forget();
        }
        if let Some(code) = *self.no_answer.lock() {
            return Err(Fault::new(code, "as the test configured"));
        }
        let code = match check.source.as_str() {
            source if source.contains("let = ;") => FaultCode::CompileError,
            source if source.matches('(').count() as u64 > limits.nesting => FaultCode::SourceTooNested,
            _ => {
                // One import or export per line, and nothing else on it.
                let imports = (1..).zip(check.source.lines()).filter_map(|(line, text)| import(line, text)).collect();
                let exports = check.source.lines().filter_map(|text| text.strip_prefix("export "));
                let (all_of, names): (Vec<_>, Vec<_>) = exports.map(str::to_owned).partition(|name| name.contains(':'));
                return Ok(Checked { found: Vec::new(), imports, exports: Exported { names, all_of } });
            }
        };
        let found = vec![Diagnostic {
            severity: Severity::Error,
            code: code.as_str().to_owned(),
            message: "as the test configured".to_owned(),
            line: Some(2),
            column: Some(5),
            end_line: None,
            end_column: None,
            source_line: None,
        }];
        Ok(Checked { found, ..Checked::default() })
    }

    fn bind(&self, _: Arc<[ServiceSignature]>) {}

    fn status(&self) -> RuntimeStatus {
        RuntimeStatus::default()
    }

    async fn stop(&self) {}
}

/// `import 'lib:tax'`, or with names `import vat,rate from 'lib:tax'`; `export lib:tax` re-exports everything.
fn import(line: u32, text: &str) -> Option<Import> {
    if let Some(specifier) = text.strip_prefix("export ").filter(|name| name.contains(':')) {
        return Some(Import { specifier: specifier.to_owned(), line, column: 8, names: Vec::new() });
    }
    let (names, specifier) = text.strip_prefix("import ")?.strip_suffix('\'')?.split_once('\'')?;
    let names = names.strip_suffix(" from ").map(|names| names.split(',')).into_iter().flatten();
    let names = names.map(|name| ImportedName { name: name.to_owned(), line, column: 8 }).collect();
    Some(Import { specifier: specifier.to_owned(), line, column: 8, names })
}

fn line(message: &str) -> LogLine {
    LogLine { at: Timestamp::from_micros(0), level: LogLevel::Log, message: message.to_owned(), data: None }
}
