-- A database of before the migrations were numbered by sqlx has these tables already.
CREATE TABLE IF NOT EXISTS tokens (
    sha256      BLOB PRIMARY KEY,
    description TEXT NOT NULL,
    created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS artifacts (
    artifact INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    name     TEXT NOT NULL,
    UNIQUE (username, name)
) STRICT;

CREATE TABLE IF NOT EXISTS versions (
    id              INTEGER PRIMARY KEY,
    artifact        INTEGER NOT NULL REFERENCES artifacts,
    artifact_type   TEXT    NOT NULL,
    version         INTEGER NOT NULL CHECK (version > 0),
    builder_id      TEXT    NOT NULL,
    metadata        TEXT    CHECK (json_type(metadata) = 'object'),
    file            INTEGER NOT NULL CHECK (file IN (0, 1)),
    build_id        INTEGER NOT NULL,
    compile_id      INTEGER NOT NULL,
    idempotency_key TEXT,
    created_at      TEXT    NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (artifact, artifact_type, version),
    UNIQUE (artifact, artifact_type, idempotency_key)
) STRICT;

-- One row for a version that declared a file. blob, size and sha256 are null until the upload is complete.
CREATE TABLE IF NOT EXISTS uploads (
    version_id INTEGER PRIMARY KEY REFERENCES versions,
    upload_key TEXT NOT NULL UNIQUE,
    blob       TEXT UNIQUE,
    size       INTEGER CHECK ((size IS NULL) = (blob IS NULL)),
    sha256     BLOB    CHECK ((sha256 IS NULL) = (blob IS NULL))
) STRICT;
