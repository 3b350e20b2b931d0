-- Alarms: when an object may ring next, up to when all rang, and what it was.

ALTER TABLE object ADD COLUMN alarm_from INTEGER;   -- null where it has no alarm that rings by time
ALTER TABLE object ADD COLUMN next_alarm INTEGER;   -- after alarm_from none rings before; null where none rings at all
CREATE INDEX object_by_alarm ON object (next_alarm, id) WHERE next_alarm IS NOT NULL;
CREATE INDEX object_by_alarm_from ON object (alarm_from, id) WHERE alarm_from IS NOT NULL;

CREATE TABLE ringing (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    until INTEGER NOT NULL                  -- what fell due up to then has rung
) STRICT;

-- What rang last, and what rang a short while ago.
CREATE TABLE rung (
    run      INTEGER NOT NULL,              -- the now at which it rang
    calendar INTEGER NOT NULL REFERENCES calendar (id),
    uid      TEXT    NOT NULL,
    at       INTEGER NOT NULL,              -- when it was due
    PRIMARY KEY (run, calendar, uid, at)
) STRICT, WITHOUT ROWID;
