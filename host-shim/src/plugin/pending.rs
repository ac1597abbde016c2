//! One request of the host and its frames: in order, up to END, with credit given back as frames are taken.
//!
//! Dropping an exchange before END cancels it. Nothing here knows what the frames say.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use iota_scripts_abi::{flags, op};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{RequestError, link::Link};
use crate::HostError;

/// Bytes that a stream may send before anybody has read any.
pub(crate) const WINDOW: u64 = 256 * 1024;

/// One frame of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) flags: u32,
    pub(crate) head: Bytes,
    pub(crate) body: Bytes,
}

impl Frame {
    pub(crate) const fn is_last(&self) -> bool {
        self.flags & flags::END != 0
    }

    pub(crate) fn read<'f, T: Deserialize<'f>>(&'f self) -> Result<T, RequestError> {
        serde_json::from_slice(&self.head).map_err(|error| RequestError::Malformed(error.to_string()))
    }
}

/// Requests of the host that have not ended.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<HashMap<u64, mpsc::UnboundedSender<Frame>>>);

impl Pending {
    /// Hands a frame to whoever waits; false when nobody knows the id. The queue is bounded by the window.
    pub(super) fn deliver(&self, id: u64, frame: Frame) -> bool {
        let mut waiting = self.0.lock();
        let found = if frame.is_last() { waiting.remove(&id) } else { waiting.get(&id).cloned() };
        drop(waiting);
        let known = found.is_some();
        // A receiver that is gone has cancelled: the frame is late, and that is fine.
        let _ = found.map(|waiter| waiter.send(frame));
        known
    }

    /// Ends everything that waits.
    pub(super) fn clear(&self) {
        let waiting = std::mem::take(&mut *self.0.lock());
        drop(waiting);
    }
}

/// One request in flight.
#[derive(Debug)]
pub(crate) struct PendingRequest {
    link: Arc<Link>,
    id: u64,
    frames: mpsc::UnboundedReceiver<Frame>,
    /// Bytes of the frame taken last, which go back as credit when the next is asked for.
    taken: u64,
    ended: bool,
}

impl PendingRequest {
    pub(super) fn submit(link: &Arc<Link>, op: u32, head: &impl Serialize, body: &[u8]) -> Result<Self, RequestError> {
        let head = serde_json::to_vec(head).map_err(|error| RequestError::Malformed(error.to_string()))?;
        let instance = link.instance()?;
        let id = link.next_id();
        let (sender, frames) = mpsc::unbounded_channel();
        link.pending.0.lock().insert(id, sender);
        if let Err(status) = instance.submit(op, id, &head, body, WINDOW) {
            link.pending.0.lock().remove(&id);
            return Err(RequestError::of_status(status, op::name(op)));
        }
        Ok(Self { link: Arc::clone(link), id, frames, taken: 0, ended: false })
    }

    /// The one frame of an answer that is not streamed.
    pub(crate) async fn single(mut self) -> Result<Frame, RequestError> {
        let frame = self.next().await.unwrap_or(Err(RequestError::Stopped))?;
        if frame.is_last() { Ok(frame) } else { Err(RequestError::Malformed("more than one frame".into())) }
    }

    /// Asks for an early end; END still comes.
    pub(crate) fn cancel(&self) {
        if let Ok(instance) = self.link.instance() {
            let _ = instance.cancel(self.id);
        }
    }
}

impl Stream for PendingRequest {
    type Item = Result<Frame, RequestError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let taken = std::mem::take(&mut self.taken);
        if taken > 0
            && let Ok(instance) = self.link.instance()
        {
            let _ = instance.credit(self.id, taken);
        }
        let Some(frame) = ready!(self.frames.poll_recv(context)) else {
            self.ended = true;
            return Poll::Ready(Some(Err(RequestError::Stopped)));
        };
        self.ended = frame.is_last();
        if frame.flags & flags::ERROR != 0 {
            self.ended = true;
            return Poll::Ready(Some(Err(RequestError::Refused(HostError::from_head(&frame.head)))));
        }
        self.taken = (frame.head.len() + frame.body.len()) as u64;
        Poll::Ready(Some(Ok(frame)))
    }
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        if !self.ended {
            self.cancel();
        }
    }
}
