//! A small multi-tenant ERP that hosts iota-scripts: clients, products, orders, invoices and text messages.
//!
//! It is an application first: everything also works without the plugin (`--disabled`). In reading order: identities (`tenant`, `user`,
//! `access`, `call_context`, `caller`), business records (`clients` … `sms`, on `erp`), interfaces (`web`, `services`), and the integration
//! of the plugin (`scripts`, the only module that depends on it). `app` assembles them.

pub mod access;
pub mod app;
pub mod banner;
pub mod call_context;
pub mod caller;
pub mod clients;
pub mod clock;
pub mod config;
pub mod db;
pub mod erp;
pub mod error;
pub mod events;
pub mod fields;
pub mod invoices;
pub mod listing;
pub mod money;
pub mod orders;
pub mod products;
pub mod scripts;
pub mod secrets;
pub mod seed;
pub mod server;
pub mod services;
pub mod sessions;
pub mod sms;
pub mod tenant;
pub mod user;
pub mod web;
