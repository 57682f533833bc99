//! What of the events that were sent is in answers.

use serde_json::Value;

use crate::house::House;

impl House {
    /// Everything that is stored, oldest first, once all that was received is; the books balance.
    pub async fn stored(&self) -> Vec<Value> {
        self.settled().await;
        let question = r#"{"kind":"events","order":"oldest","limit":1000,
            "range":{"from":"2018-01-01","to":"2027-01-01"}}"#;
        let answer = self.ask(question).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["result"]["events"].as_array().unwrap().clone()
    }
}

/// Checks that an event has these values, and says which it has not.
pub fn check(event: &Value, expected: &[(&str, Value)]) {
    for (name, value) in expected {
        assert_eq!(event.get(name), Some(value), "{name} of {event:#}");
    }
}
