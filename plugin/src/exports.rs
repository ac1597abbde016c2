//! The plugin's side of the ABI: the functions that the host calls.
//!
//! `table` contains the functions, `guard` wraps each of them, `instances` maps handles to instances. Operations are
//! handled elsewhere.

mod guard;
mod instances;
mod table;
