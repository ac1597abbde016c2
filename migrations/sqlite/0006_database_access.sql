-- What a script may do with the host's tables. Reading needs no more than that the operator has declared them.

ALTER TABLE scripts ADD COLUMN database_access TEXT NOT NULL DEFAULT 'read' CHECK (database_access IN ('read', 'read_write'));
ALTER TABLE script_versions ADD COLUMN database_access TEXT NOT NULL DEFAULT 'read';
