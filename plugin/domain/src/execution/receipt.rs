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

    /// Its figures without their names, as they are stored: a history has one with each run. [`Self::of_figures`] reads them.
    #[must_use]
    pub fn to_figures(mut self) -> ReceiptFigures {
        let calls = CallKind::ALL.map(|kind| self.host_calls_by_kind.get(kind)).to_vec();
        ReceiptFigures(self.usages().map(|usage| (usage.used, usage.allowed)).to_vec(), calls)
    }

    /// From figures as they were stored. Those that an older version did not know are missing.
    #[must_use]
    pub fn of_figures(ReceiptFigures(usages, calls): &ReceiptFigures) -> Self {
        let mut receipt = Self::default();
        for (usage, (used, allowed)) in receipt.usages().into_iter().zip(usages) {
            *usage = Usage { used: *used, allowed: *allowed };
        }
        let made = |kind: CallKind| CallKind::ALL.iter().position(|each| *each == kind).and_then(|at| calls.get(at));
        receipt.host_calls_by_kind = CallsByKind::of(|kind| made(kind).copied().unwrap_or_default());
        receipt
    }

    /// In the order of what is stored: a new one goes to the end.
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

/// The figures of a [`Receipt`]: what was used and what was allowed of each limit, then calls by kind. Order has meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFigures(Vec<(Option<u64>, u64)>, Vec<u64>);

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident;)+) => {
        /// What a call of the host is about. A new one goes to the end: receipts are stored in this order.
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
    fn a_receipt_is_the_same_from_its_figures() {
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
    fn figures_of_an_older_version_are_read_with_what_they_have() {
        let figures: ReceiptFigures = serde_json::from_str("[[[3, 30000], [null, 9]], [1]]").unwrap();
        let receipt = Receipt::of_figures(&figures);
        assert_eq!((receipt.wall_ms.used, receipt.cpu_us, receipt.events), (Some(3), Usage::of(9), Usage::default()));
        assert_eq!((receipt.host_calls_by_kind.services, receipt.host_calls_by_kind.db), (1, 0));
    }

    #[test]
    fn a_receipt_of_an_older_version_is_read_with_what_it_has() {
        let receipt: Receipt = serde_json::from_str(r#"{"wall_ms": {"used": 3, "allowed": 30000}}"#).unwrap();
        assert_eq!((receipt.wall_ms.used, receipt.nesting.used, receipt.nesting.allowed), (Some(3), None, 0));
        assert_eq!(receipt.host_calls_by_kind, CallsByKind::of(|_| 0));
    }
}
