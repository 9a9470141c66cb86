-- One row for a resumable upload that is under way. Its offset is the length of its blob, which no version has yet.
CREATE TABLE IF NOT EXISTS partial_uploads (
    upload_key TEXT    PRIMARY KEY REFERENCES uploads (upload_key),
    blob       TEXT    NOT NULL UNIQUE,
    length     INTEGER CHECK (length >= 0),
    used_at    INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT, WITHOUT ROWID;
