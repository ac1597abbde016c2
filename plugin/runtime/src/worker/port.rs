//! The socket as an isolate's port.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, BufReader, Write as _},
    os::unix::net::UnixStream,
    rc::Rc,
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{
    allocator::leave,
    exit,
    host::{HostPort, Port},
    protocol::{
        Call, FromWorker, LogLine, ToWorker,
        frame::{self, FrameError},
    },
};

/// Bytes that a socket takes at once when it says that it can be written: they are far less than its buffer.
const PIECE: usize = 16 << 10;

/// The worker's end of the socket.
pub(super) struct Socket {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    /// Messages that were read while looking for a cancellation.
    later: VecDeque<ToWorker>,
}

impl Socket {
    pub(super) fn new(socket: UnixStream) -> io::Result<Self> {
        let writer = socket.try_clone()?;
        Ok(Self { reader: BufReader::new(socket), writer, later: VecDeque::new() })
    }

    pub(super) fn shared(self) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(self))
    }

    pub(super) fn receive(&mut self) -> Result<Option<ToWorker>, FrameError> {
        frame::read(&mut self.reader)
    }

    /// The next message between steps.
    pub(super) fn next(&mut self) -> Result<Option<ToWorker>, FrameError> {
        match self.later.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.receive(),
        }
    }

    /// Takes what comes in meanwhile: the other side may not listen before that.
    pub(super) fn send(&mut self, message: &FromWorker) -> Result<(), FrameError> {
        for piece in frame::encode(message)?.chunks(PIECE) {
            while !self.may_write() {
                self.keep_next();
            }
            self.writer.write_all(piece)?;
        }
        Ok(())
    }

    /// Sends during a step, where the only way out of a broken socket is the end.
    fn send_or_leave(&mut self, message: &FromWorker) {
        match self.send(message) {
            Ok(()) => {}
            Err(FrameError::Io(_)) => leave(exit::CLOSED),
            Err(FrameError::TooLarge { .. } | FrameError::Malformed(_)) => leave(exit::PROTOCOL),
        }
    }

    /// Waits until a piece can be written at once, or something can be read.
    fn may_write(&self) -> bool {
        let mut ready = [PollFd::new(&self.writer, PollFlags::IN | PollFlags::OUT)];
        // What fails here fails in the writing too, and says why.
        poll(&mut ready, None).is_err() || !ready[0].revents().contains(PollFlags::IN)
    }

    /// Keeps a message that came during a step, or an answer to one, for after it.
    fn keep_next(&mut self) {
        match self.receive() {
            Ok(Some(message)) => self.later.push_back(message),
            Ok(None) | Err(FrameError::Io(_)) => leave(exit::CLOSED),
            Err(FrameError::TooLarge { .. } | FrameError::Malformed(_)) => leave(exit::PROTOCOL),
        }
    }

    fn has_message(&self) -> bool {
        if !self.reader.buffer().is_empty() {
            return true;
        }
        let mut readable = [PollFd::new(&self.writer, PollFlags::IN)];
        poll(&mut readable, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
    }
}

impl HostPort for Socket {
    fn call(&mut self, call: Call) {
        self.send_or_leave(&FromWorker::Call(call));
    }

    fn log(&mut self, run: u64, line: LogLine) {
        self.send_or_leave(&FromWorker::Log { run, line });
    }

    /// The cancellation itself stays in line: it is answered when the step has ended.
    fn cancelled(&mut self, run: u64) -> bool {
        while self.has_message() {
            self.keep_next();
        }
        self.later.iter().any(|message| matches!(message, ToWorker::Cancel { run: named } if *named == run))
    }
}

/// The socket as what an isolate wants.
pub(super) fn of(socket: &Rc<RefCell<Socket>>) -> Port {
    let port: Rc<RefCell<dyn HostPort>> = Rc::<RefCell<Socket>>::clone(socket);
    port
}
