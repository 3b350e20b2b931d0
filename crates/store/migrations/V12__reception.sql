-- How what comes to a principal is received: into which calendar, when they are there at all, and how a room answers.

CREATE TABLE reception (
    principal    INTEGER PRIMARY KEY REFERENCES principal (id),
    calendar     INTEGER REFERENCES calendar (id),  -- into which it comes; null: into the first that takes it
    availability TEXT,                              -- iCalendar with VAVAILABILITY (RFC 7953); null: always
    mode         INTEGER,                           -- who answers: 1 nobody, 2 a moderator, 3 rules, 4 yes; null: as its kind does
    capacity     INTEGER NOT NULL,                  -- so many at one time
    horizon      INTEGER NOT NULL,                  -- so many seconds ahead
    notice       INTEGER NOT NULL,                  -- so many seconds before it begins
    longest      INTEGER,                           -- so many seconds; null: any
    share        INTEGER,                           -- so many of one person's that are still to be; null: any
    bookers      INTEGER REFERENCES principal (id), -- who may; null: all
    moderator    INTEGER REFERENCES principal (id)
) STRICT;
CREATE INDEX reception_by_calendar ON reception (calendar);
CREATE INDEX reception_by_bookers ON reception (bookers);
CREATE INDEX reception_by_moderator ON reception (moderator);
CREATE INDEX principal_by_kind ON principal (kind, name);
