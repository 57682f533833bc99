//! The text form of `testdata/insights/*.case`: events, a question and its answer. The README
//! beside the files tells the form.

use std::{fmt, path::Path};

use event::{Dialect, Event, EventId, Field, Fields, Marks, Micros, Source, TenantId, Timestamp};
use insight::{
    Context, Link,
    oracle::{Fact, Facts, FirstSeen},
};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// File and line it starts at, and its name.
    pub label: String,
    /// What is asked at which moment.
    pub context: Context,
    /// What is known.
    pub facts: Facts,
    /// The question.
    pub question: Json,
    /// What the answer must contain: `result`, or `{"problems": [..]}`, or `{"error": ".."}`.
    pub expected: Json,
    /// The arithmetic by hand.
    pub why: String,
    /// The lines of `expect:` in its file, for filling it again.
    pub expected_lines: std::ops::Range<usize>,
}

/// A file that is not of the form.
#[derive(Clone, Debug)]
pub struct CaseError(String);

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CaseError {}

/// Every case of the files in a folder, in the order of their names.
pub fn load(folder: &Path) -> Result<Vec<Case>, CaseError> {
    let listed = std::fs::read_dir(folder).map_err(|e| CaseError(format!("{folder:?}: {e}")))?;
    let mut files: Vec<_> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "case"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|e| CaseError(e.to_string()))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        cases.extend(parse(&name.unwrap_or_default(), &text)?);
    }
    Ok(cases)
}

/// The cases of one file.
pub fn parse(file: &str, text: &str) -> Result<Vec<Case>, CaseError> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with("=== "));
    let mut starts: Vec<usize> = starts.map(|(index, _)| index).collect();
    starts.push(lines.len());
    let mut cases: Vec<Case> = Vec::new();
    for pair in starts.windows(2) {
        let label = format!("{file}:{}: {}", pair[0] + 1, &lines[pair[0]][4..]);
        let case = one(&label, &lines, pair[0] + 1..pair[1], cases.last());
        cases.push(case.map_err(|problem| CaseError(format!("{label}: {problem}")))?);
    }
    Ok(cases)
}

/// A section of a case: its key, the lines of its body and their text.
struct Section {
    key: String,
    lines: std::ops::Range<usize>,
    body: String,
}

fn sections(lines: &[&str], range: std::ops::Range<usize>) -> Result<Vec<Section>, String> {
    const KEYS: &[&str] = &[
        "why",
        "now",
        "zone",
        "week_start",
        "horizon",
        "events",
        "links",
        "first_seen",
        "question",
        "expect",
    ];
    let mut sections: Vec<Section> = Vec::new();
    for index in range {
        let line = lines[index];
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let keyed = line.split_once(':').filter(|(key, _)| KEYS.contains(key));
        match (keyed, sections.last_mut()) {
            (Some((key, body)), _) => sections.push(Section {
                key: key.into(),
                lines: index..index + 1,
                body: body.trim().into(),
            }),
            (None, Some(section)) => {
                if !section.body.is_empty() {
                    section.body.push('\n');
                }
                section.body.push_str(line.trim());
                section.lines.end = index + 1;
            }
            (None, None) => return Err(format!("line {} is in no section", index + 1)),
        }
    }
    Ok(sections)
}

