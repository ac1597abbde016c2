//! The receipt of a run: its usage of each limit.

use serde::{Deserialize, Serialize};

use crate::Limits;

/// The usage of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Amount used; `None` if it could not be measured.
    pub used: Option<u64>,
    /// Amount allowed.
    pub allowed: u64,
}

impl Usage {
    /// Sets the amount used.
    #[must_use]
    pub const fn with(self, used: u64) -> Self {
        Self { used: Some(used), ..self }
    }

    /// Sets the amount used, if known.
    #[must_use]
    pub const fn maybe(self, used: Option<u64>) -> Self {
        Self { used, ..self }
    }

    const fn of(allowed: u64) -> Self {
        Self { used: None, allowed }
    }
}

/// The usage of each limit. Values that an older release did not measure are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// Wall time in milliseconds.
    pub wall_ms: Usage,
    /// CPU time in microseconds.
    pub cpu_us: Usage,
    /// Peak memory in bytes.
    pub peak_memory_bytes: Usage,
    /// Native stack in bytes.
    pub stack_bytes: Usage,
    /// Nesting depth of function calls.
    pub call_depth: Usage,
    /// Bytes of the source.
    pub source_bytes: Usage,
    /// Nesting depth of brackets in the source.
    pub nesting: Usage,
    /// Bytes of the input as JSON.
    pub input_bytes: Usage,
    /// Nesting depth of JSON in the input or the result.
    pub json_depth: Usage,
    /// Bytes of console output.
    pub log_bytes: Usage,
    /// Bytes of the result as JSON.
    pub result_bytes: Usage,
    /// Host calls of all kinds.
    pub host_calls: Usage,
    /// Host calls by kind.
    pub host_calls_by_kind: CallsByKind,
    /// Maximum number of host calls in flight.
    pub pending_host_calls: Usage,
    /// Bytes of the largest arguments or response of a host call.
    pub message_bytes: Usage,
    /// Rows read by SQL.
    pub sql_rows_read: Usage,
    /// Rows written by SQL.
    pub sql_rows_written: Usage,
    /// Outgoing HTTP requests.
    pub http_calls: Usage,
    /// Bytes of outgoing HTTP requests and their responses.
    pub http_bytes: Usage,
    /// Published events.
    pub events: Usage,
}

impl Receipt {
    /// Creates a receipt with the allowed amounts and no usage.
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

    /// Converts to the stored form, which has no names to save space, because every run has a receipt. [`Self::of_figures`] parses it.
    #[must_use]
    pub fn to_figures(mut self) -> StoredReceipt {
        let calls = CallKind::ALL.map(|kind| self.host_calls_by_kind.get(kind)).to_vec();
        StoredReceipt(self.usages().map(|usage| (usage.used, usage.allowed)).to_vec(), calls)
    }

    /// Parses the stored form. Values that an older release did not measure are missing.
    #[must_use]
    pub fn of_figures(StoredReceipt(usages, calls): &StoredReceipt) -> Self {
        let mut receipt = Self::default();
        for (usage, (used, allowed)) in receipt.usages().into_iter().zip(usages) {
            *usage = Usage { used: *used, allowed: *allowed };
        }
        let made = |kind: CallKind| CallKind::ALL.iter().position(|each| *each == kind).and_then(|at| calls.get(at));
        receipt.host_calls_by_kind = CallsByKind::of(|kind| made(kind).copied().unwrap_or_default());
        receipt
    }

    /// In storage order. New values must be added at the end.
    const fn usages(&mut self) -> [&mut Usage; 19] {
        [
            &mut self.wall_ms,
            &mut self.cpu_us,
            &mut self.peak_memory_bytes,
            &mut self.stack_bytes,
            &mut self.call_depth,
            &mut self.source_bytes,
            &mut self.nesting,
            &mut self.input_bytes,
            &mut self.json_depth,
            &mut self.log_bytes,
            &mut self.result_bytes,
            &mut self.host_calls,
            &mut self.pending_host_calls,
            &mut self.message_bytes,
            &mut self.sql_rows_read,
            &mut self.sql_rows_written,
            &mut self.http_calls,
            &mut self.http_bytes,
            &mut self.events,
        ]
    }
}

/// The stored form of a [`Receipt`]: used and allowed amount of each limit, then host calls by kind. The order is significant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredReceipt(Vec<(Option<u64>, u64)>, Vec<u64>);

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident;)+) => {
        /// The kind of a host call. Receipts are stored in this order, so new kinds must be added at the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CallKind { $($(#[doc = $doc])+ $variant,)+ }

        impl CallKind {
            /// All kinds, in storage order.
            pub const ALL: [Self; [$(stringify!($field)),+].len()] = [$(Self::$variant,)+];

            /// Returns the name in a receipt.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }
        }

        /// The number of host calls of each kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct CallsByKind { $($(#[doc = $doc])+ pub $field: u64,)+ }

        impl CallsByKind {
            /// Creates the counts from a function of the kind.
            pub fn of(calls: impl Fn(CallKind) -> u64) -> Self {
                Self { $($field: calls(CallKind::$variant),)+ }
            }

            /// Returns the number of calls of one kind.
            #[must_use]
            pub const fn get(&self, kind: CallKind) -> u64 {
                match kind { $(CallKind::$variant => self.$field,)+ }
            }
        }
    };
}

kinds! {
    /// Services of the host.
    Services, services;
    /// The tenant's key-value store.
    Storage, storage;
    /// Events for the host's bus.
    Events, events;
    /// Declared tables of the host.
    Db, db;
    /// HTTP requests.
    Http, http;
    /// The tenant's templates.
    Templates, templates;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_has_a_value_for_every_limit() {
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
    fn the_stored_form_round_trips() {
        let mut receipt = Receipt::allowing(&Limits::default());
        for (at, usage) in receipt.usages().into_iter().enumerate() {
            *usage = usage.maybe((at % 3 > 0).then_some(at as u64));
        }
        receipt.host_calls_by_kind = CallsByKind::of(|kind| kind as u64 + 7);
        assert_eq!(Receipt::of_figures(&receipt.to_figures()), receipt);
        let (named, figures) = (serde_json::to_string(&receipt), serde_json::to_string(&receipt.to_figures()));
        assert!(figures.unwrap().len() * 2 < named.unwrap().len());
    }

    #[test]
    fn stored_receipts_of_older_releases_can_be_parsed() {
        let figures: StoredReceipt = serde_json::from_str("[[[3, 30000], [null, 9]], [1]]").unwrap();
        let receipt = Receipt::of_figures(&figures);
        assert_eq!((receipt.wall_ms.used, receipt.cpu_us, receipt.events), (Some(3), Usage::of(9), Usage::default()));
        assert_eq!((receipt.host_calls_by_kind.services, receipt.host_calls_by_kind.db), (1, 0));
    }

    #[test]
    fn json_receipts_of_older_releases_can_be_parsed() {
        let receipt: Receipt = serde_json::from_str(r#"{"wall_ms": {"used": 3, "allowed": 30000}}"#).unwrap();
        assert_eq!((receipt.wall_ms.used, receipt.nesting.used, receipt.nesting.allowed), (Some(3), None, 0));
        assert_eq!(receipt.host_calls_by_kind, CallsByKind::of(|_| 0));
    }
}
