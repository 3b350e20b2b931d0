-- Files: for each principal an area of collections and documents, of any bytes and media type (RFC 4918).

-- The bytes of documents, each kept once. They are no texts: nobody searches for their words.
CREATE TABLE blob (
    id   INTEGER PRIMARY KEY,
    hash BLOB    NOT NULL UNIQUE,           -- SHA-256 of raw
    raw  BLOB    NOT NULL
) STRICT;

-- A collection, or a document in one.
CREATE TABLE file (
    id       INTEGER PRIMARY KEY,
    home     INTEGER NOT NULL REFERENCES principal (id),
    parent   INTEGER REFERENCES file (id),  -- null: it is the area itself
    name     TEXT    NOT NULL,
    blob     INTEGER REFERENCES blob (id),  -- null: it is a collection
    media    TEXT,                          -- as it came; null: nobody said
    version  INTEGER NOT NULL,              -- the area's sequence when it last changed
    created  INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    UNIQUE (parent, name)
) STRICT;
CREATE INDEX file_of_home ON file (home, id);
CREATE INDEX file_by_blob ON file (blob) WHERE blob IS NOT NULL;

CREATE TABLE area (
    home     INTEGER PRIMARY KEY REFERENCES principal (id),
    root     INTEGER NOT NULL UNIQUE REFERENCES file (id),
    sequence INTEGER NOT NULL,              -- of the last change inside
    files    INTEGER NOT NULL,              -- collections and documents inside
    bytes    INTEGER NOT NULL               -- of its documents, each as often as it is there
) STRICT;

INSERT INTO file (home, parent, name, version, created, modified) SELECT id, NULL, '', 0, 0, 0 FROM principal ORDER BY id;
INSERT INTO area (home, root, sequence, files, bytes) SELECT home, id, 0, 0, 0 FROM file;

-- Files have properties, too. A table's CHECK stays as it is, so the table is made anew.
CREATE TABLE property_of_any (
    id        INTEGER PRIMARY KEY,
    calendar  INTEGER REFERENCES calendar (id),
    object    INTEGER REFERENCES object (id),
    file      INTEGER REFERENCES file (id),
    namespace TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    xml       TEXT    NOT NULL,             -- the whole element
    UNIQUE (calendar, namespace, name),
    UNIQUE (object, namespace, name),
    UNIQUE (file, namespace, name),
    CHECK (CASE WHEN calendar IS NULL THEN 0 ELSE 1 END + CASE WHEN object IS NULL THEN 0 ELSE 1 END
         + CASE WHEN file IS NULL THEN 0 ELSE 1 END = 1)
) STRICT;
INSERT INTO property_of_any (id, calendar, object, namespace, name, xml)
SELECT id, calendar, object, namespace, name, xml FROM property;
DROP TABLE property;
ALTER TABLE property_of_any RENAME TO property;
