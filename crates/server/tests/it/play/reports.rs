//! Every report, beside what it must be.

mod mobile;
mod service;

use axum::{body::Body, http::Request};
use event::{Event, Field};
use insight::exact;
use serde_json::{Value, json};

use crate::house::House;

pub use mobile::mobile;
pub use service::service;

async fn get(house: &House, path: &str) -> Value {
    let request = Request::get(path);
    let request = request.header("authorization", format!("Bearer {}", house.keys.secret_key));
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

/// Whole numbers without a fraction, as JSON has them.
fn number(number: Option<f64>) -> Value {
    match number {
        Some(whole) if whole.fract() == 0.0 => json!(whole as i64),
        other => json!(other),
    }
}

fn properties(event: &Event) -> Value {
    serde_json::from_str(&event.properties).unwrap()
}

fn field(event: &Event, field: Field) -> Option<&str> {
    event.fields.get(field)
}

/// The mean seconds of views that tell how long they were.
fn dwell(views: &[&Event]) -> Value {
    let seconds = views.iter().filter_map(|view| properties(view)["viewDuration"].as_i64());
    let seconds: Vec<i64> = seconds.collect();
    let sum = i128::from(seconds.iter().sum::<i64>()) * 1_000_000;
    number(exact::mean(sum, seconds.len() as u64))
}

/// Compares lists and tells the first line that differs.
fn same(what: &str, got: &[Value], expected: &[Value]) {
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert_eq!(got, expected, "{what}, line {at}");
    }
    assert_eq!(got.len(), expected.len(), "lines of {what}");
}
