//! What extensions keep of one run, each in a type of its own.
//!
//! A run has two or three of them, so they are found by comparing types one after another, which is cheaper than a hash.

use std::any::Any;

/// The values, made when they are first needed.
#[derive(Default)]
pub(super) struct Slots(Vec<Box<dyn Any>>);

impl Slots {
    /// Works with the value of this type; with a default one the first time.
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
