//! Reports of the analytics service, and the lists of mobile analytics.

use super::{Auth, Example, JSON, Operation, Reply, problem, reply};

const GROUP: &str = "Read reports";
const BAD: &str = r##"{"code":"invalid_value","detail":"timeframe \"0\" is not a number of h, d, w or m of at most 3660 days, e.g. 24h or 30d","errors":[{"code":"invalid_value","field":"timeframe","message":"timeframe \"0\" is not a number of h, d, w or m of at most 3660 days, e.g. 24h or 30d"}],"requestId":"9f2c4a7b01d35e68","status":400,"title":"Invalid value","type":"/docs#code-invalid_value"}"##;
const KEY: &str = r##"{"code":"unauthorized","detail":"questions need a secret key, sent as Authorization: Bearer tf_s_..","requestId":"9f2c4a7b01d35e68","status":401,"title":"Key needed","type":"/docs#code-unauthorized"}"##;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_service();
    all.extend(of_mobile());
    all
}

fn get(
    path: &'static str,
    title: &'static str,
    text: &'static str,
    example: &'static str,
) -> Operation {
    Operation {
        method: "GET",
        path,
        group: GROUP,
        title,
        text,
        auth: Auth::Read,
        parameters: Vec::new(),
        body: None,
        examples: vec![Example { title: "As it is", body: "", status: 200 }],
        replies: vec![reply(200, "The report.", example)],
    }
}

/// The parameters of all reports of the service, and further ones.
fn common(further: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("timeframe", "A number of h, d, w or m (months), or today, yesterday, all."),
        ("from", "Instead of timeframe: a date or time."),
        ("to", "The end; a date alone includes that day."),
        ("tz", "Time zone of dates and buckets; the tenant's when absent."),
        ("eventType", "Only events of this type."),
        ("filters", "A filter as in questions, as JSON."),
        ("breakdown", "Names of fields or properties, with commas between."),
    ];
    all.extend(further);
    all
}

const PERIODS: &[(&str, &str)] = &[
    ("period", "hour, day, week or month; day when absent."),
    ("periods", "Periods behind the first, 1 to 90; 8 when absent."),
];

fn of_events() -> Vec<Operation> {
    vec![
        Operation {
            parameters: common(&[]),
            ..get(
                "/dashboard",
                "Headline figures",
                "Totals of the timeframe (7d when absent) and of the one before, figures over time, and the largest of several kinds.",
                r#"{"timeframe":"7d","from":"2026-10-09T00:00:00+00:00","to":"2026-10-15T12:00:00+00:00","totals":{"events":3,"users":2,"sessions":2,"revenue":[{"currency":"USD","amount":29.99}],"avgDwellSeconds":45,"engagementRate":0.5},"previous":{"events":0,"users":0,"sessions":0,"revenue":[],"avgDwellSeconds":null,"engagementRate":null},"series":[{"timestamp":"2026-10-15T00:00:00+00:00","events":3,"users":2,"sessions":2,"partial":true}],"topEvents":[{"eventType":"view","count":2,"users":2}],"topContent":[{"contentType":"post","contentId":"post-123","views":2,"avgDwellSeconds":45}],"breakdown":{"platform":[{"value":"mobile","events":3,"users":2}],"country":[],"device":[]}}"#,
            )
        },
        Operation {
            parameters: common(&[
                ("limit", "Events of a page, at most 1000; 100 when absent."),
                ("order", "newest or oldest first; newest when absent."),
                ("cursor", "nextCursor of the page before."),
            ]),
            ..get(
                "/events",
                "Events one by one",
                "Events of the timeframe (24h when absent) and their number.",
                r#"{"events":[{"id":"11111111-1111-4111-8111-111111111111","eventId":"11111111-1111-4111-8111-111111111111","eventType":"view","userId":"user-123","distinctId":"user-123","sessionId":"session-456","timestamp":"2026-10-15T12:00:00.000Z","schemaVersion":"1.1.0","platform":"mobile","data":{"contentType":"post","contentId":"post-123"},"receivedAt":"2026-10-15T12:00:00.000Z"}],"total":1,"nextCursor":null}"#,
            )
        },
        Operation {
            parameters: common(&[
                (
                    "steps",
                    "Required: names with commas between, or a JSON array of names or {eventType, filters}.",
                ),
                (
                    "window",
                    "From the first step to any other: a number of s, min, h, d or w; 7d when absent.",
                ),
                ("order", "ordered, strict or unordered."),
            ]),
            examples: vec![Example { title: "Without steps", body: "", status: 400 }],
            ..get(
                "/funnel",
                "Conversion through steps",
                "How many get from step to step within the timeframe (7d when absent). Rates are 0 to 1.",
                r#"{"steps":[{"step":1,"name":"view","users":2,"conversionRate":1,"conversionFromPrevious":1,"dropOff":0,"dropOffUsers":0,"medianSecondsFromPrevious":null,"avgSecondsFromPrevious":null},{"step":2,"name":"purchase","users":1,"conversionRate":0.5,"conversionFromPrevious":0.5,"dropOff":0.5,"dropOffUsers":1,"medianSecondsFromPrevious":60,"avgSecondsFromPrevious":60}],"totalUsers":2,"overallConversion":0.5,"window":"7d","order":"ordered"}"#,
            )
        },
    ]
}

