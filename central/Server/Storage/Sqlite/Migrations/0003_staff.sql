-- Accounts of central staff.

CREATE TABLE staff (
    name            TEXT PRIMARY KEY,
    role            INTEGER NOT NULL, -- 1 administrator, 2 monitor
    password_hash   TEXT NOT NULL,
    stamp           BLOB NOT NULL,    -- changes with the password; a session with another stamp ends
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER NULL,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    locked_until    INTEGER NULL
) WITHOUT ROWID;
