-- A file that went to S3 has no SHA-256 that is known here, so sha256 may be null.
CREATE TABLE new_uploads (
    version_id INTEGER PRIMARY KEY REFERENCES versions,
    upload_key TEXT NOT NULL UNIQUE,
    blob       TEXT UNIQUE,
    size       INTEGER CHECK ((size IS NULL) = (blob IS NULL)),
    sha256     BLOB
) STRICT;
INSERT INTO new_uploads SELECT version_id, upload_key, blob, size, sha256 FROM uploads;

-- What refers to the old table goes first.
CREATE TABLE new_partial_uploads (
    upload_key TEXT    PRIMARY KEY REFERENCES new_uploads (upload_key),
    blob       TEXT    NOT NULL UNIQUE,
    length     INTEGER CHECK (length >= 0),
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_partial_uploads SELECT upload_key, blob, length, used_at FROM partial_uploads;
DROP TABLE partial_uploads;
DROP TABLE uploads;
ALTER TABLE new_uploads RENAME TO uploads;
ALTER TABLE new_partial_uploads RENAME TO partial_uploads;

CREATE INDEX waiting_uploads ON uploads (version_id) WHERE blob IS NULL;
