-- Signed commands to appliances, and what became of them.

CREATE TABLE commands (
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    number       INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    statement    BLOB NOT NULL,
    signatures   BLOB NOT NULL,    -- runs of key id (8 bytes), algorithm (1), signature (64)
    ordered_at   INTEGER NOT NULL,
    outcome      INTEGER NULL,
    reported_at  INTEGER NULL,
    detail       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (appliance_id, number)
) WITHOUT ROWID;
