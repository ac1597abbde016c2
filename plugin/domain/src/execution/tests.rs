//! Tests of the transitions of a run.

use super::fixture::running;
use super::*;

fn success() -> RunRecord {
    RunRecord::new(Outcome::Success(JsonText::null()))
}

#[test]
fn a_run_goes_from_running_to_finished() {
    let run = running();
    assert_eq!((run.status(), run.duration()), (ExecutionStatus::Running, None));
    let run = run.finish(success(), Timestamp::from_micros(3_500)).unwrap();
    assert_eq!(run.status(), ExecutionStatus::Success);
    assert_eq!(run.duration(), Some(Duration::from_micros(2_500)));
}

#[test]
fn a_run_ends_once() {
    let run = running().finish(success(), Timestamp::from_micros(2_000)).unwrap();
    assert_eq!(
        run.finish(success(), Timestamp::from_micros(3_000)),
        Err(InvalidState { status: ExecutionStatus::Success })
    );
}

#[test]
fn only_function_names_are_entry_points() {
    for name in ["main", "_x", "$", "validateOrder2"] {
        assert!(EntryPoint::parse(name).is_ok(), "{name}");
    }
    for name in ["", "2x", "a.b", "a b", "main()", "ы", &"x".repeat(129)] {
        assert!(EntryPoint::parse(name).is_err(), "{name}");
    }
}
