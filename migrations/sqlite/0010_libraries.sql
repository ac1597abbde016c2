-- Scripts that others import, who imports what, and which versions of them a run used.

ALTER TABLE scripts ADD COLUMN is_library INTEGER NOT NULL DEFAULT 0 CHECK (is_library IN (0, 1));
-- The names of libraries, one on a line; NULL for none.
ALTER TABLE scripts ADD COLUMN imports TEXT;
ALTER TABLE script_versions ADD COLUMN is_library INTEGER NOT NULL DEFAULT 0;
ALTER TABLE script_versions ADD COLUMN imports TEXT;
CREATE INDEX scripts_importing ON scripts (tenant_id) WHERE imports IS NOT NULL;

-- JSON: [{"id", "version", "name"}]; NULL for none.
ALTER TABLE script_executions ADD COLUMN libraries TEXT;