fn of_people() -> Vec<Operation> {
    vec![
        Operation {
            parameters: common(PERIODS),
            ..get(
                "/cohort",
                "Activity by first seen",
                "Users by the period they were first seen in (timeframe 30d when absent), and how many of them are active later.",
                r#"{"period":"day","cohorts":[{"cohort":"2026-10-01","size":100,"activity":[{"period":0,"users":100,"rate":1,"partial":false}]}]}"#,
            )
        },
        Operation {
            parameters: common(PERIODS),
            ..get(
                "/retention",
                "Who comes back",
                "Users by the periods they were active in (timeframe 30d when absent), and how many of them come back.",
                r#"{"period":"day","periods":8,"cohorts":[{"date":"2026-10-01","size":100,"values":[{"period":0,"users":100,"rate":1,"partial":false}]}],"average":[{"period":0,"rate":1}]}"#,
            )
        },
    ]
}

fn of_service() -> Vec<Operation> {
    let mut all = of_events();
    all.extend(of_people());
    all.push(
        get(
            "/events/metrics",
            "Figures of the service",
            "Of all tenants together, over the last minute: events received in a second, how long they wait until answers have them, the share that was refused, and bytes on disk.",
            r#"{"ingestionRate":12.5,"processingLatencyMs":40,"errorRate":0.01,"storageUsedBytes":1048576}"#,
        ),
    );
    for operation in &mut all {
        operation.replies.push(problem(401, "No key, or a wrong one.", KEY));
        if operation.path != "/events/metrics" {
            operation.replies.push(problem(400, "A parameter is wrong.", BAD));
        }
    }
    let health = get(
        "/events/health",
        "Whether the service is well",
        "Open to everyone. 503 when anything is not ok.",
        r#"{"status":"ok","uptime":3600,"version":"0.1.0","checks":{"journal":"ok","store":"ok","catalog":"ok","disk":"ok"},"metrics":{"ingestionRate":12.5,"processingLatencyMs":40,"errorRate":0.01,"storageUsedBytes":1048576}}"#,
    );
    all.push(Operation { auth: Auth::Open, ..health });
    all
}

fn of_mobile() -> Vec<Operation> {
    let pages = [
        ("page", "Number of the page, from 1."),
        ("page_size", "Results of a page, at most 1000; 100 when absent."),
        ("cursor", "As in next of the page before; it decides where the page begins."),
        ("start", "From this date or time."),
        ("end", "To this time; a date alone includes that day."),
    ];
    let with = |further: &[(&'static str, &'static str)]| {
        pages.iter().chain(further).copied().collect::<Vec<_>>()
    };
    let of_events = [
        ("event_type", "Only events of this type."),
        ("distinct_id", "Only of this id."),
        ("session_id", "Only of this session."),
        ("device_id", "Only of this device."),
        ("search", "A text within type, distinct id, session or device."),
        ("properties.<name>", "Only with this value of the property."),
    ];
    let mut all = vec![
        Operation {
            parameters: with(&of_events),
            ..get(
                "/api/v1/analytics/admin/events",
                "Events of apps",
                "Newest first.",
                r#"{"count":1,"next":null,"previous":null,"results":[{"id":"11111111-1111-4111-8111-111111111111","event_type":"button_click","distinct_id":"user123","session_id":null,"device_id":"device456","app_version":"1.0.0","os_name":"iOS","os_version":"15.0","properties":{"button_name":"submit"},"timestamp":"2026-10-15T12:00:00.000Z","created_at":"2026-10-15T12:00:00.000Z"}]}"#,
            )
        },
        Operation {
            parameters: of_events.iter().chain(&pages[3..]).copied().collect(),
            ..get(
                "/api/v1/analytics/admin/events/event_counts",
                "Events by type",
                "Largest first.",
                r#"[{"event_type":"button_click","count":2,"unique_users":1}]"#,
            )
        },
        Operation {
            parameters: with(&[
                ("distinct_id", "Only of this id."),
                ("is_active", "true: those that go on; false: the others."),
            ]),
            ..get(
                "/api/v1/analytics/admin/sessions",
                "Sessions of apps",
                "Latest start first. A session goes on until it is ended, or for 30 minutes after its last event.",
                r#"{"count":1,"next":null,"previous":null,"results":[{"session_id":"s1","distinct_id":"user123","device_id":"device456","started_at":"2026-10-15T11:40:00.000Z","ended_at":null,"duration_seconds":null,"event_count":2,"is_active":true,"app_version":"1.0.0","os_name":"iOS","os_version":"15.0"}]}"#,
            )
        },
        Operation {
            parameters: with(&[
                ("timeframe", "hour, day, week or month; day when absent."),
                ("event_type", "Only events of this type."),
            ]),
            ..get(
                "/api/v1/analytics/admin/event-aggregates",
                "Events over time",
                "Per type and bucket, newest first; the last 30 days where no start is named.",
                r#"{"count":1,"next":null,"previous":null,"results":[{"timeframe":"day","event_type":"button_click","timestamp":"2026-10-15T00:00:00+00:00","count":2,"unique_users":1,"metadata":{"partial":true}}]}"#,
            )
        },
    ];
    all.iter_mut().for_each(refuse_in_shape);
    all
}

/// Refusals in the shape of mobile analytics.
fn refuse_in_shape(operation: &mut Operation) {
    let refused = |status, text, example| Reply { status, text, content_type: JSON, example };
    operation.replies.extend([
        refused(400, "A parameter is wrong.", r#"{"detail":"is_active must be true or false","code":"invalid_value","errors":{"is_active":["is_active must be true or false"]}}"#),
        refused(401, "No key, or a wrong one.", r#"{"detail":"questions need a secret key, sent as Authorization: Bearer tf_s_..","code":"unauthorized","errors":{}}"#),
        refused(403, "A key that may not read.", r#"{"detail":"this key may not read; questions need a secret key with the scope read","code":"forbidden","errors":{}}"#),
        refused(404, "There is no such page.", r#"{"detail":"Invalid page.","code":"not_found","errors":{"page":["Invalid page."]}}"#),
    ]);
}
