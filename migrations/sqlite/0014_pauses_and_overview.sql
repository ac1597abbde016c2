-- When the schedules of a tenant are paused, and what the overview asks of the last day.

-- One row for each pause. It is in force until it ends; resuming it sets the end. The name is as the host called the user then.
CREATE TABLE script_pauses (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    tenant_id  TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    paused_at  INTEGER NOT NULL,
    paused_by  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    ends_at    INTEGER,
    resumed_by TEXT
) STRICT;

CREATE INDEX script_pauses_by_tenant ON script_pauses (tenant_id, ends_at);
CREATE INDEX script_pauses_by_end ON script_pauses (ends_at);

-- The expected times that a row stands for: of those that a pause left out, each script has one row.
ALTER TABLE script_occurrences ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
CREATE INDEX script_occurrences_missed ON script_occurrences (tenant_id, due_at) WHERE state = 'missed';

CREATE INDEX scripts_in_quarantine ON scripts (tenant_id, name_key, id) WHERE quarantine IS NOT NULL;
