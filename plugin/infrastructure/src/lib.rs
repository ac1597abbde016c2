//! Adapters. Each module implements one or more ports of the services and domain crates.

pub mod check_cache;
mod child;
pub mod elapsed;
mod framed_socket;
pub mod http_gateway;
pub mod maintenance;
pub mod metrics;
pub mod persistence;
mod pool_checks;
pub mod sql_gateway;
pub mod worker_pool;
