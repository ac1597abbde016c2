-- How many runs of each tenant have ended, by the quarter of an hour in which they were asked for: a chart of a week adds up some
-- hundreds of rows and looks at no run. Added with the end of each run and taken off when it is removed, in the same transaction.
CREATE TABLE script_run_counts (
    tenant_id    TEXT COLLATE "C" NOT NULL,
    -- Its number since 1970.
    quarter      BIGINT           NOT NULL,
    -- As it is told: a success with a status of HTTP from 400 on is "refused".
    status       TEXT COLLATE "C" NOT NULL,
    triggered_by TEXT COLLATE "C" NOT NULL,
    -- A test of a text that is not saved, or a dry run.
    trial        BOOLEAN          NOT NULL,
    runs         BIGINT           NOT NULL,
    -- Rows of a tenant lie apart, because those of all tenants come together: a chart reads the index and not each of their pages.
    PRIMARY KEY (tenant_id, quarter, status, triggered_by, trial) INCLUDE (runs)
);

INSERT INTO script_run_counts (tenant_id, quarter, status, triggered_by, trial, runs)
SELECT tenant_id, CAST(FLOOR(EXTRACT(EPOCH FROM created_at) / 900) AS BIGINT),
    CASE WHEN status = 'success' AND http_status >= 400 THEN 'refused' ELSE status END,
    triggered_by, triggered_by = 'test' OR dry_run IS NOT NULL, COUNT(*)
FROM script_executions WHERE lease_until IS NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2;
