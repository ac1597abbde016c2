//! Builds the record of a finished run: its outcome, log lines and usage.

use iota_scripts_domain::{EntryPoint, Limits, Outcome, Receipt, RunLog, RunRecord, ScriptType};

use crate::{
    endpoint_service::{EndpointAnswer, ReadAnswer},
    host_bridge::HostBridge,
    ports::{Job, RunReport},
};

/// Facts about a job before it runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct InputStats {
    limits: Limits,
    source_bytes: u64,
    input_bytes: u64,
    input_depth: u64,
    /// The return value is the response to an HTTP request.
    answers_http: bool,
}

impl InputStats {
    /// Collects the facts; the pair is the input's size in bytes and its depth.
    pub(super) fn of(job: &Job, script_type: ScriptType, (input_bytes, input_depth): (u64, u64)) -> Self {
        let answering = EntryPoint::usual_for(ScriptType::Endpoint);
        Self {
            answers_http: script_type == ScriptType::Endpoint && job.entry == answering,
            limits: job.limits,
            source_bytes: job.source.len() as u64,
            input_bytes,
            input_depth,
        }
    }

    /// Returns the record of a run with this outcome.
    pub(super) async fn record(
        &self,
        report: RunReport,
        bridge: &HostBridge,
        answer: Option<&ReadAnswer>,
    ) -> RunRecord {
        let receipt = Some(self.receipt(&report, bridge));
        let log = RunLog { lines: bridge.feed().lines(), truncated: report.usage.log_truncated };
        let (outcome, http_status) = if self.answers_http {
            EndpointAnswer::judge(report.outcome, answer)
        } else {
            (report.outcome.map_or_else(Outcome::of_fault, Outcome::Success), None)
        };
        RunRecord { outcome, http_status, receipt, log, would_change: bridge.would_change().await }
    }

    fn receipt(&self, report: &RunReport, bridge: &HostBridge) -> Receipt {
        let (limits, used, counts) = (&self.limits, &report.usage, bridge.counts());
        let result = report.outcome.as_ref().ok();
        let deepest = self.input_depth.max(result.map_or(0, |value| value.depth()));
        let (http_calls, http_bytes) = counts.http();
        let input_stats = Receipt::allowing(limits);
        Receipt {
            wall_ms: input_stats.wall_ms.with(used.wall_us.div_ceil(1000)),
            cpu_us: input_stats.cpu_us.maybe(used.cpu_us),
            peak_memory_bytes: input_stats.peak_memory_bytes.maybe(used.peak_memory_bytes),
            source_bytes: input_stats.source_bytes.with(self.source_bytes),
            input_bytes: input_stats.input_bytes.with(self.input_bytes),
            json_depth: input_stats.json_depth.with(deepest),
            log_bytes: input_stats.log_bytes.with(used.log_bytes),
            result_bytes: input_stats.result_bytes.with(result.map_or(0, |value| value.as_str().len() as u64)),
            host_calls: input_stats.host_calls.with(counts.calls(limits.host_calls)),
            host_calls_by_kind: counts.calls_by_kind(),
            pending_host_calls: input_stats.pending_host_calls.with(counts.most_pending()),
            message_bytes: input_stats.message_bytes.with(counts.largest_message()),
            sql_rows_read: input_stats.sql_rows_read.with(counts.rows_read()),
            sql_rows_written: input_stats.sql_rows_written.with(counts.rows_written()),
            http_calls: input_stats.http_calls.with(http_calls),
            http_bytes: input_stats.http_bytes.with(http_bytes),
            events: input_stats.events.with(counts.events(limits.events)),
            stack_bytes: input_stats.stack_bytes,
            call_depth: input_stats.call_depth,
            nesting: input_stats.nesting,
        }
    }
}
