//! One worker and the conversation with it: start, bind, load, run, check.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use iota_scripts_domain::{Fault, JsonText, Limits, TenantId};
use iota_scripts_runtime::{
    protocol::{self, Call, FromWorker, Hello, Load, Reply, ToWorker},
    sandbox,
};
use iota_scripts_services::ports::{CallError, Diagnostic, HostCall, Job, Measured, RunIo, RunReport};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{Isolation, PoolConfig, link::Link, process::ProcessLink, seats::Seat, thread::ThreadLink, wire};

/// How long a new worker may take until it is ready.
const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// A worker that is ready for a run of its tenant.
#[derive(Debug)]
pub(super) struct Worker {
    link: Link,
    tenant: TenantId,
    seat: Option<Seat>,
    loaded: HashSet<String>,
    bound: u64,
    runs: u64,
}

/// What became of the worker in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It can run the next one.
    Healthy,
    /// It must be replaced, as planned.
    Spent,
    /// It died or had to be killed.
    Died,
}

impl Worker {
    /// Starts a worker on a seat.
    pub(super) async fn start(config: &PoolConfig, tenant: TenantId, seat: Seat) -> Result<Self, Fault> {
        let mut link = match &config.isolation {
            Isolation::Worker { program } => Link::Process(ProcessLink::spawn(program).await?),
            Isolation::InProcess => Link::Thread(ThreadLink::spawn()?),
        };
        seat.count_start();
        let address_space_bytes = Some(sandbox::IDLE_ADDRESS_SPACE + config.max_memory_bytes);
        link.send(ToWorker::Hello(Hello { protocol: protocol::PROTOCOL, address_space_bytes })).await?;
        match timeout(READY_TIMEOUT, link.receive()).await {
            Ok(Some(FromWorker::Ready(ready))) if ready.protocol == protocol::PROTOCOL => {
                Ok(Self { link, tenant, seat: Some(seat), loaded: HashSet::new(), bound: 0, runs: 0 })
            }
            Ok(Some(FromWorker::Ready(ready))) => Err(wire::died(&format!(
                "the worker program speaks protocol {}, this library {}: they are of different builds",
                ready.protocol,
                protocol::PROTOCOL
            ))),
            Ok(Some(_)) => Err(wire::died("the worker program did not say that it is ready")),
            Ok(None) => Err(link.obituary(&protocol::Limits::default()).await),
            Err(_) => Err(wire::died("the worker was not ready in time")),
        }
    }

    pub(super) const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Runs so far.
    pub(super) const fn runs(&self) -> u64 {
        self.runs
    }

    /// Ends the worker and hands its seat on.
    pub(super) fn leave_seat(mut self) -> Option<Seat> {
        self.seat.take()
    }

    /// Ends the worker; its seat becomes free.
    pub(super) fn retire(self) {
        drop(self);
    }

    /// Tells the worker what services there are, if it does not know yet.
    pub(super) async fn bind(&mut self, number: u64, services: &Arc<[protocol::ServiceSignature]>) {
        if self.bound != number && self.link.send(ToWorker::Bind(Arc::clone(services))).await.is_ok() {
            self.bound = number;
        }
    }

