//! Shared helpers of the test binaries: temporary databases, a host that records all messages, the started library.
//!
//! The helpers assert about the software under test only that it starts and answers.

pub mod database;
pub mod host;
pub mod hostile;
pub mod http;
pub mod permissions;
pub mod postgres;
pub mod process;
pub mod small_disk;
pub mod stage;
pub mod tables;

pub use database::TestDatabase;
pub use host::{ALL, TestHost, admin, echo_service, user};
pub use http::http_client;
pub use stage::{Answer, Reply, Stage, library, start, target_folder};
