-- What is done again and again, one row per job and tenant; `tenant` is empty where a job is for all.
CREATE TABLE jobs (
    name            TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    -- when it is to run next; it is due from then on
    next_ms         INTEGER NOT NULL,
    -- the first time it should have run and did not, until it did
    owed_ms         INTEGER,
    started_ms      INTEGER,
    finished_ms     INTEGER,
    result          TEXT NOT NULL DEFAULT '',
    error           TEXT,
    -- who runs it, and until when that holds without another word
    runner          TEXT,
    lease_ms        INTEGER,
    PRIMARY KEY (name, tenant)
) STRICT, WITHOUT ROWID;
