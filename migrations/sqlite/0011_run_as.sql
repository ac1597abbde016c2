-- The user that schedules and events run a script as; NULL for whoever changed it last.

ALTER TABLE scripts ADD COLUMN run_as TEXT;
ALTER TABLE script_versions ADD COLUMN run_as TEXT;
