"""ClickHouse in this process, through chdb: tables and questions.

Two layouts. `best` is what somebody would choose who asks only about people: a 64-bit person key,
rows sorted by (person, time), types as dictionaries, the two properties that are asked for as
columns of their own; what every question reads is packed for speed, the rest for size. `s2` is the
schema that a tracking plan gives to ClickHouse, text ids and all (the two WHERE of its index lines
left out, which ClickHouse refuses; the TTL made longer).
"""

import json

from chdb import _chdb

DAY_MS = 86_400_000
STEPS = ("view_item", "add_to_cart", "purchase")

STRUCTURE = (
    "person_key UInt64, person_id String, session_id String, ts Int64, received_at Int64, id UUID,"
    " event_type String, country String, browser String, device String, page_path String,"
    " properties String, button Nullable(String), amount Nullable(Float64)"
)

BEST = """CREATE TABLE bench.events (
    person_key UInt64,
    ts DateTime64(3, 'UTC') CODEC(T64, LZ4),
    event_type LowCardinality(String),
    country LowCardinality(String),
    browser LowCardinality(String),
    device LowCardinality(String),
    button LowCardinality(Nullable(String)),
    amount Nullable(Float64) CODEC(ZSTD(1)),
    page_path String CODEC(ZSTD(1)),
    person_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    id UUID CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    properties String CODEC(ZSTD(1))
) ENGINE = MergeTree ORDER BY (person_key, ts)"""

S2 = """CREATE TABLE bench.events (
    event_id UUID,
    event_type Enum8({types}),
    timestamp DateTime64(3, 'UTC'),
    tenant_id String,
    session_id String,
    user_id Nullable(String),
    page_url String,
    referrer Nullable(String),
    device_type String,
    os String,
    browser String,
    ip_address Nullable(String),
    country Nullable(String),
    region Nullable(String),
    city Nullable(String),
    properties JSON,
    received_at DateTime64(3, 'UTC') DEFAULT now(),
    INDEX idx_tenant_type_time (tenant_id, event_type, timestamp) TYPE minmax,
    INDEX idx_session (session_id) TYPE bloom_filter,
    INDEX idx_user (user_id) TYPE bloom_filter,
    INDEX idx_error_type (event_type) TYPE set(10),
    INDEX idx_performance (event_type) TYPE set(10)
) ENGINE = MergeTree()
ORDER BY (tenant_id, toStartOfHour(timestamp), event_type, event_id)
PARTITION BY toYYYYMM(timestamp)
TTL timestamp + INTERVAL 50 YEAR
SETTINGS index_granularity = 8192"""

FILL = {
    "best": "INSERT INTO bench.events SELECT person_key, fromUnixTimestamp64Milli(ts, 'UTC'),"
    " event_type, country, browser, device, button, amount, page_path, person_id, session_id, id,"
    " fromUnixTimestamp64Milli(received_at, 'UTC'), properties FROM {file}",
    "s2": "INSERT INTO bench.events SELECT id, event_type, fromUnixTimestamp64Milli(ts, 'UTC'),"
    " 'default', session_id, person_id, page_path, NULL, device, '', browser, NULL, country, NULL,"
    " NULL, properties, fromUnixTimestamp64Milli(received_at, 'UTC') FROM {file}",
}

# What the columns are called in each layout.
NAMES = {
    "best": {"p": "person_key", "t": "ts", "button": "button", "amount": "amount"},
    "s2": {
        "p": "user_id",
        "t": "timestamp",
        "button": "properties.button.:String",
        "amount": "CAST(properties.amount, 'Nullable(Float64)')",
    },
}

IN_ORDER = "optimize_aggregation_in_order = 1"


