//! An allocator that wraps another one, counts the live bytes of each thread, and sets an alarm at a soft limit.
//!
//! An isolate lives on one thread, so the thread's live bytes are the isolate's. Memory that one thread allocates and another frees
//! counts for the first and against the second; a step of a run is short and begins with a new count.
//!
//! The engine aborts on failed allocations. A worker process instead ends with an exit code that gives the reason.
#![expect(unsafe_code, reason = "GlobalAlloc is an unsafe trait, and leaving at once is a bare system call")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::exit;

/// Minimum growth of a worker's heap in bytes.
#[cfg(target_env = "gnu")]
const TOP_PAD: libc::c_int = 1 << 20;
/// Free bytes at the end of a worker's heap that are not returned to the system.
#[cfg(target_env = "gnu")]
const TRIM_THRESHOLD: libc::c_int = 8 << 20;

thread_local! {
    // Constant and without a destructor, so that it can be used as long as the thread allocates.
    static COUNT: Count = const {
        Count {
            live: Cell::new(0),
            peak: Cell::new(0),
            start: Cell::new(0),
            soft: Cell::new(i64::MAX),
            hard: Cell::new(i64::MAX),
            alarm: Cell::new(ptr::null()),
        }
    };
}

/// The bytes of one thread. Negative for a thread that frees memory of others.
struct Count {
    live: Cell<i64>,
    peak: Cell<i64>,
    /// Live bytes at the start of the watch.
    start: Cell<i64>,
    soft: Cell<i64>,
    hard: Cell<i64>,
    /// The flag to set above the soft limit: null, or a reference of an `Arc` that is held until the watch ends.
    alarm: Cell<*const AtomicBool>,
}

/// Counts the live bytes of each thread on top of another allocator, the system's by default. For use as the global allocator.
#[derive(Debug)]
pub struct CountingAllocator<A = System> {
    below: A,
    /// Whether the process is a worker, which ends when memory is exhausted.
    ends_process: bool,
}

impl<A> CountingAllocator<A> {
    /// Creates an allocator for a process that does other work too: it never ends the process.
    #[must_use]
    pub const fn over(below: A) -> Self {
        Self { below, ends_process: false }
    }

    #[inline]
    fn grow(&self, bytes: usize) {
        COUNT.with(|count| {
            let live = count.live.get().wrapping_add(signed(bytes));
            count.live.set(live);
            if live > count.peak.get() {
                count.peak.set(live);
            }
            if live > count.soft.get() {
                self.over_soft(live, count);
            }
        });
    }

    #[cold]
    fn over_soft(&self, live: i64, count: &Count) {
        if self.ends_process && live > count.hard.get() {
            leave(exit::MEMORY);
        }
        let alarm = count.alarm.get();
        if !alarm.is_null() {
            // SAFETY: not null, so it came from `Arc::into_raw` in `begin`, and `end` has not taken that count back.
            unsafe { &*alarm }.store(true, Relaxed);
        }
    }

    /// Counts a block if the allocation succeeded.
    #[inline]
    fn count_block(&self, block: *mut u8, bytes: usize) -> *mut u8 {
        if block.is_null() {
            if self.ends_process {
                leave(exit::MEMORY);
            }
            shrink(bytes);
        }
        block
    }
}

impl CountingAllocator {
    /// Creates an allocator for a process that does other work too: it never ends the process.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        Self { below: System, ends_process: false }
    }

    /// Creates an allocator for a worker process: it ends with [`exit::MEMORY`] above the hard limit, or if the system has no memory.
    #[must_use]
    pub const fn of_worker() -> Self {
        Self { below: System, ends_process: true }
    }
}

/// Configures the system's allocator for a worker, whose one busy thread repeatedly allocates and frees a few megabytes: one heap
/// for all threads, which grows and shrinks by more than a page at a time. Must be called before other threads are started.
pub fn keep_one_pool() {
    #[cfg(target_env = "gnu")]
    for (setting, value) in
        [(libc::M_ARENA_MAX, 1), (libc::M_TOP_PAD, TOP_PAD), (libc::M_TRIM_THRESHOLD, TRIM_THRESHOLD)]
    {
        // SAFETY: takes two numbers; what it does not know it refuses.
        unsafe { libc::mallopt(setting, value) };
    }
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn shrink(bytes: usize) {
    COUNT.with(|count| count.live.set(count.live.get().wrapping_sub(signed(bytes))));
}

/// Returns the live bytes of this thread; 0 if the global allocator does not count.
#[must_use]
pub fn live_bytes() -> u64 {
    COUNT.with(|count| u64::try_from(count.live.get()).unwrap_or_default())
}

/// Watches this thread: sets the alarm whenever more than `soft` bytes above the current count are live, and ends a worker if more
/// than `hard` are.
pub(crate) fn begin(soft: u64, hard: u64, alarm: &Arc<AtomicBool>) {
    let above = |live: i64, bytes: u64| live.saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX));
    COUNT.with(|count| {
        let live = count.live.get();
        count.start.set(live);
        count.peak.set(live);
        count.soft.set(above(live, soft));
        count.hard.set(above(live, hard));
        drop_alarm(count.alarm.replace(Arc::into_raw(Arc::clone(alarm))));
    });
}

/// Stops watching this thread and returns the peak of live bytes above those at the start.
pub(crate) fn end() -> u64 {
    COUNT.with(|count| {
        count.soft.set(i64::MAX);
        count.hard.set(i64::MAX);
        drop_alarm(count.alarm.replace(ptr::null()));
        u64::try_from(count.peak.get().saturating_sub(count.start.get())).unwrap_or_default()
    })
}

fn drop_alarm(alarm: *const AtomicBool) {
    if !alarm.is_null() {
        // SAFETY: not null, so it came from `Arc::into_raw` in `begin`; it was just taken out of the only place for it.
        drop(unsafe { Arc::from_raw(alarm) });
    }
}

/// Ends the process at once: nothing is flushed, dropped or unwound.
pub fn leave(code: i32) -> ! {
    // SAFETY: `_exit` takes any code, touches none of our memory and does not return.
    unsafe { libc::_exit(code) }
}

// SAFETY: every call is passed to the allocator below unchanged; counting allocates nothing.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.grow(layout.size());
        // SAFETY: the caller keeps GlobalAlloc's contract, and the layout is the caller's.
        self.count_block(unsafe { self.below.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.grow(layout.size());
        // SAFETY: the caller keeps GlobalAlloc's contract, and the layout is the caller's.
        self.count_block(unsafe { self.below.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: the block came from this allocator with this layout, that is from the one below.
        unsafe { self.below.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.grow(new_size);
        // SAFETY: the block came from this allocator with this layout, that is from the one below.
        let moved = self.count_block(unsafe { self.below.realloc(block, layout, new_size) }, new_size);
        // If the allocation failed, the old block is still allocated.
        if !moved.is_null() {
            shrink(layout.size());
        }
        moved
    }
}
