-- The append-only journal (DESIGN §6). Rows of "records" are never changed, except that wrapped_for_appliance is emptied
-- when the retention of the appliance's copy ends.
CREATE TABLE records (
    epoch                 BLOB    NOT NULL,
    lane                  INTEGER NOT NULL,
    sequence              INTEGER NOT NULL,
    record_id             BLOB    NOT NULL UNIQUE,
    kind                  INTEGER NOT NULL,
    encounter_id          BLOB,
    header                BLOB    NOT NULL,
    ciphertext            BLOB    NOT NULL,
    wrapped_for_appliance BLOB    NOT NULL,
    wrapped_for_central   BLOB    NOT NULL,
    chain                 BLOB    NOT NULL,
    written_at            INTEGER NOT NULL, -- microseconds since 1970, the appliance's clock
    PRIMARY KEY (epoch, lane, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX records_by_encounter ON records (encounter_id) WHERE encounter_id IS NOT NULL;

-- What central has made durable, by lane.
CREATE TABLE lane_state (
    epoch             BLOB    NOT NULL,
    lane              INTEGER NOT NULL,
    durable_through   INTEGER NOT NULL DEFAULT 0,
    backed_up_through INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (epoch, lane)
) STRICT, WITHOUT ROWID;

-- Encounters that have a verdict and no decision; they return after a restart.
CREATE TABLE open_encounters (
    encounter_id BLOB NOT NULL PRIMARY KEY,
    record_id    BLOB NOT NULL REFERENCES records (record_id)
) STRICT, WITHOUT ROWID;
