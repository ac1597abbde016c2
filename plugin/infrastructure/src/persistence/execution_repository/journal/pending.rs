//! The complete records that wait to be written, in their order, and the limit of their memory.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, NodeId};
use iota_scripts_services::Backoff;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::End;
use crate::persistence::run_counts::RunKind;

/// Bytes counted for a record in addition to its texts.
const OVERHEAD: u64 = 2 << 10;
/// Bytes per permit of the semaphore.
const UNIT: u64 = 1 << 10;
/// Pauses before failed records are written again.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
/// Permits for all records together: enough for some 30,000 small ones.
const MEMORY_UNITS: usize = 64 << 10;

/// The complete record of a run that has ended.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) execution: Arc<Execution>,
    pub(super) node: NodeId,
    pub(super) end: End,
    queued_at: Instant,
    /// Released when the record is written.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Record {
    /// Returns the kind under which the row is counted.
    pub(super) fn kind(&self) -> RunKind {
        RunKind { trial: self.end.row_is_trial, ..self.end.kind.clone() }
    }
}

/// Records in the order in which they were queued. Only one group of them is in flight at a time, so that they are also written in this
/// order.
#[derive(Debug, Default)]
pub(super) struct PendingRecords {
    waiting: VecDeque<Record>,
    /// Number of the last record that was queued; the first has 1.
    last: u64,
    in_flight: bool,
    /// Consecutive failed attempts.
    failures: u32,
    backing_off: bool,
}

impl PendingRecords {
    pub(super) fn push(
        &mut self,
        execution: Arc<Execution>,
        node: &NodeId,
        end: End,
        permit: Option<OwnedSemaphorePermit>,
    ) {
        self.waiting.push_back(Record {
            execution,
            node: node.clone(),
            end,
            queued_at: Instant::now(),
            _permit: permit,
        });
        self.last += 1;
    }

    /// Takes the next records that may be written now, up to a limit.
    pub(super) fn take(&mut self, most: usize) -> Vec<Record> {
        if self.in_flight || self.backing_off || self.waiting.is_empty() {
            return Vec::new();
        }
        self.in_flight = true;
        let size = self.waiting.len().min(most);
        self.waiting.drain(..size).collect()
    }

    /// Ends the group in flight. Records that were not written are queued again; returns how long to wait for them.
    pub(super) fn finish(&mut self, left: Vec<Record>) -> Option<Duration> {
        self.in_flight = false;
        if left.is_empty() {
            self.failures = 0;
            return None;
        }
        left.into_iter().rev().for_each(|record| self.waiting.push_front(record));
        let pause = PAUSES.pause(self.failures);
        (self.failures, self.backing_off) = (self.failures.saturating_add(1), true);
        Some(pause)
    }

    pub(super) fn end_backoff(&mut self) {
        self.backing_off = false;
    }

    pub(super) fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// Returns when the first record that may be written now was queued.
    pub(super) fn since(&self) -> Option<Instant> {
        if self.in_flight || self.backing_off { None } else { self.waiting.front().map(|record| record.queued_at) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Returns the number of the record that was queued last.
    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    /// Returns the number up to which all records are written. Call it only while no group is in flight.
    pub(super) fn written_to(&self) -> u64 {
        self.last - self.waiting.len() as u64
    }
}

/// Limits the memory of pending records: if the database cannot keep up, callers wait.
#[derive(Debug, Clone)]
pub(super) struct MemoryLimit(Arc<Semaphore>);

impl Default for MemoryLimit {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MEMORY_UNITS)))
    }
}

impl MemoryLimit {
    /// Waits until there is room for a record with this many bytes of text. A record above the limit takes all of it.
    pub(super) async fn take(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let units = usize::try_from((bytes + OVERHEAD).div_ceil(UNIT)).unwrap_or(MEMORY_UNITS).min(MEMORY_UNITS);
        // The semaphore is never closed.
        Arc::clone(&self.0).acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX)).await.ok()
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.available_permits() < usize::try_from(OVERHEAD / UNIT).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn callers_wait_when_the_memory_limit_is_reached() {
        let memory = MemoryLimit::default();
        let all = memory.take(u64::MAX / 2).await;
        assert!(memory.is_full());
        let waiting = tokio::spawn({
            let memory = memory.clone();
            async move { memory.take(1).await.is_some() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(all);
        assert!(waiting.await.expect("a place"));
        assert!(!memory.is_full());
    }
}
