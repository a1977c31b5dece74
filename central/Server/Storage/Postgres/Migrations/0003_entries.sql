-- The life of single entries: proposals, their legal review, and every step for good; entries held back, warnings, urgent removals.

-- Rises with every change of the list: no clock says whether it is still what it was.
ALTER TABLE lists ADD COLUMN revision bigint NOT NULL DEFAULT 0;

-- An approval (kind 4) has the statement, the proposer and the yes; this is what it would do.
CREATE TABLE entry_proposals (
    proposal_id   bytea PRIMARY KEY REFERENCES approvals (approval_id),
    kind          bigint NOT NULL,       -- 1 addition, 2 change, 3 removal, 4 clearing, 5 restoration
    entry_id      text COLLATE "C" NOT NULL,
    list_name     text COLLATE "C" NOT NULL,
    record        bytea NOT NULL,          -- canonical record as it would stand; as it stands for a removal or restoration
    base_sha256   bytea NOT NULL,          -- of what it was made from, without its term; empty for an addition
    reason        text COLLATE "C" NOT NULL,
    review        bigint NOT NULL,       -- 1 waits, 2 passed, 3 returned
    reviewer      text COLLATE "C" NOT NULL DEFAULT '',
    reviewed_at   bigint NULL,
    review_reason text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX entry_proposals_by_entry ON entry_proposals (entry_id);

-- Appended to, never changed.
CREATE TABLE entry_history (
    sequence      bigint PRIMARY KEY,
    entry_id      text COLLATE "C" NOT NULL,
    proposal_id   bytea NULL,
    step          bigint NOT NULL,
    at            bigint NOT NULL,
    actor         text COLLATE "C" NOT NULL,
    reason        text COLLATE "C" NOT NULL,
    record_sha256 bytea NOT NULL           -- of the record it is about; empty for none
);
CREATE INDEX entry_history_by_entry ON entry_history (entry_id, sequence);

-- Removed by hand while their source still lists them: no import brings them back.
CREATE TABLE held_entries (
    entry_id    text COLLATE "C" PRIMARY KEY,
    list_name   text COLLATE "C" NOT NULL,
    proposal_id bytea NOT NULL,
    held_at     bigint NOT NULL
);

-- What went into a watchlist when it was compiled; it counts when that very release is published.
CREATE TABLE compilations (
    release_id      bytea PRIMARY KEY,
    compiled_at     bigint NOT NULL,
    history_through bigint NOT NULL,     -- steps up to here are in it
    suspended_count bigint NOT NULL      -- expired or unreviewed, left out
);

-- Warnings that were written down, once each.
CREATE TABLE due_notes (
    list_name      text COLLATE "C" NOT NULL,
    lapses_on      bigint NOT NULL,      -- day number
    threshold_days bigint NOT NULL,
    noted_at       bigint NOT NULL,
    PRIMARY KEY (list_name, lapses_on, threshold_days)
);

-- Urgent removals. In force when the release is among the published ones, until they lapse.
CREATE TABLE suppressions (
    number      bigint PRIMARY KEY,
    entry_id    text COLLATE "C" NOT NULL,
    list_name   text COLLATE "C" NOT NULL,
    reason      text COLLATE "C" NOT NULL,
    ordered_by  text COLLATE "C" NOT NULL,
    ordered_at  bigint NOT NULL,
    lapses_at   bigint NOT NULL,
    release_id  bytea NULL,                -- the newest release made for it
    ratified_at bigint NULL,             -- when it was written down that a watchlist without the entry is out
    alarmed_at  bigint NULL              -- when it was written down that it lapsed without one
);

-- Suppressed entries that a compiled watchlist does without: publishing it ratifies them.
CREATE TABLE compilation_ratifies (
    release_id bytea NOT NULL REFERENCES compilations (release_id),
    number     bigint NOT NULL REFERENCES suppressions (number),
    PRIMARY KEY (release_id, number)
);
