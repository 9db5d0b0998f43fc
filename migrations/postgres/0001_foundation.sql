-- The one row every writing transaction locks first: numbers are then in commit order, without gaps.
CREATE TABLE head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    -- The timeline: another one after every restore.
    epoch UUID NOT NULL,
    -- The number of the last change; 0 before the first.
    revision BIGINT NOT NULL,
    -- The number of the last audit row, and its hash, which covers all before it.
    audit_seq BIGINT NOT NULL,
    audit_hash BYTEA NOT NULL,
    -- The slug of the area this database holds; null before the first import.
    area TEXT
);

-- The log: one row a committed change.
CREATE TABLE change (
    revision BIGINT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    -- A collection, or `area` for a document that holds for the area as a whole.
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('put', 'delete')),
    -- The item's version after the change; 0 for a document.
    version BIGINT NOT NULL
);
CREATE INDEX change_item ON change (collection, id, revision);

-- One row an accepted command, each hash over the row and the hash before it.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    request_id UUID NOT NULL,
    command TEXT NOT NULL,
    -- What it was about: `collection/id`, or the area's slug.
    subject TEXT NOT NULL,
    -- JSON documents; null where there was, or is, nothing.
    before TEXT,
    after TEXT,
    hash BYTEA NOT NULL
);

-- The documents of the area folder that hold for the area as a whole, as written.
CREATE TABLE area_document (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL
);

CREATE TABLE place (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    -- Where the pin goes, degrees on WGS 84.
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    -- A GeoJSON MultiPolygon; null for a point, which is the pin.
    shape TEXT,
    status TEXT NOT NULL,
    status_reason TEXT,
    status_until TIMESTAMPTZ,
    -- JSON: the values of the collection's table of fields.
    fields TEXT NOT NULL,
    -- Hash of the facts as the last import brought them: tells a changed file from a staff edit. Null: not imported.
    imported BYTEA,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (collection, id)
);
-- Ids are unique over all collections.
CREATE UNIQUE INDEX place_id ON place (id);
