//! Requests of the host to the plugin that are in flight, their cancellation and their credit.

mod answer;
mod credit;

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use iota_scripts_abi::PLUGIN_ID_BIT;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

pub(crate) use answer::Answer;
use credit::Credit;

use crate::abi::{Host, StatusError};

/// Maximum number of requests in flight; further ones are rejected with AGAIN.
const MAX_REQUESTS: usize = 4096;

/// The host's requests in flight.
#[derive(Debug, Default)]
pub(crate) struct Inbound {
    requests: Mutex<HashMap<u64, Request>>,
}

#[derive(Debug)]
struct Request {
    cancel: CancellationToken,
    credit: Arc<Credit>,
}

impl Inbound {
    /// Admits a request. Its [`Answer`] ensures that it ends exactly once.
    pub(crate) fn admit(
        self: &Arc<Self>,
        host: Host,
        id: u64,
        window: u64,
    ) -> Result<(Answer, CancellationToken), StatusError> {
        if id & PLUGIN_ID_BIT != 0 {
            return Err(StatusError::Invalid);
        }
        let mut requests = self.requests.lock();
        if requests.len() >= MAX_REQUESTS {
            return Err(StatusError::Again);
        }
        let Entry::Vacant(slot) = requests.entry(id) else {
            return Err(StatusError::Invalid);
        };
        let cancel = CancellationToken::new();
        let credit = Arc::new(Credit::new(window));
        slot.insert(Request { cancel: cancel.clone(), credit: Arc::clone(&credit) });
        Ok((Answer::new(host, id, credit, Arc::clone(self)), cancel))
    }

    pub(crate) fn cancel(&self, id: u64) -> Result<(), StatusError> {
        self.with(id, |request| request.cancel.cancel())
    }

    pub(crate) fn credit(&self, id: u64, bytes: u64) -> Result<(), StatusError> {
        self.with(id, |request| request.credit.grant(bytes))
    }

    /// Cancels every request in flight; called when the instance ends.
    pub(crate) fn cancel_all(&self) {
        self.requests.lock().values().for_each(|request| request.cancel.cancel());
    }

    /// Returns the number of requests in flight.
    pub(crate) fn len(&self) -> usize {
        self.requests.lock().len()
    }

    fn with(&self, id: u64, act: impl FnOnce(&Request)) -> Result<(), StatusError> {
        self.requests.lock().get(&id).map(act).ok_or(StatusError::Unknown)
    }

    fn remove(&self, id: u64) {
        self.requests.lock().remove(&id);
    }
}
