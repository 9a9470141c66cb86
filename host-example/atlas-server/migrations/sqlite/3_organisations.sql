CREATE TABLE organisations (
    name  TEXT PRIMARY KEY,
    -- How many bytes its files may take together; null: as many as there is room for.
    quota INTEGER CHECK (quota >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO organisations (name) SELECT DISTINCT username FROM artifacts;

CREATE TABLE users (
    name     TEXT PRIMARY KEY,
    password TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    organisation TEXT NOT NULL REFERENCES organisations,
    username     TEXT NOT NULL REFERENCES users,
    access       TEXT NOT NULL CHECK (access IN ('read', 'write', 'own')),
    PRIMARY KEY (organisation, username)
) STRICT, WITHOUT ROWID;

-- A token of no user is as good as its own row says; one of a user never better than its user.
-- organisation is null: in all organisations.
CREATE TABLE access_tokens (
    id           INTEGER PRIMARY KEY,
    sha256       BLOB NOT NULL UNIQUE,
    description  TEXT NOT NULL,
    organisation TEXT REFERENCES organisations,
    access       TEXT NOT NULL CHECK (access IN ('read', 'write', 'own')),
    username     TEXT REFERENCES users,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    revoked_at   TEXT
) STRICT;

INSERT INTO access_tokens (sha256, description, access, created_at) SELECT sha256, description, 'own', created_at FROM tokens;
DROP TABLE tokens;

CREATE TABLE sessions (
    sha256     BLOB PRIMARY KEY,
    username   TEXT NOT NULL REFERENCES users,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE artifacts ADD COLUMN public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1));
ALTER TABLE artifacts ADD COLUMN keep_versions INTEGER CHECK (keep_versions > 0);
ALTER TABLE artifacts ADD COLUMN keep_days INTEGER CHECK (keep_days > 0);

ALTER TABLE versions ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN revoke_at TEXT;
ALTER TABLE versions ADD COLUMN revoke_reason TEXT;
CREATE INDEX versions_by_build ON versions (artifact, artifact_type, build_id, version);

-- The newest number of each type: a version that is deleted takes its number with it.
CREATE TABLE numbers (
    artifact      INTEGER NOT NULL REFERENCES artifacts,
    artifact_type TEXT    NOT NULL,
    newest        INTEGER NOT NULL,
    PRIMARY KEY (artifact, artifact_type)
) STRICT, WITHOUT ROWID;

INSERT INTO numbers SELECT artifact, artifact_type, max(version) FROM versions GROUP BY artifact, artifact_type;

CREATE TABLE channels (
    artifact      INTEGER NOT NULL,
    artifact_type TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    PRIMARY KEY (artifact, artifact_type, name),
    FOREIGN KEY (artifact, artifact_type, version) REFERENCES versions (artifact, artifact_type, version) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What is said about a version: in-toto, SPDX or CycloneDX.
CREATE TABLE attestations (
    id         INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
) STRICT;
CREATE INDEX attestations_by_version ON attestations (version_id);

-- Who did what, and when. Rows are only ever added.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY,
    at           TEXT NOT NULL,
    who          TEXT NOT NULL,
    action       TEXT NOT NULL,
    organisation TEXT,
    subject      TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_organisation ON audit (organisation, id);
