//! The questions, as the product's clients ask them.

use serde_json::{Value as Json, json};

/// Name and JSON of each; names are the ones of `questions.py`.
pub(crate) fn questions() -> Vec<(&'static str, Json)> {
    let range = json!({"from": "2026-09-01", "to": "2026-10-01"});
    let trend = |series: Json, breakdown: Option<Json>| {
        let mut question =
            json!({"kind": "trend", "range": range, "interval": "day", "series": series});
        if let Some(by) = breakdown {
            question["breakdown"] = json!([by]);
        }
        question
    };
    let total = |filter: Json| json!([{"measure": "total", "filter": filter}]);
    let step = |event: &str| json!({"event": event});
    let country = json!({"field": "country"});
    let button = json!({"property": "button"});
    let of_amount =
        |measure: &str| json!({"event": "purchase", "measure": measure, "property": "amount"});
    vec![
        (
            "count",
            json!({
                "kind": "trend", "range": range, "interval": "month",
                "series": total(json!({})), "breakdown": [{"field": "event_type"}],
            }),
        ),
        (
            "uniques",
            trend(json!([{"measure": "unique_persons"}]), Some(json!({"field": "event_type"}))),
        ),
        ("retention", json!({"kind": "retention", "range": range, "period": "day", "periods": 30})),
        (
            "funnel",
            json!({
                "kind": "funnel", "range": range, "window_seconds": 86_400,
                "steps": [step("view_item"), step("add_to_cart"), step("purchase")],
            }),
        ),
        ("filter_country", trend(total(json!({"field": "country", "value": "DE"})), None)),
        ("filter_button", trend(total(json!({"property": "button", "value": "buy-now"})), None)),
        ("by_country", trend(total(json!({})), Some(country))),
        ("by_button", trend(total(json!({})), Some(button))),
        ("amount", trend(json!([of_amount("sum"), of_amount("p95")]), None)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::Timestamp;
    use insight::read;
    use jiff::tz::TimeZone;

    #[test]
    fn every_question_can_be_read() {
        for (name, json) in questions() {
            let context = read::Context::new(Timestamp(1_790_812_800_000), TimeZone::UTC);
            assert!(read::question(&json, &context).is_ok(), "{name}");
        }
    }
}
