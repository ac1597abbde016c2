//! Random programs, run in the isolate several times and in Node.js: both must give the same.
//!
//! `SEED` chooses the programs (a number; without it a fixed one), `MINUTES` how long it goes on (without it a fixed number of
//! programs), and `DIFFERENCES` after how many it ends. A program that differs is made as small as it goes before it is shown.

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

/// Without `SEED`.
const SEED: u64 = 20_260_101;
/// Programs of a seed without `MINUTES`.
const PROGRAMS: u64 = 2_000;
/// Programs that Node.js is asked before the first answer is read.
const BATCH: u64 = 50;
/// Differences after which it ends without `DIFFERENCES`.
const ENOUGH: usize = 8;
/// Smaller programs that are tried for a difference.
const TRIALS: usize = 600;

struct Both {
    node: Node,
    ours: Ours,
}

impl Both {
    /// What is wrong with our answers.
    fn difference(expected: &Value, seen: &[Value]) -> Option<String> {
        // What is no JavaScript there must be none here.
        if let Some(refused) = expected.get("refused") {
            let seen = seen.iter().find(|seen| seen.get("refused").is_none())?;
            return Some(format!("  Node refuses it: {refused}\n  ours {seen}"));
        }
        // A program that fails there in another way says nothing.
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

    /// The smallest program near this one that still differs.
    fn reduce(&mut self, mut program: Program) -> Program {
        let mut trials = 0;
        'smaller: loop {
            for candidate in program.smaller() {
                trials += 1;
                if trials > TRIALS {
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
    let enough = setting("DIFFERENCES").and_then(|enough| usize::try_from(enough).ok()).unwrap_or(ENOUGH);
    let mut both = Both { node: Node::start(), ours: Ours::start() };
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < enough && until.map_or(at < PROGRAMS, |until| Instant::now() < until) {
        let batch: Vec<(u64, Program)> = (at..at + BATCH)
            .map(|number| {
                (number, generate::program(&mut Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number))))
            })
            .collect();
        at += BATCH;
        batch.iter().for_each(|(_, program)| both.node.ask(program));
        let seen: Vec<_> = batch.iter().map(|(_, program)| both.ours.run(program)).collect();
        let expected: Vec<_> = batch.iter().map(|_| both.node.answer()).collect();
        for (((number, program), seen), expected) in batch.into_iter().zip(seen).zip(expected) {
            if Both::difference(&expected, &seen).is_none() || found.len() >= enough {
                continue;
            }
            let small = both.reduce(program.clone());
            // A difference that needs what ran before it in the isolate is shown as it is.
            let (program, difference) = match both.compare(&small) {
                Some(difference) => (small, difference),
                None => (program, Both::difference(&expected, &seen).unwrap_or_default()),
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
fn random_programs_do_what_they_do_in_node() {
    let (sender, receiver) = mpsc::channel();
    let searcher = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || sender.send(search()));
    let searcher = searcher.expect("a thread with a big stack");
    let found = receiver.recv().unwrap_or_else(|_| vec!["the search ended early".to_owned()]);
    let _ = searcher.join();
    assert!(found.is_empty(), "{} differences:\n\n{}", found.len(), found.join("\n\n"));
}
