//! The ERP as its users meet it: started in process on SQLite in a folder of its own, without the plugin, and asked
//! over HTTP. One binary, a module for each thing that is promised.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod api;
mod orders;
mod pages;
mod recovery;
mod running;
mod services;
mod sign_in;
mod startup;

pub(crate) use running::{ACME, Running};
