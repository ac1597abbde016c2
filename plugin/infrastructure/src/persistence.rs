//! The domain's repositories over SQLite and PostgreSQL.
//!
//! One SQL text serves both databases wherever possible; the differences are in `db.rs` and `migrations.rs`. This module makes no decisions
//! about scripts or runs. A row that violates the domain's rules is an error that names the row.

mod attention_repository;
mod change_listener;
mod columns;
mod config;
mod db;
mod error;
mod execution_repository;
mod history_repository;
mod history_usage;
mod http_host_repository;
mod list;
pub mod migrations;
mod occurrence_repository;
mod rows;
mod run_counts;
mod script_repository;
mod storage_repository;
mod store_clock;
mod strike_repository;
mod template_repository;
mod tenant_rows;

pub use attention_repository::SqlAttentionRepository;
pub use change_listener::listen_for_changes;
pub(crate) use config::Target;
pub use config::{DatabaseConfig, DatabaseConfigError, Dialect};
pub use db::{ConnectError, Db};
pub use execution_repository::SqlExecutionRepository;
pub use history_repository::SqlHistoryRepository;
pub use http_host_repository::SqlHttpHostRepository;
pub use occurrence_repository::SqlOccurrenceRepository;
pub use script_repository::SqlScriptRepository;
pub use storage_repository::SqlStorageRepository;
pub use strike_repository::SqlStrikeRepository;
pub use template_repository::SqlTemplateRepository;
