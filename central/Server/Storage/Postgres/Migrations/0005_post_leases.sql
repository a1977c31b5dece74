-- How long the appliances of a post may use their lists without contact, where it is not the usual time.
CREATE TABLE post_leases (
    post_name  text COLLATE "C" PRIMARY KEY,
    lease_days bigint NOT NULL,
    set_at     bigint NOT NULL,
    set_by     text COLLATE "C" NOT NULL
);
