-- Watchlists as imported (canonical entry records) and as released to the appliances.

CREATE TABLE lists (
    list_name   TEXT PRIMARY KEY,
    format      TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    imported_by TEXT NOT NULL
) WITHOUT ROWID;

-- An identifier belongs to one list only: the compiled package knows no lists.
CREATE TABLE list_entries (
    entry_id  TEXT PRIMARY KEY,
    list_name TEXT NOT NULL REFERENCES lists (list_name),
    record    BLOB NOT NULL
);
CREATE INDEX list_entries_by_list ON list_entries (list_name);

CREATE TABLE releases (
    kind                INTEGER NOT NULL,
    version             INTEGER NOT NULL,
    release_id          BLOB NOT NULL UNIQUE,
    title               TEXT NOT NULL,
    entry_count         INTEGER NOT NULL,
    published_at        INTEGER NOT NULL,
    published_by        TEXT NOT NULL,
    state_root          BLOB NOT NULL,
    metadata            BLOB NOT NULL,
    wrapped_content_key BLOB NOT NULL, -- wrapped to central's record key
    PRIMARY KEY (kind, version)
);

CREATE TABLE release_signatures (
    kind      INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    key_id    BLOB NOT NULL,
    algorithm INTEGER NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (kind, version, key_id),
    FOREIGN KEY (kind, version) REFERENCES releases (kind, version)
) WITHOUT ROWID;

-- Sealed segments in pieces of 65,536 bytes, so that any offset is found at once.
CREATE TABLE segment_pieces (
    segment_sha256 BLOB NOT NULL,
    piece          INTEGER NOT NULL,
    content        BLOB NOT NULL,
    PRIMARY KEY (segment_sha256, piece)
);
