//! Counts a run's calls: by kind, concurrent ones, and their sizes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use iota_scripts_domain::{CallKind, CallsByKind};

/// The usage of one run so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    calls: AtomicU64,
    by_kind: [AtomicU64; CallKind::ALL.len()],
    pending: AtomicU64,
    most_pending: AtomicU64,
    largest_message: AtomicU64,
    events: AtomicU64,
    http_calls: AtomicU64,
    http_bytes: AtomicU64,
    rows_read: AtomicU64,
    rows_written: AtomicU64,
}

/// A call that waits for its answer; counted until it is dropped.
pub(super) struct PendingCall<'a>(&'a Counts);

impl Drop for PendingCall<'_> {
    fn drop(&mut self) {
        self.0.pending.fetch_sub(1, Relaxed);
    }
}

impl Counts {
    /// Counts a call; returns the number of earlier ones.
    pub(super) fn call(&self) -> u64 {
        self.calls.fetch_add(1, Relaxed)
    }

    pub(super) fn kind(&self, kind: CallKind) {
        self.by_kind[kind as usize].fetch_add(1, Relaxed);
    }

    /// Counts an event; returns the number of earlier ones.
    pub(super) fn event(&self) -> u64 {
        self.events.fetch_add(1, Relaxed)
    }

    /// Counts a call as pending, if at most `most` are pending then.
    pub(super) fn wait(&self, most: u64) -> Option<PendingCall<'_>> {
        let pending = self.pending.fetch_add(1, Relaxed) + 1;
        let waiting = PendingCall(self);
        (pending <= most).then(|| {
            self.most_pending.fetch_max(pending, Relaxed);
            waiting
        })
    }

    /// Counts an outgoing request, if at most `most` have been sent then.
    pub(super) fn http_call(&self, most: u64) -> bool {
        self.http_calls.fetch_update(Relaxed, Relaxed, |sent| (sent < most).then_some(sent + 1)).is_ok()
    }

    /// Counts bytes sent or received over HTTP; returns the new total.
    pub(super) fn http_bytes(&self, bytes: u64) -> u64 {
        self.http_bytes.fetch_add(bytes, Relaxed).saturating_add(bytes)
    }

    /// Returns the number of outgoing requests, and their bytes sent and received.
    pub(crate) fn http(&self) -> (u64, u64) {
        (self.http_calls.load(Relaxed), self.http_bytes.load(Relaxed))
    }

    /// Counts rows of the host's tables.
    pub(super) fn rows(&self, read: u64, written: u64) {
        self.rows_read.fetch_add(read, Relaxed);
        self.rows_written.fetch_add(written, Relaxed);
    }

    pub(crate) fn rows_read(&self) -> u64 {
        self.rows_read.load(Relaxed)
    }

    pub(crate) fn rows_written(&self) -> u64 {
        self.rows_written.load(Relaxed)
    }

    pub(super) fn message(&self, bytes: u64) {
        self.largest_message.fetch_max(bytes, Relaxed);
    }

    /// Returns the number of calls, without those above the limit.
    pub(crate) fn calls(&self, most: u64) -> u64 {
        self.calls.load(Relaxed).min(most)
    }

    pub(crate) fn calls_by_kind(&self) -> CallsByKind {
        CallsByKind::of(|kind| self.by_kind[kind as usize].load(Relaxed))
    }

    pub(crate) fn most_pending(&self) -> u64 {
        self.most_pending.load(Relaxed)
    }

    pub(crate) fn largest_message(&self) -> u64 {
        self.largest_message.load(Relaxed)
    }

    pub(crate) fn events(&self, most: u64) -> u64 {
        self.events.load(Relaxed).min(most)
    }
}
