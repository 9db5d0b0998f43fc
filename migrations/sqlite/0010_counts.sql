-- How often each promotion was looked at and followed. Nobody who did so is known: what is kept of a view is that there was one.
CREATE TABLE promotion_count (
    promotion TEXT NOT NULL,
    -- A day of the area, counted since 1970.
    day INTEGER NOT NULL,
    -- view or click.
    kind TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (promotion, day, kind)
) STRICT, WITHOUT ROWID;

-- What was counted of late, so that it is not counted again. Kept for the day and the one after.
CREATE TABLE promotion_nonce (
    -- SHA-256 of the promotion, the kind and what the phone made up: one nonce looks different at each promotion.
    hash BLOB PRIMARY KEY,
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX promotion_nonce_day ON promotion_nonce (day, hash);
