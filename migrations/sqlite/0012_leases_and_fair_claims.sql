-- What nodes know of each other, claims that take from tenants in turn, and why a time was left out.

-- The times are those of the database's own clock.
CREATE TABLE script_nodes (
    node        TEXT NOT NULL PRIMARY KEY,
    started_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

-- One look into it finds the next tenant, and one the rows of a tenant, however many others there are.
CREATE INDEX script_occurrences_due_by_tenant ON script_occurrences (tenant_id, next_attempt_at) WHERE state = 'due';

-- Finds what a clock has computed that was ahead.
CREATE INDEX script_schedules_by_update ON script_schedules (updated_at);

-- The reason in a word; NULL where there is none.
ALTER TABLE script_occurrences ADD COLUMN reason_code TEXT;
