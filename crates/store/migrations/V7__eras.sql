-- Occurrences stand by when they were written, then by when they start: so that who writes many writes few pages often, not all
-- pages of all years. And seasons are of both sides of a window, which is now as narrow before now as it was said to be.

ALTER TABLE calendar ADD COLUMN written INTEGER NOT NULL DEFAULT 0; -- occurrence rows ever written: so many are an era

-- A floating time or a date stands as if it were in UTC.
CREATE TABLE occurrence_by_era (
    calendar INTEGER NOT NULL,
    era      INTEGER NOT NULL,              -- counted up with what is written into the calendar
    length   INTEGER NOT NULL,              -- its class: up to 1, 7, 32 days, longer
    start    INTEGER NOT NULL,
    object   INTEGER NOT NULL REFERENCES object (id),
    finish   INTEGER NOT NULL,
    flags    INTEGER NOT NULL,
    PRIMARY KEY (calendar, era, length, start, object, finish, flags)
) STRICT, WITHOUT ROWID;
INSERT INTO occurrence_by_era (calendar, era, length, start, object, finish, flags)
SELECT calendar, 0, length, start, object, finish, flags FROM occurrence;
DROP TABLE occurrence;
ALTER TABLE occurrence_by_era RENAME TO occurrence;
CREATE INDEX occurrence_of_object ON occurrence (object);

DROP TABLE season;
-- On which days of a year a series may occur beyond its window; rows as `season.rs` derives them.
CREATE TABLE season (
    calendar INTEGER NOT NULL,
    side     INTEGER NOT NULL,              -- of the window: 0 before it, 1 after it
    month    INTEGER NOT NULL,              -- 0: any
    day      INTEGER NOT NULL,              -- of the month; 0: any
    edge     INTEGER NOT NULL,              -- towards the window: nothing starts earlier after it, or ends later before it
    object   INTEGER NOT NULL REFERENCES object (id),
    far      INTEGER NOT NULL,              -- away from it: nothing ends later after it, or starts earlier before it
    turn     INTEGER NOT NULL,              -- in turns of so many days
    phase    INTEGER NOT NULL,              -- where a turn begins
    width    INTEGER NOT NULL,              -- so many days of each
    PRIMARY KEY (calendar, side, month, day, edge, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX season_of_object ON season (object);

-- What is there may occur on any day, until it is indexed anew.
INSERT INTO season (calendar, side, month, day, edge, object, far, turn, phase, width)
SELECT calendar, 1, 0, 0, expanded_until, id, 9223372036854775807, 1, 0, 1 FROM object WHERE expanded_until IS NOT NULL;
INSERT INTO season (calendar, side, month, day, edge, object, far, turn, phase, width)
SELECT calendar, 0, 0, 0, expanded_from, id, -9223372036854775807, 1, 0, 1 FROM object WHERE expanded_from IS NOT NULL;

-- A UID is asked for in a calendar, which UNIQUE (calendar, uid) serves, or by the handle that is made of it.
DROP INDEX object_by_uid;
