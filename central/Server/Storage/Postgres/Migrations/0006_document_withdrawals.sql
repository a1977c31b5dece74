-- Documents that were taken off their list by hand: found again, or never rightly on it. They stay off whatever the next file says.
CREATE TABLE document_withdrawals (
    list_name    text COLLATE "C" NOT NULL,
    issuer       text COLLATE "C" NOT NULL, -- as documents bear it; empty where it is no code
    number       text COLLATE "C" NOT NULL, -- normalised, as travel documents are compared
    reason       text COLLATE "C" NOT NULL,
    withdrawn_at bigint NOT NULL,
    withdrawn_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (list_name, issuer, number)
);
