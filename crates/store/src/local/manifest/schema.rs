//! Tables of the manifest, as a list of migrations: `user_version` counts those applied.

/// One step per version; a released step never changes.
pub(super) const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    bytes  INTEGER NOT NULL,
    crc    INTEGER NOT NULL,
    rows   INTEGER NOT NULL
);
CREATE TABLE file_lanes (
    file     INTEGER NOT NULL REFERENCES files (number) ON DELETE CASCADE,
    lane     INTEGER NOT NULL,
    from_pos INTEGER NOT NULL,
    to_pos   INTEGER NOT NULL,
    PRIMARY KEY (file, lane, from_pos)
) WITHOUT ROWID;
CREATE TABLE parts (
    file       INTEGER NOT NULL REFERENCES files (number) ON DELETE CASCADE,
    group_from INTEGER NOT NULL,
    group_to   INTEGER NOT NULL,
    tenant     TEXT NOT NULL,
    day        INTEGER NOT NULL,
    rows       INTEGER NOT NULL,
    time_min   INTEGER NOT NULL,
    time_max   INTEGER NOT NULL,
    person_min INTEGER NOT NULL,
    person_max INTEGER NOT NULL,
    keyed_at   INTEGER NOT NULL,
    events     BLOB,
    PRIMARY KEY (file, group_from)
) WITHOUT ROWID;
CREATE TABLE ids (
    number       INTEGER PRIMARY KEY,
    bytes        INTEGER NOT NULL,
    crc          INTEGER NOT NULL,
    entries      INTEGER NOT NULL,
    received_min INTEGER NOT NULL,
    received_max INTEGER NOT NULL
);
CREATE TABLE positions (
    lane     INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
);
CREATE TABLE books (
    tenant    TEXT PRIMARY KEY,
    received  INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected  INTEGER NOT NULL,
    stored    INTEGER NOT NULL
) WITHOUT ROWID;
",
    "
CREATE TABLE links (
    tenant   TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    a        TEXT NOT NULL,
    b        TEXT NOT NULL
);
CREATE TABLE traits (
    tenant TEXT NOT NULL,
    id     TEXT NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
INSERT INTO meta SELECT 'people_stale', x'01' WHERE EXISTS (SELECT 1 FROM files);
",
    "
CREATE TABLE graves (
    number INTEGER PRIMARY KEY
);
CREATE TABLE horizons (
    tenant  TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    removed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE first_seen (
    tenant      TEXT NOT NULL,
    distinct_id TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (tenant, distinct_id, event_type)
) WITHOUT ROWID;
",
    "
CREATE TABLE removed (
    tenant TEXT PRIMARY KEY,
    rows   INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO removed SELECT tenant, removed FROM horizons;
CREATE TABLE erasures (
    number       INTEGER PRIMARY KEY,
    tenant       TEXT NOT NULL,
    how          INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    finished_at  INTEGER,
    ids          TEXT,
    position     INTEGER NOT NULL,
    id_count     INTEGER NOT NULL,
    files        INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    mentions     INTEGER NOT NULL,
    links        INTEGER NOT NULL,
    properties   INTEGER NOT NULL,
    first_seen   INTEGER NOT NULL,
    journal      INTEGER NOT NULL,
    quarantine   INTEGER NOT NULL
);
CREATE INDEX erasures_open ON erasures (number) WHERE state < 2;
CREATE TABLE erased (
    tenant   TEXT NOT NULL,
    hash     BLOB NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, hash)
) WITHOUT ROWID;
",
];
