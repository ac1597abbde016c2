//! What a run used of each limit.

use serde::{Deserialize, Serialize};

use crate::Limits;

/// One figure of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// What was used; nothing where nobody can measure it, or could any more.
    pub used: Option<u64>,
    /// What might have been.
    pub allowed: u64,
}

impl Usage {
    /// The same figure with what was used.
    #[must_use]
    pub const fn with(self, used: u64) -> Self {
        Self { used: Some(used), ..self }
    }

    /// The same figure with what was used, if anybody knows.
    #[must_use]
    pub const fn maybe(self, used: Option<u64>) -> Self {
        Self { used, ..self }
    }

    const fn of(allowed: u64) -> Self {
        Self { used: None, allowed }
    }
}

/// What a run used, and what it might have. Figures that an older version did not measure are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// Milliseconds of wall time.
    pub wall_ms: Usage,
    /// Microseconds of processor time.
    pub cpu_us: Usage,
    /// The most memory at any moment, in bytes.
    pub peak_memory_bytes: Usage,
    /// Bytes of native stack.
    pub stack_bytes: Usage,
    /// Nested calls.
    pub call_depth: Usage,
    /// Bytes of the source.
    pub source_bytes: Usage,
    /// Brackets within brackets in the source.
    pub nesting: Usage,
    /// Bytes of the input as JSON.
    pub input_bytes: Usage,
    /// Values within values, in the input or the result.
    pub json_depth: Usage,
    /// Bytes of console output.
    pub log_bytes: Usage,
    /// Bytes of the result as JSON.
    pub result_bytes: Usage,
    /// Calls of the host, of all kinds.
    pub host_calls: Usage,
    /// The same by kind.
    pub host_calls_by_kind: CallsByKind,
    /// The most calls that waited at the same time.
    pub pending_host_calls: Usage,
    /// Bytes of the largest arguments or answer of a call.
    pub message_bytes: Usage,
    /// Rows read by SQL.
    pub sql_rows_read: Usage,
    /// Rows written by SQL.
    pub sql_rows_written: Usage,
    /// Outgoing HTTP requests.
    pub http_calls: Usage,
    /// Bytes of outgoing HTTP requests and their answers.
    pub http_bytes: Usage,
    /// Published events.
    pub events: Usage,
}

impl Receipt {
    /// What a run might use, before it has used anything.
    #[must_use]
    pub fn allowing(limits: &Limits) -> Self {
        Self {
            wall_ms: Usage::of(limits.wall_ms),
            cpu_us: Usage::of(limits.cpu_ms * 1000),
            peak_memory_bytes: Usage::of(limits.memory_bytes),
            stack_bytes: Usage::of(limits.stack_bytes),
            call_depth: Usage::of(limits.call_depth),
            source_bytes: Usage::of(limits.source_bytes),
            nesting: Usage::of(limits.nesting),
            input_bytes: Usage::of(limits.input_bytes),
            json_depth: Usage::of(limits.json_depth),
            log_bytes: Usage::of(limits.log_bytes),
            result_bytes: Usage::of(limits.result_bytes),
            host_calls: Usage::of(limits.host_calls),
            host_calls_by_kind: CallsByKind::default(),
            pending_host_calls: Usage::of(limits.pending_host_calls),
            message_bytes: Usage::of(limits.message_bytes),
            sql_rows_read: Usage::of(limits.sql_rows_read),
            sql_rows_written: Usage::of(limits.sql_rows_written),
            http_calls: Usage::of(limits.http_calls),
            http_bytes: Usage::of(limits.http_bytes),
            events: Usage::of(limits.events),
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident;)+) => {
        /// What a call of the host is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CallKind { $($(#[doc = $doc])+ $variant,)+ }

        impl CallKind {
            /// All of them, in the order of a receipt.
            pub const ALL: [Self; [$(stringify!($field)),+].len()] = [$(Self::$variant,)+];

            /// As in a receipt.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }
        }

        /// Calls of the host by what they were about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct CallsByKind { $($(#[doc = $doc])+ pub $field: u64,)+ }

        impl CallsByKind {
            /// How many of each kind, as the function tells.
            pub fn of(calls: impl Fn(CallKind) -> u64) -> Self {
                Self { $($field: calls(CallKind::$variant),)+ }
            }

            /// How many of one kind.
            #[must_use]
            pub const fn get(&self, kind: CallKind) -> u64 {
                match kind { $(CallKind::$variant => self.$field,)+ }
            }
        }
    };
}

kinds! {
    /// The host's services.
    Services, services;
    /// The tenant's key-value store.
    Storage, storage;
    /// Events for the host's bus.
    Events, events;
    /// The declared tables.
    Db, db;
    /// Other servers.
    Http, http;
    /// The tenant's templates.
    Templates, templates;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_has_a_figure_for_every_limit() {
        let receipt = serde_json::to_value(Receipt::allowing(&Limits::default())).unwrap();
        for (name, range) in Limits::TABLE {
            let (figure, allowed) = match *name {
                "cpu_ms" => ("cpu_us", range.default * 1000),
                "memory_bytes" => ("peak_memory_bytes", range.default),
                same => (same, range.default),
            };
            assert_eq!(receipt[figure], serde_json::json!({"used": null, "allowed": allowed}), "{name}");
        }
    }

    #[test]
    fn a_receipt_of_an_older_version_is_read_with_what_it_has() {
        let receipt: Receipt = serde_json::from_str(r#"{"wall_ms": {"used": 3, "allowed": 30000}}"#).unwrap();
        assert_eq!((receipt.wall_ms.used, receipt.nesting.used, receipt.nesting.allowed), (Some(3), None, 0));
        assert_eq!(receipt.host_calls_by_kind, CallsByKind::of(|_| 0));
    }
}
