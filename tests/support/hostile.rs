//! Hostile scripts, and the checks that they do no harm: all of them run concurrently while a probe queries the host, and afterwards no
//! resource of them may remain.
//!
//! Tests assert on the reports; programs of `make bench` print them.

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
