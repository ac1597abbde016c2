-- Templates of one language. Those without a language stay where they are, so that nodes of the release before find them.

CREATE TABLE script_template_locales (
    tenant_id  TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    locale     TEXT COLLATE "C" NOT NULL,
    body       TEXT             NOT NULL,
    updated_at TIMESTAMPTZ      NOT NULL,
    updated_by TEXT             NOT NULL,
    PRIMARY KEY (tenant_id, name, locale)
);
