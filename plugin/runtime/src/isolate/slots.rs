//! The state of extensions for one run, one value per type.
//!
//! A run has two or three values, so a linear search by type is cheaper than a hash.

use std::any::Any;

/// The values, created on first use.
#[derive(Default)]
pub(super) struct Slots(Vec<Box<dyn Any>>);

impl Slots {
    /// Calls `work` with the value of this type, which is the default the first time.
    pub(super) fn with<T: Default + 'static, R>(&mut self, work: impl FnOnce(&mut T) -> R) -> R {
        let known = self.0.iter().position(|slot| slot.is::<T>()).map(|at| self.0.swap_remove(at));
        let mut value = known.and_then(|slot| slot.downcast::<T>().ok()).unwrap_or_default();
        let outcome = work(&mut value);
        self.0.push(value);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn each_type_has_a_value_of_its_own() {
        let mut slots = Slots::default();
        slots.with(|list: &mut Vec<u8>| list.push(1));
        slots.with(|count: &mut u32| *count += 7);
        slots.with(|list: &mut Vec<u8>| list.push(2));
        assert_eq!(slots.with(std::mem::take::<Vec<u8>>), [1, 2]);
        assert_eq!((slots.with(|count: &mut u32| *count), slots.0.len()), (7, 2));
    }
}
