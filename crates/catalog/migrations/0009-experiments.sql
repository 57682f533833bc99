-- Numbers that were given to experiments.
CREATE TABLE experiment_tenants (
    tenant_id   TEXT PRIMARY KEY REFERENCES tenants (id),
    made        INTEGER NOT NULL
) STRICT;

-- Experiments on flags. `json` is what people write, and from the start on the variants as they
-- were then.
CREATE TABLE experiments (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    id          INTEGER NOT NULL,
    json        TEXT NOT NULL,
    started_ms  INTEGER,
    stopped_ms  INTEGER,
    created_ms  INTEGER NOT NULL,
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
