//! The record of an active run: when its start is written, and whether this node still owns the run.

mod lease;
mod recording;

pub(crate) use lease::{LeaseTerms, RunLease};
pub(crate) use recording::Recording;
pub use recording::Records;
