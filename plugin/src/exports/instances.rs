//! Handles: a host holds a number, the plugin the instance behind it.
//!
//! A stopped instance leaves its number behind, so that late calls get STOPPED and not UNKNOWN.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::RwLock;

use crate::{abi::Refusal, instance::Instance};

static INSTANCES: LazyLock<RwLock<HashMap<u64, Slot>>> = LazyLock::new(RwLock::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

#[derive(Debug)]
enum Slot {
    Running(Arc<Instance>),
    Stopped,
}

/// A handle that nobody has had.
pub(super) fn reserve() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(super) fn add(handle: u64, instance: &Arc<Instance>) {
    INSTANCES.write().insert(handle, Slot::Running(Arc::clone(instance)));
}

pub(super) fn find(handle: u64) -> Result<Arc<Instance>, Refusal> {
    match INSTANCES.read().get(&handle) {
        Some(Slot::Running(instance)) => Ok(Arc::clone(instance)),
        Some(Slot::Stopped) => Err(Refusal::Stopped),
        None => Err(Refusal::Unknown),
    }
}

/// The handle answers STOPPED from now on.
pub(super) fn retire(handle: u64) {
    INSTANCES.write().insert(handle, Slot::Stopped);
}
