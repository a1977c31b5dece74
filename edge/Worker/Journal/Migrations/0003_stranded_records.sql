-- Whole records behind a lost one. Central takes a lane only in order, so each is written again, inside a record of the newest epoch, and goes from here in
-- the same transaction. The columns are those of "records": what reads the pages of a damaged file finds these rows too.
CREATE TABLE stranded (
    epoch                 BLOB    NOT NULL,
    lane                  INTEGER NOT NULL,
    sequence              INTEGER NOT NULL,
    record_id             BLOB    NOT NULL,
    kind                  INTEGER NOT NULL,
    encounter_id          BLOB,
    header                BLOB    NOT NULL,
    ciphertext            BLOB    NOT NULL,
    wrapped_for_appliance BLOB    NOT NULL,
    wrapped_for_central   BLOB    NOT NULL,
    chain                 BLOB    NOT NULL,
    written_at            INTEGER NOT NULL, -- microseconds since 1970, the appliance's clock
    keys_check            BLOB,
    PRIMARY KEY (epoch, lane, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX stranded_in_order ON stranded (lane, epoch, sequence);

-- Lanes whose records from one on central does not take under their own numbers: histories part there, or it lacks what this card has lost. They stay where
-- they are, and each is written again like the ones above.
CREATE TABLE closed_lanes (
    epoch           BLOB    NOT NULL,
    lane            INTEGER NOT NULL,
    from_sequence   INTEGER NOT NULL,
    carried_through INTEGER NOT NULL, -- so far they are written again; from_sequence - 1 at the beginning
    reason          TEXT    NOT NULL, -- for the screen
    row_check       BLOB    NOT NULL,
    PRIMARY KEY (epoch, lane)
) STRICT, WITHOUT ROWID;

-- What recovery found, until an alert says it: the file of the alerts may be another than this.
CREATE TABLE findings (
    record_id BLOB    NOT NULL PRIMARY KEY, -- of the alert
    found_at  INTEGER NOT NULL,             -- microseconds since 1970, the appliance's clock
    note      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
