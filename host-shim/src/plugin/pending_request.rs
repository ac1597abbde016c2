//! One request of the host and its frames: in order, up to END, with credit returned as frames are taken.
//!
//! Dropping it before END cancels it. The content of the frames is not interpreted.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_util::{Stream, StreamExt};
use iota_scripts_abi::{flags, op};
use serde::Serialize;
use tokio::sync::mpsc;

use super::{RequestError, link::Link, pending::Frame};
use crate::HostError;

/// Bytes that a stream may send before the receiver has read any.
pub(crate) const WINDOW: u64 = 256 * 1024;

/// One request in flight.
#[derive(Debug)]
pub(crate) struct PendingRequest {
    link: Arc<Link>,
    id: u64,
    frames: mpsc::UnboundedReceiver<Frame>,
    /// Bytes of the frame taken last, which are returned as credit when the next frame is requested.
    taken: u64,
    ended: bool,
}

impl PendingRequest {
    pub(super) fn submit(link: &Arc<Link>, op: u32, head: &impl Serialize, body: &[u8]) -> Result<Self, RequestError> {
        let head = serde_json::to_vec(head).map_err(|error| RequestError::Malformed(error.to_string()))?;
        let instance = link.instance()?;
        let id = link.next_id();
        let frames = link.pending.add(id);
        if let Err(status) = instance.submit(op, id, &head, body, WINDOW) {
            link.pending.remove(id);
            return Err(RequestError::of_status(status, op::name(op)));
        }
        Ok(Self { link: Arc::clone(link), id, frames, taken: 0, ended: false })
    }

    /// Returns the single frame of an answer that is not streamed.
    pub(crate) async fn single(mut self) -> Result<Frame, RequestError> {
        let frame = self.next().await.unwrap_or(Err(RequestError::Stopped))?;
        if frame.is_last() { Ok(frame) } else { Err(RequestError::Malformed("more than one frame".into())) }
    }

    /// Requests cancellation; END still arrives.
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
