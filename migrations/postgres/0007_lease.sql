-- What only one node of several does, and which one that is. A row that is over is as good as none.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    -- The node: another id at each start, save on SQLite, where there is one node.
    holder UUID NOT NULL,
    -- Until when nobody else takes it, by the holder's clock.
    until TIMESTAMPTZ NOT NULL
);
