-- Decisions about many promotions, proposed by one moderator and confirmed by another, or by nobody within a day.
CREATE TABLE decision_batch (
    id BLOB PRIMARY KEY,
    -- approve or reject.
    decision TEXT NOT NULL,
    -- Why they are rejected; null for approve.
    reason TEXT,
    -- The promotions and the hash of what was looked at of each, a JSON document.
    promotions TEXT NOT NULL,
    -- Pseudonyms, as the audit has them.
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    -- Null: nobody has confirmed it.
    confirmed_by TEXT,
    confirmed_at TEXT
) STRICT;
