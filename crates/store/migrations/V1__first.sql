-- One person's calendars: booked objects, their index, trash, history. Rows of people, rights, messages and the queue
-- come with their own migrations; each will refer to calendar(id) or text(id) as these tables do.

CREATE TABLE store (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    epoch      BLOB    NOT NULL,            -- random, new at each restore
    basis      TEXT    NOT NULL,            -- what index rows were derived with: rules of the index, zone data
    generation INTEGER NOT NULL             -- counts the changes of basis
) STRICT;

CREATE TABLE calendar (
    id               INTEGER PRIMARY KEY,
    segment          TEXT    NOT NULL UNIQUE,
    name             TEXT    NOT NULL,
    color            TEXT,
    description      TEXT,
    zone             TEXT,
    is_removed       INTEGER NOT NULL,
    settings_version INTEGER NOT NULL,
    sequence         INTEGER NOT NULL,      -- of the last change inside
    min_sequence     INTEGER NOT NULL       -- tombstones before it are gone
) STRICT;

-- What a person did: one command, in one act or many.
CREATE TABLE command (
    id          INTEGER PRIMARY KEY,
    key         BLOB    NOT NULL UNIQUE,
    verb        TEXT    NOT NULL,
    line        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    undoes      INTEGER REFERENCES command (id),
    is_undone   INTEGER NOT NULL,
    has_changed INTEGER NOT NULL            -- an object or a calendar: there is something to take back
) STRICT;
CREATE INDEX command_undoes ON command (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX command_to_undo ON command (id) WHERE undoes IS NULL AND has_changed = 1 AND is_undone = 0;
CREATE INDEX command_ordinary ON command (id) WHERE undoes IS NULL AND has_changed = 1;

CREATE TABLE act (
    id      INTEGER PRIMARY KEY,
    key     BLOB    NOT NULL UNIQUE,
    command INTEGER NOT NULL REFERENCES command (id),
    at      INTEGER NOT NULL,
    outcome TEXT    NOT NULL
) STRICT;
CREATE INDEX act_of_command ON act (command, id);
CREATE INDEX act_by_time ON act (at, id);

CREATE TABLE text (
    id   INTEGER PRIMARY KEY,
    hash BLOB    NOT NULL UNIQUE,           -- SHA-256 of raw
    raw  BLOB    NOT NULL
) STRICT;

-- Texts that lost a reference and may have none left: all that collecting looks at.
CREATE TABLE loose (
    text INTEGER PRIMARY KEY REFERENCES text (id)
) STRICT;

CREATE TABLE object (
    id             INTEGER PRIMARY KEY,
    calendar       INTEGER NOT NULL REFERENCES calendar (id),
    name           TEXT    NOT NULL,
    uid            TEXT    NOT NULL,
    handle         TEXT    NOT NULL,
    kind           INTEGER NOT NULL,
    text           INTEGER NOT NULL REFERENCES text (id),
    version        INTEGER NOT NULL,        -- the calendar's sequence when it last changed
    span_start     INTEGER,                 -- null where nothing of it occurs
    span_end       INTEGER,                 -- null where it has no end, or nothing occurs
    expanded_from  INTEGER,                 -- null where all its occurrences before are there
    expanded_until INTEGER,                 -- null where all its occurrences after are there
    is_open        INTEGER NOT NULL,        -- a to-do that is neither completed nor cancelled
    derived        INTEGER NOT NULL,        -- the now that the index's window was laid around
    generation     INTEGER NOT NULL,        -- of the basis that it was derived with; 0: of one that is not the store's
    created        INTEGER NOT NULL,
    modified       INTEGER NOT NULL,
    UNIQUE (calendar, name),
    UNIQUE (calendar, uid)
) STRICT;
CREATE INDEX object_by_uid ON object (uid, id);
CREATE INDEX object_by_handle ON object (handle, id);
CREATE INDEX object_by_text ON object (text);
CREATE INDEX object_by_generation ON object (generation, id);
CREATE INDEX object_by_window ON object (derived, id) WHERE expanded_until IS NOT NULL;
CREATE INDEX object_of_calendar ON object (calendar, id);
CREATE INDEX object_beyond ON object (calendar, expanded_until) WHERE expanded_until IS NOT NULL;
CREATE INDEX object_before ON object (calendar, expanded_from) WHERE expanded_from IS NOT NULL;
CREATE INDEX object_to_do ON object (calendar, id) WHERE is_open = 1;
CREATE INDEX object_of_kind ON object (calendar, kind, span_start, id);

-- A floating time or a date stands as if it were in UTC.
CREATE TABLE occurrence (
    calendar INTEGER NOT NULL,
    length   INTEGER NOT NULL,              -- its class: up to 1, 7, 32 days, longer
    start    INTEGER NOT NULL,
    object   INTEGER NOT NULL REFERENCES object (id),
    finish   INTEGER NOT NULL,
    flags    INTEGER NOT NULL,
    PRIMARY KEY (calendar, length, start, object, finish, flags)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_of_object ON occurrence (object);

-- Of a text, its words in normal form. The rowid is the text's id.
CREATE VIRTUAL TABLE words USING fts5 (
    body, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0", detail = full
);

CREATE TABLE tombstone (
    calendar INTEGER NOT NULL REFERENCES calendar (id),
    name     TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (calendar, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_by_time ON tombstone (at, calendar, name);

CREATE TABLE trash (
    id       INTEGER PRIMARY KEY,
    calendar INTEGER NOT NULL REFERENCES calendar (id),
    name     TEXT    NOT NULL,
    uid      TEXT    NOT NULL,
    kind     INTEGER NOT NULL,
    text     INTEGER NOT NULL REFERENCES text (id),
    created  INTEGER NOT NULL,
    deleted  INTEGER NOT NULL
) STRICT;
CREATE INDEX trash_by_time ON trash (deleted, id);
CREATE INDEX trash_by_uid ON trash (calendar, uid);
CREATE INDEX trash_by_text ON trash (text);

CREATE TABLE history (
    id       INTEGER PRIMARY KEY,
    act      INTEGER NOT NULL REFERENCES act (id),
    calendar INTEGER NOT NULL REFERENCES calendar (id),
    uid      TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    before   INTEGER REFERENCES text (id),
    after    INTEGER REFERENCES text (id),
    version  INTEGER NOT NULL
) STRICT;
CREATE INDEX history_of_act ON history (act, id);
CREATE INDEX history_of_object ON history (calendar, uid, id);
CREATE INDEX history_before ON history (before) WHERE before IS NOT NULL;
CREATE INDEX history_after ON history (after) WHERE after IS NOT NULL;

CREATE TABLE calendar_history (
    id       INTEGER PRIMARY KEY,
    act      INTEGER NOT NULL REFERENCES act (id),
    calendar INTEGER NOT NULL REFERENCES calendar (id),
    before   TEXT,
    after    TEXT    NOT NULL,
    version  INTEGER NOT NULL
) STRICT;
CREATE INDEX calendar_history_of_act ON calendar_history (act, id);
CREATE INDEX calendar_history_of_calendar ON calendar_history (calendar);

-- How far an import has come, for one that was stopped.
CREATE TABLE import (
    source   BLOB    PRIMARY KEY,           -- what is imported, and how, as a hash
    command  BLOB    NOT NULL,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
