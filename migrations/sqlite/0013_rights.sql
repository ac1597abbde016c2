-- The user that a script runs as is kept from the moment when it may first run; the version that a run was asked for is kept with it; and
-- strikes of callers of endpoints count against the callers.

-- Until now a script without the field ran as whoever had changed it last. It goes on so: as whoever made the newest version that could run.
UPDATE scripts SET run_as = (
    SELECT v.created_by FROM script_versions v
    WHERE v.script_id = scripts.id AND v.is_active AND v.type = scripts.type ORDER BY v.version DESC LIMIT 1
)
WHERE run_as IS NULL AND (type = 'cron' OR (type = 'embedded' AND event_patterns IS NOT NULL));

-- NULL for runs that nobody asked for: those take the newest version.
ALTER TABLE script_occurrences ADD COLUMN script_version INTEGER;
-- JSON: [{"id", "version", "name"}]; NULL as above.
ALTER TABLE script_occurrences ADD COLUMN libraries TEXT;
CREATE INDEX script_occurrences_unpinned ON script_occurrences (tenant_id)
    WHERE state IN ('due', 'running') AND requested_by IS NOT NULL AND script_version IS NULL;

-- Who called, of a run of an endpoint; NULL for any other run.
ALTER TABLE script_strikes ADD COLUMN caller TEXT;
