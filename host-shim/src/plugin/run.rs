//! A run of a script with its log lines as they come.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{PendingRequest, RequestError};
use crate::Identity;

/// Which script to run, and how.
///
/// Without other calls: no input, the script's own function, and its own time limit.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use iota_scripts_host::RunRequest;
/// use serde_json::json;
///
/// let request = RunRequest::by_name("nightly report")
///     .input(json!({"day": "2026-11-30"}))
///     .timeout(Duration::from_secs(5))
///     .dry_run();
/// # let _ = request;
/// ```
#[derive(Debug, Clone)]
pub struct RunRequest(Map<String, Value>);

impl RunRequest {
    /// The script with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Self {
        Self(Map::from_iter([("name".into(), name.into())]))
    }

    /// The script with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Self {
        Self(Map::from_iter([("id".into(), id.into())]))
    }

    /// Sets the argument of `main`.
    #[must_use]
    pub fn input(mut self, input: Value) -> Self {
        self.0.insert("input".into(), input);
        self
    }

    /// Calls this function instead of `main`.
    #[must_use]
    pub fn function(mut self, name: &str) -> Self {
        self.0.insert("function".into(), name.into());
        self
    }

    /// Ends the run after this time, if the script's own limit is not shorter.
    ///
    /// Whole milliseconds; a fraction is cut off.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.0.insert("timeout_ms".into(), u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).into());
        self
    }

    /// Changes nothing; the record of the run lists the changes that it would have made.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.0.insert("dry_run".into(), true.into());
        self
    }

    pub(super) fn into_head(mut self, identity: &Identity) -> Value {
        self.0.insert("identity".into(), json!(identity));
        Value::Object(self.0)
    }
}

/// A message of a run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunFrame {
    /// It has begun and is on record.
    Started {
        /// The run's id.
        execution_id: String,
    },
    /// A line of its log.
    Log {
        /// `debug`, `info`, `warn`, `error`.
        level: String,
        /// The line.
        message: String,
        /// Milliseconds since the run began.
        #[serde(default)]
        offset_ms: u64,
        /// The objects among the logged values: a single one unchanged, several as a list.
        #[serde(default)]
        data: Option<Value>,
    },
    /// It has ended: the execution with status, result, fault and receipt.
    Finished(Value),
}

/// The frames of a run. Ends after [`RunFrame::Finished`] or an error; dropping it cancels the run.
///
/// [`Plugin::run`](crate::Plugin::run) has an example.
#[derive(Debug)]
pub struct RunStream(PendingRequest);

impl RunStream {
    pub(super) const fn new(pending: PendingRequest) -> Self {
        Self(pending)
    }

    /// Asks the run to end early; the last frame still comes.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

impl Stream for RunStream {
    type Item = Result<RunFrame, RequestError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let frame = ready!(self.0.poll_next_unpin(context));
        Poll::Ready(frame.map(|frame| frame.and_then(|frame| frame.read())))
    }
}
