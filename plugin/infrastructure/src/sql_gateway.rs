//! The host's tables for scripts: statements are scoped, then run on connections of their own.

pub mod scope;
