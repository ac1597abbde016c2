//! The library's side of the ABI: the functions that the host calls.
//!
//! `table` has the functions, `guard` wraps each of them, `instances` turns handles into instances. Nothing here knows
//! what an operation means.

mod guard;
mod instances;
mod table;
