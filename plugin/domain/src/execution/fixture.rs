//! A run for the tests of this crate.

use super::*;
use crate::{FaultCode, Limits};

pub(crate) fn running() -> Execution {
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
        dry_run: false,
        libraries: Vec::new(),
        created_at: Timestamp::from_micros(0),
    };
    Execution::running(head, node(), Timestamp::from_micros(1_000))
}

/// A run that might take so many milliseconds, ran for two, and ended so.
pub(crate) fn ended(code: FaultCode, allowed_ms: u64) -> Execution {
    let allowed = Receipt::allowing(&Limits { wall_ms: allowed_ms, ..Limits::default() });
    let receipt = Receipt { wall_ms: allowed.wall_ms.with(2), ..allowed };
    let outcome = Outcome::of_fault(Fault::new(code, "as the test wished"));
    let record = RunRecord { receipt: Some(receipt), ..RunRecord::new(outcome) };
    running().finish(record, Timestamp::from_micros(3_000)).unwrap()
}

pub(crate) fn node() -> NodeId {
    NodeId::parse("node-1").unwrap()
}
