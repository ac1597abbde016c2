//! The sandbox of a worker: the calls that it denies, each wall alone, and scripts that run in spite of it.

mod attempts;
mod copies;
mod ordinary;
mod shipped;
mod walls;
mod worker;
