//! The timers of one run: when each fires, and the host calls in flight that wait for them.
//!
//! Times are milliseconds since the run began.

use std::collections::{BTreeMap, HashMap};

use boa_engine::{JsValue, builtins::promise::ResolvingFunctions, object::builtins::JsFunction};

/// Maximum of set timers, and of waits in flight.
pub(super) const MAX_TIMERS: usize = 1_000;
/// Maximum of waits of one run.
pub(super) const MAX_WAITS: u64 = 100_000;

/// The queue position of an interval while it fires: it is not in the queue, but can still be cleared.
const FIRING: (u64, u64) = (0, 0);

/// The action of a timer.
#[derive(Clone)]
pub(crate) enum Action {
    /// Calls a function of the script.
    Call { function: JsFunction, args: Vec<JsValue>, every_ms: Option<u64> },
    /// Settles a promise.
    Wake(ResolvingFunctions),
    /// Aborts a signal; dropped silently if the function ends before.
    Signal(JsFunction),
}

#[derive(Default)]
pub(crate) struct Timers {
    /// By the time at which they fire; for equal times, in the order in which they were set.
    queue: BTreeMap<(u64, u64), (u64, Action)>,
    /// The queue position of each timer, by number.
    places: HashMap<u64, (u64, u64)>,
    numbers: u64,
    turns: u64,
    /// Waits in flight: the time of each, by call.
    waits: HashMap<u64, u64>,
    waited: u64,
    /// The latest time for which a wait was answered.
    reached_ms: u64,
    /// Number of timers that were dropped when the function ended; `None` while it runs.
    dropped: Option<usize>,
}

impl Timers {
    /// Sets a timer and returns its number; `None` if too many are set.
    pub(super) fn set(&mut self, elapsed_ms: u64, delay_ms: u64, action: Action) -> Option<u64> {
        let due_ms = self.now_ms(elapsed_ms).saturating_add(delay_ms.max(1));
        if self.queue.len().max(self.waits.len()) >= MAX_TIMERS {
            return None;
        }
        self.numbers += 1;
        match &mut self.dropped {
            Some(_) if matches!(action, Action::Signal(_)) => {}
            Some(dropped) => *dropped += 1,
            None => self.put(due_ms, self.numbers, action),
        }
        Some(self.numbers)
    }

    /// Sets an interval again after it fired, unless its function cleared it.
    pub(super) fn repeat(&mut self, elapsed_ms: u64, number: u64, action: Action) {
        let Action::Call { every_ms: Some(every_ms), .. } = action else { return };
        if self.places.get(&number) == Some(&FIRING) {
            let due_ms = self.now_ms(elapsed_ms).saturating_add(every_ms.max(1));
            self.put(due_ms, number, action);
        }
    }

    fn put(&mut self, due_ms: u64, number: u64, action: Action) {
        self.turns += 1;
        let place = (due_ms, self.turns);
        self.places.insert(number, place);
        self.queue.insert(place, (number, action));
    }

    pub(super) fn clear(&mut self, number: u64) {
        if let Some(place) = self.places.remove(&number) {
            self.queue.remove(&place);
        }
    }

    /// Returns the current time. A wait that was answered is over, even if the clock is behind.
    pub(super) fn now_ms(&self, elapsed_ms: u64) -> u64 {
        elapsed_ms.max(self.reached_ms)
    }

    /// Returns whether timers are still set.
    pub(super) fn are_waiting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Drops the timers that have not fired, and all that are set from now on.
    pub(super) fn close(&mut self) {
        if self.dropped.is_none() {
            let missed = self.queue.values().filter(|(_, action)| !matches!(action, Action::Signal(_)));
            self.dropped = Some(missed.count());
            self.queue.clear();
            self.places.clear();
        }
    }

    /// Returns the number of dropped timers.
    pub(super) fn dropped(&self) -> usize {
        self.dropped.unwrap_or_default()
    }

    /// Ends the wait that a reply answers; returns whether there was one.
    pub(super) fn wait_is_over(&mut self, call: u64) -> bool {
        let over = self.waits.remove(&call);
        self.reached_ms = self.reached_ms.max(over.unwrap_or_default());
        over.is_some()
    }

    /// Removes the next due timer from the queue and returns it.
    pub(super) fn take_due(&mut self, now_ms: u64) -> Option<(u64, Action)> {
        let first = self.queue.first_entry().filter(|entry| entry.key().0 <= now_ms)?;
        let (number, action) = first.remove();
        if matches!(action, Action::Call { every_ms: Some(_), .. }) {
            self.places.insert(number, FIRING);
        } else {
            self.places.remove(&number);
        }
        Some((number, action))
    }

    /// Returns the time for which a wait must be sent, if none in flight covers it.
    pub(super) fn unwaited(&self) -> Option<u64> {
        let (due_ms, _) = *self.queue.first_key_value()?.0;
        self.waits.values().all(|waited| *waited > due_ms).then_some(due_ms)
    }

    /// Returns whether the run has reached its limit of waits.
    pub(super) const fn has_waited_too_often(&self) -> bool {
        self.waited >= MAX_WAITS
    }

    /// Records the call that waits for a time.
    pub(super) fn begin_wait(&mut self, call: u64, due_ms: u64) {
        self.waited += 1;
        self.waits.insert(call, due_ms);
    }
}

#[cfg(test)]
mod tests {
    use boa_engine::{Context, object::builtins::JsPromise};

    use super::{Action, Timers};

    /// Returns the numbers of the due timers, in order.
    fn due(timers: &mut Timers, now_ms: u64) -> Vec<u64> {
        std::iter::from_fn(|| timers.take_due(now_ms)).map(|(number, _)| number).collect()
    }

    fn with_timers(test: impl FnOnce(&mut Timers)) {
        let mut context = Context::default();
        let (_, resolvers) = JsPromise::new_pending(&mut context);
        let mut timers = Timers::default();
        for (number, due_ms) in [(1, 30), (2, 10), (3, 30), (4, 20)] {
            timers.put(due_ms, number, Action::Wake(resolvers.clone()));
        }
        test(&mut timers);
    }

    #[test]
    fn timers_fire_by_time_then_in_the_order_set() {
        with_timers(|timers| {
            assert_eq!(due(timers, 9), [0; 0]);
            timers.clear(4);
            timers.clear(77);
            assert_eq!((due(timers, 30), timers.are_waiting()), (vec![2, 1, 3], false));
        });
    }

    #[test]
    fn only_the_earliest_is_waited_for() {
        with_timers(|timers| {
            assert_eq!(timers.unwaited(), Some(10));
            timers.waits.insert(1, 10);
            assert_eq!(timers.unwaited(), None);
            timers.clear(2);
            assert_eq!(timers.unwaited(), None, "the wait in flight ends before");
            assert!(timers.wait_is_over(1) && !timers.wait_is_over(1));
            assert_eq!((timers.unwaited(), timers.now_ms(3)), (Some(20), 10), "a wait that is over has lasted");
        });
    }

    #[test]
    fn timers_not_fired_at_the_end_are_counted() {
        with_timers(|timers| {
            timers.close();
            timers.close();
            assert_eq!((timers.dropped(), timers.are_waiting()), (4, false));
        });
    }
}
