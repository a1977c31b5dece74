-- Version of the newest root metadata an appliance trusts, from its heartbeat; 0 while it has not said.
ALTER TABLE health ADD COLUMN root_version INTEGER NOT NULL DEFAULT 0;
