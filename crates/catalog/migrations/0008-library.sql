-- Numbers that were given, per tenant and kind of thing; none is given twice.
CREATE TABLE library_made (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    kind        TEXT NOT NULL,
    made        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind)
) STRICT, WITHOUT ROWID;

-- What people keep: saved questions, dashboards, cohorts, annotations, goals.
CREATE TABLE library (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    kind        TEXT NOT NULL
        CHECK (kind IN ('question', 'dashboard', 'cohort', 'annotation', 'goal')),
    id          INTEGER NOT NULL,
    -- what a search looks at
    name        TEXT NOT NULL,
    json        TEXT NOT NULL,
    -- who made it
    owner_kind  TEXT NOT NULL,
    owner_id    TEXT NOT NULL,
    owner_name  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    -- by which it stands in lists: the time it is about, or that it was made
    at_ms       INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX library_by_time ON library (tenant_id, kind, at_ms, id);

-- The distinct ids of static cohorts, as they are: questions ask for them. An erasure takes them out.
CREATE TABLE cohort_ids (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    cohort      INTEGER NOT NULL,
    distinct_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, cohort, distinct_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cohort_ids_by_id ON cohort_ids (tenant_id, distinct_id);

-- Links by which others see one thing. Tokens have at least 128 random bits, so SHA-256 is enough.
CREATE TABLE shares (
    hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    kind        TEXT NOT NULL CHECK (kind IN ('question', 'dashboard')),
    id          INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX shares_by_item ON shares (tenant_id, kind, id);
