//! The plugin's answer to one request of the host: frames in order, ended exactly once.

use std::sync::Arc;

use iota_scripts_abi::{MAX_MESSAGE, flags};
use iota_scripts_services::ports::{HostError, HostErrorCode};
use serde::Serialize;

use super::{Credit, Inbound};
use crate::abi::Host;

/// The longest piece of a body in one streamed frame, in bytes: what a stream may overshoot its credit by.
const MAX_PIECE: usize = 64 * 1024;

/// Sends the frames of one answer. Dropped before its end (a panic), it ends with `INTERNAL`.
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

    /// The only frame of an answer that is not streamed.
    pub(crate) fn finish(&mut self, head: &impl Serialize, body: &[u8]) {
        match serde_json::to_vec(head) {
            Ok(head) if head.len() + body.len() <= MAX_MESSAGE => self.end(flags::END, &head, body),
            Ok(_) => self.fail(&HostError::new(
                HostErrorCode::TooLarge,
                format!("the answer is larger than {MAX_MESSAGE} bytes"),
            )),
            Err(error) => self.fail(&HostError::new(HostErrorCode::Internal, error.to_string())),
        }
    }

    /// Ends with an error.
    pub(crate) fn fail(&mut self, error: &HostError) {
        let head = serde_json::to_vec(&ErrorHead { error }).unwrap_or_default();
        self.end(flags::END | flags::ERROR, &head, &[]);
    }

    /// A frame of a stream with a head; waits for credit.
    pub(crate) async fn head(&mut self, head: &impl Serialize) {
        if let Ok(head) = serde_json::to_vec(head) {
            self.credit.spend(head.len()).await;
            self.host.reply(self.id, 0, &head, &[]);
        }
    }

    /// The first frame of a streamed answer; it needs no credit, so that a host sees the status at once.
    pub(crate) fn open(&self, head: &impl Serialize) {
        if let Ok(head) = serde_json::to_vec(head) {
            self.host.reply(self.id, 0, &head, &[]);
        }
    }

    /// A piece of a streamed body; waits for credit.
    pub(crate) async fn body(&mut self, body: &[u8]) {
        for piece in body.chunks(MAX_PIECE) {
            self.credit.spend(piece.len()).await;
            self.host.reply(self.id, 0, &[], piece);
        }
    }

    /// The end of a streamed body.
    pub(crate) fn close(&mut self) {
        self.end(flags::END, &[], &[]);
    }

    fn end(&mut self, frame_flags: u32, head: &[u8], body: &[u8]) {
        if !self.ended {
            self.ended = true;
            // Removed first: the host may reuse the id as soon as it has seen the end.
            self.inbound.remove(self.id);
            self.host.reply(self.id, frame_flags, head, body);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.fail(&HostError::new(HostErrorCode::Internal, "the plugin failed while answering; its log says more"));
    }
}
