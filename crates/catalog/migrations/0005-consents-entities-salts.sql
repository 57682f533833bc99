-- What persons said. `person` is a keyed hash of tenant and distinct id; the id is not here.
CREATE TABLE consents (
    person      BLOB NOT NULL CHECK (length(person) = 16),
    purpose     TEXT NOT NULL,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    granted     INTEGER NOT NULL CHECK (granted IN (0, 1)),
    at_ms       INTEGER NOT NULL,
    -- the version of consents in which the row was written last
    version     INTEGER NOT NULL,
    PRIMARY KEY (person, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_by_version ON consents (version);

-- Lists of known ids, one per tenant and kind. A list that is replaced gets another id.
CREATE TABLE entity_lists (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    kind        TEXT NOT NULL,
    entities    INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    UNIQUE (tenant_id, kind)
) STRICT;

-- `entity` is a keyed hash of the id.
CREATE TABLE entities (
    list_id     INTEGER NOT NULL REFERENCES entity_lists (id),
    entity      BLOB NOT NULL CHECK (length(entity) = 16),
    -- the version of the list in which it was added
    version     INTEGER NOT NULL,
    PRIMARY KEY (list_id, entity)
) STRICT, WITHOUT ROWID;

-- Of today and yesterday; what is older is overwritten with zeroes.
CREATE TABLE salts (
    day         INTEGER PRIMARY KEY,
    salt        BLOB NOT NULL CHECK (length(salt) = 16)
) STRICT;
