-- People who log in. Ids are never given twice, so that the audit trail stays unambiguous.
CREATE TABLE users (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    email       TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'viewer')),
    -- argon2id, in the form of the password hashing competition
    password    TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    login_ms    INTEGER,
    disabled_ms INTEGER
) STRICT;

CREATE INDEX users_by_tenant ON users (tenant_id);

-- Tokens have at least 128 random bits, so SHA-256 is enough.
CREATE TABLE sessions (
    hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
    user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_ms  INTEGER NOT NULL,
    seen_ms     INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, created_ms);

-- One-time links; a row goes when it is used.
CREATE TABLE links (
    hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
    purpose     TEXT NOT NULL CHECK (purpose IN ('owner', 'invite', 'reset')),
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    email       TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'viewer')),
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_tenant ON links (tenant_id, created_ms);
