//! Manages one SQLite process: its connections and its end.
//!
//! A connection closed by its holder keeps its permits until the process has closed it too, because one step of SQLite can take seconds. If
//! the process meanwhile does not respond on another connection, it is stuck and is killed.

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
    super::{failure::Failure, tenants::TenantPermit},
    connection::{Connection, Idle},
    protocol::{self, Open, OpenError, OpenResult, Outcome, Purpose, Request, Response},
};
use crate::child::Child;

/// Maximum time to open the files.
const OPENING: Duration = Duration::from_secs(15);
/// Maximum time for an orderly exit.
const CLOSING: Duration = Duration::from_secs(4);
/// Maximum time to close a cancelled connection, or else to respond on another.
const CANCEL_ACK_TIMEOUT: Duration = Duration::from_secs(3);

/// Why the process could not be started.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error("it could not be started: {0}")]
    NotStarted(#[from] io::Error),
    /// The process exited before it reported whether it can open its files.
    #[error("it ended at once ({0}); check that it is from the same build as the library")]
    Ended(String),
    #[error("the path is not UTF-8")]
    Path,
    #[error("the database did not answer in time")]
    Late,
    #[error("{}", .0.message)]
    OpenError(OpenError),
}

/// A running process. It is stopped on drop.
#[derive(Debug)]
pub(super) struct Process {
    shared: Arc<Shared>,
    readers: ConnectionPool,
    writers: ConnectionPool,
    monitor: Mutex<Option<JoinHandle<()>>>,
    began: Instant,
    missing: Vec<String>,
    is_read_only: bool,
}

/// Connections of one kind: the idle ones, and permits for their maximum number.
#[derive(Debug)]
struct ConnectionPool {
    idle: Arc<Idle>,
    permits: Arc<Semaphore>,
}

#[derive(Debug)]
struct Shared {
    control: UnixStream,
    closing: CancellationToken,
    stuck: CancellationToken,
    /// The process has closed a connection.
    lost: CancellationToken,
    /// No more requests are sent.
    is_over: AtomicBool,
    /// How the process ended.
    end: OnceLock<String>,
}

/// A connection in use. On drop it returns to the pool, or is closed if a request or transaction was left unfinished.
#[derive(Debug)]
pub(super) struct HeldConnection {
    connection: Option<Connection>,
    /// A request was not answered, or a transaction is open.
    pub(super) is_dirty: bool,
    idle: Arc<Idle>,
    shared: Arc<Shared>,
    /// The permits for the connection: of the pool and of the tenant.
    permits_held: Option<(OwnedSemaphorePermit, Option<TenantPermit>)>,
}

impl StartError {
    /// Returns the configuration key of the file that cannot be opened; `None` if the program itself fails.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::NotStarted(_) | Self::Ended(_) => None,
            Self::Path | Self::Late => Some("url"),
            Self::OpenError(unopened) => Some(&unopened.key),
        }
    }
}

impl Process {
    /// Starts the program, which opens the files.
    pub(super) async fn open(program: &Path, open: &Open, max_connections: u32) -> Result<Self, StartError> {
        let (mut child, socket) = Child::spawn(program).await?;
        let mut control = Connection::over(socket)?;
        let first = protocol::encode(open).ok_or(StartError::Path)?;
        let opened = match timeout(OPENING, control.request::<OpenResult>(first)).await {
            Ok(Some(Ok(opened))) => opened,
            Ok(Some(Err(unopened))) => return Err(StartError::OpenError(unopened)),
            Ok(None) => return Err(StartError::Ended(exit_reason(&mut child).await)),
            Err(_) => return Err(StartError::Late),
        };
        let shared = Arc::new(Shared {
            control: control.into_socket(),
            closing: CancellationToken::new(),
            stuck: CancellationToken::new(),
            lost: CancellationToken::new(),
            is_over: AtomicBool::new(false),
            end: OnceLock::new(),
        });
        let readers = ConnectionPool::of(max_connections);
        // SQLite allows one writer at a time and lets the others poll, so they could starve. Writers therefore queue here in order, on a
        // single connection, which also keeps its page cache.
        let writers = ConnectionPool::of(1);
        let idle = [Arc::clone(&readers.idle), Arc::clone(&writers.idle)];
        let monitor = tokio::spawn(monitor_process(child, Arc::clone(&shared), idle));
        Ok(Self {
            shared,
            readers,
            writers,
            monitor: Mutex::new(Some(monitor)),
            began: Instant::now(),
            missing: opened.missing,
            is_read_only: opened.read_only,
        })
    }

