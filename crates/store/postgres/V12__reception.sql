-- How what comes to a principal is received. What the table and its columns mean stands in SQLite's migration.

CREATE TABLE reception (
    principal    BIGINT PRIMARY KEY REFERENCES principal (id) DEFERRABLE,
    calendar     BIGINT REFERENCES calendar (id) DEFERRABLE,
    availability TEXT COLLATE "C",
    mode         BIGINT,
    capacity     BIGINT NOT NULL,
    horizon      BIGINT NOT NULL,
    notice       BIGINT NOT NULL,
    longest      BIGINT,
    share        BIGINT,
    bookers      BIGINT REFERENCES principal (id) DEFERRABLE,
    moderator    BIGINT REFERENCES principal (id) DEFERRABLE
);
CREATE INDEX reception_by_calendar ON reception (calendar);
CREATE INDEX reception_by_bookers ON reception (bookers);
CREATE INDEX reception_by_moderator ON reception (moderator);
CREATE INDEX principal_by_kind ON principal (kind, name);
