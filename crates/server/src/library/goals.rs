//! Goals.

use catalog::Goal;
use event::Code;
use insight::{read, write};
use serde_json::{Map, Value, json};

use super::noun::{Noun, Reading, text};
use crate::{Problem, form::Form, query::problem_of};

/// The kind.
pub(crate) struct Goals;

impl Noun for Goals {
    type Item = Goal;
    const PATH: &'static str = "/api/v1/goals";
    const FIELDS: &'static [&'static str] = &["name", "description", "event", "filter"];

    fn fields(item: &Goal) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("name".into(), json!(item.name));
        fields.insert("description".into(), json!(item.description));
        fields.insert("event".into(), json!(item.event));
        fields.insert("filter".into(), json!(item.filter));
        fields
    }

    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<Goal, Problem> {
        // A selector is read as that of a question.
        let mut asked = json!({"kind": "counts"});
        for field in ["event", "filter"] {
            if let Some(value) = form.get(field) {
                asked[field] = value.clone();
            }
        }
        let question = read::question(&asked, &reading.context).map_err(problem_of)?;
        let mut selector = write::question(&question);
        let event = selector["event"].as_str().map(str::to_owned);
        let filter = Some(selector["filter"].take()).filter(|filter| !filter.is_null());
        if event.is_none() && filter.is_none() {
            let detail = "a goal has an event, a filter or both";
            return Err(Problem::new(Code::MissingField, detail).about("event"));
        }
        Ok(Goal {
            name: text(form, "name")?,
            description: text(form, "description")?,
            event,
            filter,
        })
    }
}
