//! The operations that the host supports beyond the first version of the contract, as listed in its configuration.
//!
//! An operation that the host answers with `UNSUPPORTED` despite the list is not used again.

use std::sync::atomic::{AtomicBool, Ordering};

use iota_scripts_abi::op;

/// The operations that a host may list.
#[derive(Debug)]
pub(crate) struct Capabilities {
    pub(crate) authorize_many: Capability,
    pub(crate) events_publish: Capability,
}

/// An operation, and whether the host supports it.
#[derive(Debug)]
pub(crate) struct Capability {
    op: u32,
    offered: AtomicBool,
}

impl Capabilities {
    /// Reads the list. Unknown names belong to a later version and are ignored.
    pub(crate) fn listed(names: &[String]) -> Self {
        let of = |op: u32| Capability { op, offered: AtomicBool::new(names.iter().any(|name| name == op::name(op))) };
        Self { authorize_many: of(op::AUTHORIZE_MANY), events_publish: of(op::EVENTS_PUBLISH) }
    }
}

impl Capability {
    pub(crate) fn is_offered(&self) -> bool {
        self.offered.load(Ordering::Relaxed)
    }

    /// Records that the host does not support the operation after all.
    pub(crate) fn withdraw(&self) {
        if self.offered.swap(false, Ordering::Relaxed) {
            tracing::warn!(operation = op::name(self.op), "the host lists this capability but does not support it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_operations_are_offered_until_withdrawn() {
        let of =
            |names: &[&str]| Capabilities::listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let none = of(&[]);
        assert!(!none.authorize_many.is_offered() && !none.events_publish.is_offered());
        let one = of(&["authorize.many", "a.later.one"]);
        assert!(one.authorize_many.is_offered() && !one.events_publish.is_offered());
        one.authorize_many.withdraw();
        assert!(!one.authorize_many.is_offered());
    }
}
