-- What is read again and again must not cost more as history grows: lists, counts and the planning of schedules go by an index that
-- holds what they filter for. And how much each tenant's history holds is known without reading it.

-- Filters on status and trigger are answered from the index; so are the counts of a day.
DROP INDEX script_executions_by_tenant;
DROP INDEX script_executions_by_script;
DROP INDEX script_executions_by_status;
DROP INDEX script_executions_by_lease;
CREATE INDEX script_executions_by_tenant ON script_executions (tenant_id, created_at, id, status, triggered_by);
CREATE INDEX script_executions_by_script ON script_executions (tenant_id, script_id, created_at, id, triggered_by);
CREATE INDEX script_executions_unsuccessful ON script_executions (tenant_id, created_at, id, status, script_id, triggered_by)
    WHERE status IN ('cancelled', 'failed', 'lost', 'timeout');
CREATE INDEX script_executions_by_lease ON script_executions (lease_until, tenant_id) WHERE lease_until IS NOT NULL;

DROP INDEX script_occurrences_by_tenant;
DROP INDEX script_occurrences_by_script;
CREATE INDEX script_occurrences_by_tenant ON script_occurrences (tenant_id, due_at, id, cause);
CREATE INDEX script_occurrences_by_script ON script_occurrences (tenant_id, script_id, due_at, id, cause);
CREATE INDEX script_occurrences_unsettled ON script_occurrences (tenant_id, script_id, cause) WHERE state IN ('due', 'running');
CREATE INDEX script_occurrences_unsuccessful ON script_occurrences (tenant_id, due_at, id, state, cause, script_id)
    WHERE state IN ('cancelled', 'failed', 'missed', 'skipped');

CREATE INDEX scripts_active ON scripts (tenant_id, type) WHERE is_active;

-- Bytes of input, result and log that were left out because the tenant was over its quota; NULL for none.
ALTER TABLE script_executions ADD COLUMN truncated_bytes INTEGER;

-- Bytes of input, result, log and dry run that the ended runs of each tenant hold.
CREATE TABLE script_history_usage (
    tenant_id TEXT    NOT NULL PRIMARY KEY,
    bytes     INTEGER NOT NULL
) STRICT;

INSERT INTO script_history_usage (tenant_id, bytes)
SELECT tenant_id, sum(octet_length(input) + coalesce(octet_length(result), 0) + coalesce(octet_length(output), 0)
    + coalesce(octet_length(dry_run), 0))
FROM script_executions WHERE completed_at IS NOT NULL GROUP BY tenant_id;