class Peer:
    """One table of one layout."""

    def __init__(self, path, layout, threads, start_ms, types):
        self.layout, self.types = layout, types
        self.settings = f"max_threads = {threads}"
        self.connection = _chdb.connect(f"file:{path}?path={path}")
        self.query("SELECT 1")
        ms = f"toUnixTimestamp64Milli({NAMES[layout]['t']})"
        day = f"toUInt8(intDiv({ms} - {start_ms}, {DAY_MS}))"
        bit = f"bitShiftLeft(toUInt32(1), {day})"
        self.names = dict(NAMES[layout], ms=ms, day=day, bit=bit)

    def query(self, sql, more=""):
        settings = ", ".join(filter(None, [self.settings, more]))
        is_select = sql.startswith(("SELECT", "WITH"))
        text = f"{sql} SETTINGS {settings}" if is_select else sql
        answer = bytes(self.connection.query(text, "JSONCompact").bytes())
        return json.loads(answer)["data"] if is_select else None

    def load(self, file):
        kinds = ", ".join(f"'{name}' = {at + 1}" for at, name in enumerate(self.types))
        self.query("CREATE DATABASE IF NOT EXISTS bench")
        self.query(BEST if self.layout == "best" else S2.format(types=kinds))
        source = f"file('{file}', 'TSV', '{STRUCTURE}')"
        types = "input_format_try_infer_dates = 0, input_format_try_infer_datetimes = 0"
        self.query(f"{FILL[self.layout].format(file=source)} SETTINGS {types}, {self.settings}")
        self.query("OPTIMIZE TABLE bench.events FINAL")

    def about(self):
        sql = (
            "SELECT toInt64(sum(bytes_on_disk)), toInt64(sum(rows)), toInt32(count()), version()"
            " FROM system.parts WHERE active AND database = 'bench'"
        )
        size, rows, parts, version = self.query(sql)[0]
        return {"bytes": int(size), "rows": int(rows), "parts": parts, "version": version}

    def questions(self):
        """Per question the ways to ask it, as (name, SQL, settings)."""
        masks = "SELECT {p} AS p, groupBitOr({bit}) AS m FROM bench.events GROUP BY p"
        retention = (
            "SELECT d, e - d, sum(c) FROM (SELECT m, count() AS c FROM ({masks}) GROUP BY m)"
            " ARRAY JOIN bitPositionsToArray(m) AS d ARRAY JOIN bitPositionsToArray(m) AS e"
            " WHERE e >= d GROUP BY d, e"
        ).replace("{masks}", masks)
        chosen = "(" + ", ".join(f"'{step}'" for step in STEPS) + ")"
        steps = ", ".join(f"event_type = '{step}'" for step in STEPS)
        funnel = (
            "SELECT level, count() FROM (SELECT windowFunnel({window})(toUInt64({ms}), {steps})"
            " AS level FROM bench.events WHERE event_type IN {chosen} GROUP BY {p}) GROUP BY level"
        )
        funnel = funnel.replace("{window}", str(DAY_MS)).replace("{steps}", steps)
        funnel = funnel.replace("{chosen}", chosen)
        daily = "SELECT {day} AS d, count() FROM bench.events WHERE {x} GROUP BY d"
        by = "SELECT {day} AS d, {x} AS v, count() FROM bench.events GROUP BY d, v"
        amount = (
            "SELECT {day} AS d, sum({amount}), quantileExactInclusive(0.95)({amount})"
            " FROM bench.events WHERE event_type = 'purchase' GROUP BY d"
        )
        count = "SELECT event_type, count() FROM bench.events GROUP BY event_type"
        asked = {
            "count": [("plain", count)],
            "uniques": self.uniques(),
            "retention": [("mask", retention), ("mask in order", retention, IN_ORDER)],
            "funnel": [("windowFunnel", funnel), ("windowFunnel in order", funnel, IN_ORDER)],
            "filter_country": [("plain", daily.replace("{x}", "country = 'DE'"))],
            "filter_button": [("plain", daily.replace("{x}", "{button} = 'buy-now'"))],
            "by_country": [("plain", by.replace("{x}", "country"))],
            "by_button": [("plain", by.replace("{x}", "{button}"))],
            "amount": [("plain", amount)],
        }
        in_place = {}
        for name, ways in asked.items():
            ways = [w for w in ways if self.layout == "best" or not w[0].endswith("in order")]
            in_place[name] = [(w[0], w[1].format(**self.names), *w[2:]) for w in ways]
        return in_place

    def uniques(self):
        plain = (
            "SELECT {day} AS d, event_type, uniqExact({p}) FROM bench.events"
            " GROUP BY d, event_type"
        )
        masks = (
            "SELECT arrayJoin(bitPositionsToArray(m)) AS d, event_type, sum(c) FROM (SELECT"
            " event_type, m, count() AS c FROM (SELECT event_type, groupBitOr({bit}) AS m FROM"
            " bench.events GROUP BY {p}, event_type) GROUP BY event_type, m) GROUP BY d, event_type"
        )
        columns = ", ".join(
            f"groupBitOrIf({{bit}}, event_type = '{name}') AS m{at}"
            for at, name in enumerate(self.types)
        )
        all_masks = "[" + ", ".join(f"m{at}" for at in range(len(self.types))) + "]"
        names = "[" + ", ".join(f"'{name}'" for name in self.types) + "]"
        wide = (
            f"SELECT arrayJoin(bitPositionsToArray(m)) AS d, t, sum(c) FROM (SELECT t, m, count()"
            f" AS c FROM (SELECT {columns} FROM bench.events GROUP BY {{p}}) ARRAY JOIN"
            f" {all_masks} AS m, {names} AS t WHERE m > 0 GROUP BY t, m) GROUP BY d, t"
        )
        return [
            ("uniqExact", plain),
            ("masks", masks),
            ("masks in order", masks, IN_ORDER),
            ("a mask per type", wide),
            ("a mask per type in order", wide, IN_ORDER),
        ]
