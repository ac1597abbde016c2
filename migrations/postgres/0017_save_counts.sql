-- How often the scripts of each tenant were saved: a save that was decided by several scripts holds only while none of them changed.
CREATE TABLE script_save_counts (
    tenant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    saves     BIGINT           NOT NULL
);
