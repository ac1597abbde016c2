//! A run for the tests of this crate.

use super::*;

pub(crate) fn pending() -> Execution {
    let head = NewExecution {
        id: ExecutionId::generate(),
        tenant: TenantId::parse("acme").unwrap(),
        script: ScriptRef {
            id: ScriptId::generate(),
            version: Version::FIRST,
            name: ScriptName::parse("Report").unwrap(),
        },
        entry: EntryPoint::usual_for(ScriptType::OneOff),
        trigger: Trigger::Manual,
        user: Some(UserId::parse("ann").unwrap()),
        origin: None,
        input: JsonText::null(),
        created_at: Timestamp::from_micros(0),
    };
    Execution::pending(head, lease())
}

pub(crate) fn running() -> Execution {
    pending().start(lease(), Timestamp::from_micros(1_000)).unwrap()
}

pub(crate) fn lease() -> Lease {
    Lease { node: NodeId::parse("node-1").unwrap(), until: Timestamp::from_micros(60_000_000) }
}
