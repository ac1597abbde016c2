//! The JavaScript isolate of iota-scripts and the protocol that its worker process speaks.
//!
//! This is the only crate that knows the engine (Boa). It depends on none of our other crates: whoever runs an
//! isolate converts its messages to the domain's words.

pub mod allocator;
mod api;
pub mod builtins;
pub mod convert;
pub mod exit;
pub mod fault;
pub mod host;
mod intl;
pub mod isolate;
pub mod language;
pub mod meter;
mod objects;
pub mod protocol;
mod region;
pub mod sandbox;
pub mod serve;
mod source;
mod templates;
pub mod worker;
mod zones;
