//! What the use cases promise, over in-memory fakes of every port.
//!
//! No database, no engine, no host: those have their own tests. Time stands still unless a test moves it.

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
