//! Who does what an event tells.

use serde_json::{Value, json};

/// A user, as a token or log-in tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) id: String,
    pub(crate) role: Option<String>,
    pub(crate) creator_id: Option<String>,
    pub(crate) brand_id: Option<String>,
}

impl Actor {
    /// As it is kept beside a refused event.
    pub(crate) fn to_json(&self) -> String {
        let Self { id, role, creator_id, brand_id } = self;
        json!({"id": id, "role": role, "creator_id": creator_id, "brand_id": brand_id}).to_string()
    }

    /// Reads it again; None for what is no actor.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            role: text("role"),
            creator_id: text("creator_id"),
            brand_id: text("brand_id"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_as_it_was_written() {
        let whole = Actor {
            id: "u-\"1\"".into(),
            role: Some("CREATOR".into()),
            creator_id: Some("c".into()),
            brand_id: Some("b".into()),
        };
        let bare = Actor { id: "u".into(), ..Actor::default() };
        for actor in [whole, bare] {
            assert_eq!(Actor::from_json(&actor.to_json()), Some(actor));
        }
        for wrong in ["", "{", "{}", "[]", r#"{"id":4}"#] {
            assert_eq!(Actor::from_json(wrong), None, "{wrong}");
        }
    }
}
