//! The worker's allocator: the system's, counted, with a limit that ends the process.
//!
//! The engine has no heap limit and aborts on failed allocations, so the worker leaves with a code that says why.
#![expect(unsafe_code, reason = "GlobalAlloc is an unsafe trait, and leaving at once is a bare system call")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::exit;

/// Counts live bytes on top of the system's allocator. To be used as the global allocator of a worker.
#[derive(Debug)]
pub struct CountingAllocator {
    live: AtomicU64,
    peak: AtomicU64,
    start: AtomicU64,
    limit: AtomicU64,
}

impl CountingAllocator {
    /// An allocator without a limit.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        Self {
            live: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            start: AtomicU64::new(0),
            limit: AtomicU64::new(u64::MAX),
        }
    }

    fn grow(&self, bytes: usize) {
        let live = self.live.fetch_add(bytes as u64, Relaxed).wrapping_add(bytes as u64);
        if live > self.peak.load(Relaxed) {
            self.peak.store(live, Relaxed);
            if live > self.limit.load(Relaxed) {
                leave(exit::MEMORY);
            }
        }
    }

    fn shrink(&self, bytes: usize) {
        self.live.fetch_sub(bytes as u64, Relaxed);
    }

    /// Live bytes right now.
    #[must_use]
    pub fn live_bytes(&self) -> u64 {
        self.live.load(Relaxed)
    }

    /// Starts to watch the peak, and ends the process when more than `limit` bytes above the present are live.
    pub(crate) fn begin(&self, limit: u64) {
        let live = self.live.load(Relaxed);
        self.start.store(live, Relaxed);
        self.peak.store(live, Relaxed);
        self.limit.store(live.saturating_add(limit), Relaxed);
    }

    /// Stops watching; the most bytes above the start that were live.
    pub(crate) fn end(&self) -> u64 {
        self.limit.store(u64::MAX, Relaxed);
        self.peak.load(Relaxed).saturating_sub(self.start.load(Relaxed))
    }
}

/// Ends the process at once: nothing is flushed, dropped or unwound.
pub fn leave(code: i32) -> ! {
    // SAFETY: `_exit` takes any code, touches none of our memory and does not return.
    unsafe { libc::_exit(code) }
}

// SAFETY: every call is passed to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.grow(layout.size());
        // SAFETY: the caller keeps GlobalAlloc's contract, and the layout is the caller's.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() {
            leave(exit::MEMORY);
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.grow(layout.size());
        // SAFETY: the caller keeps GlobalAlloc's contract, and the layout is the caller's.
        let block = unsafe { System.alloc_zeroed(layout) };
        if block.is_null() {
            leave(exit::MEMORY);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.shrink(layout.size());
        // SAFETY: the block came from this allocator with this layout, that is from the system's.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.grow(new_size);
        // SAFETY: the block came from this allocator with this layout, that is from the system's.
        let moved = unsafe { System.realloc(block, layout, new_size) };
        if moved.is_null() {
            leave(exit::MEMORY);
        }
        self.shrink(layout.size());
        moved
    }
}
