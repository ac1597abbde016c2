//! The record of a run in flight: when its begin is written, and whether the run is still this node's.

mod lease;
mod recording;

pub(crate) use lease::{LeaseTerms, RunLease};
pub(crate) use recording::Recording;
pub use recording::Records;
