//! One process of a SQLite file, and the line to it: asks and answers by number, and the end of it.
//!
//! An ask that is dropped is given up. A process that does not even confirm that is killed.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use iota_scripts_runtime::protocol::frame::MAX_FRAME;
use iota_scripts_services::ports::SqlError;
use parking_lot::Mutex;
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::failure::Failure,
    protocol::{self, Answer, Ask, Failed, FromProcess, Open, ToProcess, Unopened},
};
use crate::child::Child;

/// How long a process may take to open its files.
const OPENING: Duration = Duration::from_secs(15);
/// How long a process may take to end by itself.
const CLOSING: Duration = Duration::from_secs(4);
/// How long a process may take to confirm that something was given up.
const STUCK: Duration = Duration::from_secs(3);
/// KiB of asks that the process has not taken yet, beyond which the next one waits.
const ROOM: usize = 2 * MAX_FRAME / 1024;

/// Why there is no line.
#[derive(Debug)]
pub(super) enum NoLine {
    /// The program does not do what it should.
    Program(String),
    /// It cannot open a file; the key of the configuration, and why.
    File(String, String),
}

/// The line to a process. Dropped, it ends the process.
#[derive(Debug)]
pub(super) struct Line {
    shared: Arc<Shared>,
    queue: mpsc::UnboundedSender<Outgoing>,
    room: Arc<Semaphore>,
    numbers: AtomicU64,
    closing: CancellationToken,
    keeper: Mutex<Option<JoinHandle<()>>>,
    began: Instant,
    missing: Vec<String>,
    is_read_only: bool,
}

/// A frame on its way, with the room that it takes.
type Outgoing = (Vec<u8>, Option<OwnedSemaphorePermit>);

#[derive(Debug, Default)]
struct Shared {
    asks: Mutex<Asks>,
    given_up: Notify,
    /// Nothing is asked any more.
    over: AtomicBool,
    /// How it ended.
    end: OnceLock<String>,
}

#[derive(Debug, Default)]
struct Asks {
    open: HashMap<u64, Waiting>,
    over: bool,
}

#[derive(Debug)]
enum Waiting {
    ForAnswer(oneshot::Sender<Result<Answer, Failed>>),
    /// Nobody; since then.
    GivenUp(Instant),
}

/// An ask that waits for its answer. Dropped, it is given up.
struct Ticket<'l> {
    line: &'l Line,
    id: u64,
}

impl Line {
    /// Starts the program and has it open the files.
    pub(super) async fn open(program: &Path, open: &Open) -> Result<Self, NoLine> {
        let not_started = |error: std::io::Error| NoLine::Program(format!("it could not be started: {error}"));
        let (mut child, socket) = Child::spawn(program).await.map_err(not_started)?;
        let (reader, mut writer) = UnixStream::from_std(socket).map_err(not_started)?.into_split();
        let mut reader = BufReader::new(reader);
        let first = protocol::encode(&ToProcess::Open(open.clone()))
            .ok_or_else(|| NoLine::File("url".to_owned(), "the path is not UTF-8".to_owned()))?;
        let opened = timeout(OPENING, async {
            writer.write_all(&first).await.ok()?;
            protocol::next(&mut reader).await
        });
        let opened = match opened.await {
            Ok(Some(FromProcess::Opened(Ok(opened)))) => opened,
            Ok(Some(FromProcess::Opened(Err(Unopened { key, message })))) => return Err(NoLine::File(key, message)),
            Ok(Some(FromProcess::Answer { .. }) | None) => {
                let end = obituary(&mut child).await;
                return Err(NoLine::Program(format!("it does not do what it should: {end}; is it of the same build?")));
            }
            Err(_) => return Err(NoLine::File("url".to_owned(), "the database did not answer in time".to_owned())),
        };
        let (queue, queued) = mpsc::unbounded_channel();
        let (shared, closing) = (Arc::<Shared>::default(), CancellationToken::new());
        let keeper = tokio::spawn(keep(child, reader, writer, queued, Arc::clone(&shared), closing.clone()));
        Ok(Self {
            shared,
            queue,
            room: Arc::new(Semaphore::new(ROOM)),
            numbers: AtomicU64::new(0),
            closing,
            keeper: Mutex::new(Some(keeper)),
            began: Instant::now(),
            missing: opened.missing,
            is_read_only: opened.read_only,
        })
    }

