//! The open requests of the host, and the delivery of frames to their receivers.
//!
//! The content and origin of the frames is not interpreted.

use std::collections::HashMap;

use bytes::Bytes;
use iota_scripts_abi::flags;
use parking_lot::Mutex;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::RequestError;
use crate::table::Status;

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
    /// Adds a request and returns the receiver of its frames.
    pub(super) fn add(&self, id: u64) -> mpsc::UnboundedReceiver<Frame> {
        let (sender, frames) = mpsc::unbounded_channel();
        self.0.lock().insert(id, sender);
        frames
    }

    /// Removes a request that the plugin rejected.
    pub(super) fn remove(&self, id: u64) {
        self.0.lock().remove(&id);
    }

    /// Delivers a frame to its receiver; `UNKNOWN` if there is none. The window bounds the queue.
    pub(super) fn deliver(&self, id: u64, frame: Frame) -> Result<(), Status> {
        let mut waiting = self.0.lock();
        let found = if frame.is_last() { waiting.remove(&id) } else { waiting.get(&id).cloned() };
        drop(waiting);
        // A dropped receiver has cancelled the request: the frame is late and can be ignored.
        let _ = found.ok_or(Status::UNKNOWN)?.send(frame);
        Ok(())
    }

    /// Ends all open requests.
    pub(super) fn clear(&self) {
        let waiting = std::mem::take(&mut *self.0.lock());
        drop(waiting);
    }
}
