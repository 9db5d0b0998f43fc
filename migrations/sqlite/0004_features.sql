-- Places become features: a notice is one too, and has no position. What is deleted leaves its row, so that its id
-- stays taken and the deletion can be undone.
CREATE TABLE feature (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    -- Where the pin goes, degrees on WGS 84; null for what has no position.
    lat REAL,
    lon REAL,
    -- A GeoJSON MultiPolygon; null for a point, which is the pin.
    shape TEXT,
    status TEXT NOT NULL,
    status_reason TEXT,
    status_until TEXT,
    -- JSON: the values of the collection's table of fields.
    fields TEXT NOT NULL,
    -- Hash of the facts as the last import brought them: tells a changed file from a staff edit. Null: not imported.
    imported BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Null: it is there.
    deleted_at TEXT,
    PRIMARY KEY (collection, id)
) STRICT;
INSERT INTO feature (collection, id, lat, lon, shape, status, status_reason, status_until, fields, imported,
    version, created_at, updated_at)
SELECT collection, id, lat, lon, shape, status, status_reason, status_until, fields, imported,
    version, created_at, updated_at
FROM place;
DROP TABLE place;
-- Ids are unique over all collections.
CREATE UNIQUE INDEX feature_id ON feature (id);
