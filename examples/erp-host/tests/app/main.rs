//! The ERP from outside: started in process on SQLite in a temporary folder, without the plugin, and tested over HTTP. One binary, with a
//! module for each subject.
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
