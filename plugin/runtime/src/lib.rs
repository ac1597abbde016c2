//! The JavaScript isolate of iota-scripts and the protocol of its worker process.
//!
//! This is the only crate that depends on the engine (Boa). It depends on no other crate of the workspace: the owner of an isolate
//! converts its messages to the domain's types.

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
