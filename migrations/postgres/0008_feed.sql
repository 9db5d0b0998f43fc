-- What is known of each source of events: when it was asked, what came of it, and why it is held back. Bookkeeping:
-- neither the log nor the audit tells of a row's change.
CREATE TABLE feed (
    id TEXT PRIMARY KEY,
    attempted_at TIMESTAMPTZ,
    -- When something was last taken in, or found to be the same.
    succeeded_at TIMESTAMPTZ,
    -- Why the last attempt brought nothing. Null: it did.
    failure TEXT,
    -- What the source called its last good answer, to ask for no more than what is newer.
    etag TEXT,
    last_modified TEXT,
    -- Where a feed of pages goes on.
    next TEXT,
    -- Events of the feed as it was last taken in.
    items BIGINT NOT NULL,
    -- What the last good run did, event by event; kept: fields that are as staff have them.
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    archived BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    -- JSON: the first of what was refused by the last run, each with where it stands and why.
    notes TEXT NOT NULL,
    -- Since when and why what comes is not taken in, when it last came, and the two numbers that raised the alarm.
    quarantined_since TIMESTAMPTZ,
    quarantined_at TIMESTAMPTZ,
    alarm TEXT,
    alarm_detail TEXT,
    alarm_was BIGINT,
    alarm_is BIGINT,
    -- Until when a run passes all the same, since somebody has looked.
    acknowledged_until TIMESTAMPTZ
);

-- What each event that came by a feed was when it last came: what it is held against when it comes again.
CREATE TABLE feed_item (
    event TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    -- What the source calls it.
    external_id TEXT NOT NULL,
    -- JSON: the event as the feed had it, and a hash of that.
    document TEXT NOT NULL,
    hash BYTEA NOT NULL,
    -- When the last of its dates is over, as far as they are told. Null: none is to come.
    over_at TIMESTAMPTZ,
    -- 1: the feed does not have it any more, and that was seen to.
    gone BIGINT NOT NULL,
    -- The version that this run left, and the fields in which it is as staff have it.
    version BIGINT NOT NULL,
    kept BIGINT NOT NULL
);
CREATE INDEX feed_item_feed ON feed_item (feed, event);
