//! Rules for single lines.

/// Words for work that was not done. Written apart here, so that this file passes its own rule.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("unimpl", "emented!"),
    concat!("to", "do!("),
];

/// Paths of one person's machine.
const WORKPLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("../sh", "ared"),
];

/// Macros whose text goes into the log.
const LOGGING: &[&str] = &["error!(", "warn!(", "info!(", "debug!(", "trace!("];

/// What is wrong with a line, if anything.
pub(super) fn check(line: &str, is_rust: bool) -> Option<String> {
    if let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word)) {
        return Some(format!("has {word}: do it now, or say in the docs that it is not there"));
    }
    if let Some(path) = WORKPLACES.iter().find(|path| line.contains(**path)) {
        return Some(format!("names {path}, which is not on other machines"));
    }
    if is_rust {
        return log_message(line).and_then(judge);
    }
    None
}

/// The text of a log macro that stands on one line: its last string.
fn log_message(line: &str) -> Option<&str> {
    let start = LOGGING.iter().find_map(|name| {
        let at = line.find(name)?;
        // `tracing::info!(` or `info!(`, not `my_info!(`.
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_').then_some(at + name.len())
    })?;
    let arguments = line[start..].trim_end();
    let arguments = arguments.strip_suffix(");")?.strip_suffix('"')?;
    let open = arguments.rfind('"')?;
    Some(&arguments[open + 1..])
}

fn judge(message: &str) -> Option<String> {
    let mut letters = message.chars();
    let (first, second) = (letters.next()?, letters.next());
    // A name in capitals (SQLite, SIGTERM) may begin a message.
    if first.is_uppercase() && !second.is_some_and(char::is_uppercase) {
        return Some(format!("log message {message:?} begins with a capital"));
    }
    if message.ends_with('.') {
        return Some(format!("log message {message:?} ends with a full stop"));
    }
    None
}
