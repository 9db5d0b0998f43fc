-- Whether the times in this database are made up, by a rehearsal (1) or not (0). Never changes.
ALTER TABLE head ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0 CHECK (rehearsal IN (0, 1));
