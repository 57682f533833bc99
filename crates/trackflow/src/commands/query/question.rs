//! A question from flags.

use anyhow::{Result, bail, ensure};
use clap::Args;
use serde_json::{Map, Value as Json, json};

/// Kinds that flags can ask.
const KINDS: &[&str] = &[
    "counts",
    "trend",
    "events",
    "funnel",
    "retention",
    "cohort",
    "paths",
    "stickiness",
    "lifecycle",
    "sessions",
    "web",
    "performance",
    "errors",
    "revenue",
    "persons",
    "taxonomy",
];
const INTERVALS: &[&str] =
    &["trend", "retention", "cohort", "stickiness", "lifecycle", "sessions", "revenue"];
const LIMITS: &[&str] = &["events", "persons", "web", "performance", "errors", "taxonomy"];

/// The flags that make up a question.
#[derive(Debug, Default, Args)]
pub(super) struct QuestionArgs {
    /// Only this event type; several are the lines of a trend, the steps of a funnel
    #[arg(long, value_name = "TYPE")]
    pub(super) event: Vec<String>,
    /// The last .. of time: 24h, 7d, 4w, 3m
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to"])]
    pub(super) last: Option<String>,
    /// From this date or moment on
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Up to this date or moment
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(super) to: Option<String>,
    /// Time zone of days, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(super) tz: Option<String>,
    /// A field, or a property after `properties.`, must be this; may repeat
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    pub(super) conditions: Vec<String>,
    /// Width of a bucket or period: hour, day, week, month
    #[arg(long, value_name = "INTERVAL")]
    pub(super) by: Option<String>,
    /// trend: count persons instead of events
    #[arg(long)]
    pub(super) unique: bool,
    /// How many lines
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
    /// events, persons: go on behind the list before
    #[arg(long, value_name = "CURSOR")]
    pub(super) cursor: Option<String>,
    /// events: oldest first
    #[arg(long)]
    pub(super) oldest: bool,
}

impl QuestionArgs {
    /// The question of a kind. What the server checks is not checked here.
    pub(super) fn question(&self, kind: &str) -> Result<Json> {
        let mut out = Map::new();
        out.insert("kind".into(), kind.into());
        if let Some(range) = self.range() {
            out.insert("range".into(), range);
        }
        let mut set = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                out.insert(name.into(), value);
            }
        };
        set("tz", self.tz.clone().map(Json::from));
        match kind {
            "trend" => set("series", Some(self.series()?)),
            "funnel" => set("steps", Some(self.steps()?)),
            "person" | "people_of" => bail!("{kind} needs more than flags can say, ask it as JSON"),
            _ if KINDS.contains(&kind) => {
                ensure!(self.event.len() <= 1, "{kind} takes one --event");
                set("event", self.event.first().cloned().map(Json::from));
                set("filter", self.filter()?);
            }
            _ => bail!("{kind:?} is not a kind of question: use {}, or JSON", KINDS.join(", ")),
        }
        let width = if ["retention", "cohort"].contains(&kind) { "period" } else { "interval" };
        set(width, self.by.clone().map(Json::from));
        set("limit", self.limit.map(Json::from));
        set("cursor", self.cursor.clone().map(Json::from));
        set("order", self.oldest.then(|| "oldest".into()));
        self.refuse_others(kind)?;
        Ok(Json::Object(out))
    }

    /// A question given as JSON says everything itself.
    pub(super) fn refuse_beside_json(&self) -> Result<()> {
        ensure!(
            self.range().is_none()
                && self.tz.is_none()
                && self.event.is_empty()
                && self.conditions.is_empty(),
            "a question in JSON takes no further flags"
        );
        self.refuse_others("JSON")
    }

    fn refuse_others(&self, kind: &str) -> Result<()> {
        let given = [
            ("--by", self.by.is_some(), INTERVALS),
            ("--unique", self.unique, &["trend"]),
            ("--limit", self.limit.is_some(), LIMITS),
            ("--cursor", self.cursor.is_some(), &["events", "persons"]),
            ("--oldest", self.oldest, &["events"]),
        ];
        for (flag, given, of) in given {
            let of: &[&str] = of;
            ensure!(
                !given || of.contains(&kind),
                "{flag} is for {}, not for {kind}",
                of.join(", ")
            );
        }
        Ok(())
    }

    fn range(&self) -> Option<Json> {
        if let Some(last) = &self.last {
            return Some(json!({ "last": last }));
        }
        let from = self.from.as_ref()?;
        Some(match &self.to {
            Some(to) => json!({ "from": from, "to": to }),
            None => json!({ "from": from }),
        })
    }

    fn series(&self) -> Result<Json> {
        let filter = self.filter()?;
        let measure = if self.unique { "unique_persons" } else { "total" };
        let line = |event: Option<&String>| {
            let mut line = json!({ "measure": measure });
            if let Some(event) = event {
                line["event"] = event.as_str().into();
            }
            if let Some(filter) = &filter {
                line["filter"] = filter.clone();
            }
            line
        };
        if self.event.is_empty() {
            return Ok(json!([line(None)]));
        }
        Ok(self.event.iter().map(|event| line(Some(event))).collect())
    }

    fn steps(&self) -> Result<Json> {
        ensure!(self.event.len() >= 2, "a funnel takes two --event or more, in their order");
        let filter = self.filter()?;
        let step = |event: &String| match &filter {
            Some(filter) => json!({ "event": event, "filter": filter }),
            None => json!({ "event": event }),
        };
        Ok(self.event.iter().map(step).collect())
    }

    fn filter(&self) -> Result<Option<Json>> {
        let mut all = Vec::new();
        for condition in &self.conditions {
            let Some((name, value)) = condition.split_once('=') else {
                bail!("--where {condition:?} must be FIELD=VALUE");
            };
            let (kind, name) = match name.strip_prefix("properties.") {
                Some(property) => ("property", property),
                None => ("field", name),
            };
            all.push(json!({ kind: name, "op": "is", "value": value }));
        }
        Ok((!all.is_empty()).then(|| json!({ "all": all })))
    }
}
