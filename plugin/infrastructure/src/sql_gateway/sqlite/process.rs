//! One process of a SQLite file: its lines, who holds them, and the end of it.
//!
//! A line that was hung up keeps its place, and its tenant's, until it is closed: one step of SQLite can take seconds. A process that does
//! not answer on another line meanwhile is stuck, and is killed.

use std::{
    io,
    os::unix::net::UnixStream as StdUnixStream,
    path::Path,
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iota_scripts_services::ports::SqlError;
use parking_lot::Mutex;
use rustix::net::{Shutdown, shutdown};
use tokio::{
    net::UnixStream,
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{failure::Failure, tenants::Turn},
    connection::{Connection, Idle},
    protocol::{self, Open, Opening, Outcome, Purpose, Request, Response, Unopened},
};
use crate::child::Child;

/// How long a process may take to open its files.
const OPENING: Duration = Duration::from_secs(15);
/// How long a process may take to end by itself.
const CLOSING: Duration = Duration::from_secs(4);
/// How long a process may take to close a line that was hung up, or else to answer on another.
const CANCEL_ACK_TIMEOUT: Duration = Duration::from_secs(3);

/// Why there is no process.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoProcess {
    #[error("it could not be started: {0}")]
    NotStarted(#[from] io::Error),
    /// It ended so before it said whether it can open its files.
    #[error("it does not do what it should: {0}; is it of the same build?")]
    Ended(String),
    #[error("the path is not UTF-8")]
    Path,
    #[error("the database did not answer in time")]
    Late,
    #[error("{}", .0.message)]
    Unopened(Unopened),
}

/// A process. Dropped, it ends.
#[derive(Debug)]
pub(super) struct Process {
    shared: Arc<Shared>,
    reading: Part,
    writing: Part,
    keeper: Mutex<Option<JoinHandle<()>>>,
    began: Instant,
    missing: Vec<String>,
    is_read_only: bool,
}

/// Lines of one kind: those that nobody holds, and how many there may be.
#[derive(Debug)]
struct Part {
    idle: Arc<Idle>,
    turns: Arc<Semaphore>,
}

#[derive(Debug)]
struct Shared {
    control: UnixStream,
    closing: CancellationToken,
    stuck: CancellationToken,
    /// A line has closed by itself.
    lost: CancellationToken,
    /// Nothing is asked any more.
    over: AtomicBool,
    /// How it ended.
    end: OnceLock<String>,
}

/// A line that somebody holds. Dropped, others may have it: as it is, or another in its place when it was left in the middle.
#[derive(Debug)]
pub(super) struct HeldConnection {
    connection: Option<Connection>,
    /// Something was asked that was not answered, or a transaction is open.
    pub(super) is_dirty: bool,
    idle: Arc<Idle>,
    shared: Arc<Shared>,
    /// Its place among the lines, and the tenant's among its own.
    places: Option<(OwnedSemaphorePermit, Option<Turn>)>,
}

impl NoProcess {
    /// The key of the configuration that names what cannot be opened; none when it is the program that fails.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::NotStarted(_) | Self::Ended(_) => None,
            Self::Path | Self::Late => Some("url"),
            Self::Unopened(unopened) => Some(&unopened.key),
        }
    }
}

impl Process {
    /// Starts the program and has it open the files.
    pub(super) async fn open(program: &Path, open: &Open, max_connections: u32) -> Result<Self, NoProcess> {
        let (mut child, socket) = Child::spawn(program).await?;
        let mut control = Connection::over(socket)?;
        let first = protocol::encode(open).ok_or(NoProcess::Path)?;
        let opened = match timeout(OPENING, control.request::<Opening>(first)).await {
            Ok(Some(Ok(opened))) => opened,
            Ok(Some(Err(unopened))) => return Err(NoProcess::Unopened(unopened)),
            Ok(None) => return Err(NoProcess::Ended(exit_reason(&mut child).await)),
            Err(_) => return Err(NoProcess::Late),
        };
        let shared = Arc::new(Shared {
            control: control.into_socket(),
            closing: CancellationToken::new(),
            stuck: CancellationToken::new(),
            lost: CancellationToken::new(),
            over: AtomicBool::new(false),
            end: OnceLock::new(),
        });
        let reading = Part::of(max_connections);
        // SQLite lets one write at a time, and has all others sleep and try again: then who came first may come last. So they wait here, in
        // their order; and one connection keeps what it has read of the file.
        let writing = Part::of(1);
        let idle = [Arc::clone(&reading.idle), Arc::clone(&writing.idle)];
        let keeper = tokio::spawn(keep(child, Arc::clone(&shared), idle));
        Ok(Self {
            shared,
            reading,
            writing,
            keeper: Mutex::new(Some(keeper)),
            began: Instant::now(),
            missing: opened.missing,
            is_read_only: opened.read_only,
        })
    }

    /// A line, for as long as it is held; waited for so long.
    pub(super) async fn connection(
        &self,
        purpose: Purpose,
        patience: Duration,
        tenant: Option<Turn>,
    ) -> Result<HeldConnection, SqlError> {
        let Part { idle, turns } = match purpose {
            Purpose::Read => &self.reading,
            Purpose::Write => &self.writing,
        };
        let turn = match Arc::clone(turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => match timeout(patience, Arc::clone(turns).acquire_owned()).await {
                Ok(Ok(turn)) => turn,
                // Nobody closes it.
                Ok(Err(_)) | Err(_) => return Err(SqlError::Busy),
            },
        };
        let connection = match idle.take() {
            Some(connection) => connection,
            None => self.shared.dial(purpose).map_err(|_| self.gone())?,
        };
        Ok(HeldConnection {
            connection: Some(connection),
            is_dirty: false,
            idle: Arc::clone(idle),
            shared: Arc::clone(&self.shared),
            places: Some((turn, tenant)),
        })
    }

