//! The socket as an isolate's port.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, BufReader},
    os::unix::net::UnixStream,
    rc::Rc,
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{
    allocator::leave,
    exit,
    host::{Event, HostPort, Port},
    protocol::{
        Call, FromWorker, LogLine, Reply, ToWorker,
        frame::{self, FrameError},
    },
};

/// The worker's end of the socket.
pub(super) struct Socket {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    /// Replies that were read while looking for a cancellation.
    replies: VecDeque<Reply>,
    /// Messages that came during a run and are for after it.
    later: VecDeque<ToWorker>,
}

impl Socket {
    pub(super) fn new(socket: UnixStream) -> io::Result<Self> {
        let writer = socket.try_clone()?;
        Ok(Self { reader: BufReader::new(socket), writer, replies: VecDeque::new(), later: VecDeque::new() })
    }

    pub(super) fn shared(self) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(self))
    }

    pub(super) fn receive(&mut self) -> Result<Option<ToWorker>, FrameError> {
        frame::read(&mut self.reader)
    }

    /// The next message between runs.
    pub(super) fn next(&mut self) -> Result<Option<ToWorker>, FrameError> {
        self.replies.clear();
        match self.later.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.receive(),
        }
    }

    pub(super) fn send(&mut self, message: &FromWorker) -> Result<(), FrameError> {
        frame::write(&mut self.writer, message)
    }

    /// Sends during a run, where the only way out of a broken socket is the end.
    fn send_or_leave(&mut self, message: &FromWorker) {
        match self.send(message) {
            Ok(()) => {}
            Err(FrameError::Io(_)) => leave(exit::CLOSED),
            Err(FrameError::TooLarge { .. } | FrameError::Malformed(_)) => leave(exit::PROTOCOL),
        }
    }

    /// Reads one message of a run.
    fn event(&mut self) -> Option<Event> {
        match self.receive() {
            Ok(Some(ToWorker::Reply(reply))) => Some(Event::Reply(reply)),
            Ok(Some(ToWorker::Cancel)) => Some(Event::Cancelled),
            Ok(Some(message)) => {
                self.later.push_back(message);
                None
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

    fn log(&mut self, line: LogLine) {
        self.send_or_leave(&FromWorker::Log(line));
    }

    fn wait(&mut self) -> Event {
        if let Some(reply) = self.replies.pop_front() {
            return Event::Reply(reply);
        }
        loop {
            if let Some(event) = self.event() {
                return event;
            }
        }
    }

    fn cancelled(&mut self) -> bool {
        while self.has_message() {
            match self.event() {
                Some(Event::Cancelled) => return true,
                Some(Event::Reply(reply)) => self.replies.push_back(reply),
                None => {}
            }
        }
        false
    }
}

/// The socket as what an isolate wants.
pub(super) fn of(socket: &Rc<RefCell<Socket>>) -> Port {
    let port: Rc<RefCell<dyn HostPort>> = Rc::<RefCell<Socket>>::clone(socket);
    port
}
