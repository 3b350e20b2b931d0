-- The bytes of documents in chunks: none is ever in memory whole. What the tables and columns mean stands in SQLite's migration.

-- What another service of an older schema is about to write comes before this, or not at all.
LOCK TABLE blob IN ACCESS EXCLUSIVE MODE;

CREATE TABLE chunk (
    blob   BIGINT NOT NULL REFERENCES blob (id) DEFERRABLE,
    number BIGINT NOT NULL,
    raw    BYTEA NOT NULL,
    PRIMARY KEY (blob, number)
);
-- As they come: what people keep is compressed already, and how long a chunk is stands beside it then.
ALTER TABLE chunk ALTER COLUMN raw SET STORAGE EXTERNAL;

INSERT INTO chunk (blob, number, raw)
SELECT id, part, substr(raw, part * 262144 + 1, 262144)
FROM blob, generate_series(0, (length(raw) - 1) / 262144) AS part WHERE length(raw) > 0;

ALTER TABLE blob ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
UPDATE blob SET size = length(raw);
ALTER TABLE blob DROP COLUMN raw;

CREATE TABLE incoming (
    blob  BIGINT PRIMARY KEY REFERENCES blob (id) DEFERRABLE,
    begun BIGINT NOT NULL
);
CREATE INDEX incoming_begun ON incoming (begun);
