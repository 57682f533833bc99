-- What is counted per tenant: changes of its flags, numbers that were given, persons whose first id
-- is kept.
CREATE TABLE flag_tenants (
    tenant_id   TEXT PRIMARY KEY REFERENCES tenants (id),
    version     INTEGER NOT NULL,
    made        INTEGER NOT NULL,
    overrides   INTEGER NOT NULL
) STRICT;

-- Feature flags, in their canonical form.
CREATE TABLE flags (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    id          INTEGER NOT NULL,
    key         TEXT NOT NULL,
    json        TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, key)
) STRICT, WITHOUT ROWID;

-- Who changed what of a flag; the newest of each flag are kept, also when it is gone.
CREATE TABLE flag_history (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    flag_id     INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    action      TEXT NOT NULL,
    changes     TEXT NOT NULL
) STRICT;

CREATE INDEX flag_history_by_flag ON flag_history (tenant_id, flag_id, seq);

-- The id a person was first bucketed by. `person` is a keyed hash of tenant and distinct id; the
-- first id is masked by what only follows from the distinct id, which is not here.
CREATE TABLE flag_overrides (
    person      BLOB PRIMARY KEY CHECK (length(person) = 16),
    masked      BLOB NOT NULL
) STRICT, WITHOUT ROWID;
