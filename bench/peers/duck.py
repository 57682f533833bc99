"""DuckDB in this process: tables and questions.

Two layouts, as for ClickHouse. `best`: a 64-bit person key, rows sorted by (person, time), enums,
time as a plain number, the two properties that are asked for as columns. `s2`: text ids, rows in
the order of a tracking plan's schema, properties as JSON.
"""

import duckdb

DAY_MS = 86_400_000

COLUMNS = {
    "person_key": "UBIGINT",
    "person_id": "VARCHAR",
    "session_id": "VARCHAR",
    "ts": "BIGINT",
    "received_at": "BIGINT",
    "id": "UUID",
    "event_type": "VARCHAR",
    "country": "VARCHAR",
    "browser": "VARCHAR",
    "device": "VARCHAR",
    "page_path": "VARCHAR",
    "properties": "VARCHAR",
    "button": "VARCHAR",
    "amount": "DOUBLE",
}

FILL = {
    "best": """CREATE TABLE events AS SELECT person_key, ts, event_type::types AS event_type,
        country::countries AS country, browser::browsers AS browser, device::devices AS device,
        button::buttons AS button, amount, page_path, person_id, session_id, id, received_at,
        properties FROM {file} ORDER BY person_key, ts""",
    "s2": """CREATE TABLE events AS SELECT id AS event_id, event_type::types AS event_type,
        make_timestamp_ms(ts) AS timestamp, 'default' AS tenant_id, session_id,
        person_id AS user_id, page_path AS page_url, NULL::VARCHAR AS referrer,
        device AS device_type, '' AS os, browser, NULL::VARCHAR AS ip_address, country,
        NULL::VARCHAR AS region, NULL::VARCHAR AS city, properties::JSON AS properties,
        make_timestamp_ms(received_at) AS received_at FROM {file}
        ORDER BY tenant_id, date_trunc('hour', timestamp), event_type, event_id""",
}

ENUMS = {
    "types": "event_type",
    "countries": "country",
    "browsers": "browser",
    "devices": "device",
    "buttons": "button",
}

NAMES = {
    "best": {"p": "person_key", "ms": "ts", "button": "button", "amount": "amount"},
    "s2": {
        "p": "user_id",
        "ms": "epoch_ms(timestamp)",
        "button": "properties->>'$.button'",
        "amount": "(properties->>'$.amount')::DOUBLE",
    },
}


