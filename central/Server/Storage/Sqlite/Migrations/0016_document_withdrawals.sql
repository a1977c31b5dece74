-- Documents that were taken off their list by hand: found again, or never rightly on it. They stay off whatever the next file says.
CREATE TABLE document_withdrawals (
    list_name    TEXT NOT NULL,
    issuer       TEXT NOT NULL, -- as documents bear it; empty where it is no code
    number       TEXT NOT NULL, -- normalised, as travel documents are compared
    reason       TEXT NOT NULL,
    withdrawn_at INTEGER NOT NULL,
    withdrawn_by TEXT NOT NULL,
    PRIMARY KEY (list_name, issuer, number)
) WITHOUT ROWID;