    /// A number that this line has not had yet.
    pub(super) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Asks, and waits for the answer; none when the process has ended before it gave one.
    pub(super) async fn ask(&self, ask: Ask) -> Option<Result<Answer, SqlError>> {
        let id = self.number();
        let Some(frame) = protocol::encode(&ToProcess::Ask { id, ask }) else {
            return Some(Err(SqlError::Refused("the statement and its values are too large".to_owned())));
        };
        let kilobytes = u32::try_from(frame.len() / 1024 + 1).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(kilobytes).await.ok()?;
        let (answer, answered) = oneshot::channel();
        self.shared.asks.lock().add(id, answer)?;
        let _ticket = Ticket { line: self, id };
        let _ = self.queue.send((frame, Some(room)));
        let answer = answered.await.ok()?;
        Some(answer.map_err(|failed| Failure::from(failed).told()))
    }

    /// Has a transaction rolled back that nobody wants any more.
    pub(super) fn forget(&self, transaction: u64) {
        self.tell(&ToProcess::Forget { transaction });
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
        let end = self.shared.end.get().map_or("it has just ended", String::as_str);
        SqlError::Unavailable(format!("the process of the SQLite file is gone: {end}"))
    }

    /// Ends the process, and waits for it.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        let keeper = self.keeper.lock().take();
        if let Some(keeper) = keeper {
            // It does not panic, and nobody aborts it.
            let _ = keeper.await;
        }
    }

    fn tell(&self, message: &ToProcess) {
        if let Some(frame) = protocol::encode(message) {
            let _ = self.queue.send((frame, None));
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.line.shared.asks.lock().give_up(self.id) {
            self.line.tell(&ToProcess::GiveUp { id: self.id });
            self.line.shared.given_up.notify_one();
        }
    }
}

impl Asks {
    /// None when no answer will come any more.
    fn add(&mut self, id: u64, answer: oneshot::Sender<Result<Answer, Failed>>) -> Option<()> {
        if self.over {
            return None;
        }
        self.open.insert(id, Waiting::ForAnswer(answer));
        Some(())
    }

    fn answer(&mut self, id: u64, answer: Result<Answer, Failed>) {
        if let Some(Waiting::ForAnswer(waiting)) = self.open.remove(&id) {
            let _ = waiting.send(answer);
        }
    }

    /// Whether it was still open.
    fn give_up(&mut self, id: u64) -> bool {
        let Some(waiting) = self.open.get_mut(&id) else { return false };
        *waiting = Waiting::GivenUp(Instant::now());
        true
    }

    fn oldest_given_up(&self) -> Option<Instant> {
        let given_up = |waiting: &Waiting| match waiting {
            Waiting::ForAnswer(_) => None,
            Waiting::GivenUp(since) => Some(*since),
        };
        self.open.values().filter_map(given_up).min()
    }
}

/// Carries frames there and back until the process ends, shall end, or is stuck.
async fn keep(
    mut child: Child,
    mut reader: BufReader<OwnedReadHalf>,
    mut writer: OwnedWriteHalf,
    queued: mpsc::UnboundedReceiver<Outgoing>,
    shared: Arc<Shared>,
    closing: CancellationToken,
) {
    enum End {
        Gone,
        Stuck,
        Closing,
    }
    let end = tokio::select! {
        () = listen(&mut reader, &shared) => End::Gone,
        () = speak(&mut writer, queued) => End::Gone,
        () = watch(&shared) => End::Stuck,
        () = closing.cancelled() => End::Closing,
    };
    // From here on whoever asks needs another process, though this one may take a while to go.
    shared.asks.lock().over = true;
    shared.over.store(true, Ordering::Release);
    if matches!(end, End::Closing) {
        let _ = writer.shutdown().await;
        // It closes its end when it has closed its files.
        let _ = timeout(CLOSING, listen(&mut reader, &shared)).await;
    }
    drop((reader, writer));
    let ended = obituary(&mut child).await;
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
    shared.asks.lock().open.clear();
}

/// Ends when the process closes its end, or speaks nonsense.
async fn listen(reader: &mut BufReader<OwnedReadHalf>, shared: &Shared) {
    while let Some(FromProcess::Answer { id, answer }) = protocol::next(reader).await {
        shared.asks.lock().answer(id, answer);
    }
}

/// Ends when the process does not take a frame any more.
async fn speak(writer: &mut OwnedWriteHalf, mut queued: mpsc::UnboundedReceiver<Outgoing>) {
    while let Some((frame, _room)) = queued.recv().await {
        if writer.write_all(&frame).await.is_err() {
            return;
        }
    }
}

/// Ends when the process has not confirmed for too long that something was given up.
async fn watch(shared: &Shared) {
    loop {
        let oldest = shared.asks.lock().oldest_given_up();
        match oldest {
            None => shared.given_up.notified().await,
            Some(since) if since.elapsed() >= STUCK => return,
            Some(since) => sleep_until(since + STUCK).await,
        }
    }
}

/// How a process ended, which is killed if it has not.
async fn obituary(child: &mut Child) -> String {
    child.end().await.map_or_else(|| "nobody knows how it ended".to_owned(), |status| status.to_string())
}
