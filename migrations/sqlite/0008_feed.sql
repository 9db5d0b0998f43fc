-- What is known of each source of events: when it was asked, what came of it, and why it is held back. Bookkeeping:
-- neither the log nor the audit tells of a row's change.
CREATE TABLE feed (
    id TEXT PRIMARY KEY,
    attempted_at TEXT,
    -- When something was last taken in, or found to be the same.
    succeeded_at TEXT,
    -- Why the last attempt brought nothing. Null: it did.
    failure TEXT,
    -- What the source called its last good answer, to ask for no more than what is newer.
    etag TEXT,
    last_modified TEXT,
    -- Where a feed of pages goes on.
    next TEXT,
    -- Events of the feed as it was last taken in.
    items INTEGER NOT NULL,
    -- What the last good run did, event by event; kept: fields that are as staff have them.
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    -- JSON: the first of what was refused by the last run, each with where it stands and why.
    notes TEXT NOT NULL,
    -- Since when and why what comes is not taken in, when it last came, and the two numbers that raised the alarm.
    quarantined_since TEXT,
    quarantined_at TEXT,
    alarm TEXT,
    alarm_detail TEXT,
    alarm_was INTEGER,
    alarm_is INTEGER,
    -- Until when a run passes all the same, since somebody has looked.
    acknowledged_until TEXT
) STRICT;

-- What each event that came by a feed was when it last came: what it is held against when it comes again.
CREATE TABLE feed_item (
    event TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    -- What the source calls it.
    external_id TEXT NOT NULL,
    -- JSON: the event as the feed had it, and a hash of that.
    document TEXT NOT NULL,
    hash BLOB NOT NULL,
    -- When the last of its dates is over, as far as they are told. Null: none is to come.
    over_at TEXT,
    -- 1: the feed does not have it any more, and that was seen to.
    gone INTEGER NOT NULL,
    -- The version that this run left, and the fields in which it is as staff have it.
    version INTEGER NOT NULL,
    kept INTEGER NOT NULL
) STRICT;
CREATE INDEX feed_item_feed ON feed_item (feed, event);
