//! The process of a SQLite file: does what it is told over its socket, many things side by side, until the socket closes.
//!
//! Then it ends what is under way, which SQLite rolls back. It keeps no time but that of statements, and writes no log: what the
//! database says goes to the other side.

use std::{
    collections::HashMap,
    io,
    os::{fd::AsFd as _, unix::net::UnixStream as StdUnixStream},
    pin::pin,
    rc::Rc,
    time::Duration,
};

use iota_scripts_runtime::protocol::frame::{self, FrameError};
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlRows};
use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::{UnixStream, unix::OwnedReadHalf},
    sync::{
        mpsc,
        oneshot::{self, error::TryRecvError},
    },
    task::{LocalSet, spawn_local},
    time::timeout,
};

use super::{
    super::{Caps, failure::Failure},
    enclosure,
    pools::{SqlitePools, SqliteTransaction, Watch},
    protocol::{self, Answer, Ask, FromProcess, Open, Opened, PROTOCOL, ToProcess, Unopened},
};

/// How long connections may take to close.
const CLOSING: Duration = Duration::from_secs(2);

/// Why the process cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The socket carries something else than this protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The other side's first message names no file, or is of another version.
    #[error("the first message is none of protocol {PROTOCOL}")]
    NoFile,
    /// The system refused a descriptor or a thread.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Answers that are ready to go out.
type Answers = mpsc::UnboundedSender<(u64, Vec<u8>)>;
/// Resolves when nobody wants the answer any more.
type GivenUp = oneshot::Receiver<()>;
type Outcome = Result<Answer, Failure>;

/// What is under way.
struct Desk {
    pools: Rc<SqlitePools>,
    answers: Answers,
    /// Dropped, each ends what it belongs to.
    wanted: HashMap<u64, oneshot::Sender<()>>,
    /// Dropped, each ends its transaction.
    transactions: HashMap<u64, mpsc::UnboundedSender<Step>>,
}

/// One ask in a transaction.
struct Step {
    id: u64,
    ask: Ask,
    given_up: GivenUp,
}

/// Opens the files that the first message names, and serves until the socket closes. To be called on the process' only thread.
///
/// # Errors
/// When the process cannot start or the other side breaks the protocol. A closed socket is no error.
pub fn serve(mut socket: StdUnixStream) -> Result<(), ServeError> {
    let open = match frame::read(&mut socket)? {
        None => return Ok(()),
        Some(ToProcess::Open(open)) if open.protocol == PROTOCOL => open,
        Some(_) => return Err(ServeError::NoFile),
    };
    let missing = enclosure::close(socket.as_fd(), [&open.path, &open.copy]);
    socket.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = LocalSet::new().block_on(&runtime, async {
        let socket = UnixStream::from_std(socket)?;
        work(socket, &open, missing).await
    });
    // Connections that did not close in time end with the process.
    runtime.shutdown_background();
    Ok(served?)
}

async fn work(socket: UnixStream, open: &Open, missing: Vec<String>) -> io::Result<()> {
    let (reader, mut writer) = socket.into_split();
    let opened = SqlitePools::open(open).await;
    let (pools, told) = match opened {
        Ok(pools) => {
            let read_only = pools.is_read_only;
            (Some(pools), Ok(Opened { missing, read_only }))
        }
        Err((key, error)) => (None, Err(Unopened { key: key.to_owned(), message: error.to_string() })),
    };
    let told = protocol::encode(&FromProcess::Opened(told)).unwrap_or_default();
    writer.write_all(&told).await?;
    let Some(pools) = pools else { return Ok(()) };

    let (frames, mut outgoing) = mpsc::unbounded_channel::<Vec<u8>>();
    spawn_local(async move {
        while let Some(frame) = outgoing.recv().await {
            if writer.write_all(&frame).await.is_err() {
                return;
            }
        }
    });
    let (answers, mut answered) = mpsc::unbounded_channel();
    let (messages, mut incoming) = mpsc::channel(1);
    spawn_local(read(reader, messages));
    let pools = Rc::new(pools);
    let mut desk = Desk { pools: Rc::clone(&pools), answers, wanted: HashMap::new(), transactions: HashMap::new() };
    loop {
        tokio::select! {
            message = incoming.recv() => match message {
                Some(message) => desk.take(message),
                None => break,
            },
            Some((id, frame)) = answered.recv() => {
                desk.wanted.remove(&id);
                // A writer that has ended has lost the other side, which the reader sees too.
                let _ = frames.send(frame);
            }
        }
    }
    drop(desk);
    let _ = timeout(CLOSING, pools.close()).await;
    Ok(())
}

/// Reads by itself: a message that is read in part must not be lost.
async fn read(reader: OwnedReadHalf, messages: mpsc::Sender<ToProcess>) {
    let mut reader = BufReader::new(reader);
    while let Some(message) = protocol::next(&mut reader).await {
        if messages.send(message).await.is_err() {
            return;
        }
    }
}

impl Desk {
    fn take(&mut self, message: ToProcess) {
        match message {
            // There is one file for the life of the process.
            ToProcess::Open(_) => {}
            ToProcess::Ask { id, ask } => self.ask(id, ask),
            ToProcess::GiveUp { id } => drop(self.wanted.remove(&id)),
            ToProcess::Forget { transaction } => drop(self.transactions.remove(&transaction)),
        }
    }

