//! Maps the handles of a host to instances.
//!
//! The number of a stopped instance is kept, so that late calls get STOPPED and not UNKNOWN.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::RwLock;

use crate::{abi::StatusError, instance::Instance};

static INSTANCES: LazyLock<RwLock<HashMap<u64, Slot>>> = LazyLock::new(RwLock::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

#[derive(Debug)]
enum Slot {
    Running(Arc<Instance>),
    Stopped,
}

/// Returns a handle that was not used before.
pub(super) fn reserve() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(super) fn add(handle: u64, instance: &Arc<Instance>) {
    INSTANCES.write().insert(handle, Slot::Running(Arc::clone(instance)));
}

pub(super) fn find(handle: u64) -> Result<Arc<Instance>, StatusError> {
    match INSTANCES.read().get(&handle) {
        Some(Slot::Running(instance)) => Ok(Arc::clone(instance)),
        Some(Slot::Stopped) => Err(StatusError::Stopped),
        None => Err(StatusError::Unknown),
    }
}

/// Makes all later calls with this handle return STOPPED.
pub(super) fn retire(handle: u64) {
    INSTANCES.write().insert(handle, Slot::Stopped);
}
