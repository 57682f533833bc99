-- Who may send and who may read. Keys are kept as SHA-256 only: a made key has at least 128 random
-- bits, so there is nothing to guess and no reason for a slow hash on every request.
CREATE TABLE tenants (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL DEFAULT 'UTC',
    created_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
    hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    kind        TEXT NOT NULL CHECK (kind IN ('write', 'secret')),
    name        TEXT NOT NULL,
    -- the first characters, to tell keys apart in a list
    hint        TEXT NOT NULL,
    -- separated by spaces: read, write, admin
    scopes      TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER,
    revoked_ms  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_tenant ON keys (tenant_id, created_ms);
