-- How long the appliances of a post may use their lists without contact, where it is not the usual time.
CREATE TABLE post_leases (
    post_name  TEXT PRIMARY KEY,
    lease_days INTEGER NOT NULL,
    set_at     INTEGER NOT NULL,
    set_by     TEXT NOT NULL
) WITHOUT ROWID;
