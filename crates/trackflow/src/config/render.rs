//! The configuration as text: what holds now, and the reference page.

use std::fmt::Write;

use super::{
    Settings,
    setting::{Kind, MASK, Setting},
    table::SETTINGS,
};

/// What holds, as a file that could be used as it is (secrets masked), with the origin of each
/// value.
pub fn resolved(settings: &Settings) -> String {
    let mut out = String::new();
    let mut section = "";
    for setting in SETTINGS {
        if setting.section() != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = setting.section();
            let _ = writeln!(out, "{gap}[{section}]");
        }
        let (value, origin) = settings.get(setting.key);
        let shown = match setting.secret && !settings.text(setting.key).is_empty() {
            true => format!("{MASK:?}"),
            false => value.to_string(),
        };
        let line = format!("{} = {shown}", setting.name());
        let _ = writeln!(out, "{line:<42} # {origin}");
    }
    out
}

/// The page `docs/config.md`.
pub fn reference() -> String {
    let mut out = String::from(INTRODUCTION);
    let mut section = "";
    for setting in SETTINGS {
        if setting.section() != section {
            section = setting.section();
            let _ = writeln!(out, "\n## {section}");
        }
        let _ = writeln!(out, "\n### `{}`\n\n{}\n\n{}", setting.key, setting.doc, facts(setting));
    }
    out
}

fn facts(setting: &Setting) -> String {
    let default = match setting.default {
        "" => "none".into(),
        text => format!("`{text}`"),
    };
    let range = match setting.kind {
        Kind::Whole { min, max } => format!(" from {min} to {max}"),
        _ => String::new(),
    };
    format!("{}{range} · default {default} · `{}`", setting.kind, setting.variable())
}

const INTRODUCTION: &str = "\
# Configuration

Generated from the table of options in `crates/trackflow/src/config/table.rs`; a test keeps this
page current (`UPDATE=1 cargo test -p trackflow` rewrites it).

TrackFlow runs without any configuration. What is set is read in this order, later ones winning:

1. the defaults below;
2. a TOML file: `--config FILE`, or `trackflow.toml` in the working directory when it is there;
3. the environment variables `PORT` and `DATABASE_URL`;
4. the environment variables `TRACKFLOW_<SECTION>_<KEY>`, named with each option below;
5. flags: `--data`, `--listen`, and `--set section.key=value` for everything else.

An unknown option is refused wherever it stands, with the name that was probably meant, and all
problems are reported together. `trackflow config` prints what holds and where each value came
from. Journal, event store and catalog live in the data folder; there is nothing else to point at.

```toml
[http]
listen = [\"127.0.0.1:20000\"]

[ingest]
flush_seconds = 10
```
";
