-- What a person did about an event whose handler failed for good, and runs that change nothing.

-- A delivery that was asked for again names the one before.
ALTER TABLE script_occurrences ADD COLUMN replay_of UUID;
ALTER TABLE script_occurrences ADD COLUMN handled TEXT CHECK (handled IN ('replayed', 'dismissed'));
ALTER TABLE script_occurrences ADD COLUMN handled_at TIMESTAMPTZ;
ALTER TABLE script_occurrences ADD COLUMN handled_by TEXT;
CREATE INDEX script_occurrences_dead_letters ON script_occurrences (tenant_id, due_at, id)
    WHERE cause = 'event' AND state = 'failed' AND handled IS NULL;

-- JSON: what a dry run would have changed; NULL for any other run.
ALTER TABLE script_executions ADD COLUMN dry_run TEXT;
