-- The bytes of documents in chunks: none is ever in memory whole.

CREATE TABLE chunk (
    blob   INTEGER NOT NULL REFERENCES blob (id),
    number INTEGER NOT NULL,                -- from 0 on
    raw    BLOB    NOT NULL,                -- 262,144 bytes; of the last one, what is left
    PRIMARY KEY (blob, number)
) STRICT;

WITH RECURSIVE part (blob, number, size) AS (
    SELECT id, 0, length(raw) FROM blob WHERE length(raw) > 0
    UNION ALL SELECT blob, number + 1, size FROM part WHERE (number + 1) * 262144 < size
)
INSERT INTO chunk (blob, number, raw)
SELECT part.blob, part.number, substr(blob.raw, part.number * 262144 + 1, 262144)
FROM part JOIN blob ON blob.id = part.blob ORDER BY part.blob, part.number;

ALTER TABLE blob ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE blob SET size = length(raw);
-- `hash` is the SHA-256 of all chunks, one after the other.
ALTER TABLE blob DROP COLUMN raw;

-- Bytes that no document has yet: they come before the set that names them. What nobody names goes.
CREATE TABLE incoming (
    blob  INTEGER PRIMARY KEY REFERENCES blob (id),
    begun INTEGER NOT NULL
) STRICT;
CREATE INDEX incoming_begun ON incoming (begun);
