-- The events that the plugin has recorded.

ALTER TABLE erp_events ADD COLUMN handed_on BIGINT NOT NULL DEFAULT 0;
CREATE INDEX erp_events_waiting ON erp_events (id) WHERE handed_on = 0;
