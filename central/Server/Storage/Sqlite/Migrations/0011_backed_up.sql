-- How far a lane stands in a backup: appliances erase their copy of what has stood there for 72 hours (DESIGN §6).
ALTER TABLE lane_heads ADD COLUMN backed_up_through INTEGER NOT NULL DEFAULT 0;
