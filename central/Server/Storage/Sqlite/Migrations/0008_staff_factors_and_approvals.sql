-- Staff: one number one account, second factors, sessions; approvals and the assertions that make them.

ALTER TABLE staff ADD COLUMN staff_number TEXT NULL;
ALTER TABLE staff ADD COLUMN password_set_at INTEGER NULL;                  -- null for a passphrase from before
ALTER TABLE staff ADD COLUMN authenticator_key BLOB NULL;                  -- wrapped to the record key
ALTER TABLE staff ADD COLUMN authenticator_step INTEGER NOT NULL DEFAULT 0; -- last step used; no code counts twice

-- Accounts from before had only a name. Where two differ in case alone, the first has the number.
UPDATE staff SET staff_number = upper(name)
WHERE NOT EXISTS (SELECT 1 FROM staff AS other WHERE upper(other.name) = upper(staff.name) AND other.name < staff.name);
CREATE UNIQUE INDEX staff_by_number ON staff (staff_number) WHERE staff_number IS NOT NULL;

-- Never deleted: an approval is verified years later with the key it was made with.
CREATE TABLE staff_passkeys (
    credential_id      BLOB PRIMARY KEY,
    name               TEXT NOT NULL REFERENCES staff (name),
    public_key         BLOB NOT NULL,    -- COSE key
    label              TEXT NOT NULL,
    sign_count         INTEGER NOT NULL,
    transports         TEXT NOT NULL,
    is_backup_eligible INTEGER NOT NULL,
    is_backed_up       INTEGER NOT NULL,
    created_at         INTEGER NOT NULL,
    removed_at         INTEGER NULL
) WITHOUT ROWID;
CREATE INDEX staff_passkeys_by_name ON staff_passkeys (name);

-- What a browser was asked to sign, for five minutes and one answer.
CREATE TABLE passkey_ceremonies (
    id_hash    BLOB PRIMARY KEY,
    kind       TEXT NOT NULL,
    owner      TEXT NOT NULL,            -- empty for a sign-in, which nobody owns yet
    state      TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE staff_sessions (
    id_hash      BLOB PRIMARY KEY,       -- SHA-256 of what the cookie holds
    name         TEXT NOT NULL REFERENCES staff (name),
    is_strong    INTEGER NOT NULL,       -- signed in with a second factor
    started_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at     INTEGER NULL
) WITHOUT ROWID;
CREATE INDEX staff_sessions_by_name ON staff_sessions (name);

CREATE TABLE approvals (
    approval_id  BLOB PRIMARY KEY,
    kind         INTEGER NOT NULL,       -- 1 role, 2 watchlist, 3 people
    content      BLOB NOT NULL,          -- canonical bytes of what is approved
    content_hash BLOB NOT NULL,
    nonce        BLOB NOT NULL,
    proposer     TEXT NOT NULL,
    proposed_at  INTEGER NOT NULL,
    state        INTEGER NOT NULL,       -- 1 open, 2 approved, 3 refused
    closed_at    INTEGER NULL,
    closed_by    TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX approvals_by_content ON approvals (content_hash);

CREATE TABLE approval_assertions (
    approval_id        BLOB NOT NULL REFERENCES approvals (approval_id),
    name               TEXT NOT NULL,
    role               INTEGER NOT NULL, -- at the time
    credential_id      BLOB NOT NULL,
    public_key         BLOB NOT NULL,
    client_data        BLOB NOT NULL,
    authenticator_data BLOB NOT NULL,
    signature          BLOB NOT NULL,
    at                 INTEGER NOT NULL,
    PRIMARY KEY (approval_id, name)
) WITHOUT ROWID;
