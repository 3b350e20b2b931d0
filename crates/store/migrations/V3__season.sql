-- On which days of a year a series may occur beyond its window; rows as `season.rs` derives them.
CREATE TABLE season (
    calendar INTEGER NOT NULL,
    month    INTEGER NOT NULL,              -- 0: any
    day      INTEGER NOT NULL,              -- of the month; 0: any
    since    INTEGER NOT NULL,              -- where the window ends
    object   INTEGER NOT NULL REFERENCES object (id),
    until    INTEGER NOT NULL,              -- nothing ends later
    turn     INTEGER NOT NULL,              -- in turns of so many days
    phase    INTEGER NOT NULL,              -- where a turn begins
    width    INTEGER NOT NULL,              -- so many days of each
    PRIMARY KEY (calendar, month, day, since, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX season_of_object ON season (object);

-- What is there may occur on any day, until it is indexed anew.
INSERT INTO season (calendar, month, day, since, object, until, turn, phase, width)
SELECT calendar, 0, 0, expanded_until, id, 9223372036854775807, 1, 0, 1 FROM object WHERE expanded_until IS NOT NULL;