    fn ask(&mut self, id: u64, ask: Ask) {
        let (wanted, mut given_up) = oneshot::channel();
        self.wanted.insert(id, wanted);
        match ask {
            Ask::Read { statement, bounds } => {
                let (pools, answers) = (Rc::clone(&self.pools), self.answers.clone());
                spawn_local(async move {
                    let reading = async {
                        let statement = statement.scoped().ok_or_else(nonsense)?;
                        pools.read(&statement, bounds.into()).await.map(Answer::from)
                    };
                    answer(&answers, id, unless(&mut given_up, reading).await);
                });
            }
            Ask::Write { statement, bounds } => {
                let (pools, answers) = (Rc::clone(&self.pools), self.answers.clone());
                spawn_local(async move {
                    let writing = async {
                        let statement = statement.scoped().ok_or_else(nonsense)?;
                        write(&pools, &statement, bounds.into(), given_up).await.map(Answer::from)
                    };
                    answer(&answers, id, writing.await);
                });
            }
            Ask::Begin { transaction, writes } => {
                let (steps, waiting) = mpsc::unbounded_channel();
                self.transactions.insert(transaction, steps);
                let (pools, answers) = (Rc::clone(&self.pools), self.answers.clone());
                spawn_local(async move {
                    match unless(&mut given_up, pools.begin(protocol::effect(writes))).await {
                        Ok(open) => {
                            answer(&answers, id, Ok(Answer::Done));
                            conduct(open, waiting, &answers).await;
                        }
                        Err(failure) => answer(&answers, id, Err(failure)),
                    }
                });
            }
            Ask::Run { transaction, .. }
            | Ask::Execute { transaction, .. }
            | Ask::Commit { transaction }
            | Ask::Rollback { transaction } => {
                let is_last = matches!(ask, Ask::Commit { .. } | Ask::Rollback { .. });
                let sent = match self.transactions.get(&transaction) {
                    Some(steps) => steps.send(Step { id, ask, given_up }).is_ok(),
                    None => false,
                };
                if !sent || is_last {
                    self.transactions.remove(&transaction);
                }
                if !sent {
                    answer(&self.answers, id, Err(nonsense()));
                }
            }
        }
    }
}

/// Runs a statement in a transaction of its own, which is undone if the asker gives up before it is committed.
async fn write(
    pools: &SqlitePools,
    statement: &ScopedSql,
    caps: Caps,
    mut given_up: GivenUp,
) -> Result<SqlRows, Failure> {
    let mut open = unless(&mut given_up, pools.begin(SqlEffect::Writes)).await?;
    let watch = open.watch();
    let ran = to_its_end(&mut given_up, &watch, open.run_alone(statement, caps)).await;
    match ran {
        Ok(rows) if given_up.try_recv() == Err(TryRecvError::Empty) => open.commit().await.map(|()| rows),
        ran => {
            // SQLite may have done so by itself.
            let _ = open.rollback().await;
            ran.and(Err(Failure::from(SqlError::Busy)))
        }
    }
}

/// Waits until a statement has ended, which is soon if the asker gives up: only then is it known what is left of its transaction.
async fn to_its_end<T>(given_up: &mut GivenUp, watch: &Watch, running: impl Future<Output = T>) -> T {
    let mut running = pin!(running);
    tokio::select! {
        biased;
        _ = given_up => {
            watch.abandon();
            running.await
        }
        done = &mut running => done,
    }
}

/// A transaction from its beginning to its end. Dropped before its end, it is rolled back.
async fn conduct(mut open: SqliteTransaction, mut steps: mpsc::UnboundedReceiver<Step>, answers: &Answers) {
    while let Some(Step { id, ask, mut given_up }) = steps.recv().await {
        let outcome = match ask {
            Ask::Run { statement, bounds, .. } => {
                let watch = open.watch();
                let running = async {
                    let statement = statement.scoped().ok_or_else(nonsense)?;
                    open.run(&statement, bounds.into()).await.map(Answer::from)
                };
                to_its_end(&mut given_up, &watch, running).await
            }
            Ask::Execute { sql, .. } => open.execute(&sql).await.map(|()| Answer::Done),
            Ask::Commit { .. } => return answer(answers, id, open.commit().await.map(|()| Answer::Done)),
            Ask::Rollback { .. } => return answer(answers, id, open.rollback().await.map(|()| Answer::Done)),
            Ask::Read { .. } | Ask::Write { .. } | Ask::Begin { .. } => Err(nonsense()),
        };
        answer(answers, id, outcome);
    }
}

/// Does it, unless nobody wants the answer any more: then it ends in the middle.
async fn unless<T>(given_up: &mut GivenUp, doing: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        _ = given_up => Err(Failure::from(SqlError::Busy)),
        done = doing => done,
    }
}

fn answer(answers: &Answers, id: u64, outcome: Outcome) {
    // The receiver lives as long as anybody is there to hear it.
    let _ = answers.send((id, protocol::encode_answer(id, outcome)));
}

/// The other side is of the same build and does not say such a thing.
fn nonsense() -> Failure {
    SqlError::Unavailable("the process of the SQLite file was asked for something that there is not".to_owned()).into()
}
