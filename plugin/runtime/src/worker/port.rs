//! Implements an isolate's port with the worker's socket.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, BufRead as _, BufReader},
    os::unix::net::UnixStream,
    rc::Rc,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{SendFlags, send},
};

use crate::{
    allocator::leave,
    exit,
    host::{HostPort, Port},
    protocol::{
        Call, FromWorker, LogLine, ToWorker,
        frame::{self, FrameError},
    },
    serve::keep,
};

/// Buffer size for frames in bytes, per direction.
const BUFFER_BYTES: usize = 16 << 10;

/// The worker's end of the socket.
pub(super) struct Socket {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    /// Messages that were read while checking for a cancellation.
    later: VecDeque<ToWorker>,
    /// Frames that the host has not received yet.
    out: Vec<u8>,
}

impl Socket {
    pub(super) fn new(socket: UnixStream) -> io::Result<Self> {
        let writer = socket.try_clone()?;
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, socket),
            writer,
            later: VecDeque::new(),
            out: Vec::new(),
        })
    }

    pub(super) fn shared(self) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(self))
    }

    pub(super) fn receive(&mut self) -> Result<Option<ToWorker>, FrameError> {
        if self.reader.buffer().is_empty() && self.reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        // Most frames are complete in the buffer and are decoded in place.
        let Some((message, length)) = frame::first(self.reader.buffer())? else {
            return frame::read(&mut self.reader);
        };
        self.reader.consume(length);
        Ok(Some(message))
    }

    /// Returns the next message between steps.
    pub(super) fn next(&mut self) -> Result<Option<ToWorker>, FrameError> {
        match self.later.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.receive(),
        }
    }

    /// Sends a message. Reads incoming messages meanwhile, since the host may not read before its own are received.
    pub(super) fn send(&mut self, message: &FromWorker) -> Result<(), FrameError> {
        self.out.extend(frame::encode(message)?);
        self.flush()
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        let mut sent = 0;
        // An incoming message may have an answer, which is appended to the rest.
        while let Some(rest) = self.out.get(sent..).filter(|rest| !rest.is_empty()) {
            match send(&self.writer, rest, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(count) => sent += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    if !self.may_write() {
                        self.keep_next();
                    }
                }
                Err(error) => return Err(FrameError::Io(error.into())),
            }
        }
        self.out.clear();
        self.out.shrink_to(BUFFER_BYTES);
        Ok(())
    }

    /// Sends a message during a step; ends the process if the socket is broken.
    fn send_or_leave(&mut self, message: &FromWorker) {
        self.send(message).unwrap_or_else(|error| leave_for(&error));
    }

    fn flush_or_leave(&mut self) {
        self.flush().unwrap_or_else(|error| leave_for(&error));
    }

    /// Waits until the socket is writable or readable; returns `false` if it is readable.
    fn may_write(&self) -> bool {
        let mut ready = [PollFd::new(&self.writer, PollFlags::IN | PollFlags::OUT)];
        // An error here occurs again on writing, which reports it.
        poll(&mut ready, None).is_err() || !ready[0].revents().contains(PollFlags::IN)
    }

    /// Stores a message that arrived during a step until after it; an immediate answer is queued for sending.
    fn keep_next(&mut self) {
        match self.receive() {
            Ok(Some(message)) => {
                let answer = keep(&mut self.later, message).and_then(|answer| frame::encode(&answer).ok());
                self.out.extend(answer.unwrap_or_default());
            }
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

    /// The cancellation stays queued: it is answered after the step.
    fn cancelled(&mut self, run: u64) -> bool {
        while self.has_message() {
            self.keep_next();
        }
        self.flush_or_leave();
        self.later.iter().any(|message| matches!(message, ToWorker::Cancel { run: named } if *named == run))
    }
}

fn leave_for(error: &FrameError) -> ! {
    match error {
        FrameError::Io(_) => leave(exit::CLOSED),
        FrameError::TooLarge { .. } | FrameError::Malformed(_) => leave(exit::PROTOCOL),
    }
}

/// Returns the socket as a port.
pub(super) fn of(socket: &Rc<RefCell<Socket>>) -> Port {
    let port: Rc<RefCell<dyn HostPort>> = Rc::<RefCell<Socket>>::clone(socket);
    port
}