    /// Runs one job to its end, its deadline, or its cancellation.
    pub(super) async fn run(
        &mut self,
        job: Job,
        io: Arc<dyn RunIo>,
        cancel: &CancellationToken,
        stopping: &CancellationToken,
    ) -> (RunReport, Ending) {
        self.runs += 1;
        let deadline = Instant::now() + Duration::from_millis(job.limits.wall_ms);
        if let Err(fault) = self.begin(&job).await {
            return (failed(fault), Ending::Healthy);
        }
        let mut calls = FuturesUnordered::new();
        let mut log = wire::LogClock::start();
        let fault = loop {
            let message = tokio::select! {
                biased;
                message = self.link.receive() => message,
                Some((call, result)) = calls.next(), if !calls.is_empty() => {
                    match self.reply(call, result).await {
                        Ok(()) => continue,
                        Err(fault) => break fault,
                    }
                }
                () = sleep_until(deadline) => break wire::timed_out(job.limits.wall_ms),
                () = cancel.cancelled() => break wire::cancelled(),
                () = stopping.cancelled() => break wire::stopping(),
            };
            match message {
                Some(FromWorker::Log(line)) => io.log(log.line(line)),
                Some(FromWorker::Call(call)) => calls.push(answer(Arc::clone(&io), call)),
                Some(FromWorker::Missing { key }) => {
                    self.loaded.remove(&key);
                    if let Err(fault) = self.begin(&job).await {
                        break fault;
                    }
                }
                Some(FromWorker::Done(done)) => {
                    let ending = if done.spoiled { Ending::Spent } else { Ending::Healthy };
                    return (wire::report(*done), ending);
                }
                Some(FromWorker::Ready(_) | FromWorker::Checked(_)) => {
                    break wire::died("the worker said something that makes no sense during a run");
                }
                None => {
                    let fault = self.link.obituary(&wire::limits(&job.limits)).await;
                    return (failed_with(fault, &log), Ending::Died);
                }
            }
        };
        self.link.kill();
        (failed_with(fault, &log), Ending::Died)
    }

    /// Compiles a source.
    pub(super) async fn check(
        &mut self,
        source: &str,
        limits: &Limits,
        patience: Duration,
    ) -> (Result<Vec<Diagnostic>, Fault>, Ending) {
        let check = protocol::Check { source: source.to_owned(), limits: wire::limits(limits) };
        if let Err(fault) = self.link.send(ToWorker::Check(check)).await {
            return (Err(fault), Ending::Healthy);
        }
        let fault = match timeout(patience, self.link.receive()).await {
            Ok(Some(FromWorker::Checked(found))) => {
                return (Ok(found.into_iter().map(wire::diagnostic).collect()), Ending::Healthy);
            }
            Ok(Some(_)) => wire::died("the worker did not answer what it was asked"),
            Ok(None) => self.link.obituary(&protocol::Limits::default()).await,
            Err(_) => wire::timed_out(u64::try_from(patience.as_millis()).unwrap_or(u64::MAX)),
        };
        self.link.kill();
        (Err(fault), Ending::Died)
    }

    /// Sees to it that the worker has the source, then hands it the job.
    async fn begin(&mut self, job: &Job) -> Result<(), Fault> {
        let key = wire::key(job);
        if !self.loaded.contains(&key) {
            let name = job.script.name.to_string();
            let load = Load { key: key.clone(), name, source: job.source.to_string() };
            self.link.send(ToWorker::Load(load)).await?;
            self.loaded.insert(key);
        }
        self.link.send(ToWorker::Run(wire::job(job))).await
    }

    /// Hands the script the result of its call; one that does not fit a frame becomes an error.
    async fn reply(&mut self, call: u64, result: Result<JsonText, CallError>) -> Result<(), Fault> {
        let result = wire::answer(result)?;
        let Err(fault) = self.link.send(ToWorker::Reply(Reply { call, result })).await else { return Ok(()) };
        let result = Err(wire::too_large(fault));
        self.link.send(ToWorker::Reply(Reply { call, result })).await
    }
}

/// Performs one call of the script.
async fn answer(io: Arc<dyn RunIo>, call: Call) -> (u64, Result<JsonText, CallError>) {
    let asked = HostCall { method: call.method, args: call.args.into() };
    (call.call, io.call(asked).await)
}

fn failed(fault: Fault) -> RunReport {
    RunReport { outcome: Err(fault), usage: Measured::default() }
}

/// The report of a run whose worker can no longer tell what it used.
fn failed_with(fault: Fault, log: &wire::LogClock) -> RunReport {
    RunReport { outcome: Err(fault), usage: log.measured() }
}
