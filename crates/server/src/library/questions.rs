//! Saved questions.

use catalog::SavedQuestion;
use event::Code;
use insight::{read, write};
use serde_json::{Map, Value, json};

use super::noun::{Noun, Reading, below, text};
use crate::{Problem, form::Form};

/// The kind.
pub(crate) struct Questions;

impl Noun for Questions {
    type Item = SavedQuestion;
    const PATH: &'static str = "/api/v1/questions";
    const FIELDS: &'static [&'static str] = &["name", "description", "question", "view"];

    fn fields(item: &SavedQuestion) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("name".into(), json!(item.name));
        fields.insert("description".into(), json!(item.description));
        fields.insert("question".into(), item.question.clone());
        fields.insert("view".into(), item.view.clone());
        fields
    }

    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<SavedQuestion, Problem> {
        let missing = || Problem::new(Code::MissingField, "question is required").about("question");
        let asked = form.get("question").ok_or_else(missing)?;
        let question = read::question(asked, &reading.context)
            .map_err(|problems| below("question", problems))?;
        let question = write::question(&question);
        if question.get("cursor").is_some() {
            let detail = "a page of a list cannot be saved, leave the cursor out";
            return Err(Problem::new(Code::InvalidValue, detail).about("question.cursor"));
        }
        Ok(SavedQuestion {
            name: text(form, "name")?,
            description: text(form, "description")?,
            question,
            view: form.get("view").cloned().unwrap_or_else(|| json!({})),
        })
    }
}
