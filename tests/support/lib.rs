//! What several test binaries need: databases that are made for one test and gone after it.
//!
//! Nothing here asserts anything about the software under test.

pub mod database;
pub mod postgres;
