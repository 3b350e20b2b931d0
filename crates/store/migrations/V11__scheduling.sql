-- Scheduling: what comes in, what is known beside objects, and what is still to be delivered.

-- Each principal has a collection of messages that came in, and one that others go out of: to clients they stand beside calendars
-- (RFC 6638 2). A calendar that has such a segment gets another.
ALTER TABLE calendar ADD COLUMN collection INTEGER NOT NULL DEFAULT 0;   -- 0 calendar, 1 inbox, 2 outbox
UPDATE calendar SET segment = segment || '-' || lower(hex(randomblob(8))), settings_version = settings_version + 1
WHERE segment IN ('inbox', 'outbox');
INSERT INTO calendar (home, segment, name, is_removed, settings_version, sequence, min_sequence, collection)
SELECT id, 'inbox', 'Inbox', 0, 1, 0, 0, 1 FROM principal ORDER BY id;
INSERT INTO calendar (home, segment, name, is_removed, settings_version, sequence, min_sequence, collection)
SELECT id, 'outbox', 'Outbox', 0, 1, 0, 0, 2 FROM principal ORDER BY id;

-- The calendar's sequence when an object last changed in a way that matters to whoever plans with it (RFC 6638 3.2.10); null for
-- what is not scheduled with anybody.
ALTER TABLE object ADD COLUMN schedule_tag INTEGER;
CREATE INDEX object_scheduled ON object (calendar, id) WHERE schedule_tag IS NOT NULL;

-- What the text of a scheduled object cannot tell, by whose inbox it came. It outlives the object.
CREATE TABLE scheduling (
    inbox   INTEGER NOT NULL REFERENCES calendar (id),
    uid     TEXT    NOT NULL,
    version INTEGER NOT NULL,               -- counts its changes
    state   TEXT    NOT NULL,               -- JSON, as the crate itip writes it
    at      INTEGER NOT NULL,               -- when it last changed
    PRIMARY KEY (inbox, uid)
) STRICT, WITHOUT ROWID;

-- What came in.
CREATE TABLE message (
    id       INTEGER PRIMARY KEY,
    inbox    INTEGER NOT NULL REFERENCES calendar (id),
    name     TEXT    NOT NULL,
    uid      TEXT    NOT NULL,
    kind     INTEGER NOT NULL,
    text     INTEGER NOT NULL REFERENCES text (id),
    version  INTEGER NOT NULL,              -- the inbox's sequence when it last changed
    method   TEXT    NOT NULL,
    sender   TEXT    NOT NULL,              -- a URI
    standing INTEGER NOT NULL,              -- 1 waiting, 2 held, 3 applied, 4 refused
    why      TEXT    NOT NULL,              -- what was decided, in a word that never changes
    created  INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    UNIQUE (inbox, name)
) STRICT;
CREATE INDEX message_of_inbox ON message (inbox, id);
CREATE INDEX message_by_change ON message (inbox, version, name);
CREATE INDEX message_by_text ON message (text);
CREATE INDEX message_by_time ON message (created, id);

-- What is still to be delivered to people here, in the order in which it is owed.
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY,
    outbox     INTEGER NOT NULL REFERENCES calendar (id),
    uid        TEXT    NOT NULL,
    text       INTEGER NOT NULL REFERENCES text (id),
    method     TEXT    NOT NULL,
    class      TEXT    NOT NULL,
    sender     TEXT    NOT NULL,            -- a URI
    recipients TEXT    NOT NULL,            -- URIs, one a line
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_of_outbox ON delivery (outbox, id);
CREATE INDEX delivery_by_text ON delivery (text);
