//! Events in, over tRPC.

use serde_json::{Value, json};

use super::{Auth, Example, Operation, Reply, reply};

const GROUP: &str = "Send events over tRPC";

pub(super) fn operations() -> Vec<Operation> {
    ["/api/trpc/{path}", "/trpc/{path}"].into_iter().flat_map(|p| [post(p), get(p)]).collect()
}

fn post(path: &'static str) -> Operation {
    Operation {
        method: "POST",
        path,
        group: GROUP,
        title: "Call a mutation",
        text: "path is eventIngestion.track, eventIngestion.trackBatch ({\"events\": [..]}, 1 to 50) \
               or eventIngestion.forceFlush (admins only). Clients of version 10 and 11 work, with \
               httpLink and httpBatchLink, plain and with superjson. Batched calls are paths joined \
               by commas with ?batch=1 and a body {\"0\": .., \"1\": ..}; their events are safe on \
               disk before any of them is answered. props.occurred_at is the time of the event: \
               not in the future, at most 30 days old. With an idempotencyKey a retry is stored \
               once; without one the same event within a minute is.",
        auth: Auth::WriteOrOpen,
        parameters: vec![("batch", "1 where the path names several calls.")],
        body: Some(event()),
        examples: vec![
            Example {
                title: "A page view",
                body: r#"{
  "eventType": "page_viewed",
  "source": "web",
  "sessionId": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6",
  "props": { "page": "/pricing" },
  "attribution": { "utmSource": "newsletter", "referrer": "https://example.com/" }
}"#,
                status: 200,
            },
            Example {
                title: "A payout, packed by superjson",
                body: r#"{ "json": {
  "eventType": "payout_completed",
  "source": "system",
  "entityId": "cjld2cjxh0000qzrmn831i7rn",
  "entityType": "payout",
  "idempotencyKey": "0f8fad5b-d9cb-469f-a165-70867728950e",
  "props": { "amount_cents": 4990, "payment_method": "bank", "currency": "EUR" }
} }"#,
                status: 200,
            },
            Example {
                title: "Without entityType",
                body: r#"{ "eventType": "asset_shared", "entityId": "cjld2cjxh0000qzrmn831i7rn" }"#,
                status: 400,
            },
        ],
        replies: with_refusals(vec![
            reply(
                200,
                "The event is durable. A duplicate has the id of the first one and \"duplicate\": true.",
                r#"{"result":{"data":{"eventId":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e","tracked":true}}}"#,
            ),
            reply(
                207,
                "Of batched calls some failed.",
                r#"[{"result":{"data":{"eventId":"01998f4e-7c1a-7b3e-9f11-6f0a2b6c1d2e","tracked":true}}},{"error":{"message":"No procedure found on path \"eventIngestion.x\"","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"eventIngestion.x","zodError":null}}}]"#,
            ),
            reply(
                400,
                "The input is refused: message has the issues as zod 3 writes them, zodError has them by field.",
                r#"{"error":{"message":"[\n  {\n    \"code\": \"custom\",\n    \"message\": \"entityType is required when entityId is provided\",\n    \"path\": []\n  }\n]","code":-32600,"data":{"code":"BAD_REQUEST","httpStatus":400,"path":"eventIngestion.track","zodError":{"formErrors":["entityType is required when entityId is provided"],"fieldErrors":{}}}}}"#,
            ),
        ]),
    }
}

fn get(path: &'static str) -> Operation {
    Operation {
        method: "GET",
        path,
        group: GROUP,
        title: "Call a query",
        text: "path is eventIngestion.getStats: how events of the tenant come in. For admins only.",
        auth: Auth::Admin,
        parameters: vec![
            ("input", "The input as JSON; none is needed."),
            ("batch", "1 where the path names several calls."),
        ],
        body: None,
        examples: vec![Example { title: "Statistics", body: "", status: 200 }],
        replies: with_refusals(vec![reply(
            200,
            "bufferSize is the number of events that are safe and not yet in answers.",
            r#"{"result":{"data":{"bufferSize":0,"isProcessing":false,"config":{"batchSize":100,"batchTimeoutMs":10000,"enableDeduplication":true,"enableEnrichment":true,"deduplicationTtlSeconds":60}}}}"#,
        )]),
    }
}

fn event() -> Value {
    let text = |what: &str| json!({"type": "string", "description": what});
    let uuid = |what: &str| json!({"type": "string", "format": "uuid", "description": what});
    let utm = json!({"type": "string", "maxLength": 255});
    json!({
        "type": "object",
        "required": ["eventType"],
        "properties": {
            "eventType": {"type": "string", "minLength": 1, "maxLength": 100},
            "source": {"enum": ["web", "api", "mobile", "system", "webhook"], "default": "web"},
            "entityId": text("A CUID; needs entityType."),
            "entityType": {"enum": [
                "project", "asset", "license", "creator", "brand", "user", "royalty", "payout",
                "post", "category"
            ]},
            "sessionId": uuid("The visit."),
            "props": {"type": "object", "description": "Anything; some types need some of them."},
            "attribution": {"type": "object", "properties": {
                "utmSource": utm, "utmMedium": utm, "utmCampaign": utm, "utmTerm": utm,
                "utmContent": utm,
                "referrer": text("A URL, or empty."), "landingPage": text("A URL, or empty.")
            }},
            "idempotencyKey": uuid("A retry with it is stored once.")
        }
    })
}

fn with_refusals(mut replies: Vec<Reply>) -> Vec<Reply> {
    replies.extend([
        reply(
            401,
            "The key is wrong, or one is needed.",
            r#"{"error":{"message":"UNAUTHORIZED","code":-32001,"data":{"code":"UNAUTHORIZED","httpStatus":401,"path":"eventIngestion.getStats","zodError":null}}}"#,
        ),
        reply(
            403,
            "The key has no right to do this.",
            r#"{"error":{"message":"FORBIDDEN","code":-32003,"data":{"code":"FORBIDDEN","httpStatus":403,"path":"eventIngestion.getStats","zodError":null}}}"#,
        ),
        reply(
            404,
            "There is no such procedure.",
            r#"{"error":{"message":"No procedure found on path \"x\"","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"x","zodError":null}}}"#,
        ),
        reply(
            405,
            "A mutation by GET, or a query by POST.",
            r#"{"error":{"message":"Unsupported GET-request to mutation procedure at path \"eventIngestion.track\"","code":-32005,"data":{"code":"METHOD_NOT_SUPPORTED","httpStatus":405,"path":"eventIngestion.track","zodError":null}}}"#,
        ),
        reply(
            413,
            "The body is too large; nothing of it is stored.",
            r#"{"error":{"message":"body has 31457280 bytes, the limit is 20971520","code":-32013,"data":{"code":"PAYLOAD_TOO_LARGE","httpStatus":413,"path":"eventIngestion.trackBatch","zodError":null}}}"#,
        ),
        reply(
            415,
            "A body without any content type.",
            r#"{"error":{"message":"missing content-type header","code":-32015,"data":{"code":"UNSUPPORTED_MEDIA_TYPE","httpStatus":415,"path":"eventIngestion.track","zodError":null}}}"#,
        ),
        reply(
            503,
            "Events cannot be stored now; nothing of the request is. Send it again after Retry-After seconds.",
            r#"{"error":{"message":"more events are coming in than can be written","code":-32603,"data":{"code":"SERVICE_UNAVAILABLE","httpStatus":503,"path":"eventIngestion.track","zodError":null}}}"#,
        ),
    ]);
    replies
}
