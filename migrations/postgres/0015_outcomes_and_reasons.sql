-- What an endpoint answered, how many errors a run logged, and what a change of a script was, for pages that translate it.

-- A refusal (400 to 499) has the status 'success': nodes of the release before know no other word for it.
ALTER TABLE script_executions ADD COLUMN http_status BIGINT;
ALTER TABLE script_executions ADD COLUMN error_lines BIGINT NOT NULL DEFAULT 0;

-- JSON: {"code", …}; NULL for a summary in its author's words.
ALTER TABLE script_versions ADD COLUMN change_data TEXT;

-- The last success of a script, among the runs that count: neither tests of a text that is not saved nor dry runs, nor refusals.
CREATE INDEX script_executions_successes ON script_executions (tenant_id, script_id, created_at)
    WHERE status = 'success' AND triggered_by <> 'test' AND dry_run IS NULL AND (http_status IS NULL OR http_status < 400);
