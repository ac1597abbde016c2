//! Garbage that the engine does not weigh: of a buffer or a string it sees a few bytes, and would collect long after the memory is gone.
//!
//! Live bytes are the allocator's; without a meter nothing is collected by force.

use std::{cell::Cell, fmt};

use boa_gc::Gc;

use super::Meter;

/// The most that live bytes may grow until garbage is collected by force.
const STEP: u64 = 16 << 20;
/// What the engine holds for a moment at the start. It collects when its objects have outgrown those that it found alive the
/// last time by half: with few of its own that is every few dozen runs, and each time it looks at all built-in objects.
const BALLAST: usize = 2 << 20;
/// A piece of it.
const PIECE: usize = 16 << 10;

/// When garbage was last collected, and how much is to come together until it is again.
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
        Self { meter, left: Cell::new(meter.map_or(0, Meter::live_bytes)), step: Cell::new(STEP) }
    }

    /// Has the engine collect less often than it would by itself: it raises its threshold while the ballast grows, and never
    /// lowers it. To be called once all built-in objects are there.
    pub(super) fn lift_threshold() {
        let ballast: Vec<_> = (0..BALLAST / PIECE).map(|_| Gc::new([0u8; PIECE])).collect();
        drop(ballast);
        boa_gc::force_collect();
    }

    /// Lets a run that may use so much come nowhere near it with what it has dropped.
    pub(super) fn limit(&self, memory_bytes: u64) {
        self.step.set(STEP.min(memory_bytes / 4));
    }

    /// Collects if live bytes have grown by a step since the last time.
    pub(super) fn collect(&self) {
        let Some(meter) = self.meter else { return };
        if meter.live_bytes() > self.left.get().saturating_add(self.step.get()) {
            self.collect_all();
        }
    }

    /// Collects whatever has grown.
    pub(super) fn collect_all(&self) {
        boa_gc::force_collect();
        self.left.set(self.meter.map_or(0, Meter::live_bytes));
    }
}
