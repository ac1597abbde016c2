//! Measures the processor time of each step. Reading the clock of a thread is a system call, and most steps take less time than two
//! of them. For a short step the elapsed wall time is used instead, which is never less.

use std::time::Duration;

/// Duration from which a step is measured by the clock of the thread.
const LONG_STEP: Duration = Duration::from_millis(1);
/// Maximum of steps between two readings of the clock, so that the time between steps, which belongs to no run, does not add up.
const MAX_UNREAD: u32 = 64;

/// Estimates the clock of the thread.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// Processor time at the end of the last step, in microseconds; `None` before the first step and after other work.
    ended_us: Option<u64>,
    /// Steps since the clock was read.
    unread: u32,
}

impl Stopwatch {
    /// Returns the start of a step in microseconds of the thread's processor time.
    pub(super) fn begin(&mut self, clock: impl FnOnce() -> u64) -> u64 {
        self.ended_us.take().unwrap_or_else(|| {
            self.unread = 0;
            clock()
        })
    }

    /// Returns the processor time in microseconds of a step that began at `began_us` and took `passed`.
    pub(super) fn end(&mut self, began_us: u64, passed: Duration, clock: impl FnOnce() -> u64) -> u64 {
        let passed_us = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
        self.unread += 1;
        if passed < LONG_STEP && self.unread < MAX_UNREAD {
            self.ended_us = Some(began_us + passed_us);
            return passed_us;
        }
        let now = clock();
        (self.ended_us, self.unread) = (Some(now), 0);
        // The difference includes the time between steps, and a step cannot use more than its elapsed time.
        now.saturating_sub(began_us).min(passed_us)
    }

    /// Discards the estimate because the thread has done other work.
    pub(super) fn forget(&mut self) {
        self.ended_us = None;
    }

    /// Returns the end of the last step in microseconds of the thread's processor time.
    pub(super) const fn ended_us(&self) -> Option<u64> {
        self.ended_us
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_micros(50);

    fn unread() -> u64 {
        unreachable!("the clock need not be read")
    }

    #[test]
    fn the_clock_is_not_read_for_short_steps() {
        let mut watch = Stopwatch::default();
        let began = watch.begin(|| 1_000);
        assert_eq!(watch.end(began, SHORT, unread), 50);
        assert_eq!(watch.begin(unread), 1_050);
    }

    #[test]
    fn a_long_step_is_measured_and_no_more_than_passed() {
        let mut watch = Stopwatch::default();
        let began = watch.begin(|| 1_000);
        assert_eq!(watch.end(began, Duration::from_millis(20), || 9_000), 8_000, "it waited for the processor");
        let began = watch.begin(unread);
        assert_eq!((began, watch.end(began, Duration::from_millis(2), || 30_000)), (9_000, 2_000));
    }

    #[test]
    fn time_between_steps_does_not_add_up() {
        let mut watch = Stopwatch::default();
        let (mut now, mut read) = (0, 0);
        for _ in 0..1_000 {
            let began = watch.begin(|| now);
            now += 80;
            let used = watch.end(began, SHORT, || {
                read += 1;
                now
            });
            assert!(used <= 50);
            assert!(now - watch.ended_us().unwrap() <= 64 * 30);
        }
        assert_eq!(read, 1_000 / 64);
    }

    #[test]
    fn the_clock_is_read_again_after_other_work() {
        let mut watch = Stopwatch::default();
        let began = watch.begin(|| 0);
        watch.end(began, SHORT, unread);
        watch.forget();
        assert_eq!((watch.ended_us(), watch.begin(|| 7_000)), (None, 7_000));
    }
}
