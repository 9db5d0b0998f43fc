-- Businesses that ask to be listed. Who asks stands here until it is decided, 30 days at most.
CREATE TABLE application (
    id BLOB PRIMARY KEY,
    -- The business as it would be listed, a JSON document; its id and organisation are given when it is accepted.
    document TEXT NOT NULL,
    -- What it wants to offer, in its own words.
    offer TEXT NOT NULL,
    -- Null: erased.
    applicant_name TEXT,
    applicant_email TEXT,
    state TEXT NOT NULL,
    -- Why it was refused.
    reason TEXT,
    -- What was made of it; null unless it is accepted.
    organisation TEXT,
    business TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    decided_at TEXT
) STRICT;
CREATE INDEX application_state ON application (state, created_at, id);
