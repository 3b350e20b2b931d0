-- Rights: rules that stand for a calendar, or for each calendar of a home.

CREATE TABLE rule (
    id           INTEGER PRIMARY KEY,
    home         INTEGER REFERENCES principal (id),
    calendar     INTEGER REFERENCES calendar (id),
    carid        TEXT    NOT NULL,
    is_denial    INTEGER NOT NULL,
    who          INTEGER NOT NULL,          -- 1 owner, 2 principal, 3 signed in, 4 not signed in, 5 anyone
    principal    INTEGER REFERENCES principal (id),
    permissions  TEXT    NOT NULL,          -- words, with blanks between them; so are the next two
    scopes       TEXT    NOT NULL,
    restrictions TEXT    NOT NULL,
    is_decreed   INTEGER NOT NULL,
    CHECK ((home IS NULL) <> (calendar IS NULL)),
    CHECK ((who = 2) = (principal IS NOT NULL))
) STRICT;
CREATE INDEX rule_of_home ON rule (home, id) WHERE home IS NOT NULL;
CREATE INDEX rule_of_calendar ON rule (calendar, id) WHERE calendar IS NOT NULL;
CREATE INDEX rule_of_principal ON rule (principal, id) WHERE principal IS NOT NULL;

-- Counts the changes of the rules that stand for a calendar, those of its home too.
ALTER TABLE calendar ADD COLUMN rights_version INTEGER NOT NULL DEFAULT 1;

-- Who has signed in may ask who is busy when (RFC 4324 4.2.2).
INSERT INTO rule (home, carid, is_denial, who, permissions, scopes, restrictions, is_decreed)
SELECT id, 'READBUSYTIMEINFO', 0, 3, 'SEARCH', 'free-busy', '', 0 FROM principal;
