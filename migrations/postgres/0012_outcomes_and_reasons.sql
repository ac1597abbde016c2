-- What an endpoint answered, how many errors a run logged, and reasons that pages can translate.

-- A refusal (400 to 499) has the status 'success': nodes of the release before know no other word for it.
ALTER TABLE script_executions ADD COLUMN http_status BIGINT;
ALTER TABLE script_executions ADD COLUMN error_lines BIGINT NOT NULL DEFAULT 0;

-- The reason in a word; NULL where the sentence is all there is.
ALTER TABLE script_occurrences ADD COLUMN reason_code TEXT;
-- JSON: {"code", …}; NULL for a summary in its author's words.
ALTER TABLE script_versions ADD COLUMN change_data TEXT;
