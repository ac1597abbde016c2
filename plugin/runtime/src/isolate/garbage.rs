//! Forces garbage collection by live bytes. The engine counts only a few bytes of a buffer or a string and would collect too late.
//!
//! Live bytes come from the allocator; without a meter no collection is forced.

use std::{cell::Cell, fmt};

use boa_gc::Gc;

use super::Meter;

/// Maximum growth of live bytes until a collection is forced.
const MAX_GROWTH: u64 = 16 << 20;
/// Bytes that are allocated for a moment at the start. The engine collects when its objects exceed those alive after the last
/// collection by half: with few live objects that is every few dozen runs, and each collection visits all built-in objects.
const BALLAST: usize = 2 << 20;
/// Size of one allocation of the ballast in bytes.
const PIECE: usize = 16 << 10;

/// Decides when to collect: holds the live bytes of the last collection and the growth that triggers the next.
pub(super) struct Garbage {
    meter: Option<&'static dyn Meter>,
    /// Live bytes after the last collection.
    left: Cell<u64>,
    step: Cell<u64>,
}

impl fmt::Debug for Garbage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Garbage").field("left", &self.left).field("step", &self.step).finish_non_exhaustive()
    }
}

impl Garbage {
    pub(super) fn of(meter: Option<&'static dyn Meter>) -> Self {
        Self { meter, left: Cell::new(meter.map_or(0, Meter::live_bytes)), step: Cell::new(MAX_GROWTH) }
    }

    /// Makes the engine collect less often: it raises its threshold while the ballast grows, and never lowers it. Must be called after
    /// all built-in objects are created.
    pub(super) fn lift_threshold() {
        let ballast: Vec<_> = (0..BALLAST / PIECE).map(|_| Gc::new([0u8; PIECE])).collect();
        drop(ballast);
        boa_gc::force_collect();
    }

    /// Adapts the growth to the memory limit of a run, so that garbage alone does not reach the limit.
    pub(super) fn limit(&self, memory_bytes: u64) {
        self.step.set(MAX_GROWTH.min(memory_bytes / 4));
    }

    /// Collects if live bytes have grown by a step since the last time.
    pub(super) fn collect(&self) {
        let Some(meter) = self.meter else { return };
        if meter.live_bytes() > self.left.get().saturating_add(self.step.get()) {
            self.collect_all();
        }
    }

    /// Collects regardless of the growth.
    pub(super) fn collect_all(&self) {
        boa_gc::force_collect();
        self.left.set(self.meter.map_or(0, Meter::live_bytes));
    }
}
