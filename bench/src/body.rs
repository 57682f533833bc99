//! What the load generator sends: events like a shop's, always the same for a seed.

use std::fmt::Write;

/// How many different bodies are cycled through.
const BODIES: usize = 256;

const TYPES: [&str; 6] =
    ["page_view", "button_click", "search", "add_to_cart", "checkout_started", "purchase"];
const PAGES: [&str; 5] = ["/", "/products", "/products/42", "/cart", "/help/returns"];

/// Bodies of `per_request` events: one object when it is 1, else an array.
pub(crate) fn bodies(per_request: usize, seed: u64) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..BODIES)
        .map(|_| {
            let events: Vec<String> = (0..per_request).map(|_| event(&mut random)).collect();
            if per_request == 1 { events.concat() } else { format!("[{}]", events.join(",")) }
        })
        .collect()
}

fn event(random: &mut fastrand::Rng) -> String {
    let user = random.u32(..50_000);
    let mut text = String::new();
    let _ = write!(
        text,
        r#"{{"event_type":"{}","user_id":"user-{user}","session_id":"session-{}","properties":{{"page":"{}","button":"b{}","price":{}.{:02},"plan":"{}"}}}}"#,
        TYPES[random.usize(..TYPES.len())],
        u64::from(user) * 31 + random.u64(..8),
        PAGES[random.usize(..PAGES.len())],
        random.u8(..40),
        random.u8(..200),
        random.u8(..100),
        ["free", "pro", "team"][random.usize(..3)],
    );
    text
}

/// A whole HTTP/1.1 request.
pub(crate) fn request(path: &str, host: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
