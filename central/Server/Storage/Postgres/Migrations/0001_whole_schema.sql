-- The tables and columns of schema 10 of SQLite, in PostgreSQL's words; what they mean is said there. Times are microseconds since
-- 1970-01-01T00:00:00Z, UUIDs are 16 bytes. records, record_keys and blind_terms are partitioned by the month of arrival: retention
-- drops whole months, and what is being written stays in memory. A primary key holds its partition's column, so that it cannot
-- tell a duplicate of another month: the lane's head does, which is locked before anything is inserted. They have no foreign key:
-- the lane's head has one, and the rows of one record are written by one transaction.

CREATE TABLE appliances (
    appliance_id    text COLLATE "C" PRIMARY KEY,
    post_name       text COLLATE "C" NOT NULL,
    state           bigint NOT NULL,
    ticket_id       text COLLATE "C" NOT NULL,
    signing_spki    bytea NOT NULL,
    storage_spki    bytea NOT NULL,
    hardware_serial text COLLATE "C" NOT NULL,
    epoch           bytea NOT NULL,
    joined_at       bigint NOT NULL,
    approved_at     bigint NULL,
    revoked_at      bigint NULL,
    revoke_reason   text COLLATE "C" NOT NULL DEFAULT '',
    last_contact_at bigint NULL,
    clock_offset_us bigint NULL,
    leased_until    bigint NULL
) WITH (fillfactor = 70);

CREATE TABLE tickets (
    ticket_id       text COLLATE "C" PRIMARY KEY,
    secret_sha256   bytea NOT NULL,
    post_name       text COLLATE "C" NOT NULL,
    hardware_serial text COLLATE "C" NOT NULL,
    issued_at       bigint NOT NULL,
    expires_at      bigint NOT NULL,
    issued_by       text COLLATE "C" NOT NULL,
    redeemed_by     text COLLATE "C" NULL REFERENCES appliances (appliance_id),
    redeemed_at     bigint NULL,
    replaces        text COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE signing_keys (
    spki_sha256  bytea PRIMARY KEY,
    key_id       bytea NOT NULL,
    appliance_id text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    spki         bytea NOT NULL,
    since        bigint NOT NULL
);
CREATE INDEX signing_keys_by_appliance ON signing_keys (appliance_id, key_id);

CREATE TABLE certificates (
    certificate_sha256 bytea PRIMARY KEY,
    appliance_id       text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    spki_sha256        bytea NOT NULL UNIQUE REFERENCES signing_keys (spki_sha256),
    der                bytea NOT NULL,
    issued_at          bigint NOT NULL,
    not_after          bigint NOT NULL,
    number             bigint NOT NULL DEFAULT 0,
    superseded_at      bigint NULL
);
CREATE INDEX certificates_by_appliance ON certificates (appliance_id);

CREATE TABLE lane_heads (
    appliance_id  text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    epoch         bytea NOT NULL,
    lane          bigint NOT NULL,
    last_sequence bigint NOT NULL,
    chain         bytea NOT NULL,
    backed_up_through bigint NOT NULL DEFAULT 0, -- what stands in a backup; appliances erase what has stood there for 72 hours
    PRIMARY KEY (appliance_id, epoch, lane)
) WITH (fillfactor = 70);

CREATE TABLE lane_starts (
    appliance_id   text COLLATE "C" NOT NULL,
    epoch          bytea NOT NULL,
    lane           bigint NOT NULL,
    first_sequence bigint NOT NULL,
    previous_chain bytea NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane)
);

