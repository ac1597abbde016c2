//! Tests of the use cases, with in-memory fakes of every port.
//!
//! Database, engine and host have their own tests. The clock moves only when a test advances it.

mod cancelling;
mod checking;
mod dead_letters;
mod dry_runs;
mod editing;
mod endpoints;
mod events;
mod fakes;
mod http;
mod leases;
mod libraries;
mod limits;
mod pausing;
mod permissions;
mod quarantine;
mod quotas;
mod records;
mod rights;
mod runs;
mod schedules;
mod services;
mod storage;
mod timers;
mod world;
