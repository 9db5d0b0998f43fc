-- Who may act, and for whom. Names and addresses of people stand in actor, and in enrolment until the code is used or
-- has run out; nowhere else, so that erasing them there erases them.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Ids of features, separated by commas; they need not exist.
    venues TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE actor (
    id UUID PRIMARY KEY,
    -- Null: erased.
    name TEXT,
    -- Null: nobody said, or erased.
    email TEXT,
    organisation TEXT REFERENCES organisation (id),
    -- Separated by commas.
    roles TEXT NOT NULL,
    -- Ids of beaches, separated by commas; `*` for every beach.
    beaches TEXT NOT NULL,
    reports_as TEXT,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ
);

CREATE TABLE token (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    actor UUID NOT NULL REFERENCES actor (id),
    -- SHA-256 of the secret, which is nowhere.
    hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- By whom, as the audit has it.
    created_by TEXT NOT NULL,
    -- Null: accepted until it is revoked.
    expires_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    -- The hour in which it was last accepted; null: never. Not finer, so that it does not tell when somebody works.
    last_used_at TIMESTAMPTZ
);
CREATE INDEX token_actor ON token (actor);

-- Codes that may still be used. One that was is deleted.
CREATE TABLE enrolment (
    -- SHA-256 of the code.
    hash BYTEA PRIMARY KEY,
    -- The id that the device's actor will have, and its name.
    actor UUID NOT NULL,
    name TEXT NOT NULL,
    -- As in actor.
    beaches TEXT NOT NULL,
    reports_as TEXT NOT NULL,
    -- When the token of the device expires, not the code.
    device_expires_at TIMESTAMPTZ NOT NULL,
    created_by UUID NOT NULL REFERENCES actor (id),
    created_at TIMESTAMPTZ NOT NULL
);