    /// Whether the process has ended.
    pub(super) fn is_gone(&self) -> bool {
        self.shared.over.load(Ordering::Acquire)
    }

    /// What is missing of what the process closes around itself; a sentence each.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Whether the file could only be opened for reading.
    pub(super) const fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// How long ago the process opened its files.
    pub(super) fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// What whoever asks a process that has ended is told.
    pub(super) fn gone(&self) -> SqlError {
        self.shared.gone()
    }

    /// Ends the process, and waits for it.
    pub(super) async fn close(&self) {
        self.shared.closing.cancel();
        let keeper = self.keeper.lock().take();
        if let Some(keeper) = keeper {
            // It does not panic, and nobody aborts it.
            let _ = keeper.await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.shared.closing.cancel();
    }
}

impl Part {
    fn of(most: u32) -> Self {
        let turns = usize::try_from(most).unwrap_or(1).max(1);
        Self { idle: Arc::default(), turns: Arc::new(Semaphore::new(turns)) }
    }
}

impl Shared {
    fn dial(&self, purpose: Purpose) -> io::Result<Connection> {
        let (ours, theirs) = StdUnixStream::pair()?;
        protocol::send_connection(&self.control, purpose, &theirs)?;
        Connection::over(ours)
    }

    /// Whether the process answers on a line of its own.
    async fn answers(&self) -> bool {
        let Some(nothing) = protocol::encode(&Request::Rollback) else { return false };
        let Ok(mut connection) = self.dial(Purpose::Read) else { return false };
        matches!(timeout(CANCEL_ACK_TIMEOUT, connection.request::<Outcome>(nothing)).await, Ok(Some(_)))
    }

    fn gone(&self) -> SqlError {
        let end = self.end.get().map_or("it has just ended", String::as_str);
        SqlError::Unavailable(format!("the process of the SQLite file is gone: {end}"))
    }
}

impl HeldConnection {
    /// Asks, and waits for the answer. What this is dropped in the middle of is given up.
    pub(super) async fn request(&mut self, request: &Request) -> Result<Response, SqlError> {
        let Some(frame) = protocol::encode(request) else {
            return Err(SqlError::Refused("the statement and its values are too large".to_owned()));
        };
        let was_in_the_middle = self.is_dirty;
        self.is_dirty = true;
        let asked = match &mut self.connection {
            Some(connection) => connection.request::<Outcome>(frame).await,
            None => None,
        };
        let Some(outcome) = asked else {
            // It closes none while it lives.
            self.connection = None;
            self.shared.over.store(true, Ordering::Release);
            self.shared.lost.cancel();
            return Err(self.shared.gone());
        };
        self.is_dirty = was_in_the_middle;
        outcome.map_err(|failed| Failure::from(failed).told())
    }

    /// Whether the other side still answers.
    pub(super) const fn is_open(&self) -> bool {
        self.connection.is_some()
    }
}

impl Drop for HeldConnection {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.is_dirty {
            if !self.shared.over.load(Ordering::Acquire) {
                self.idle.put(connection);
            }
            return;
        }
        // Without a runtime it is closed, and nobody waits for what comes of it.
        let Ok(runtime) = Handle::try_current() else { return };
        let (shared, places) = (Arc::clone(&self.shared), self.places.take());
        runtime.spawn(async move {
            let mut closing = pin!(connection.close());
            while timeout(CANCEL_ACK_TIMEOUT, &mut closing).await.is_err() {
                if !shared.answers().await {
                    shared.stuck.cancel();
                    break;
                }
            }
            // Only now others may take them.
            drop(places);
        });
    }
}

/// Waits until the process ends, shall end, or is stuck; and then for its end.
async fn keep(mut child: Child, shared: Arc<Shared>, idle: [Arc<Idle>; 2]) {
    enum End {
        Gone,
        Stuck,
        Closing,
    }
    let end = tokio::select! {
        () = closed(&shared.control) => End::Gone,
        () = shared.lost.cancelled() => End::Gone,
        () = shared.stuck.cancelled() => End::Stuck,
        () = shared.closing.cancelled() => End::Closing,
    };
    // From here on whoever asks needs another process, though this one may take a while to go.
    shared.over.store(true, Ordering::Release);
    idle.iter().for_each(|idle| idle.clear());
    if matches!(end, End::Closing) {
        let _ = shutdown(&shared.control, Shutdown::Write);
        // It closes its end when it has closed its files.
        let _ = timeout(CLOSING, closed(&shared.control)).await;
    }
    let ended = exit_reason(&mut child).await;
    let why = match end {
        End::Gone => ended,
        End::Stuck => "it did not answer any more, and was killed".to_owned(),
        End::Closing => "it was stopped".to_owned(),
    };
    if !matches!(end, End::Closing) {
        tracing::error!(
            "the process of the host's SQLite file is gone ({why}); the next statement of a script starts it again"
        );
    }
    let _ = shared.end.set(why);
}

/// Ends when the other side has closed; it says nothing more.
async fn closed(control: &UnixStream) {
    loop {
        if control.readable().await.is_err() {
            return;
        }
        match control.try_read(&mut [0; 64]) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return,
            Ok(_) | Err(_) => {}
        }
    }
}

/// How a process ended, which is killed if it has not.
async fn exit_reason(child: &mut Child) -> String {
    child.end().await.map_or_else(|| "nobody knows how it ended".to_owned(), |status| status.to_string())
}