CREATE TABLE records (
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    kind         bigint NOT NULL,
    encounter_id bytea NULL,
    received_at  bigint NOT NULL,
    header       bytea NOT NULL,
    ciphertext   bytea NOT NULL,
    chain        bytea NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX records_by_encounter ON records (encounter_id) WHERE encounter_id IS NOT NULL;
CREATE INDEX records_by_arrival ON records (received_at) WHERE encounter_id IS NOT NULL;
CREATE INDEX records_by_kind ON records (appliance_id, lane, kind, encounter_id);

CREATE TABLE record_keys (
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    wrapped_key  bytea NOT NULL,
    received_at  bigint NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX record_keys_by_arrival ON record_keys (received_at);

CREATE TABLE blind_terms (
    term         bytea NOT NULL,
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    received_at  bigint NOT NULL,
    PRIMARY KEY (term, appliance_id, epoch, lane, sequence, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX blind_terms_by_record ON blind_terms (appliance_id, epoch, lane, sequence);
CREATE INDEX blind_terms_by_arrival ON blind_terms (received_at);

-- What arrives at a time that has no partition yet: a clock far off. Months are made ahead, so that this stays empty.
CREATE TABLE records_other PARTITION OF records DEFAULT;
CREATE TABLE record_keys_other PARTITION OF record_keys DEFAULT;
CREATE TABLE blind_terms_other PARTITION OF blind_terms DEFAULT;

CREATE TABLE masked_keys (
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    wrapped_key  bytea NOT NULL,
    received_at  bigint NOT NULL,
    masked_at    bigint NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence)
);
CREATE INDEX masked_keys_by_arrival ON masked_keys (received_at);

CREATE TABLE erasures (
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    erased_at    bigint NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence)
);

CREATE TABLE retention_progress (
    rule    bigint PRIMARY KEY,
    through bigint NOT NULL
);

CREATE TABLE store_marks (
    mark   bigint PRIMARY KEY,
    detail text COLLATE "C" NOT NULL,
    at     bigint NOT NULL
);

CREATE TABLE forks (
    appliance_id text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    chain        bytea NOT NULL,
    header       bytea NOT NULL,
    ciphertext   bytea NOT NULL,
    received_at  bigint NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, chain)
);

CREATE TABLE fork_keys (
    appliance_id text COLLATE "C" NOT NULL,
    epoch        bytea NOT NULL,
    lane         bigint NOT NULL,
    sequence     bigint NOT NULL,
    chain        bytea NOT NULL,
    wrapped_key  bytea NOT NULL,
    PRIMARY KEY (appliance_id, epoch, lane, sequence, chain)
);

CREATE TABLE health (
    appliance_id           text COLLATE "C" PRIMARY KEY REFERENCES appliances (appliance_id),
    received_at            bigint NOT NULL,
    clock_quality          bigint NOT NULL,
    clock_offset_us        bigint NOT NULL,
    list_version           bigint NOT NULL,
    list_state_root        bytea NOT NULL,
    records_waiting        bigint NOT NULL,
    oldest_waiting_seconds bigint NOT NULL,
    disk_free_bytes        bigint NOT NULL,
    software_version       text COLLATE "C" NOT NULL,
    root_version           bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE health_parts (
    appliance_id text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    part         text COLLATE "C" NOT NULL,
    state        bigint NOT NULL,
    detail       text COLLATE "C" NOT NULL,
    PRIMARY KEY (appliance_id, part)
);

CREATE TABLE audit (
    sequence       bigint PRIMARY KEY,
    at             bigint NOT NULL,
    actor          text COLLATE "C" NOT NULL,
    action         text COLLATE "C" NOT NULL,
    subject        text COLLATE "C" NOT NULL,
    detail         text COLLATE "C" NOT NULL,
    purpose        text COLLATE "C" NOT NULL,
    case_reference text COLLATE "C" NOT NULL,
    chain          bytea NOT NULL
);

CREATE TABLE lists (
    list_name   text COLLATE "C" PRIMARY KEY,
    format      text COLLATE "C" NOT NULL,
    imported_at bigint NOT NULL,
    imported_by text COLLATE "C" NOT NULL
);

CREATE TABLE list_entries (
    entry_id  text COLLATE "C" PRIMARY KEY,
    list_name text COLLATE "C" NOT NULL REFERENCES lists (list_name),
    record    bytea NOT NULL
);
CREATE INDEX list_entries_by_list ON list_entries (list_name);

CREATE TABLE releases (
    kind                bigint NOT NULL,
    version             bigint NOT NULL,
    release_id          bytea NOT NULL UNIQUE,
    title               text COLLATE "C" NOT NULL,
    entry_count         bigint NOT NULL,
    published_at        bigint NOT NULL,
    published_by        text COLLATE "C" NOT NULL,
    state_root          bytea NOT NULL,
    metadata            bytea NOT NULL,
    wrapped_content_key bytea NOT NULL,
    PRIMARY KEY (kind, version)
);

CREATE TABLE release_signatures (
    kind      bigint NOT NULL,
    version   bigint NOT NULL,
    key_id    bytea NOT NULL,
    algorithm bigint NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (kind, version, key_id),
    FOREIGN KEY (kind, version) REFERENCES releases (kind, version)
);

CREATE TABLE segment_pieces (
    segment_sha256 bytea NOT NULL,
    piece          bigint NOT NULL,
    content        bytea NOT NULL,
    PRIMARY KEY (segment_sha256, piece)
);

-- Sealed: they do not shrink, and an offset into one is asked for.
ALTER TABLE segment_pieces ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE records ALTER COLUMN ciphertext SET STORAGE EXTERNAL;

CREATE TABLE staff (
    name               text COLLATE "C" PRIMARY KEY,
    role               bigint NOT NULL,
    password_hash      text COLLATE "C" NOT NULL,
    stamp              bytea NOT NULL,
    created_at         bigint NOT NULL,
    disabled_at        bigint NULL,
    failed_attempts    bigint NOT NULL DEFAULT 0,
    locked_until       bigint NULL,
    staff_number       text COLLATE "C" NULL,
    password_set_at    bigint NULL,
    authenticator_key  bytea NULL,
    authenticator_step bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX staff_by_number ON staff (staff_number) WHERE staff_number IS NOT NULL;

CREATE TABLE staff_passkeys (
    credential_id      bytea PRIMARY KEY,
    name               text COLLATE "C" NOT NULL REFERENCES staff (name),
    public_key         bytea NOT NULL,
    label              text COLLATE "C" NOT NULL,
    sign_count         bigint NOT NULL,
    transports         text COLLATE "C" NOT NULL,
    is_backup_eligible bigint NOT NULL,
    is_backed_up       bigint NOT NULL,
    created_at         bigint NOT NULL,
    removed_at         bigint NULL
);
CREATE INDEX staff_passkeys_by_name ON staff_passkeys (name);

CREATE TABLE passkey_ceremonies (
    id_hash    bytea PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL,
    owner      text COLLATE "C" NOT NULL,
    state      text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL
);

CREATE TABLE staff_sessions (
    id_hash      bytea PRIMARY KEY,
    name         text COLLATE "C" NOT NULL REFERENCES staff (name),
    is_strong    bigint NOT NULL,
    started_at   bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    ended_at     bigint NULL
);
CREATE INDEX staff_sessions_by_name ON staff_sessions (name);

CREATE TABLE approvals (
    approval_id  bytea PRIMARY KEY,
    kind         bigint NOT NULL,
    content      bytea NOT NULL,
    content_hash bytea NOT NULL,
    nonce        bytea NOT NULL,
    proposer     text COLLATE "C" NOT NULL,
    proposed_at  bigint NOT NULL,
    state        bigint NOT NULL,
    closed_at    bigint NULL,
    closed_by    text COLLATE "C" NOT NULL DEFAULT '',
    reason       text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX approvals_by_content ON approvals (content_hash);

CREATE TABLE approval_assertions (
    approval_id        bytea NOT NULL REFERENCES approvals (approval_id),
    name               text COLLATE "C" NOT NULL,
    role               bigint NOT NULL,
    credential_id      bytea NOT NULL,
    public_key         bytea NOT NULL,
    client_data        bytea NOT NULL,
    authenticator_data bytea NOT NULL,
    signature          bytea NOT NULL,
    at                 bigint NOT NULL,
    PRIMARY KEY (approval_id, name)
);

CREATE TABLE post_people (
    staff_number text COLLATE "C" PRIMARY KEY,
    account      bytea NOT NULL,
    posts        text COLLATE "C" NOT NULL,
    changed_at   bigint NOT NULL,
    disabled_at  bigint NULL
);

CREATE TABLE issued_post_people (
    staff_number text COLLATE "C" PRIMARY KEY,
    account      bytea NOT NULL,
    posts        text COLLATE "C" NOT NULL
);

CREATE TABLE post_halves (
    appliance_id text COLLATE "C" PRIMARY KEY REFERENCES appliances (appliance_id),
    device_half  bytea NOT NULL,
    person_half  bytea NOT NULL
);

CREATE TABLE people_releases (
    appliance_id        text COLLATE "C" PRIMARY KEY REFERENCES appliances (appliance_id),
    version             bigint NOT NULL,
    metadata            bytea NOT NULL,
    signatures          bytea NOT NULL,
    wrapped_content_key bytea NOT NULL,
    issued_at           bigint NOT NULL
);

CREATE TABLE people_version (
    only_row bigint PRIMARY KEY CHECK (only_row = 1),
    version  bigint NOT NULL
);
INSERT INTO people_version (only_row, version) VALUES (1, 0);

CREATE TABLE commands (
    appliance_id text COLLATE "C" NOT NULL REFERENCES appliances (appliance_id),
    number       bigint NOT NULL,
    kind         bigint NOT NULL,
    statement    bytea NOT NULL,
    signatures   bytea NOT NULL,
    ordered_at   bigint NOT NULL,
    outcome      bigint NULL,
    reported_at  bigint NULL,
    detail       text COLLATE "C" NOT NULL DEFAULT '',
    withdrawn_at bigint NULL,
    PRIMARY KEY (appliance_id, number)
);

CREATE TABLE admission_changes (count bigint NOT NULL);
INSERT INTO admission_changes (count) VALUES (0);
