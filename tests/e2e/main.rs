//! End to end: a Rust host, the real library through its own doors, real workers, both databases.

mod api;
mod command;
mod db;
mod endpoints;
mod lifecycle;
mod nodes;
mod pages;
mod recovery;
mod runs;
mod sandbox;
mod schedules;
mod sharing;
mod world;
