-- A filter that a page offers is answered from an index that has nothing else, and so is what is counted for a chart.

-- What comes next in a tenant, in its order.
DROP INDEX script_schedules_by_tenant;
CREATE INDEX script_schedules_by_tenant ON script_schedules (tenant_id, next_due_at, script_id);

-- The kinds of scripts, in both orders of the list; and those that are switched off.
CREATE INDEX scripts_by_type ON scripts (tenant_id, type, name_key, id);
CREATE INDEX scripts_by_type_and_update ON scripts (tenant_id, type, updated_at, id);
-- A search looks through the texts of the index, and reads the scripts that it finds. (PostgreSQL bounds the rows of an index.)
DROP INDEX scripts_by_name;
CREATE INDEX scripts_by_name ON scripts (tenant_id, name_key, id, search_text);
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

-- Nobody makes statistics for SQLite, and without it goes through all runs of a tenant for the few that an index of their own has. These
-- are of 500 tenants with a million runs; how many there really are changes no plan. A later index brings its own line.
ANALYZE sqlite_master;
DELETE FROM sqlite_stat1 WHERE tbl IN ('scripts', 'script_schedules', 'script_executions', 'script_occurrences');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('scripts', 'sqlite_autoindex_scripts_1', '110000 1'),
    ('scripts', 'scripts_name_key', '110000 220 1'),
    ('scripts', 'scripts_endpoint_key', '110000 220 120 20'),
    ('scripts', 'scripts_by_name', '110000 220 1 1 1'),
    ('scripts', 'scripts_by_created_at', '110000 220 1 1'),
    ('scripts', 'scripts_by_updated_at', '110000 220 1 1'),
    ('scripts', 'scripts_by_type', '110000 220 66 1 1'),
    ('scripts', 'scripts_by_type_and_update', '110000 220 66 1 1'),
    ('scripts', 'scripts_active', '100000 200 60'),
    ('scripts', 'scripts_active_by_type', '100000 25000'),
    ('scripts', 'scripts_inactive', '4000 8 1 1 1'),
    ('scripts', 'scripts_in_quarantine', '100 2 1 1'),
    ('scripts', 'scripts_importing', '1000 4'),
    ('script_schedules', 'sqlite_autoindex_script_schedules_1', '100000 1'),
    ('script_schedules', 'script_schedules_by_due', '100000 80'),
    ('script_schedules', 'script_schedules_by_tenant', '100000 200 2 1'),
    ('script_schedules', 'script_schedules_by_update', '100000 1'),
    ('script_executions', 'sqlite_autoindex_script_executions_1', '1000000 1'),
    ('script_executions', 'script_executions_attempt_key', '550000 1 1'),
    ('script_executions', 'script_executions_by_tenant', '1000000 2000 1 1 1 1 1'),
    ('script_executions', 'script_executions_by_script', '1000000 2000 10 1 1 1 1 1'),
    ('script_executions', 'script_executions_by_trigger', '1000000 2000 490 1 1 1 1'),
    ('script_executions', 'script_executions_unsuccessful', '30000 60 1 1 1 1 1'),
    ('script_executions', 'script_executions_successes', '960000 1920 9 1'),
    ('script_executions', 'script_executions_refused', '5000 10 1 1'),
    ('script_executions', 'script_executions_trials', '2000 4 1 1'),
    ('script_executions', 'script_executions_by_lease', '200 1 1'),
    ('script_occurrences', 'sqlite_autoindex_script_occurrences_1', '550000 1'),
    ('script_occurrences', 'script_occurrences_key', '550000 6 6 1'),
    ('script_occurrences', 'script_occurrences_by_tenant', '550000 1100 1 1 1'),
    ('script_occurrences', 'script_occurrences_by_script', '550000 1100 6 1 1 1'),
    ('script_occurrences', 'script_occurrences_of_schedules', '500000 1000 1 1'),
    ('script_occurrences', 'script_occurrences_of_others', '50000 100 50 1 1'),
    ('script_occurrences', 'script_occurrences_unsuccessful', '18000 36 1 1 1 1 1'),
    ('script_occurrences', 'script_occurrences_unsettled', '200 2 1 1'),
    ('script_occurrences', 'script_occurrences_missed', '550 2 1'),
    ('script_occurrences', 'script_occurrences_dead_letters', '100 2 1 1'),
    ('script_occurrences', 'script_occurrences_due', '100 1'),
    ('script_occurrences', 'script_occurrences_due_by_tenant', '100 2 1'),
    ('script_occurrences', 'script_occurrences_running', '100 2'),
    ('script_occurrences', 'script_occurrences_unpinned', '10 1');
ANALYZE sqlite_master;
