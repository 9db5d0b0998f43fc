-- Businesses that ask to be listed. Who asks stands here until it is decided, 30 days at most.
CREATE TABLE application (
    id UUID PRIMARY KEY,
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
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ
);
CREATE INDEX application_state ON application (state, created_at, id);
