-- Which hosts scripts of a tenant may call, and how much each tenant stores.

CREATE TABLE script_http_hosts (
    tenant_id TEXT    NOT NULL,
    host      TEXT    NOT NULL,
    added_at  INTEGER NOT NULL,
    added_by  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, host)
) STRICT;

CREATE TABLE script_storage_usage (
    tenant_id TEXT    NOT NULL PRIMARY KEY,
    keys      INTEGER NOT NULL,
    bytes     INTEGER NOT NULL
) STRICT;

INSERT INTO script_storage_usage (tenant_id, keys, bytes)
SELECT tenant_id, count(*), sum(octet_length(key) + octet_length(value)) FROM script_storage GROUP BY tenant_id;
