//! The plugin's reply to one request of the host: frames in order, ended exactly once.

use std::sync::Arc;

use iota_scripts_abi::{MAX_MESSAGE, flags};
use iota_scripts_services::ports::{HostError, HostErrorCode};
use serde::Serialize;

use super::{Credit, Inbound};
use crate::abi::Host;

/// Maximum size of a body piece in one streamed frame in bytes; a stream may exceed its credit by this much.
const MAX_PIECE: usize = 64 * 1024;

/// Sends the frames of one reply. If it is dropped before its end (a panic), it ends with `INTERNAL`.
#[derive(Debug)]
pub(crate) struct Answer {
    host: Host,
    id: u64,
    credit: Arc<Credit>,
    inbound: Arc<Inbound>,
    ended: bool,
}

#[derive(Serialize)]
struct ErrorHead<'a> {
    error: &'a HostError,
}

impl Answer {
    pub(super) const fn new(host: Host, id: u64, credit: Arc<Credit>, inbound: Arc<Inbound>) -> Self {
        Self { host, id, credit, inbound, ended: false }
    }

    /// Sends the only frame of a reply that is not streamed.
    pub(crate) fn finish(&mut self, head: &impl Serialize, body: &[u8]) {
        match serde_json::to_vec(head) {
            Ok(head) if head.len() + body.len() <= MAX_MESSAGE => self.end(flags::END, &head, body),
            Ok(_) => self.fail(&HostError::new(
                HostErrorCode::TooLarge,
                format!("the response is larger than {MAX_MESSAGE} bytes"),
            )),
            Err(error) => self.fail(&HostError::new(HostErrorCode::Internal, error.to_string())),
        }
    }

    /// Ends the reply with an error.
    pub(crate) fn fail(&mut self, error: &HostError) {
        let head = serde_json::to_vec(&ErrorHead { error }).unwrap_or_default();
        self.end(flags::END | flags::ERROR, &head, &[]);
    }

    /// Sends a frame with a head; waits for credit.
    pub(crate) async fn head(&mut self, head: &impl Serialize) {
        if let Ok(head) = serde_json::to_vec(head) {
            self.credit.spend(head.len()).await;
            self.host.reply(self.id, 0, &head, &[]);
        }
    }

    /// Sends the first frame of a streamed reply; it needs no credit, so that a host gets the status immediately.
    pub(crate) fn open(&self, head: &impl Serialize) {
        if let Ok(head) = serde_json::to_vec(head) {
            self.host.reply(self.id, 0, &head, &[]);
        }
    }

    /// Sends a piece of a streamed body; waits for credit.
    pub(crate) async fn body(&mut self, body: &[u8]) {
        for piece in body.chunks(MAX_PIECE) {
            self.credit.spend(piece.len()).await;
            self.host.reply(self.id, 0, &[], piece);
        }
    }

    /// Ends a streamed body.
    pub(crate) fn close(&mut self) {
        self.end(flags::END, &[], &[]);
    }

    fn end(&mut self, frame_flags: u32, head: &[u8], body: &[u8]) {
        if !self.ended {
            self.ended = true;
            // Removed first: the host may reuse the id as soon as it has received the end.
            self.inbound.remove(self.id);
            self.host.reply(self.id, frame_flags, head, body);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.fail(&HostError::new(HostErrorCode::Internal, "the plugin failed to answer; see its log"));
    }
}
