-- The appliance whose place the bearer of a ticket takes; empty for none.

ALTER TABLE tickets ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
