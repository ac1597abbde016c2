//! The body of a request that fails when its client is silent for too long.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    BoxError,
    body::{Bytes, HttpBody},
};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// A body whose next part must come in time.
pub(super) struct Patient {
    body: Incoming,
    silence: Duration,
    /// Runs while a part is waited for.
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl Patient {
    pub(super) const fn new(body: Incoming, silence: Duration) -> Self {
        Self { body, silence, timer: None, is_waiting: false }
    }
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.is_waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let silence = this.silence;
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(silence)));
        if !std::mem::replace(&mut this.is_waiting, true) {
            timer.as_mut().reset(Instant::now() + silence);
        }
        ready!(timer.as_mut().poll(context));
        this.is_waiting = false;
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
