-- People: who has calendars and is invited, by which name and addresses, and how they sign in. A calendar is in a home.

CREATE TABLE principal (
    id      INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL,               -- 1 individual, 2 group, 3 room, 4 resource
    name    TEXT    UNIQUE,                 -- in small letters; null: the owner, until somebody names them
    display TEXT,
    state   INTEGER NOT NULL                -- 1 active, 2 disabled, 3 removed: the name and the addresses stay theirs
) STRICT;

-- The store's owner: whoever had it before there were people.
INSERT INTO principal (id, kind, state) VALUES (1, 1, 1);

CREATE TABLE address (
    address     TEXT    NOT NULL PRIMARY KEY,   -- a URI in normal form
    principal   INTEGER NOT NULL REFERENCES principal (id),
    place       INTEGER NOT NULL,               -- the one of 0 stands for the principal
    is_verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX address_of_principal ON address (principal, place);

CREATE TABLE credential (
    id        INTEGER PRIMARY KEY,
    principal INTEGER NOT NULL REFERENCES principal (id),
    kind      INTEGER NOT NULL,             -- 1 password, 2 app password, 3 token
    label     TEXT    NOT NULL,             -- empty for the password
    verifier  BLOB    NOT NULL UNIQUE,      -- a PHC string of a password; SHA-256 of what was made by chance
    created   INTEGER NOT NULL,
    last_used INTEGER,
    expires   INTEGER,
    UNIQUE (principal, kind, label)
) STRICT;

-- Counts the changes of principals, addresses and credentials.
ALTER TABLE store ADD COLUMN directory INTEGER NOT NULL DEFAULT 1;

-- A segment is unique in its home. A table's UNIQUE stays as it is, so the table is made anew.
CREATE TABLE calendar_in_home (
    id               INTEGER PRIMARY KEY,
    home             INTEGER NOT NULL REFERENCES principal (id),
    segment          TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    color            TEXT,
    description      TEXT,
    zone             TEXT,
    is_removed       INTEGER NOT NULL,
    settings_version INTEGER NOT NULL,
    sequence         INTEGER NOT NULL,      -- of the last change inside
    min_sequence     INTEGER NOT NULL,      -- tombstones before it are gone
    UNIQUE (home, segment)
) STRICT;
INSERT INTO calendar_in_home (id, home, segment, name, color, description, zone, is_removed, settings_version, sequence, min_sequence)
SELECT id, 1, segment, name, color, description, zone, is_removed, settings_version, sequence, min_sequence FROM calendar;
DROP TABLE calendar;
ALTER TABLE calendar_in_home RENAME TO calendar;
CREATE INDEX calendar_of_home ON calendar (home, id);

-- Each takes back what they did themselves.
ALTER TABLE command ADD COLUMN principal INTEGER NOT NULL DEFAULT 1 REFERENCES principal (id);
DROP INDEX command_to_undo;
DROP INDEX command_ordinary;
CREATE INDEX command_of_principal ON command (principal, id);
CREATE INDEX command_to_undo ON command (principal, id) WHERE undoes IS NULL AND has_changed = 1 AND is_undone = 0;
CREATE INDEX command_ordinary ON command (principal, id) WHERE undoes IS NULL AND has_changed = 1;
