-- Which version of the JavaScript API a script was written for.

ALTER TABLE scripts ADD COLUMN api_version BIGINT NOT NULL DEFAULT 1 CHECK (api_version >= 1);
ALTER TABLE script_versions ADD COLUMN api_version BIGINT NOT NULL DEFAULT 1;
