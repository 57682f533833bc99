//! What a newcomer is told once.

use std::fmt::Write;

use catalog::FirstStart;

/// The keys of a first start, and how to go on.
pub(crate) fn first_start(keys: &FirstStart, url: &str) -> String {
    let url = url.replace("//0.0.0.0:", "//localhost:");
    let mut out = self::keys(keys);
    let _ = write!(
        out,
        "
Send an event:

  curl {url}/apiv1/events -H 'Content-Type: application/json' \\
    -d '{{\"event_type\":\"hello\",\"user_id\":\"me\"}}'

Ask about it:

  curl {url}/api/v1/query -H 'Authorization: Bearer {}' \\
    -d '{{\"kind\":\"counts\",\"range\":{{\"last\":\"24h\"}}}}'

",
        keys.secret_key
    );
    out += &setup(keys, &url);
    out
}

/// How the first user is made.
pub(crate) fn setup(keys: &FirstStart, url: &str) -> String {
    let link = setup_url(url, &keys.setup_token);
    format!("Set up the first user with this link; it works once, for 30 days:\n\n  {link}\n\n")
}

/// Where a one-time link leads.
pub(crate) fn setup_url(url: &str, token: &str) -> String {
    format!("{}/app/setup?token={token}", url.trim_end_matches('/'))
}

/// The keys alone.
pub(crate) fn keys(keys: &FirstStart) -> String {
    boxed(&[
        "Welcome to TrackFlow. These keys are shown once; keep the secret one.",
        "",
        &format!("write key   {}   sends events, may be public", keys.write_key),
        &format!("secret key  {}   asks questions", keys.secret_key),
        "",
        "Lost it? `trackflow key new` makes another one.",
    ])
}

fn boxed(lines: &[&str]) -> String {
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let rule = "─".repeat(width + 2);
    let mut out = format!("\n┌{rule}┐\n");
    for line in lines {
        let _ = writeln!(out, "│ {line:<width$} │");
    }
    let _ = writeln!(out, "└{rule}┘");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_straight_and_the_commands_can_be_pasted() {
        let keys = FirstStart {
            write_key: "tf_w_1".into(),
            secret_key: "tf_s_2".into(),
            setup_token: "token3".into(),
        };
        let text = first_start(&keys, "http://0.0.0.0:20000");
        let widths: Vec<usize> = text.lines().skip(1).take(8).map(|l| l.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
        assert!(text.contains("curl http://localhost:20000/api/v1/query"), "{text}");
        assert!(text.contains("'Authorization: Bearer tf_s_2'"), "{text}");
        assert!(text.contains("  http://localhost:20000/app/setup?token=token3\n"), "{text}");
    }
}
