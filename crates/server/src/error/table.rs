//! The one table: what each code means to a sender.

use axum::http::StatusCode;
use event::Code;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// The HTTP status of a request that fails with it.
    pub status: u16,
    /// Whether the very same request may succeed later.
    pub retry: bool,
    /// A few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub meaning: &'static str,
}

impl CodeInfo {
    /// The status as a type.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

const fn row(
    code: Code,
    status: u16,
    retry: bool,
    title: &'static str,
    meaning: &'static str,
) -> CodeInfo {
    CodeInfo { code, status, retry, title, meaning }
}

/// Every code, in the order of the docs.
pub const CODES: &[CodeInfo] = &[
    row(
        Code::MalformedJson,
        400,
        false,
        "Malformed JSON",
        "The body is not JSON, not UTF-8, or cannot be unpacked. The message names line and column.",
    ),
    row(
        Code::MissingField,
        400,
        false,
        "Missing field",
        "A required field is absent, null or empty.",
    ),
    row(
        Code::InvalidType,
        400,
        false,
        "Invalid type",
        "A field has another JSON type than it must have.",
    ),
    row(
        Code::InvalidValue,
        400,
        false,
        "Invalid value",
        "A field has the right type and an impossible value.",
    ),
    row(Code::TooLong, 400, false, "Too long", "A text has more characters than its limit."),
    row(Code::TooDeep, 400, false, "Nested too deep", "JSON is nested deeper than its limit."),
    row(
        Code::EventTooLarge,
        400,
        false,
        "Event too large",
        "One event has more bytes than its limit. Its neighbours in a batch are not affected.",
    ),
    row(
        Code::BatchTooLarge,
        413,
        false,
        "Batch too large",
        "A batch has more events than its limit. Nothing of it is stored; send smaller batches.",
    ),
    row(
        Code::BodyTooLarge,
        413,
        false,
        "Body too large",
        "The body is larger than its limit, as sent or unpacked. Nothing of it is stored.",
    ),
    row(Code::EmptyBatch, 400, false, "Empty batch", "A batch without events."),
    row(
        Code::UnknownKey,
        401,
        false,
        "Unknown key",
        "The key is not known, expired or revoked, or the request carries several that differ.",
    ),
    row(Code::Unauthorized, 401, false, "Key needed", "This needs a key and the request has none."),
    row(Code::Forbidden, 403, false, "Forbidden", "The key is good and has no right to do this."),
    row(Code::NotFound, 404, false, "Not found", "There is no such thing."),
    row(
        Code::Conflict,
        409,
        false,
        "Conflict",
        "It exists already, changed meanwhile, or is being done.",
    ),
    row(
        Code::Bot,
        400,
        false,
        "Known crawler",
        "The sender is a known crawler; its events are not kept.",
    ),
    row(Code::NoConsent, 400, false, "No consent", "The person has not consented to this."),
    row(Code::FutureTimestamp, 400, false, "In the future", "The time lies too far ahead."),
    row(Code::TooOld, 400, false, "Too old", "The time lies too far back."),
    row(
        Code::PastRetention,
        400,
        false,
        "Past retention",
        "The time lies before the retention of the tenant: such events are not kept.",
    ),
    row(
        Code::Unsupported,
        415,
        false,
        "Not supported",
        "This kind of request is not taken here: an unknown content encoding (415) or method (405).",
    ),
    row(
        Code::RateLimited,
        429,
        true,
        "Too many requests",
        "More is sent or asked than allowed. Wait as long as Retry-After says.",
    ),
    row(
        Code::Overloaded,
        503,
        true,
        "Overloaded",
        "More comes in than can be taken. Nothing of the request is stored; send it again after Retry-After.",
    ),
    row(
        Code::Unavailable,
        503,
        true,
        "Unavailable",
        "Events cannot be stored at the moment (503), the body did not arrive in time (408), or an \
         answer took too long (504). Nothing of the request is stored.",
    ),
    row(
        Code::Internal,
        500,
        true,
        "Internal error",
        "A fault of ours; the log has it under the request id.",
    ),
];

/// The row of a code.
pub(crate) fn info(code: Code) -> &'static CodeInfo {
    // The test below holds that every code has a row.
    CODES.iter().find(|info| info.code == code).unwrap_or(&CODES[CODES.len() - 1])
}
