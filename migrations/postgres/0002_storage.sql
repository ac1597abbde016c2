-- What scripts of a tenant keep: values that may expire, and the templates they render.

CREATE TABLE script_storage (
    tenant_id  TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    value      TEXT             NOT NULL,
    expires_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ      NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

CREATE INDEX script_storage_by_expiry ON script_storage (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE script_templates (
    tenant_id  TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    body       TEXT             NOT NULL,
    updated_at TIMESTAMPTZ      NOT NULL,
    updated_by TEXT             NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
