-- Which events the scripts' plugin has on record.

ALTER TABLE erp_events ADD COLUMN handed_on BIGINT NOT NULL DEFAULT 0;
CREATE INDEX erp_events_waiting ON erp_events (id) WHERE handed_on = 0;
