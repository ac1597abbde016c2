//! The processor time of each step. The clock of a thread is a system call, and most steps take less time than two of them: of a
//! short step the time that passed is taken, which is never less.

use std::time::Duration;

/// Steps from this on are measured by the clock.
const LONG: Duration = Duration::from_millis(1);
/// Steps after which the clock is read in any case: so the time between steps, which is nobody's, does not add up.
const MOST_UNREAD: u32 = 64;

/// What the clock of the thread would say.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// When the last step ended; none before the first and after other work.
    ended_us: Option<u64>,
    /// Steps since it was read.
    unread: u32,
}

impl Stopwatch {
    /// When a step begins, in microseconds of the thread's processor time.
    pub(super) fn begin(&mut self, clock: impl FnOnce() -> u64) -> u64 {
        self.ended_us.take().unwrap_or_else(|| {
            self.unread = 0;
            clock()
        })
    }

    /// How many microseconds of processor time a step has used that began then and took so long.
    pub(super) fn end(&mut self, began_us: u64, passed: Duration, clock: impl FnOnce() -> u64) -> u64 {
        let passed_us = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
        self.unread += 1;
        if passed < LONG && self.unread < MOST_UNREAD {
            self.ended_us = Some(began_us + passed_us);
            return passed_us;
        }
        let now = clock();
        (self.ended_us, self.unread) = (Some(now), 0);
        // What was between the steps is in it, and the step cannot have used more than passed.
        now.saturating_sub(began_us).min(passed_us)
    }

    /// The thread has done other work.
    pub(super) fn forget(&mut self) {
        self.ended_us = None;
    }

    /// When the last step ended, in microseconds of the thread's processor time.
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
    fn what_is_between_steps_does_not_add_up() {
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
    fn after_other_work_it_is_read_again() {
        let mut watch = Stopwatch::default();
        let began = watch.begin(|| 0);
        watch.end(began, SHORT, unread);
        watch.forget();
        assert_eq!((watch.ended_us(), watch.begin(|| 7_000)), (None, 7_000));
    }
}
