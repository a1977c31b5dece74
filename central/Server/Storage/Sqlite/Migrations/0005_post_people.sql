-- Accounts of the people at the posts, and what has been issued of them.

-- As edited at central. The account is canonical bytes (Core/People/PostAccount) without a grant.
CREATE TABLE post_people (
    staff_number TEXT PRIMARY KEY,
    account      BLOB NOT NULL,
    posts        TEXT NOT NULL,    -- names of posts, one a line; empty for every post
    changed_at   INTEGER NOT NULL,
    disabled_at  INTEGER NULL
) WITHOUT ROWID;

-- As last issued: an appliance that joins later gets these.
CREATE TABLE issued_post_people (
    staff_number TEXT PRIMARY KEY,
    account      BLOB NOT NULL,
    posts        TEXT NOT NULL
) WITHOUT ROWID;

-- Both halves of each appliance's post secret, wrapped to central's record key.
CREATE TABLE post_halves (
    appliance_id TEXT PRIMARY KEY REFERENCES appliances (appliance_id),
    device_half  BLOB NOT NULL,
    person_half  BLOB NOT NULL
) WITHOUT ROWID;

-- The newest people release of each appliance; its sealed segment lies in segment_pieces.
CREATE TABLE people_releases (
    appliance_id        TEXT PRIMARY KEY REFERENCES appliances (appliance_id),
    version             INTEGER NOT NULL,
    metadata            BLOB NOT NULL,
    signatures          BLOB NOT NULL,    -- runs of key id (8 bytes), algorithm (1), signature (64)
    wrapped_content_key BLOB NOT NULL,    -- wrapped to the appliance's storage key
    issued_at           INTEGER NOT NULL
) WITHOUT ROWID;

-- Version of the last issue, for all appliances together; one row.
CREATE TABLE people_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL
);
INSERT INTO people_version (only_row, version) VALUES (1, 0);
