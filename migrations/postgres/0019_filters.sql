-- A filter that a page offers is answered from an index that has nothing else, and so is what is counted for a chart.

-- What comes next in a tenant, in its order.
DROP INDEX script_schedules_by_tenant;
CREATE INDEX script_schedules_by_tenant ON script_schedules (tenant_id, next_due_at, script_id);

-- The kinds of scripts, in both orders of the list; and those that are switched off.
CREATE INDEX scripts_by_type ON scripts (tenant_id, type, name_key, id);
CREATE INDEX scripts_by_type_and_update ON scripts (tenant_id, type, updated_at, id);
CREATE INDEX scripts_inactive ON scripts (tenant_id, name_key, id, type) WHERE NOT is_active;

-- Causes of which there may be few among many others. Two partial ones, because SQLite would take one of all causes instead of that of
-- dead letters.
CREATE INDEX script_occurrences_of_schedules ON script_occurrences (tenant_id, due_at, id) WHERE cause = 'schedule';
CREATE INDEX script_occurrences_of_others ON script_occurrences (tenant_id, cause, due_at, id) WHERE cause <> 'schedule';

-- What is due next of all tenants. Its condition has a part that only questions about all tenants say: while nothing is due PostgreSQL
-- takes this index for empty, and would look in it for what one tenant has, through everything that has come due since.
DROP INDEX script_occurrences_due;
CREATE INDEX script_occurrences_due ON script_occurrences (next_attempt_at) WHERE state = 'due' AND attempt >= 1;

-- How runs ended, without looking at the runs.
DROP INDEX script_executions_by_tenant;
DROP INDEX script_executions_by_script;
DROP INDEX script_executions_by_trigger;
CREATE INDEX script_executions_by_tenant ON script_executions (tenant_id, created_at, id, status, triggered_by, http_status);
CREATE INDEX script_executions_by_script ON script_executions (tenant_id, script_id, created_at, id, triggered_by, status, http_status);
CREATE INDEX script_executions_by_trigger ON script_executions (tenant_id, triggered_by, created_at, id, status, http_status);
