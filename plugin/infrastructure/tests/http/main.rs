//! Tests the checks of outgoing HTTP requests against malicious servers and a malicious name server, all on loopback.
//!
//! `127.0.0.1` represents a public address: it is allowed by name, as an operator would allow it. `127.0.0.2` represents an internal one.

mod bodies;
mod gateway;
mod names;
mod redirects;
mod repeating;
mod servers;
