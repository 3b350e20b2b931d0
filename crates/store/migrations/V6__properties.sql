-- What CalDAV clients keep with calendars and objects, and the order in which what changed is told.

ALTER TABLE calendar ADD COLUMN kinds TEXT;         -- names of the components that it keeps, with blanks between; null: any
ALTER TABLE calendar ADD COLUMN is_transparent INTEGER NOT NULL DEFAULT 0;  -- what is in it makes nobody busy

-- Properties that mean nothing here and are kept as they came.
CREATE TABLE property (
    id        INTEGER PRIMARY KEY,
    calendar  INTEGER REFERENCES calendar (id),
    object    INTEGER REFERENCES object (id),
    namespace TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    xml       TEXT    NOT NULL,             -- the whole element
    UNIQUE (calendar, namespace, name),
    UNIQUE (object, namespace, name),
    CHECK ((calendar IS NULL) <> (object IS NULL))
) STRICT;

CREATE INDEX object_by_change ON object (calendar, version, name);
CREATE INDEX tombstone_by_change ON tombstone (calendar, sequence, name);
