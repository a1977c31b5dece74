-- The life of single entries: proposals, their legal review, and every step for good; entries held back, warnings, urgent removals.

-- Rises with every change of the list: no clock says whether it is still what it was.
ALTER TABLE lists ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- An approval (kind 4) has the statement, the proposer and the yes; this is what it would do.
CREATE TABLE entry_proposals (
    proposal_id   BLOB PRIMARY KEY REFERENCES approvals (approval_id),
    kind          INTEGER NOT NULL,       -- 1 addition, 2 change, 3 removal, 4 clearing, 5 restoration
    entry_id      TEXT NOT NULL,
    list_name     TEXT NOT NULL,
    record        BLOB NOT NULL,          -- canonical record as it would stand; as it stands for a removal or restoration
    base_sha256   BLOB NOT NULL,          -- of what it was made from, without its term; empty for an addition
    reason        TEXT NOT NULL,
    review        INTEGER NOT NULL,       -- 1 waits, 2 passed, 3 returned
    reviewer      TEXT NOT NULL DEFAULT '',
    reviewed_at   INTEGER NULL,
    review_reason TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX entry_proposals_by_entry ON entry_proposals (entry_id);

-- Appended to, never changed.
CREATE TABLE entry_history (
    sequence      INTEGER PRIMARY KEY,
    entry_id      TEXT NOT NULL,
    proposal_id   BLOB NULL,
    step          INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    record_sha256 BLOB NOT NULL           -- of the record it is about; empty for none
);
CREATE INDEX entry_history_by_entry ON entry_history (entry_id, sequence);

-- Removed by hand while their source still lists them: no import brings them back.
CREATE TABLE held_entries (
    entry_id    TEXT PRIMARY KEY,
    list_name   TEXT NOT NULL,
    proposal_id BLOB NOT NULL,
    held_at     INTEGER NOT NULL
) WITHOUT ROWID;

-- What went into a watchlist when it was compiled; it counts when that very release is published.
CREATE TABLE compilations (
    release_id      BLOB PRIMARY KEY,
    compiled_at     INTEGER NOT NULL,
    history_through INTEGER NOT NULL,     -- steps up to here are in it
    suspended_count INTEGER NOT NULL      -- expired or unreviewed, left out
) WITHOUT ROWID;

-- Warnings that were written down, once each.
CREATE TABLE due_notes (
    list_name      TEXT NOT NULL,
    lapses_on      INTEGER NOT NULL,      -- day number
    threshold_days INTEGER NOT NULL,
    noted_at       INTEGER NOT NULL,
    PRIMARY KEY (list_name, lapses_on, threshold_days)
) WITHOUT ROWID;

-- Urgent removals. In force when the release is among the published ones, until they lapse.
CREATE TABLE suppressions (
    number      INTEGER PRIMARY KEY,
    entry_id    TEXT NOT NULL,
    list_name   TEXT NOT NULL,
    reason      TEXT NOT NULL,
    ordered_by  TEXT NOT NULL,
    ordered_at  INTEGER NOT NULL,
    lapses_at   INTEGER NOT NULL,
    release_id  BLOB NULL,                -- the newest release made for it
    ratified_at INTEGER NULL,             -- when it was written down that a watchlist without the entry is out
    alarmed_at  INTEGER NULL              -- when it was written down that it lapsed without one
);

-- Suppressed entries that a compiled watchlist does without: publishing it ratifies them.
CREATE TABLE compilation_ratifies (
    release_id BLOB NOT NULL REFERENCES compilations (release_id),
    number     INTEGER NOT NULL REFERENCES suppressions (number),
    PRIMARY KEY (release_id, number)
) WITHOUT ROWID;