    /// Returns a connection, waiting up to `patience` for a free one.
    pub(super) async fn connection(
        &self,
        purpose: Purpose,
        patience: Duration,
        tenant: Option<TenantPermit>,
    ) -> Result<HeldConnection, SqlError> {
        let ConnectionPool { idle, permits } = match purpose {
            Purpose::Read => &self.readers,
            Purpose::Write => &self.writers,
        };
        let permit = match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => match timeout(patience, Arc::clone(permits).acquire_owned()).await {
                Ok(Ok(permit)) => permit,
                // The semaphore is never closed.
                Ok(Err(_)) | Err(_) => return Err(SqlError::Busy),
            },
        };
        let connection = match idle.take() {
            Some(connection) => connection,
            None => self.shared.connect(purpose).map_err(|_| self.gone())?,
        };
        Ok(HeldConnection {
            connection: Some(connection),
            is_dirty: false,
            idle: Arc::clone(idle),
            shared: Arc::clone(&self.shared),
            permits_held: Some((permit, tenant)),
        })
    }

    /// Whether the process has ended.
    pub(super) fn is_gone(&self) -> bool {
        self.shared.is_over.load(Ordering::Acquire)
    }

    /// Sandbox layers that are not in force, one sentence each.
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

    /// Error for requests after the process has ended.
    pub(super) fn gone(&self) -> SqlError {
        self.shared.gone()
    }

    /// Stops the process and waits until it has exited.
    pub(super) async fn close(&self) {
        self.shared.closing.cancel();
        let monitor = self.monitor.lock().take();
        if let Some(monitor) = monitor {
            // The task does not panic and is never aborted.
            let _ = monitor.await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.shared.closing.cancel();
    }
}

impl ConnectionPool {
    fn of(most: u32) -> Self {
        let permits = usize::try_from(most).unwrap_or(1).max(1);
        Self { idle: Arc::default(), permits: Arc::new(Semaphore::new(permits)) }
    }
}

impl Shared {
    fn connect(&self, purpose: Purpose) -> io::Result<Connection> {
        let (ours, theirs) = StdUnixStream::pair()?;
        protocol::send_connection(&self.control, purpose, &theirs)?;
        Connection::over(ours)
    }

    /// Whether the process responds on a new connection.
    async fn answers(&self) -> bool {
        let Some(nothing) = protocol::encode(&Request::Rollback) else { return false };
        let Ok(mut connection) = self.connect(Purpose::Read) else { return false };
        matches!(timeout(CANCEL_ACK_TIMEOUT, connection.request::<Outcome>(nothing)).await, Ok(Some(_)))
    }

    fn gone(&self) -> SqlError {
        let end = self.end.get().map_or("it has just exited", String::as_str);
        SqlError::Unavailable(format!("the SQLite process is gone: {end}"))
    }
}

impl HeldConnection {
    /// Sends a request and waits for the response. If this future is dropped, the request is cancelled.
    pub(super) async fn request(&mut self, request: &Request) -> Result<Response, SqlError> {
        let Some(frame) = protocol::encode(request) else {
            return Err(SqlError::Refused("the statement and its values are too large for one message".to_owned()));
        };
        let was_dirty = self.is_dirty;
        self.is_dirty = true;
        let asked = match &mut self.connection {
            Some(connection) => connection.request::<Outcome>(frame).await,
            None => None,
        };
        let Some(outcome) = asked else {
            // A running process never closes a connection first.
            self.connection = None;
            self.shared.is_over.store(true, Ordering::Release);
            self.shared.lost.cancel();
            return Err(self.shared.gone());
        };
        self.is_dirty = was_dirty;
        outcome.map_err(|failed| Failure::from(failed).logged())
    }

    /// Whether the connection is still open.
    pub(super) const fn is_open(&self) -> bool {
        self.connection.is_some()
    }
}

impl Drop for HeldConnection {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.is_dirty {
            if !self.shared.is_over.load(Ordering::Acquire) {
                self.idle.put(connection);
            }
            return;
        }
        // Without a runtime the connection is closed without waiting for the process.
        let Ok(runtime) = Handle::try_current() else { return };
        let (shared, permits_held) = (Arc::clone(&self.shared), self.permits_held.take());
        runtime.spawn(async move {
            let mut closing = pin!(connection.close());
            while timeout(CANCEL_ACK_TIMEOUT, &mut closing).await.is_err() {
                if !shared.answers().await {
                    shared.stuck.cancel();
                    break;
                }
            }
            // The permits are released only now.
            drop(permits_held);
        });
    }
}

/// Waits until the process exits, is to be stopped, or is stuck, and then until it has exited.
async fn monitor_process(mut child: Child, shared: Arc<Shared>, idle: [Arc<Idle>; 2]) {
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
    // From here on new requests need another process, although this one may take a while to exit.
    shared.is_over.store(true, Ordering::Release);
    idle.iter().for_each(|idle| idle.clear());
    if matches!(end, End::Closing) {
        let _ = shutdown(&shared.control, Shutdown::Write);
        // The process closes its end after closing its files.
        let _ = timeout(CLOSING, closed(&shared.control)).await;
    }
    let ended = exit_reason(&mut child).await;
    let why = match end {
        End::Gone => ended,
        End::Stuck => "it stopped responding and was killed".to_owned(),
        End::Closing => "it was stopped".to_owned(),
    };
    if !matches!(end, End::Closing) {
        tracing::error!("the SQLite process is gone ({why}); the next script statement restarts it");
    }
    let _ = shared.end.set(why);
}

/// Waits until the process has closed the control socket, on which it sends nothing more.
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

/// Returns how the process ended, killing it first if it is still running.
async fn exit_reason(child: &mut Child) -> String {
    child.end().await.map_or_else(|| "exit status unknown".to_owned(), |status| status.to_string())
}
