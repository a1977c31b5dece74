-- Times are microseconds since 1970-01-01T00:00:00Z. Identifiers that are UUIDs are 16 bytes in textual order.

CREATE TABLE tickets (
    ticket_id       TEXT PRIMARY KEY,
    secret_sha256   BLOB NOT NULL,
    post_name       TEXT NOT NULL,
    hardware_serial TEXT NOT NULL,
    issued_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    issued_by       TEXT NOT NULL,
    redeemed_by     TEXT NULL REFERENCES appliances (appliance_id),
    redeemed_at     INTEGER NULL
) WITHOUT ROWID;

CREATE TABLE appliances (
    appliance_id    TEXT PRIMARY KEY,
    post_name       TEXT NOT NULL,
    state           INTEGER NOT NULL, -- 1 pending, 2 active, 3 revoked
    ticket_id       TEXT NOT NULL,
    signing_spki    BLOB NOT NULL,    -- the key of the first certificate; the fingerprint is its SHA-256
    storage_spki    BLOB NOT NULL,
    hardware_serial TEXT NOT NULL,
    epoch           BLOB NOT NULL,
    joined_at       INTEGER NOT NULL,
    approved_at     INTEGER NULL,
    revoked_at      INTEGER NULL,
    revoke_reason   TEXT NOT NULL DEFAULT '',
    last_contact_at INTEGER NULL,
    clock_offset_us INTEGER NULL      -- the appliance's clock minus central's, at the last contact
) WITHOUT ROWID;

-- Every key that ever signed for an appliance: batches made before a renewal still verify.
CREATE TABLE signing_keys (
    spki_sha256  BLOB PRIMARY KEY,
    key_id       BLOB NOT NULL,
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    spki         BLOB NOT NULL,
    since        INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX signing_keys_by_appliance ON signing_keys (appliance_id, key_id);

CREATE TABLE certificates (
    certificate_sha256 BLOB PRIMARY KEY,
    appliance_id       TEXT NOT NULL REFERENCES appliances (appliance_id),
    spki_sha256        BLOB NOT NULL UNIQUE REFERENCES signing_keys (spki_sha256),
    der                BLOB NOT NULL,
    issued_at          INTEGER NOT NULL,
    not_after          INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX certificates_by_appliance ON certificates (appliance_id);

-- How far each lane has come. Read and moved in the transaction that stores the records.
CREATE TABLE lane_heads (
    appliance_id  TEXT NOT NULL REFERENCES appliances (appliance_id),
    epoch         BLOB NOT NULL,
    lane          INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    chain         BLOB NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane)
) WITHOUT ROWID;

CREATE TABLE records (
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    encounter_id BLOB NULL,
    received_at  INTEGER NOT NULL,
    header       BLOB NOT NULL,       -- canonical bytes, never written again
    ciphertext   BLOB NOT NULL,
    chain        BLOB NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence)
);
CREATE INDEX records_by_encounter ON records (encounter_id) WHERE encounter_id IS NOT NULL;
CREATE INDEX records_by_arrival ON records (received_at) WHERE encounter_id IS NOT NULL;
CREATE INDEX records_by_kind ON records (appliance_id, lane, kind, encounter_id);

-- Keys lie apart from what they open. Erasing a record is deleting its row here and its terms below.
CREATE TABLE record_keys (
    appliance_id TEXT NOT NULL,
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    wrapped_key  BLOB NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence),
    FOREIGN KEY (appliance_id, epoch, lane, sequence) REFERENCES records (appliance_id, epoch, lane, sequence)
) WITHOUT ROWID;

CREATE TABLE blind_terms (
    term         BLOB NOT NULL,
    appliance_id TEXT NOT NULL,
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (term, appliance_id, epoch, lane, sequence),
    FOREIGN KEY (appliance_id, epoch, lane, sequence) REFERENCES records (appliance_id, epoch, lane, sequence)
) WITHOUT ROWID;
CREATE INDEX blind_terms_by_record ON blind_terms (appliance_id, epoch, lane, sequence);

-- What was offered under a key that is already taken by something else: evidence of a cloned or rolled-back card.
CREATE TABLE forks (
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    chain        BLOB NOT NULL,
    header       BLOB NOT NULL,
    ciphertext   BLOB NOT NULL,
    received_at  INTEGER NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, chain)
);

CREATE TABLE fork_keys (
    appliance_id TEXT NOT NULL,
    epoch        BLOB NOT NULL,
    lane         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    chain        BLOB NOT NULL,
    wrapped_key  BLOB NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, chain)
) WITHOUT ROWID;

-- The newest heartbeat of each appliance.
CREATE TABLE health (
    appliance_id           TEXT PRIMARY KEY REFERENCES appliances (appliance_id),
    received_at            INTEGER NOT NULL,
    clock_quality          INTEGER NOT NULL,
    clock_offset_us        INTEGER NOT NULL,
    list_version           INTEGER NOT NULL, -- 0: none installed
    list_state_root        BLOB NOT NULL,
    records_waiting        INTEGER NOT NULL,
    oldest_waiting_seconds INTEGER NOT NULL,
    disk_free_bytes        INTEGER NOT NULL,
    software_version       TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE health_parts (
    appliance_id TEXT NOT NULL REFERENCES appliances (appliance_id),
    part         TEXT NOT NULL,
    state        INTEGER NOT NULL,
    detail       TEXT NOT NULL,
    PRIMARY KEY (appliance_id, part)
) WITHOUT ROWID;

-- Who changed or looked at what, in a hash chain (Audit/AuditChain).
CREATE TABLE audit (
    sequence       INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    actor          TEXT NOT NULL,
    action         TEXT NOT NULL,
    subject        TEXT NOT NULL,
    detail         TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    chain          BLOB NOT NULL
);
