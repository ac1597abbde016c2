-- How many runs of each tenant have ended, by the quarter of an hour in which they were asked for: a chart of a week adds up some
-- hundreds of rows and looks at no run. Added with the end of each run and taken off when it is removed, in the same transaction.
CREATE TABLE script_run_counts (
    tenant_id    TEXT    NOT NULL,
    -- Its number since 1970.
    quarter      INTEGER NOT NULL,
    -- As it is told: a success with a status of HTTP from 400 on is "refused".
    status       TEXT    NOT NULL,
    triggered_by TEXT    NOT NULL,
    -- A test of a text that is not saved, or a dry run.
    trial        INTEGER NOT NULL,
    runs         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, quarter, status, triggered_by, trial)
) STRICT, WITHOUT ROWID;

INSERT INTO script_run_counts (tenant_id, quarter, status, triggered_by, trial, runs)
SELECT tenant_id, created_at / 900000000,
    CASE WHEN status = 'success' AND http_status >= 400 THEN 'refused' ELSE status END,
    triggered_by, triggered_by = 'test' OR dry_run IS NOT NULL, COUNT(*)
FROM script_executions WHERE lease_until IS NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2;
