-- What was released, for good, and which appliance has confirmed what.

-- Appended to, never changed; each line names the hash of the one before (Core/Releases/ReleaseLogEntry).
CREATE TABLE release_log (
    sequence bigint PRIMARY KEY,
    entry    bytea NOT NULL,
    hash     bytea NOT NULL
);

-- From the heartbeats: a release that an appliance has in use, or had.
CREATE TABLE confirmations (
    appliance_id text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    kind         bigint NOT NULL,
    version      bigint NOT NULL,
    release_id   bytea NOT NULL,           -- empty from an appliance that does not say
    state_root   bytea NOT NULL,
    is_known     bigint NOT NULL,        -- 0 for a release that this site never published: a split view
    first_at     bigint NOT NULL,
    last_at      bigint NOT NULL,        -- within an hour
    PRIMARY KEY (appliance_id, kind, version, release_id, state_root)
);
CREATE INDEX confirmations_by_release ON confirmations (kind, version);
