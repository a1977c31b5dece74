-- Every epoch this journal has had, oldest first; the last one is written to.
CREATE TABLE epochs (
    ordinal  INTEGER NOT NULL PRIMARY KEY,
    epoch    BLOB    NOT NULL UNIQUE,
    begun_at INTEGER NOT NULL, -- microseconds since 1970, the appliance's clock
    reason   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The chain covers header and sealed part, not the wrapped keys: a flipped bit there would make a record unreadable for ever, unnoticed.
ALTER TABLE records ADD COLUMN keys_check BLOB; -- NULL in rows from before this migration

-- What central has made durable and what the lane's end is, by lane; row_check covers the row, so that a flipped bit neither
-- skips a record nor takes an end that is not there. NULL checks are from before this migration.
ALTER TABLE lane_state ADD COLUMN first_sequence INTEGER NOT NULL DEFAULT 1;
ALTER TABLE lane_state ADD COLUMN erased_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lane_state ADD COLUMN head_sequence  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lane_state ADD COLUMN head_chain     BLOB;
ALTER TABLE lane_state ADD COLUMN durable_chain  BLOB;
ALTER TABLE lane_state ADD COLUMN row_check      BLOB;

-- When central said that a lane is in its backup, by signed time where there was one and by the monotonic clock of a boot.
CREATE TABLE backup_marks (
    epoch                  BLOB    NOT NULL,
    lane                   INTEGER NOT NULL,
    backed_up_through      INTEGER NOT NULL,
    signed_at              INTEGER, -- microseconds since 1970
    boot_id                BLOB    NOT NULL,
    monotonic_microseconds INTEGER NOT NULL,
    row_check              BLOB    NOT NULL,
    PRIMARY KEY (epoch, lane, backed_up_through)
) STRICT, WITHOUT ROWID;
