-- Stolen and invalidated documents. A million rows are written in pieces, under a generation that the list names only when all of them
-- are there; rows of another generation are of an import that did not end, and are cleared by the next.
CREATE TABLE document_lists (
    list_name   TEXT PRIMARY KEY,
    generation  INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    owner       TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    action      INTEGER NOT NULL,
    contact     TEXT NOT NULL,
    expires_on  INTEGER NOT NULL, -- day number
    imported_at INTEGER NOT NULL,
    imported_by TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE document_rows (
    list_name     TEXT NOT NULL,
    generation    INTEGER NOT NULL,
    issuer        TEXT NOT NULL,
    document_type TEXT NOT NULL,
    number        TEXT NOT NULL, -- normalised, as travel documents are compared
    reported_on   TEXT NOT NULL, -- YYYY-MM-DD or empty
    reference     TEXT NOT NULL,
    PRIMARY KEY (list_name, generation, issuer, document_type, number)
) WITHOUT ROWID;
