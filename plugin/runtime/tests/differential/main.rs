//! Runs random programs in the isolate several times and in Node.js: both must return the same.
//!
//! `SEED` selects the programs (a number; default 20,260,101), `MINUTES` sets how long the test runs (default: 2,000
//! programs), and `DIFFERENCES` after how many differences it stops (default 8). A differing program is reduced before it
//! is shown.

mod generate;
#[path = "../support/no_host.rs"]
mod no_host;
mod node;
mod ours;
mod program;
mod random;

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use iota_scripts_runtime::isolate::STACK_BYTES;
use serde_json::Value;

use crate::{node::Node, ours::Ours, program::Program, random::Random};

/// Default of `SEED`.
const SEED: u64 = 20_260_101;
/// Number of programs if `MINUTES` is not set.
const PROGRAMS: u64 = 2_000;
/// Number of programs that are sent to Node.js before the first answer is read.
const BATCH: u64 = 50;
/// Default of `DIFFERENCES`.
const MAX_DIFFERENCES: usize = 8;
/// Maximum number of smaller programs that are tried for a difference.
const MAX_TRIALS: usize = 600;

struct Comparison {
    node: Node,
    ours: Ours,
}

impl Comparison {
    /// Describes the difference between Node.js and our runs.
    fn difference(expected: &Value, seen: &[Value]) -> Option<String> {
        // A program with a syntax error in Node.js must have one here too.
        if let Some(refused) = expected.get("refused") {
            let seen = seen.iter().find(|seen| seen.get("refused").is_none())?;
            return Some(format!("  Node refuses it: {refused}\n  ours {seen}"));
        }
        // Programs that fail in Node.js in another way are not compared.
        expected.get("result")?;
        let (run, seen) = seen.iter().enumerate().find(|(_, seen)| *seen != expected)?;
        let round = |value: &Value, at: usize| value.get("result").and_then(|rounds| rounds.get(at)).cloned();
        let rounds = (0..8).find(|at| round(expected, *at) != round(seen, *at)).unwrap_or(0);
        let (expected, seen) = (round(expected, rounds), round(seen, rounds).unwrap_or_else(|| seen.clone()));
        Some(format!("run {}, round {}\n  Node {}\n  ours {seen}", run + 1, rounds + 1, expected.unwrap_or_default()))
    }

    fn compare(&mut self, program: &Program) -> Option<String> {
        let expected = self.node.run(program);
        Self::difference(&expected, &self.ours.run(program))
    }

    /// Reduces a program as long as it still differs.
    fn reduce(&mut self, mut program: Program) -> Program {
        let mut trials = 0;
        'smaller: loop {
            for candidate in program.smaller() {
                trials += 1;
                if trials > MAX_TRIALS {
                    return program;
                }
                if candidate.size() < program.size() && self.compare(&candidate).is_some() {
                    program = candidate;
                    continue 'smaller;
                }
            }
            return program;
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn search() -> Vec<String> {
    let seed = setting("SEED").unwrap_or(SEED);
    let until = setting("MINUTES").map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let max_differences = setting("DIFFERENCES")
        .and_then(|max_differences| usize::try_from(max_differences).ok())
        .unwrap_or(MAX_DIFFERENCES);
    let mut comparison = Comparison { node: Node::start(), ours: Ours::start() };
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < max_differences && until.map_or(at < PROGRAMS, |until| Instant::now() < until) {
        let batch: Vec<(u64, Program)> = (at..at + BATCH)
            .map(|number| {
                (number, generate::program(&mut Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number))))
            })
            .collect();
        at += BATCH;
        batch.iter().for_each(|(_, program)| comparison.node.ask(program));
        let seen: Vec<_> = batch.iter().map(|(_, program)| comparison.ours.run(program)).collect();
        let expected: Vec<_> = batch.iter().map(|_| comparison.node.answer()).collect();
        for (((number, program), seen), expected) in batch.into_iter().zip(seen).zip(expected) {
            if Comparison::difference(&expected, &seen).is_none() || found.len() >= max_differences {
                continue;
            }
            let small = comparison.reduce(program.clone());
            // A difference that depends on earlier programs in the isolate is shown unreduced.
            let (program, difference) = match comparison.compare(&small) {
                Some(difference) => (small, difference),
                None => (program, Comparison::difference(&expected, &seen).unwrap_or_default()),
            };
            found.push(format!(
                "SEED={seed}, program {number}, {}\n{}{difference}",
                program.zone,
                program.statements()
            ));
        }
    }
    found
}

#[test]
fn random_programs_run_as_in_node() {
    let (sender, receiver) = mpsc::channel();
    let searcher = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || sender.send(search()));
    let searcher = searcher.expect("a thread with a big stack");
    let found = receiver.recv().unwrap_or_else(|_| vec!["the search ended early".to_owned()]);
    let _ = searcher.join();
    assert!(found.is_empty(), "{} differences:\n\n{}", found.len(), found.join("\n\n"));
}
