//! The table of options. A line here is the only place an option is declared.

use super::setting::{Kind, Setting};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const DAY_S: u64 = 86_400;

const fn text(key: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, kind: Kind::Text, default, doc, secret: false }
}

const fn secret(key: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, kind: Kind::Text, default, doc, secret: true }
}

const fn choice(
    key: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    doc: &'static str,
) -> Setting {
    Setting { key, kind: Kind::Choice(choices), default, doc, secret: false }
}

const fn whole(
    key: &'static str,
    (min, max): (u64, u64),
    default: &'static str,
    doc: &'static str,
) -> Setting {
    Setting { key, kind: Kind::Whole { min, max }, default, doc, secret: false }
}

const fn switch(key: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, kind: Kind::Switch, default, doc, secret: false }
}

const fn addresses(key: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, kind: Kind::Addresses, default, doc, secret: false }
}

const fn origins(key: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, kind: Kind::Origins, default, doc, secret: false }
}

/// Every option, by section, in the order of the documentation.
pub(super) const SETTINGS: &[Setting] = &[
    text(
        "data.dir",
        "data",
        "The folder that holds everything: journal, event store and catalog. It belongs to one \
         process at a time. Flag: `--data`.",
    ),
    addresses(
        "http.listen",
        ":20000",
        "Addresses to listen on; `:20000` means every interface, IPv6 and IPv4. `PORT=8080` is \
         short for `:8080`. Flag: `--listen`, may repeat.",
    ),
    origins(
        "http.origins",
        "",
        "Origins whose pages may ask questions in a browser, e.g. `https://app.example.com`. Events \
         are taken from any origin.",
    ),
    Setting {
        key: "http.trusted_proxies",
        kind: Kind::Networks,
        default: "",
        doc: "Proxies in front of the server, as addresses, networks (`10.0.0.0/8`), `loopback` or \
              `private`. Behind them the address of a client is the last one in `X-Forwarded-For` or \
              `Forwarded` that is not one of theirs; from others these headers are not believed.",
        secret: false,
    },
    whole(
        "http.connections_max",
        (1, 1_000_000),
        "4096",
        "Connections open at the same time; further ones wait in the queue of the system.",
    ),
    whole(
        "http.header_timeout_ms",
        (100, 3_600_000),
        "60000",
        "How long the head of a request may take, and how long an idle connection is kept.",
    ),
    whole(
        "http.body_timeout_ms",
        (100, 3_600_000),
        "30000",
        "How long the body of a request may take.",
    ),
    whole(
        "http.bodies_bytes_max",
        (MIB, 64 * GIB),
        "268435456",
        "Bytes of all large bodies that are held at the same time; further ones get 503 and try \
         again. (256 MiB)",
    ),
    whole(
        "http.live_streams_max",
        (0, 1_000_000),
        "1000",
        "Live streams open at the same time, at most 100 of one tenant; further ones get 503 and \
         try again. Each is a connection.",
    ),
    whole(
        "http.drain_timeout_ms",
        (0, 600_000),
        "20000",
        "How long requests that are running may take to finish when the server stops.",
    ),
    whole(
        "limits.body_bytes_max",
        (1_024, GIB),
        "20971520",
        "Bytes of a request body, after decompression. (20 MiB)",
    ),
    whole("limits.batch_events_max", (1, 100_000), "1000", "Events in one batch."),
    whole(
        "limits.event_bytes_max",
        (1_024, MIB),
        "65536",
        "Bytes of one event as sent, all fields together. (64 KiB)",
    ),
    whole("limits.event_type_chars_max", (1, 1_000), "200", "Characters of an event type."),
    whole(
        "limits.id_chars_max",
        (36, 1_000),
        "200",
        "Characters of an id: event, user, distinct, device or session.",
    ),
    whole(
        "limits.properties_depth_max",
        (1, 100),
        "16",
        "Levels of nesting in `properties`; the object itself is level 1.",
    ),
    whole(
        "limits.properties_keys_max",
        (1, 10_000),
        "500",
        "Keys in `properties`, counted on all levels.",
    ),
    whole(
        "limits.requests_per_second_per_key",
        (0, 1_000_000),
        "0",
        "Requests with events of one key in a second; twice as many at once. Further ones get 429. \
         (0: no limit)",
    ),
    whole(
        "limits.requests_per_second_per_address",
        (0, 1_000_000),
        "0",
        "The same of one address, or of one IPv6 network of 64 bits. (0: no limit)",
    ),
    choice(
        "capture.keyless",
        &["default", "refuse"],
        "default",
        "What becomes of events sent without a key: `default` gives them to the default tenant, \
         `refuse` answers 401. A wrong key is always 401.",
    ),
    text(
        "capture.geoip_file",
        "",
        "A file in MaxMind's format (GeoLite2 City or Country, or another with the same names) that \
         tells country, region and city of an address. A new version is taken within a minute. \
         Empty: places are not looked up.",
    ),
    text(
        "capture.tracker_path",
        "",
        "One more path at which events of the browser tracker are taken, beside `/v1/events`: one of \
         your own, like `/collect`, that lists of blockers do not know. Empty for none.",
    ),
    text(
        "capture.script_path",
        "",
        "One more path at which the script of the browser tracker is, beside `/trackflow.js`: one of \
         your own, like `/shop.js`. Empty for none.",
    ),
    text(
        "service.schema_1_1_0_since",
        "",
        "The day from which clients of the analytics service had its schema 1.1.0, e.g. \
         `2026-10-01`. Events of schema 1.0.0 are always taken; from 90 days later they are answered \
         with the headers `Deprecation` and `Sunset`, which names a day one year on. Empty: never.",
    ),
    switch(
        "service.public_reads",
        "false",
        "Whether everyone may read the reports of the analytics service without a key, of the default \
         tenant. A wrong key is refused also then.",
    ),
    whole(
        "ingest.dedup_window_seconds",
        (60, 30 * DAY_S),
        "86400",
        "How long the same event id is the same event. (24 hours)",
    ),
    whole(
        "ingest.flush_bytes",
        (MIB, 16 * GIB),
        "67108864",
        "Events in memory are written to disk as columns when they take this much. (64 MiB)",
    ),
    whole(
        "ingest.flush_seconds",
        (1, 3_600),
        "60",
        "They are written at the latest after this long, so that a restart has little to replay.",
    ),
    whole(
        "ingest.rejected_events_max",
        (0, 1_000_000),
        "10000",
        "Refused events that are kept per tenant, to be read and sent again; the oldest go first.",
    ),
    whole(
        "ingest.rejected_bytes_max",
        (0, 16 * GIB),
        "67108864",
        "Bytes of refused events that are kept per tenant. (64 MiB)",
    ),
    choice(
        "s4.transformer",
        &["plain", "superjson"],
        "plain",
        "How calls over tRPC are answered that do not tell by their input how they are packed: as \
         `plain` JSON, or by `superjson`.",
    ),
    whole(
        "s4.batch_size",
        (1, 1_000_000),
        "100",
        "Events of one tenant over tRPC that go to the store together, at most: they are in answers \
         at the same moment. `getStats` tells it as `batchSize`. A tenant may choose its own while \
         the server runs: `trpc.batch_size` in its settings.",
    ),
    whole(
        "s4.batch_timeout_ms",
        (1, 3_600_000),
        "10000",
        "How long more events are waited for behind a batch of tRPC, at most, before what there is \
         goes to the store. Nothing waits longer than 10 ms anyway, so only less has an effect; \
         `getStats` tells it as `batchTimeoutMs`. In the settings of a tenant: \
         `trpc.batch_timeout_ms`. (10 seconds)",
    ),
    switch(
        "s4.deduplication",
        "true",
        "Whether the same happening, sent again over tRPC without a key of its own, is the same \
         event: same type, user, entity, session and second. In the settings of a tenant: \
         `trpc.deduplication`.",
    ),
    whole(
        "s4.deduplication_ttl_seconds",
        (1, 86_400),
        "60",
        "How long it is, with `s4.deduplication`. In the settings of a tenant: \
         `trpc.deduplication_ttl_seconds`. (1 minute)",
    ),
    whole(
        "journal.segment_bytes",
        (4 * MIB, GIB),
        "67108864",
        "Bytes of one file of the journal, reserved when it is made. Also bounds one batch. \
         (64 MiB)",
    ),
    whole(
        "journal.queue_bytes_max",
        (MIB, GIB),
        "67108864",
        "Bytes that may wait to be written; beyond it senders get 503 and try again. (64 MiB)",
    ),
    whole(
        "journal.bytes_max",
        (256 * MIB, 1_024 * GIB),
        "4294967296",
        "Bytes the journal may take on disk while the store does not keep up; beyond it senders \
         get 503 and try again. (4 GiB)",
    ),
    whole(
        "store.head_bytes_max",
        (4 * MIB, 64 * GIB),
        "268435456",
        "Bytes of events held in memory; when they are reached, events wait in the journal until \
         some are written to disk. (256 MiB)",
    ),
    whole(
        "store.zstd_level",
        (1, 19),
        "1",
        "Compression of the columns on disk: higher is smaller and slower to write.",
    ),
    whole(
        "store.retention_days",
        (0, 3_650),
        "0",
        "Events are kept for so many days of UTC before today; older ones are refused, not seen by \
         questions, and removed from disk within about an hour. They do not come back when it is \
         set higher. When each person first had events of a type stays known, and so do links and \
         person properties. 0 keeps everything.",
    ),
    whole(
        "store.column_bytes_max",
        (MIB, 1_024 * GIB),
        "536870912",
        "Bytes of columns kept in memory for further questions: about 6 per event and 25 per person \
         and day, and 1 to 4 per event for each field or property that is asked for. What does not \
         fit is read again. (512 MiB)",
    ),
    whole(
        "query.bytes_max",
        (MIB, 1_024 * GIB),
        "2147483648",
        "Bytes of columns one question may look at at once; beyond it the question gets 400. \
         (2 GiB)",
    ),
    whole("query.threads", (0, 1_024), "0", "Threads that answer questions; 0 means one per core."),
    whole(
        "query.concurrent_max",
        (1, 1_000),
        "8",
        "Questions answered at the same time; further ones get 503 and try again.",
    ),
    whole("query.timeout_ms", (100, 3_600_000), "30000", "How long an answer may take."),
    secret(
        "auth.jwt_secret",
        "",
        "The shared secret (HS256) of tokens that your own log-in makes. Their claims `sub`, `role`, \
         `creatorId` and `brandId` say who acts; they must have `exp`.",
    ),
    text(
        "auth.jwt_file",
        "",
        "A file with the keys of such tokens: a public key in PEM (RS256 or EdDSA), or a JWKS.",
    ),
    text("auth.jwt_tenant", "default", "The tenant of tokens without the claim `tenantId`."),
    secret(
        "catalog.url",
        "",
        "A PostgreSQL address to keep the catalog in, also taken from `DATABASE_URL`. This build \
         has no PostgreSQL and refuses to start when it is set; the catalog is a file of the data \
         folder.",
    ),
    text(
        "log.filter",
        "info",
        "What is logged, on stderr: `error`, `warn`, `info`, `debug`, `trace`, or by part: \
         `info,store=debug`.",
    ),
    choice("log.format", &["text", "json"], "text", "How it is logged."),
];
