//! What a run leaves behind: its outcome, its lines, and the figures of what it used.

use iota_scripts_domain::{EntryPoint, Limits, Outcome, Receipt, RunLog, RunRecord, ScriptType};

use crate::{
    endpoint_service::{EndpointAnswer, ReadAnswer},
    host_bridge::HostBridge,
    ports::{Job, RunReport},
};

/// What is known of a job before it runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    limits: Limits,
    source_bytes: u64,
    input_bytes: u64,
    input_depth: u64,
    /// What the run returns is an answer to an HTTP request.
    answers_http: bool,
}

impl Given {
    /// Of a job whose input is so many bytes, and so deep.
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

    /// The record of a run that ended so.
    pub(super) async fn record(
        &self,
        report: RunReport,
        bridge: &HostBridge,
        answer: Option<&ReadAnswer>,
    ) -> RunRecord {
        let receipt = Some(self.receipt(&report, bridge));
        let log = RunLog { lines: bridge.feed.lines(), truncated: report.usage.log_truncated };
        let (outcome, http_status) = if self.answers_http {
            EndpointAnswer::judge(report.outcome, answer)
        } else {
            (report.outcome.map_or_else(Outcome::of_fault, Outcome::Success), None)
        };
        RunRecord { outcome, http_status, receipt, log, would_change: bridge.would_change().await }
    }

    fn receipt(&self, report: &RunReport, bridge: &HostBridge) -> Receipt {
        let (limits, used, counts) = (&self.limits, &report.usage, &bridge.counts);
        let result = report.outcome.as_ref().ok();
        let deepest = self.input_depth.max(result.map_or(0, |value| value.depth()));
        let (http_calls, http_bytes) = counts.http();
        let given = Receipt::allowing(limits);
        Receipt {
            wall_ms: given.wall_ms.with(used.wall_us.div_ceil(1000)),
            cpu_us: given.cpu_us.maybe(used.cpu_us),
            peak_memory_bytes: given.peak_memory_bytes.maybe(used.peak_memory_bytes),
            source_bytes: given.source_bytes.with(self.source_bytes),
            input_bytes: given.input_bytes.with(self.input_bytes),
            json_depth: given.json_depth.with(deepest),
            log_bytes: given.log_bytes.with(used.log_bytes),
            result_bytes: given.result_bytes.with(result.map_or(0, |value| value.as_str().len() as u64)),
            host_calls: given.host_calls.with(counts.calls(limits.host_calls)),
            host_calls_by_kind: counts.calls_by_kind(),
            pending_host_calls: given.pending_host_calls.with(counts.most_pending()),
            message_bytes: given.message_bytes.with(counts.largest_message()),
            sql_rows_read: given.sql_rows_read.with(counts.rows_read()),
            sql_rows_written: given.sql_rows_written.with(counts.rows_written()),
            http_calls: given.http_calls.with(http_calls),
            http_bytes: given.http_bytes.with(http_bytes),
            events: given.events.with(counts.events(limits.events)),
            stack_bytes: given.stack_bytes,
            call_depth: given.call_depth,
            nesting: given.nesting,
        }
    }
}
