-- The circuit breaker: runs that ended at a hard limit, for as long as they count, and why a script was switched off for them.

-- JSON: {"fault", "times", "since", "at"}.
ALTER TABLE scripts ADD COLUMN quarantine TEXT;

CREATE TABLE script_strikes (
    execution_id BLOB    NOT NULL PRIMARY KEY,
    tenant_id    TEXT    NOT NULL,
    script_id    BLOB    NOT NULL REFERENCES scripts (id) ON DELETE CASCADE,
    version      INTEGER NOT NULL,
    fault        TEXT    NOT NULL,
    at           INTEGER NOT NULL
) STRICT;

CREATE INDEX script_strikes_by_script ON script_strikes (script_id, at);
