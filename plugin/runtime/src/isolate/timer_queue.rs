//! The timers of one run: when each fires, and the waits for them that are in flight outside.
//!
//! Time is the run's own, in milliseconds since it began.

use std::collections::{BTreeMap, HashMap};

use boa_engine::{JsValue, builtins::promise::ResolvingFunctions, object::builtins::JsFunction};

/// Timers that may be set, and waits that may be in flight, at one time.
pub(super) const MOST: usize = 1_000;
/// Waits of one run.
pub(super) const MOST_WAITS: u64 = 100_000;

/// The place of a timer that fires and repeats itself: it is in no queue, and can still be cleared.
const FIRING: (u64, u64) = (0, 0);

/// What a timer does.
#[derive(Clone)]
pub(crate) enum Action {
    /// Calls a function of the script with these arguments.
    Call { function: JsFunction, args: Vec<JsValue>, every_ms: Option<u64> },
    /// Settles a promise.
    Wake(ResolvingFunctions),
    /// Aborts a signal, which nobody misses when the function ends before.
    Signal(JsFunction),
}

#[derive(Default)]
pub(crate) struct Timers {
    /// By the time at which they fire, and of the same time in the order in which they were set.
    queue: BTreeMap<(u64, u64), (u64, Action)>,
    /// The place in the queue of each timer, by its number.
    places: HashMap<u64, (u64, u64)>,
    numbers: u64,
    turns: u64,
    /// Waits in flight: the call, and the time for which it waits.
    waits: HashMap<u64, u64>,
    waited: u64,
    /// No wait was answered for a later time.
    reached_ms: u64,
    /// How many were dropped when the function had ended; none while it runs.
    dropped: Option<usize>,
}

impl Timers {
    /// Sets a timer; its number, or none when too many are set.
    pub(super) fn set(&mut self, elapsed_ms: u64, delay_ms: u64, action: Action) -> Option<u64> {
        let due_ms = self.now_ms(elapsed_ms).saturating_add(delay_ms.max(1));
        if self.queue.len().max(self.waits.len()) >= MOST {
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

    /// Sets a timer again that has fired and repeats itself, unless it was cleared by what it did.
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

    /// The present time; a wait that was answered has come to its end, whatever the clock says.
    pub(super) fn now_ms(&self, elapsed_ms: u64) -> u64 {
        elapsed_ms.max(self.reached_ms)
    }

    /// Whether something is still to fire.
    pub(super) fn are_waiting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Drops what has not fired, and all that is set from now on.
    pub(super) fn close(&mut self) {
        if self.dropped.is_none() {
            let missed = self.queue.values().filter(|(_, action)| !matches!(action, Action::Signal(_)));
            self.dropped = Some(missed.count());
            self.queue.clear();
            self.places.clear();
        }
    }

    /// How many timers were dropped.
    pub(super) fn dropped(&self) -> usize {
        self.dropped.unwrap_or_default()
    }

    /// Whether a reply is to a wait, which is over then.
    pub(super) fn wait_is_over(&mut self, call: u64) -> bool {
        let over = self.waits.remove(&call);
        self.reached_ms = self.reached_ms.max(over.unwrap_or_default());
        over.is_some()
    }

    /// The next one that is due at a time, taken out of the queue.
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

    /// The time for which a wait is needed that is not in flight yet.
    pub(super) fn unwaited(&self) -> Option<u64> {
        let (due_ms, _) = *self.queue.first_key_value()?.0;
        self.waits.values().all(|waited| *waited > due_ms).then_some(due_ms)
    }

    /// Whether the run has waited as often as it may.
    pub(super) const fn has_waited_too_often(&self) -> bool {
        self.waited >= MOST_WAITS
    }

    /// Notes the call that waits for a time.
    pub(super) fn begin_wait(&mut self, call: u64, due_ms: u64) {
        self.waited += 1;
        self.waits.insert(call, due_ms);
    }
}

#[cfg(test)]
mod tests {
    use boa_engine::{Context, object::builtins::JsPromise};

    use super::{Action, Timers};

    /// Numbers of what is due, in order.
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
    fn timers_fire_in_the_order_of_their_times_then_of_their_setting() {
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
            assert_eq!(timers.unwaited(), None, "the wait that is under way ends before");
            assert!(timers.wait_is_over(1) && !timers.wait_is_over(1));
            assert_eq!((timers.unwaited(), timers.now_ms(3)), (Some(20), 10), "a wait that is over has lasted");
        });
    }

    #[test]
    fn what_has_not_fired_at_the_end_is_counted() {
        with_timers(|timers| {
            timers.close();
            timers.close();
            assert_eq!((timers.dropped(), timers.are_waiting()), (4, false));
        });
    }
}
