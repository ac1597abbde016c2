-- Scripts, their versions and their runs.

CREATE TABLE scripts (
    id              UUID             NOT NULL PRIMARY KEY,
    tenant_id       TEXT COLLATE "C" NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    description     TEXT             NOT NULL,
    type            TEXT             NOT NULL CHECK (type IN ('cron', 'one_off', 'endpoint', 'embedded')),
    content         TEXT             NOT NULL,
    cron_expression TEXT,
    timezone        TEXT,
    endpoint_method TEXT COLLATE "C",
    endpoint_path   TEXT,
    -- The path without the names of its parameters: two paths of one shape match the same requests.
    endpoint_shape  TEXT COLLATE "C",
    timeout_seconds BIGINT           NOT NULL,
    max_memory_mb   BIGINT           NOT NULL,
    is_active       BOOLEAN          NOT NULL,
    version         BIGINT           NOT NULL CHECK (version >= 1),
    -- Lower case is made by us: SQLite folds ASCII only. Lists are sorted by one and searched by the other.
    name_key        TEXT COLLATE "C" NOT NULL,
    search_text     TEXT             NOT NULL,
    created_at      TIMESTAMPTZ      NOT NULL,
    created_by      TEXT             NOT NULL,
    updated_at      TIMESTAMPTZ      NOT NULL,
    updated_by      TEXT             NOT NULL,
    CHECK ((type = 'cron') = (cron_expression IS NOT NULL)),
    CHECK ((type = 'endpoint') = (endpoint_method IS NOT NULL AND endpoint_path IS NOT NULL AND endpoint_shape IS NOT NULL))
);

CREATE UNIQUE INDEX scripts_name_key ON scripts (tenant_id, name);
CREATE UNIQUE INDEX scripts_endpoint_key ON scripts (tenant_id, endpoint_method, endpoint_shape);
CREATE INDEX scripts_by_name ON scripts (tenant_id, name_key, id);
CREATE INDEX scripts_by_created_at ON scripts (tenant_id, created_at, id);
CREATE INDEX scripts_by_updated_at ON scripts (tenant_id, updated_at, id);
CREATE INDEX scripts_active_by_type ON scripts (type) WHERE is_active;

CREATE TABLE script_versions (
    id              UUID             NOT NULL PRIMARY KEY,
    tenant_id       TEXT COLLATE "C" NOT NULL,
    script_id       UUID             NOT NULL REFERENCES scripts (id) ON DELETE CASCADE,
    version         BIGINT           NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    description     TEXT             NOT NULL,
    type            TEXT             NOT NULL,
    content         TEXT             NOT NULL,
    cron_expression TEXT,
    timezone        TEXT,
    endpoint_method TEXT COLLATE "C",
    endpoint_path   TEXT,
    timeout_seconds BIGINT           NOT NULL,
    max_memory_mb   BIGINT           NOT NULL,
    is_active       BOOLEAN          NOT NULL,
    change_summary  TEXT             NOT NULL,
    created_at      TIMESTAMPTZ      NOT NULL,
    created_by      TEXT             NOT NULL
);

CREATE UNIQUE INDEX script_versions_key ON script_versions (script_id, version);

-- No foreign key to scripts: a run is the record of what a script did, and outlives it.
CREATE TABLE script_executions (
    id                UUID             NOT NULL PRIMARY KEY,
    tenant_id         TEXT COLLATE "C" NOT NULL,
    script_id         UUID             NOT NULL,
    script_version    BIGINT           NOT NULL,
    script_name       TEXT             NOT NULL,
    entry_point       TEXT             NOT NULL,
    triggered_by      TEXT             NOT NULL,
    triggered_by_user TEXT,
    input             TEXT             NOT NULL,
    status            TEXT             NOT NULL
        CHECK (status IN ('pending', 'running', 'success', 'failed', 'timeout', 'cancelled', 'lost')),
    node              TEXT             NOT NULL,
    lease_until       TIMESTAMPTZ,
    created_at        TIMESTAMPTZ      NOT NULL,
    started_at        TIMESTAMPTZ,
    completed_at      TIMESTAMPTZ,
    result            TEXT,
    error             TEXT,
    output            TEXT,
    receipt           TEXT,
    CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL)),
    CHECK ((status IN ('pending', 'running')) = (lease_until IS NOT NULL))
);

CREATE INDEX script_executions_by_tenant ON script_executions (tenant_id, created_at, id);
CREATE INDEX script_executions_by_script ON script_executions (tenant_id, script_id, created_at, id);
CREATE INDEX script_executions_by_status ON script_executions (tenant_id, status, created_at, id);
CREATE INDEX script_executions_by_lease ON script_executions (lease_until) WHERE lease_until IS NOT NULL;
