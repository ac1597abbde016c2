-- When the schedules of a tenant are paused, and what the overview asks of the last day.

-- One row for each pause. It is in force until it ends; resuming it sets the end. The name is as the host called the user then.
CREATE TABLE script_pauses (
    id         UUID             NOT NULL PRIMARY KEY,
    tenant_id  TEXT COLLATE "C" NOT NULL,
    reason     TEXT             NOT NULL,
    paused_at  TIMESTAMPTZ      NOT NULL,
    paused_by  TEXT             NOT NULL,
    name       TEXT             NOT NULL,
    ends_at    TIMESTAMPTZ,
    resumed_by TEXT
);

CREATE INDEX script_pauses_by_tenant ON script_pauses (tenant_id, ends_at);
CREATE INDEX script_pauses_by_end ON script_pauses (ends_at);

-- The expected times that a row stands for: of those that a pause left out, each script has one row.
ALTER TABLE script_occurrences ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
CREATE INDEX script_occurrences_missed ON script_occurrences (tenant_id, due_at) WHERE state = 'missed';

CREATE INDEX scripts_in_quarantine ON scripts (tenant_id, name_key, id) WHERE quarantine IS NOT NULL;
