-- What was released, for good, and which appliance has confirmed what.

-- Appended to, never changed; each line names the hash of the one before (Core/Releases/ReleaseLogEntry).
CREATE TABLE release_log (
    sequence INTEGER PRIMARY KEY,
    entry    BLOB NOT NULL,
    hash     BLOB NOT NULL
);

-- From the heartbeats: a release that an appliance has in use, or had.
CREATE TABLE confirmations (
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    kind         INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    release_id   BLOB NOT NULL,           -- empty from an appliance that does not say
    state_root   BLOB NOT NULL,
    is_known     INTEGER NOT NULL,        -- 0 for a release that this site never published: a split view
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,        -- within an hour
    PRIMARY KEY (appliance_id, kind, version, release_id, state_root)
) WITHOUT ROWID;
CREATE INDEX confirmations_by_release ON confirmations (kind, version);
