-- What runs by itself: schedules and their ledger, retries, who may call an endpoint and how often, which events a script handles.

ALTER TABLE scripts ADD COLUMN endpoint_access TEXT CHECK (endpoint_access IN ('session', 'public'));
ALTER TABLE scripts ADD COLUMN rate_limit_per_minute INTEGER;
ALTER TABLE scripts ADD COLUMN event_patterns TEXT;
ALTER TABLE scripts ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN retry_delay_seconds INTEGER NOT NULL DEFAULT 30;
UPDATE scripts SET endpoint_access = 'session', rate_limit_per_minute = 600 WHERE type = 'endpoint';

ALTER TABLE script_versions ADD COLUMN endpoint_access TEXT;
ALTER TABLE script_versions ADD COLUMN rate_limit_per_minute INTEGER;
ALTER TABLE script_versions ADD COLUMN event_patterns TEXT;
ALTER TABLE script_versions ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE script_versions ADD COLUMN retry_delay_seconds INTEGER NOT NULL DEFAULT 30;
UPDATE script_versions SET endpoint_access = 'session', rate_limit_per_minute = 600 WHERE type = 'endpoint';

-- The unique index starts each attempt of an occurrence once, however many nodes try.
ALTER TABLE script_executions ADD COLUMN occurrence_id BLOB;
ALTER TABLE script_executions ADD COLUMN attempt INTEGER;
CREATE UNIQUE INDEX script_executions_attempt_key ON script_executions (occurrence_id, attempt) WHERE occurrence_id IS NOT NULL;

-- When each active cron script is due next. Written together with the script.
CREATE TABLE script_schedules (
    script_id      BLOB    NOT NULL PRIMARY KEY REFERENCES scripts (id) ON DELETE CASCADE,
    tenant_id      TEXT    NOT NULL,
    expression     TEXT    NOT NULL,
    timezone       TEXT    NOT NULL,
    follows_tenant INTEGER NOT NULL CHECK (follows_tenant IN (0, 1)),
    next_due_at    INTEGER,
    updated_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX script_schedules_by_due ON script_schedules (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX script_schedules_by_tenant ON script_schedules (tenant_id);

-- One row for each time at which a run was expected, and what became of it. No foreign key: the ledger outlives its script.
CREATE TABLE script_occurrences (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    tenant_id       TEXT    NOT NULL,
    script_id       BLOB    NOT NULL,
    script_name     TEXT    NOT NULL,
    cause           TEXT    NOT NULL CHECK (cause IN ('schedule', 'later', 'event')),
    -- What makes it one of its kind: the due time of a schedule, the id of an event.
    key             TEXT    NOT NULL,
    due_at          INTEGER NOT NULL,
    input           TEXT    NOT NULL,
    requested_by    TEXT,
    event_type      TEXT,
    depth           INTEGER NOT NULL DEFAULT 0,
    state           TEXT    NOT NULL
        CHECK (state IN ('due', 'running', 'ran', 'failed', 'skipped', 'missed', 'cancelled')),
    attempt         INTEGER NOT NULL DEFAULT 1,
    next_attempt_at INTEGER,
    execution_id    BLOB,
    claimed_by      TEXT,
    claimed_at      INTEGER,
    reason          TEXT    NOT NULL DEFAULT '',
    created_at      INTEGER NOT NULL,
    settled_at      INTEGER,
    CHECK ((state = 'due') = (next_attempt_at IS NOT NULL)),
    CHECK ((state IN ('due', 'running')) = (settled_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX script_occurrences_key ON script_occurrences (script_id, cause, key);
CREATE INDEX script_occurrences_due ON script_occurrences (next_attempt_at) WHERE state = 'due';
CREATE INDEX script_occurrences_running ON script_occurrences (claimed_at) WHERE state = 'running';
CREATE INDEX script_occurrences_by_tenant ON script_occurrences (tenant_id, due_at, id);
CREATE INDEX script_occurrences_by_script ON script_occurrences (tenant_id, script_id, due_at, id);
