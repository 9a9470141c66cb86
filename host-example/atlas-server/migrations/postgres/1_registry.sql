CREATE TABLE organisations (
    name  TEXT PRIMARY KEY,
    -- How many bytes its files may take together; null: as many as there is room for.
    quota BIGINT CHECK (quota >= 0)
);

CREATE TABLE users (
    name     TEXT PRIMARY KEY,
    password TEXT NOT NULL
);

CREATE TABLE members (
    organisation TEXT NOT NULL REFERENCES organisations,
    username     TEXT NOT NULL REFERENCES users,
    access       TEXT NOT NULL CHECK (access IN ('read', 'write', 'own')),
    PRIMARY KEY (organisation, username)
);

-- A token of no user is as good as its own row says; one of a user never better than its user.
-- organisation is null: in all organisations.
CREATE TABLE access_tokens (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256       BYTEA NOT NULL UNIQUE,
    description  TEXT NOT NULL,
    organisation TEXT REFERENCES organisations,
    access       TEXT NOT NULL CHECK (access IN ('read', 'write', 'own')),
    username     TEXT REFERENCES users,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    revoked_at   TEXT
);

CREATE TABLE sessions (
    sha256     BYTEA PRIMARY KEY,
    username   TEXT NOT NULL REFERENCES users,
    expires_at TEXT NOT NULL
);

CREATE TABLE artifacts (
    artifact      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      TEXT NOT NULL REFERENCES organisations,
    name          TEXT NOT NULL,
    public        BIGINT NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
    keep_versions BIGINT CHECK (keep_versions > 0),
    keep_days     BIGINT CHECK (keep_days > 0),
    UNIQUE (username, name)
);

CREATE TABLE versions (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    artifact        BIGINT NOT NULL REFERENCES artifacts,
    artifact_type   TEXT   NOT NULL,
    version         BIGINT NOT NULL CHECK (version > 0),
    builder_id      TEXT   NOT NULL,
    metadata        TEXT,
    file            BIGINT NOT NULL CHECK (file IN (0, 1)),
    build_id        BIGINT NOT NULL,
    compile_id      BIGINT NOT NULL,
    idempotency_key TEXT,
    created_at      TEXT   NOT NULL,
    created_by      TEXT   NOT NULL DEFAULT '',
    revoke_at       TEXT,
    revoke_reason   TEXT,
    UNIQUE (artifact, artifact_type, version),
    UNIQUE (artifact, artifact_type, idempotency_key)
);
CREATE INDEX versions_by_build ON versions (artifact, artifact_type, build_id, version);

-- The newest number of each type: a version that is deleted takes its number with it.
CREATE TABLE numbers (
    artifact      BIGINT NOT NULL REFERENCES artifacts,
    artifact_type TEXT   NOT NULL,
    newest        BIGINT NOT NULL,
    PRIMARY KEY (artifact, artifact_type)
);

-- One row for a version that declared a file. blob and size are null until the upload is complete, and sha256
-- until then and where it is not known.
CREATE TABLE uploads (
    version_id BIGINT PRIMARY KEY REFERENCES versions,
    upload_key TEXT NOT NULL UNIQUE,
    blob       TEXT UNIQUE,
    size       BIGINT CHECK ((size IS NULL) = (blob IS NULL)),
    sha256     BYTEA
);
CREATE INDEX waiting_uploads ON uploads (version_id) WHERE blob IS NULL;

-- One row for a resumable upload that is under way. Its offset is the length of its blob, which no version has yet.
CREATE TABLE partial_uploads (
    upload_key TEXT   PRIMARY KEY REFERENCES uploads (upload_key),
    blob       TEXT   NOT NULL UNIQUE,
    length     BIGINT CHECK (length >= 0),
    used_at    BIGINT NOT NULL
);

CREATE TABLE channels (
    artifact      BIGINT NOT NULL,
    artifact_type TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (artifact, artifact_type, name),
    FOREIGN KEY (artifact, artifact_type, version) REFERENCES versions (artifact, artifact_type, version) ON DELETE CASCADE
);

-- What is said about a version: in-toto, SPDX or CycloneDX.
CREATE TABLE attestations (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id BIGINT NOT NULL REFERENCES versions ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX attestations_by_version ON attestations (version_id);

-- Who did what, and when. Rows are only ever added.
CREATE TABLE audit (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           TEXT NOT NULL,
    who          TEXT NOT NULL,
    action       TEXT NOT NULL,
    organisation TEXT,
    subject      TEXT NOT NULL
);
CREATE INDEX audit_by_organisation ON audit (organisation, id);
