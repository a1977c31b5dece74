-- Stolen and invalidated documents. A million rows are written in pieces, under a generation that the list names only when all of them
-- are there; rows of another generation are of an import that did not end, and are cleared by the next.
CREATE TABLE document_lists (
    list_name   text COLLATE "C" PRIMARY KEY,
    generation  bigint NOT NULL,
    row_count   bigint NOT NULL,
    owner       text COLLATE "C" NOT NULL,
    legal_basis text COLLATE "C" NOT NULL,
    purpose     text COLLATE "C" NOT NULL,
    action      bigint NOT NULL,
    contact     text COLLATE "C" NOT NULL,
    expires_on  bigint NOT NULL, -- day number
    imported_at bigint NOT NULL,
    imported_by text COLLATE "C" NOT NULL
);

CREATE TABLE document_rows (
    list_name     text COLLATE "C" NOT NULL,
    generation    bigint NOT NULL,
    issuer        text COLLATE "C" NOT NULL,
    document_type text COLLATE "C" NOT NULL,
    number        text COLLATE "C" NOT NULL, -- normalised, as travel documents are compared
    reported_on   text COLLATE "C" NOT NULL, -- YYYY-MM-DD or empty
    reference     text COLLATE "C" NOT NULL,
    PRIMARY KEY (list_name, generation, issuer, document_type, number)
);
