-- Runs of a kind that is rare among many others are found by an index of their own: those of a trigger, those that refused a request,
-- trials. The partial ones cost nothing when an ordinary run is recorded.

CREATE INDEX script_executions_by_trigger ON script_executions (tenant_id, triggered_by, created_at, id);
CREATE INDEX script_executions_refused ON script_executions (tenant_id, created_at, id)
    WHERE status = 'success' AND http_status >= 400;
CREATE INDEX script_executions_trials ON script_executions (tenant_id, created_at, id)
    WHERE triggered_by = 'test' OR dry_run IS NOT NULL;
