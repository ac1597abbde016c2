//! What several test binaries need: databases that are made for one test and gone after it, a host that remembers,
//! the started library.
//!
//! Nothing here asserts anything about the software under test but that it starts and answers.

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
