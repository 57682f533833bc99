//! What the dialects answer to bad requests: every row of `testdata/wire/abuse.json` is sent, and
//! `docs/refusals.md` tells the same rows to people.
//!
//! All rows of a dialect share one application, so that a row that hurts is seen by those after it.

mod keys;
mod page;
mod request;
mod table;

use std::collections::BTreeMap;

use axum::http::Request;
use event::{Limits, TenantId};
use ingest::Books;
use serde_json::Value;
use server::{CaptureConfig, Keyless, ServerConfig};

use crate::{
    house::{Answer, House},
    posthog::stored,
};
use keys::Keys;
use request::Sent;
use table::{Row, Table};

/// What is expected of the events that are stored in the end, by name.
type Kept = BTreeMap<String, serde_json::Map<String, Value>>;

#[tokio::test]
async fn every_dialect_answers_as_the_table_says() {
    let table = Table::read();
    let mut wrong = Vec::new();
    for dialect in &table.dialects {
        let rows = table.rows_of(dialect).collect::<Vec<_>>();
        assert!(!rows.is_empty(), "{} has no rows", dialect.name);
        let (open, closed) = (House::new(), refusing_keyless());
        let (keys, closed_keys) = (Keys::of(&open), Keys::of(&closed));
        let (mut kept, mut stored_by_all) = (Kept::new(), 0);
        for (number, (case, row)) in rows.into_iter().enumerate() {
            let (house, keys) =
                if row.refuses_keyless { (&closed, &closed_keys) } else { (&open, &keys) };
            let sent = Sent::of(dialect, row, keys, number * 10_000);
            let before = books(house);
            let answer = send(house, row, &sent).await;
            let got = difference(before, books(house));
            if !row.is_met(answer.status, &answer.body, got) {
                let body = String::from_utf8_lossy(&answer.body);
                wrong.push(format!("{case}\t{}\t{}\t{got:?}\t{body}", dialect.name, answer.status));
            }
            stored_by_all += got.0;
            for name in sent.good {
                kept.insert(name, row.kept.clone());
            }
        }
        closed.settled().await;
        wrong.extend(missing(&open, kept).await);
        assert_eq!(open.settled().await.stored, stored_by_all, "{}", dialect.name);
    }
    assert!(wrong.is_empty(), "{} rows are not met:\n{}", wrong.len(), wrong.join("\n"));
}

/// An application that takes no events without a key.
fn refusing_keyless() -> House {
    let capture = CaptureConfig { keyless: Keyless::Refuse, ..CaptureConfig::default() };
    House::with(ServerConfig { capture, ..ServerConfig::default() }, Limits::default())
}

/// Sends what the row says comes before, and then the request; its answer.
async fn send(house: &House, row: &Row, sent: &Sent) -> Answer {
    match row.before.as_str() {
        "" => {}
        "same" => drop(house.send(sent.request()).await),
        "cut" => {
            let cut: Request<_> = sent.cut_request();
            assert!(house.send(cut).await.status >= 400);
            // This one arrives; its client does not hear of it.
            drop(house.send(sent.request()).await);
        }
        other => panic!("nothing is called {other}"),
    }
    house.send(sent.request()).await
}

fn books(house: &House) -> Books {
    let all = house.parts.pipeline.books();
    let ours = all.iter().find(|(tenant, _)| *tenant == TenantId::default_tenant());
    ours.map(|(_, books)| *books).unwrap_or_default()
}

/// What became of the events in between: stored, duplicate, rejected.
fn difference(before: Books, after: Books) -> (u64, u64, u64) {
    let stored = |books: Books| books.stored + books.pending;
    let (duplicate, rejected) =
        (after.duplicate - before.duplicate, after.rejected - before.rejected);
    (stored(after) - stored(before), duplicate, rejected)
}

/// What of the good events is not in answers, or not as the table says.
async fn missing(house: &House, kept: Kept) -> Vec<String> {
    let events = stored(house).await;
    let by_name: BTreeMap<&str, &Value> =
        events.iter().map(|event| (event["event_type"].as_str().unwrap(), event)).collect();
    let mut wrong = Vec::new();
    for (name, fields) in kept {
        match by_name.get(&*name) {
            None => wrong.push(format!("event {name} is not stored")),
            Some(event) => {
                let differ = |(field, value): &(&String, &Value)| event[field.as_str()] != **value;
                let differing = fields.iter().filter(differ);
                wrong.extend(differing.map(|(field, value)| {
                    format!("{field} of {name} is {}, not {value}", event[field.as_str()])
                }));
            }
        }
    }
    wrong
}

#[test]
fn the_page_tells_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/refusals.md");
    let page = page::of(&Table::read());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    let hint = "UPDATE=1 cargo test -p server --test it abuse";
    assert!(found == page, "docs/refusals.md is old: run {hint}");
}

#[tokio::test]
async fn keys_in_bodies_are_kept_nowhere() {
    keys::are_kept_nowhere().await;
}
