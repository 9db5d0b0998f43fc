-- The audit row of the command that made the change. Null: written before this column was.
ALTER TABLE change ADD COLUMN audit_seq BIGINT;

-- What auditors ask by, the newest first.
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_command ON audit (command, seq);
CREATE INDEX audit_at ON audit (at, seq);

-- What was done stays said. Whoever owns the table can drop this; that is what the hashes are for.
CREATE FUNCTION audit_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit are neither changed nor deleted';
END
$$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_not_changed();
