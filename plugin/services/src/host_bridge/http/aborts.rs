//! Requests that the script can abort before they are answered: `fetch` with a signal.

use std::collections::{HashMap, hash_map::Entry};

use iota_scripts_domain::JsonText;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::super::arguments;
use crate::ports::CallError;

/// The method by which the isolate aborts a request: `[key]`. It is not counted as a host call.
pub(in super::super) const METHOD: &str = "http.abort";
/// Maximum number of a run's requests that are remembered; the isolate sends fewer.
const MAX_REQUESTS: usize = 10_000;

/// The requests of one run that have a key.
#[derive(Debug, Default)]
pub(crate) struct Aborts(Mutex<HashMap<u64, CancellationToken>>);

/// A request that can be aborted, until it is dropped.
pub(super) struct Abortable<'a> {
    aborts: &'a Aborts,
    key: Option<u64>,
    token: CancellationToken,
}

impl Aborts {
    /// Registers a request; one that was aborted before it arrived is aborted at once.
    pub(super) fn enter(&self, key: Option<u64>) -> Abortable<'_> {
        let token = key.and_then(|key| self.token(key)).unwrap_or_default();
        Abortable { aborts: self, key, token }
    }

    /// Aborts a request, even one that has not arrived yet.
    ///
    /// # Errors
    /// `VALIDATION` when the arguments are not a key.
    pub(in super::super) fn abort(&self, args: &JsonText) -> Result<JsonText, CallError> {
        let (key,): (u64,) = arguments(METHOD, args)?;
        if let Some(token) = self.token(key) {
            token.cancel();
        }
        Ok(JsonText::null())
    }

    fn token(&self, key: u64) -> Option<CancellationToken> {
        let mut tokens = self.0.lock();
        let has_room = tokens.len() < MAX_REQUESTS;
        match tokens.entry(key) {
            Entry::Occupied(known) => Some(known.get().clone()),
            Entry::Vacant(free) => has_room.then(|| free.insert(CancellationToken::new()).clone()),
        }
    }
}

impl Abortable<'_> {
    /// Waits until the script aborts the request.
    pub(super) async fn aborted(&self) {
        self.token.cancelled().await;
    }
}

impl Drop for Abortable<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.aborts.0.lock().remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn key(text: &str) -> JsonText {
        serde_json::value::RawValue::from_string(text.to_owned()).unwrap().into()
    }

    #[test]
    fn a_request_can_be_aborted_before_or_while_it_is_sent() {
        let aborts = Aborts::default();
        let (one, other, plain) = (aborts.enter(Some(1)), aborts.enter(Some(2)), aborts.enter(None));
        aborts.abort(&key("[1]")).unwrap();
        aborts.abort(&key("[3]")).unwrap();
        let is_over = |request: &Abortable<'_>| request.aborted().now_or_never().is_some();
        assert_eq!([&one, &other, &plain, &aborts.enter(Some(3))].map(is_over), [true, false, false, true]);
        assert!(aborts.abort(&key("[\"x\"]")).is_err());
        drop((one, other));
        assert!(aborts.0.lock().is_empty());
    }
}
