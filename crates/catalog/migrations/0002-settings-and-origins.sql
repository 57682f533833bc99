-- How a tenant wants its events taken, kept and read: one JSON object, what is absent has its default.
ALTER TABLE tenants ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

-- Origins a write key is limited to, separated by spaces; empty: any.
ALTER TABLE keys ADD COLUMN origins TEXT NOT NULL DEFAULT '';
