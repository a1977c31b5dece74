-- Certificates of an appliance are numbered in the order in which they were issued: two may have been issued at one instant.
ALTER TABLE certificates ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE certificates SET number = (
    SELECT count(*) FROM certificates o
    WHERE o.appliance_id = certificates.appliance_id
      AND (o.issued_at < certificates.issued_at
        OR (o.issued_at = certificates.issued_at AND o.certificate_sha256 <= certificates.certificate_sha256)));

-- When a newer certificate of the same appliance was used for the first time; from then on this one gets nothing.
ALTER TABLE certificates ADD COLUMN superseded_at INTEGER NULL;

-- Appliances have a fourth state: 4 quarantined. Until when the last lease of a content key runs, in microseconds since 1970.
ALTER TABLE appliances ADD COLUMN leased_until INTEGER NULL;

-- Rises with every change of what an appliance may do, so that open streams are asked again who they are.
CREATE TABLE admission_changes (count INTEGER NOT NULL);
INSERT INTO admission_changes (count) VALUES (0);

-- A command that was taken back: the appliance is not given it any more.
ALTER TABLE commands ADD COLUMN withdrawn_at INTEGER NULL;
