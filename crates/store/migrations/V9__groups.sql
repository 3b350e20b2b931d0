-- Groups: who is in each. And what was done by whoever keeps the store.

CREATE TABLE member (
    team   INTEGER NOT NULL REFERENCES principal (id),  -- the group
    member INTEGER NOT NULL REFERENCES principal (id),  -- a principal, which may be a group
    PRIMARY KEY (team, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_in ON member (member, team);

-- A row for each command; it outlives what it did.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    command BLOB    NOT NULL UNIQUE,        -- its key
    at      INTEGER NOT NULL,
    keeper  TEXT    NOT NULL,               -- who it was, as the machine knows them
    verb    TEXT    NOT NULL,
    whom    INTEGER REFERENCES principal (id),  -- null: nobody in particular
    line    TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_of_principal ON audit (whom, id);
CREATE INDEX audit_by_time ON audit (at, id);
