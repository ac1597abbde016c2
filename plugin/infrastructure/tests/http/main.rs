//! What the guard of outgoing HTTP promises, against servers and a name server that mean ill, all on loopback.
//!
//! `127.0.0.1` stands for the public address: it is allowed by name, as an operator would. `127.0.0.2` stands for the inside.

mod bodies;
mod names;
mod outside;
mod redirects;
mod repeating;
mod servers;