fn one(
    label: &str,
    lines: &[&str],
    range: std::ops::Range<usize>,
    before: Option<&Case>,
) -> Result<Case, String> {
    let sections = sections(lines, range)?;
    let find = |key: &str| sections.iter().find(|section| section.key == key);
    let body = |key: &str| find(key).map(|section| section.body.as_str());
    let zone = body("zone").unwrap_or("UTC");
    let zone = TimeZone::get(zone).map_err(|e| e.to_string())?;
    let now = moment(body("now").unwrap_or("2026-02-01T00:00:00Z"), &zone)?;
    let mut context = Context::new(now, zone.clone());
    if let Some(day) = body("week_start") {
        let days = insight::WeekStart::ALL.iter().copied();
        context.week_start = days.into_iter().find(|d| d.as_str() == day).ok_or("week_start")?;
    }
    let mut facts = match (body("events").unwrap_or(""), before) {
        ("same", Some(before)) => Facts { now, ..before.facts.clone() },
        (table, _) => {
            let events = table.lines().enumerate().map(|(index, line)| event(line, index, &zone));
            Facts::of(events.collect::<Result<_, _>>()?, now)
        }
    };
    if let Some(links) = body("links") {
        for line in links.lines() {
            facts.links.push(link(line)?);
        }
        facts.links.sort_by_key(|(position, _)| *position);
    }
    for line in body("first_seen").unwrap_or("").lines() {
        let [at, id, event_type] = words(line)[..] else { return Err(format!("{line:?}")) };
        let (distinct_id, event_type) = (id.to_owned(), event_type.to_owned());
        facts.first_seen.push(FirstSeen { distinct_id, event_type, at: moment(at, &zone)? });
    }
    facts.horizon = body("horizon").map(|at| moment(at, &zone)).transpose()?;
    let json = |key: &str| {
        let text = body(key).ok_or_else(|| format!("has no {key}"))?;
        serde_json::from_str(text).map_err(|e| format!("{key}: {e}"))
    };
    Ok(Case {
        label: label.to_owned(),
        context,
        facts,
        question: json("question")?,
        expected: json("expect")?,
        why: body("why").ok_or("has no why")?.to_owned(),
        expected_lines: find("expect").map(|section| section.lines.clone()).unwrap_or_default(),
    })
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// `05T10:00` is the 5th of January 2026 in the case's zone; else RFC 3339 or a civil time.
fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let short = text.as_bytes().get(2) == Some(&b'T');
    let text = if short { format!("2026-01-{text}") } else { text.to_owned() };
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(at.as_millisecond()));
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|e| format!("{text}: {e}"))?;
    let zoned = civil.to_zoned(zone.clone()).map_err(|e| e.to_string())?;
    Ok(Timestamp(zoned.timestamp().as_millisecond()))
}

/// `time distinct_id event_type field=text .. {properties}`; `-` is no distinct id, `_` in an
/// event type a space where it is written `__`.
fn event(line: &str, index: usize, zone: &TimeZone) -> Result<Fact, String> {
    let (head, properties) = match line.find('{') {
        Some(at) => (&line[..at], &line[at..]),
        None => (line, "{}"),
    };
    let words = words(head);
    let [at, distinct, event_type, rest @ ..] = &words[..] else {
        return Err(format!("event {line:?} has no time, id and type"));
    };
    let mut event = Event {
        id: EventId::from_u128(index as u128 + 1),
        tenant: TenantId::default_tenant(),
        event_type: event_type.replace("__", " ").into(),
        timestamp: moment(at, zone)?,
        received_at: moment(at, zone)?,
        dialect: Dialect::Simple,
        source: Source::Api,
        marks: Marks::default(),
        revenue: None,
        fields: Fields::new(),
        properties: properties.trim().into(),
    };
    if *distinct != "-" {
        event.fields.set(Field::DistinctId, distinct);
    }
    let mut position = index as u64 + 1;
    for word in rest {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("{word:?} has no ="))?;
        let number = || value.parse::<f64>().map_err(|e| format!("{word}: {e}"));
        match key {
            "id" => event.id = EventId::from_u128(number()? as u128),
            "pos" => position = number()? as u64,
            "revenue" => event.revenue = Micros::from_f64(number()?),
            _ => {
                let field = Field::named(key).ok_or_else(|| format!("{key:?} is no field"))?;
                event.fields.set(field, value);
            }
        }
    }
    serde_json::from_str::<Box<serde_json::value::RawValue>>(&event.properties)
        .map_err(|e| format!("{line}: {e}"))?;
    Ok(Fact { event, position })
}

/// `position user id`, `position join a b` or `position force a b`.
fn link(line: &str) -> Result<(u64, Link), String> {
    let words = words(line);
    let position = words.first().and_then(|w| w.parse().ok()).ok_or_else(|| line.to_owned())?;
    let link = match &words[1..] {
        ["user", id] => Link::User((*id).into()),
        ["join", a, b] => Link::Join((*a).into(), (*b).into()),
        ["force", a, b] => Link::Force((*a).into(), (*b).into()),
        _ => return Err(format!("{line:?} is no link")),
    };
    Ok((position, link))
}

/// Where an answer lacks something that was expected; fields beyond it are welcome.
pub fn difference(expected: &Json, found: &Json, path: &str) -> Option<String> {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            expected.iter().find_map(|(key, value)| {
                let path = format!("{path}.{key}");
                difference(value, found.get(key).unwrap_or(&Json::Null), &path)
            })
        }
        (Json::Array(expected), Json::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(index, (e, f))| difference(e, f, &format!("{path}[{index}]")))
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => None,
        _ if expected == found => None,
        _ => Some(format!("{path}: expected {expected}, found {found}")),
    }
}
