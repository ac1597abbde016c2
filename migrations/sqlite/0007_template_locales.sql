-- Templates of one language. Those without a language stay where they are, so that nodes of the release before find them.

CREATE TABLE script_template_locales (
    tenant_id  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    locale     TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, name, locale)
) STRICT;
