//! Scripts that try to hurt their host, and what it takes to see that they do not: all of them run beside each other
//! while a probe asks the host, and afterwards nothing of them may be left.
//!
//! Tests assert on what these report; programs of `make bench` print it.

mod corpus;
mod gauntlet;
mod leaks;
mod probe;
mod soak;

pub use corpus::{HostileScript, corpus};
pub use gauntlet::{Ended, Gauntlet};
pub use leaks::{Footprint, unfinished, workers_beyond_the_pool};
pub use probe::{Answers, Probe};
pub use soak::{SoakReport, soak};
