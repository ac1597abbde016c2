//! Requests of the plugin to the host, as futures: submit with an id, wait for the reply with that id.
//!
//! Dropping a future tells the host that the reply is no longer needed.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use iota_scripts_abi::{PLUGIN_ID_BIT, flags, op};
use iota_scripts_domain::JsonText;
use iota_scripts_services::ports::{HostError, HostErrorCode};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::oneshot;

use crate::abi::{Host, StatusError};

type Answer = Result<JsonText, HostError>;

/// The plugin's end of its connection to the host.
#[derive(Debug)]
pub(crate) struct HostLink {
    host: Host,
    next: AtomicU64,
    pending: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
}

impl HostLink {
    pub(crate) fn new(host: Host) -> Self {
        Self { host, next: AtomicU64::new(1), pending: Mutex::default() }
    }

    /// Returns the host's table.
    pub(crate) const fn host(&self) -> Host {
        self.host
    }

    /// Sends a request and parses the reply.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        op: u32,
        head: &(impl Serialize + ?Sized),
    ) -> Result<T, HostError> {
        let answer = self.ask_raw(op, head).await?;
        serde_json::from_str(answer.as_str()).map_err(|error| {
            HostError::new(HostErrorCode::Internal, format!("{}: invalid reply of the host: {error}", op::name(op)))
        })
    }

    /// Sends a request and returns the reply as JSON text.
    pub(crate) async fn ask_raw(&self, op: u32, head: &(impl Serialize + ?Sized)) -> Answer {
        let head = encode(op, head)?;
        let id = PLUGIN_ID_BIT | self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        self.pending.lock().insert(id, sender);
        let waiting = Waiting { link: self, id };
        self.host.submit(op, id, &head, &[]).map_err(|status_error| unavailable(op, status_error))?;
        let answer = receiver.await;
        // The id is no longer pending, so this does not send a cancellation.
        drop(waiting);
        answer.unwrap_or_else(|_| Err(HostError::new(HostErrorCode::Unavailable, "the plugin has stopped")))
    }

    /// Sends a notification; returns false if the host rejects it.
    pub(crate) fn notify(&self, op: u32, head: &(impl Serialize + ?Sized)) -> bool {
        encode(op, head).is_ok_and(|head| self.host.submit(op, 0, &head, &[]).is_ok())
    }

    /// Accepts the host's reply to a request. UNKNOWN if no request with this id is pending.
    pub(crate) fn answered(&self, id: u64, frame_flags: u32, head: &[u8]) -> Result<(), StatusError> {
        if id & PLUGIN_ID_BIT == 0 || frame_flags & flags::END == 0 {
            return Err(StatusError::Invalid);
        }
        let sender = self.pending.lock().remove(&id).ok_or(StatusError::Unknown)?;
        let answer = if frame_flags & flags::ERROR == 0 { success(head) } else { Err(failure(head)) };
        sender.send(answer).map_err(|_| StatusError::Unknown)
    }

    /// Ends every pending request; called when the instance ends.
    pub(crate) fn close(&self) {
        self.pending.lock().clear();
    }
}

/// Removes a pending request and tells the host when the future is dropped.
struct Waiting<'a> {
    link: &'a HostLink,
    id: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.link.pending.lock().remove(&self.id).is_some() {
            self.link.host.cancel(self.id);
        }
    }
}

#[derive(Deserialize)]
struct ErrorHead {
    error: HostError,
}

fn success(head: &[u8]) -> Answer {
    if head.is_empty() {
        return Ok(JsonText::null());
    }
    serde_json::from_slice(head)
        .map_err(|error| HostError::new(HostErrorCode::Internal, format!("invalid reply of the host: {error}")))
}

fn failure(head: &[u8]) -> HostError {
    serde_json::from_slice::<ErrorHead>(head).map_or_else(
        |error| HostError::new(HostErrorCode::Internal, format!("invalid error of the host: {error}")),
        |head| head.error,
    )
}

fn encode(op: u32, head: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, HostError> {
    serde_json::to_vec(head)
        .map_err(|error| HostError::new(HostErrorCode::Internal, format!("{}: {error}", op::name(op))))
}

fn unavailable(op: u32, status_error: StatusError) -> HostError {
    let message = format!("{}: the host rejected the message ({})", op::name(op), status_error.name());
    HostError::new(HostErrorCode::Unavailable, message)
}
