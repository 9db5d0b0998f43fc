-- What people who count have reported. A row is never changed but for the facts at its end, which are said once.
CREATE TABLE crowd_report (
    -- Made on the phone.
    id UUID PRIMARY KEY,
    beach TEXT NOT NULL,
    -- When somebody looked, by the server's clock.
    observed_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    -- When somebody looked, by the clock of the phone, and how far that clock was behind the server's.
    phone_observed_at TIMESTAMPTZ NOT NULL,
    skew_ms BIGINT NOT NULL,
    -- An actor, by its pseudonym.
    author UUID NOT NULL,
    -- In what capacity: patrol, warden or staff.
    role TEXT NOT NULL,
    -- Whole people and how they were counted, or a band.
    people BIGINT,
    method TEXT,
    band TEXT,
    withdrawn_at TIMESTAMPTZ,
    confirmed_at TIMESTAMPTZ,
    -- The change that last said something of it.
    revision BIGINT NOT NULL,
    CHECK ((people IS NULL) = (method IS NULL) AND (people IS NULL) != (band IS NULL))
);
CREATE INDEX crowd_report_revision ON crowd_report (revision);
CREATE INDEX crowd_report_observed ON crowd_report (observed_at);
CREATE INDEX crowd_report_beach ON crowd_report (beach, observed_at);
CREATE INDEX crowd_report_author ON crowd_report (author, observed_at);

-- What somebody has decided or said of a beach for a while, each on its own axis. Never changed.
CREATE TABLE beach_declaration (
    id UUID PRIMARY KEY,
    beach TEXT NOT NULL,
    -- override, hazard or water_quality.
    axis TEXT NOT NULL,
    -- Of an override: one of them or both.
    level TEXT,
    access TEXT,
    -- Of a hazard its kind, of water quality its state, of an override its reason; a code each.
    code TEXT NOT NULL,
    message TEXT,
    starts_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- An actor by its pseudonym, or as the audit has who is none.
    author TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX beach_declaration_beach ON beach_declaration (beach, axis, expires_at);
CREATE INDEX beach_declaration_revision ON beach_declaration (revision);

-- Cancelling is a row of its own.
CREATE TABLE beach_cancellation (
    declaration UUID PRIMARY KEY REFERENCES beach_declaration (id),
    cancelled_at TIMESTAMPTZ NOT NULL,
    author TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX beach_cancellation_revision ON beach_cancellation (revision);

-- The policies of the beach rule, each adopted from an instant on. Never changed.
CREATE TABLE crowd_policy (
    version TEXT PRIMARY KEY,
    -- A line a value, as in a policy file: `amber_percent = 50`.
    content TEXT NOT NULL,
    adopted_from TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    author TEXT NOT NULL,
    revision BIGINT NOT NULL
);

-- What was published of each beach, as it was, and from when on. Never changed: a late report changes the present alone.
CREATE TABLE beach_status (
    beach TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    revision BIGINT NOT NULL,
    -- The status in the notation of the API.
    content TEXT NOT NULL,
    PRIMARY KEY (beach, revision)
);
