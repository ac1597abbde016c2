//! What the states of a run promise.

use super::fixture::{node, pending, running};
use super::*;
use crate::FaultCode;

fn success() -> RunRecord {
    RunRecord::new(Outcome::Success(JsonText::null()))
}

#[test]
fn a_run_goes_from_pending_over_running_to_finished() {
    let run = pending();
    assert_eq!((run.status(), run.started_at(), run.duration()), (ExecutionStatus::Pending, None, None));
    let run = run.start(node(), Timestamp::from_micros(1_000)).unwrap();
    assert_eq!(run.status(), ExecutionStatus::Running);
    let run = run.finish(success(), Timestamp::from_micros(3_500)).unwrap();
    assert_eq!(run.status(), ExecutionStatus::Success);
    assert_eq!(run.duration(), Some(Duration::from_micros(2_500)));
}

#[test]
fn a_run_ends_once() {
    let run = running().finish(success(), Timestamp::from_micros(2_000)).unwrap();
    assert_eq!(
        run.clone().finish(success(), Timestamp::from_micros(3_000)),
        Err(WrongState { status: ExecutionStatus::Success })
    );
    assert!(run.start(node(), Timestamp::from_micros(3_000)).is_err());
    assert!(running().start(node(), Timestamp::from_micros(3_000)).is_err());
}

#[test]
fn a_run_can_end_before_it_began() {
    let cancelled = Outcome::Cancelled(Fault::new(FaultCode::Cancelled, "cancelled by ann"));
    let run = pending().finish(RunRecord::new(cancelled), Timestamp::from_micros(10)).unwrap();
    assert_eq!((run.status(), run.started_at(), run.duration()), (ExecutionStatus::Cancelled, None, None));
    assert_eq!(run.fault().map(|fault| fault.code), Some(FaultCode::Cancelled));
}

#[test]
fn only_names_of_functions_are_entry_points() {
    for name in ["main", "_x", "$", "validateOrder2"] {
        assert!(EntryPoint::parse(name).is_ok(), "{name}");
    }
    for name in ["", "2x", "a.b", "a b", "main()", "ы", &"x".repeat(129)] {
        assert!(EntryPoint::parse(name).is_err(), "{name}");
    }
}