class Peer:
    """One table of one layout."""

    def __init__(self, path, layout, threads, start_ms, types):
        self.layout, self.types = layout, types
        self.file = path / "events.db"
        self.connection = duckdb.connect()
        self.query(f"SET threads = {threads}")
        self.query("SET preserve_insertion_order = true")
        self.query(f"ATTACH '{self.file}' AS bench (STORAGE_VERSION 'latest')")
        self.query("USE bench")
        ms = NAMES[layout]["ms"]
        day = f"(({ms} - {start_ms}) // {DAY_MS})::UTINYINT"
        bit = f"(1::UINTEGER << {day}::UINTEGER)"
        self.names = dict(NAMES[layout], day=day, bit=bit, window=DAY_MS)

    def query(self, sql, _more=""):
        return [list(row) for row in self.connection.execute(sql).fetchall()]

    def load(self, file):
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        read = (
            f"read_csv('{file}', delim = '\t', header = false, quote = '', escape = '',"
            f" nullstr = '\\N', compression = 'zstd', auto_detect = false, columns = {{{columns}}})"
        )
        # Read once: the text is packed and has to be unpacked on one thread.
        self.query(f"CREATE TEMP TABLE raw AS SELECT * FROM {read}")
        for name, column in ENUMS.items():
            distinct = f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL"
            self.query(f"CREATE TYPE {name} AS ENUM ({distinct} ORDER BY 1)")
        self.query(FILL[self.layout].format(file="raw"))
        self.query("CHECKPOINT")

    def about(self):
        rows = self.query("SELECT count(*) FROM events")[0][0]
        size = self.file.stat().st_size
        return {"bytes": size, "rows": rows, "version": duckdb.__version__}

    def questions(self):
        """Per question the ways to ask it, as (name, SQL)."""
        masks = "SELECT bit_or({bit}) AS m FROM events GROUP BY {p}"
        days = "range(30) r(d)"
        retention = (
            f"WITH g AS (SELECT m, count(*) AS c FROM ({masks}) GROUP BY m) SELECT r.d, s.e - r.d,"
            f" sum(c) FROM g, {days}, range(30) s(e) WHERE s.e >= r.d AND (m >> r.d) & 1 = 1"
            " AND (m >> s.e) & 1 = 1 GROUP BY ALL"
        )
        daily = "SELECT {day} AS d, count(*) FROM events WHERE {x} GROUP BY d"
        by = "SELECT {day} AS d, {x} AS v, count(*) FROM events GROUP BY d, v"
        amount = (
            "SELECT {day} AS d, sum({amount}), quantile_cont({amount}, 0.95) FROM events"
            " WHERE event_type = 'purchase' GROUP BY d"
        )
        asked = {
            "count": [("plain", "SELECT event_type, count(*) FROM events GROUP BY event_type")],
            "uniques": self.uniques(),
            "retention": [("mask", retention)],
            "funnel": self.funnel(),
            "filter_country": [("plain", daily.replace("{x}", "country = 'DE'"))],
            "filter_button": [("plain", daily.replace("{x}", "{button} = 'buy-now'"))],
            "by_country": [("plain", by.replace("{x}", "country"))],
            "by_button": [("plain", by.replace("{x}", "{button}"))],
            "amount": [("plain", amount)],
        }
        return {
            name: [(way, sql.format(**self.names)) for way, sql in ways]
            for name, ways in asked.items()
        }

    def uniques(self):
        plain = (
            "SELECT {day} AS d, event_type, count(DISTINCT {p}) FROM events GROUP BY d, event_type"
        )
        distinct = (
            "SELECT d, event_type, count(*) FROM (SELECT DISTINCT {p} AS p, event_type, {day} AS d"
            " FROM events) GROUP BY d, event_type"
        )
        masks = (
            "WITH g AS (SELECT event_type, m, count(*) AS c FROM (SELECT event_type, bit_or({bit})"
            " AS m FROM events GROUP BY {p}, event_type) GROUP BY event_type, m) SELECT r.d,"
            " event_type, sum(c) FROM g, range(30) r(d) WHERE (m >> r.d) & 1 = 1 GROUP BY ALL"
        )
        columns = ", ".join(
            f"coalesce(bit_or({{bit}}) FILTER (event_type = '{name}'), 0) AS m{at}"
            for at, name in enumerate(self.types)
        )
        parts = " UNION ALL ".join(
            f"SELECT '{name}' AS t, m{at} AS m, count(*) AS c FROM w WHERE m{at} > 0 GROUP BY m"
            for at, name in enumerate(self.types)
        )
        wide = (
            f"WITH w AS MATERIALIZED (SELECT {columns} FROM events GROUP BY {{p}}), g AS ({parts})"
            " SELECT r.d, t, sum(c) FROM g, range(30) r(d) WHERE (m >> r.d) & 1 = 1 GROUP BY ALL"
        )
        return [
            ("count distinct", plain),
            ("distinct", distinct),
            ("masks", masks),
            ("a mask per type", wide),
        ]

    def funnel(self):
        windows = """WITH e AS (SELECT {p} AS p, {ms} AS ts, event_type AS t FROM events
                WHERE event_type IN ('view_item', 'add_to_cart', 'purchase')),
            s AS (SELECT *, max(CASE WHEN t = 'view_item' THEN ts END)
                OVER (PARTITION BY p ORDER BY ts) AS a FROM e),
            u AS (SELECT *, max(CASE WHEN t = 'add_to_cart' AND ts - a <= {window} THEN a END)
                OVER (PARTITION BY p ORDER BY ts) AS b FROM s),
            l AS (SELECT max(CASE WHEN t = 'purchase' AND ts - b <= {window} THEN 3
                WHEN t = 'add_to_cart' AND ts - a <= {window} THEN 2
                WHEN t = 'view_item' THEN 1 ELSE 0 END) AS level FROM u GROUP BY p)
            SELECT level, count(*) FROM l GROUP BY level"""
        asof = """WITH a AS (SELECT {p} AS p, {ms} AS ts FROM events
                WHERE event_type = 'view_item'),
            b AS MATERIALIZED (SELECT x.p, x.ts, a.ts AS first FROM (SELECT {p} AS p, {ms} AS ts
                FROM events WHERE event_type = 'add_to_cart') x
                ASOF JOIN a ON x.p = a.p AND x.ts > a.ts WHERE x.ts - a.ts <= {window}),
            c AS (SELECT x.p FROM (SELECT {p} AS p, {ms} AS ts FROM events
                WHERE event_type = 'purchase') x
                ASOF JOIN b ON x.p = b.p AND x.ts > b.ts WHERE x.ts - b.first <= {window}),
            n AS (SELECT (SELECT count(DISTINCT p) FROM a) AS n1,
                (SELECT count(DISTINCT p) FROM b) AS n2, (SELECT count(DISTINCT p) FROM c) AS n3)
            SELECT 1, n1 - n2 FROM n UNION ALL SELECT 2, n2 - n3 FROM n
            UNION ALL SELECT 3, n3 FROM n"""
        return [("windows", windows), ("asof joins", asof)]
