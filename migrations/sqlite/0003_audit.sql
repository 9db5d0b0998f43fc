-- The audit row of the command that made the change. Null: written before this column was.
ALTER TABLE change ADD COLUMN audit_seq INTEGER;

-- What auditors ask by, the newest first.
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_command ON audit (command, seq);
CREATE INDEX audit_at ON audit (at, seq);

-- What was done stays said. Whoever owns the file can drop these; that is what the hashes are for.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor deleted');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor deleted');
END;
-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are neither changed nor deleted');
END;
