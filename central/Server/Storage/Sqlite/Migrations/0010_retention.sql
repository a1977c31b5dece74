-- Retention: when a key or term arrived, so that it can go by its age; keys that only a second approver brings back; what was
-- erased by order; where a lane begins after its oldest records have gone.

ALTER TABLE record_keys ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
UPDATE record_keys SET received_at = (
    SELECT r.received_at FROM records r WHERE r.appliance_id = record_keys.appliance_id AND r.epoch = record_keys.epoch
        AND r.lane = record_keys.lane AND r.sequence = record_keys.sequence);
CREATE INDEX record_keys_by_arrival ON record_keys (received_at);

ALTER TABLE blind_terms ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
UPDATE blind_terms SET received_at = (
    SELECT r.received_at FROM records r WHERE r.appliance_id = blind_terms.appliance_id AND r.epoch = blind_terms.epoch
        AND r.lane = blind_terms.lane AND r.sequence = blind_terms.sequence);
CREATE INDEX blind_terms_by_arrival ON blind_terms (received_at);

CREATE TABLE masked_keys (
    appliance_id TEXT NOT NULL,
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    wrapped_key  BLOB NOT NULL,
    received_at  INTEGER NOT NULL,
    masked_at    INTEGER NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence)
) WITHOUT ROWID;
CREATE INDEX masked_keys_by_arrival ON masked_keys (received_at);

-- Erasures by order, in order. A restored backup is brought up to them before anybody reads it.
CREATE TABLE erasures (
    appliance_id TEXT NOT NULL,
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    erased_at    INTEGER NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence)
) WITHOUT ROWID;

-- The oldest record a lane still has, and the chain value before it.
CREATE TABLE lane_starts (
    appliance_id   TEXT NOT NULL,
    epoch          BLOB NOT NULL,
    lane           INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    previous_chain BLOB NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane)
) WITHOUT ROWID;

-- How far each rule of retention has come: everything that arrived up to then has been looked at.
CREATE TABLE retention_progress (
    rule    INTEGER PRIMARY KEY,
    through INTEGER NOT NULL
);

-- Why nobody may work with this store: 1 it was moved elsewhere, 2 it is being filled.
CREATE TABLE store_marks (
    mark   INTEGER PRIMARY KEY,
    detail TEXT NOT NULL,
    at     INTEGER NOT NULL
);
