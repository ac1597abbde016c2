//! The sandbox of a worker: what is refused inside of it, each wall by itself, and that scripts run all the same.

mod attempts;
mod copies;
mod ordinary;
mod prisoner;
mod shipped;
mod walls;
