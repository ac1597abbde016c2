//! End to end: a Rust host, the real library through its own doors, real workers, both databases.

mod api;
mod cancel;
mod cases;
mod command;
mod db;
mod dead_letters;
mod dry_run;
mod endpoints;
mod http;
mod libraries;
mod lifecycle;
mod limits;
mod nodes;
mod pages;
mod quarantine;
mod quotas;
mod recovery;
mod runs;
mod sandbox;
mod schedules;
mod sharing;
mod side_by_side;
mod sqlite_file;
mod storage;
mod types;
mod world;
