//! Dashboards: tiles of saved questions.

use catalog::{Catalog, CatalogError, Dashboard, Kept, SavedQuestion, Tile};
use event::{Code, TenantId};
use insight::{read, write};
use serde_json::{Map, Value, json};

use super::noun::{Noun, Reading, reference, text, within};
use crate::{Problem, form::Form, query::problem_of};

/// The kind.
pub(crate) struct Dashboards;

impl Noun for Dashboards {
    type Item = Dashboard;
    const PATH: &'static str = "/api/v1/dashboards";
    const FIELDS: &'static [&'static str] = &["name", "description", "tiles", "range"];

    fn fields(item: &Dashboard) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("name".into(), json!(item.name));
        fields.insert("description".into(), json!(item.description));
        fields.insert("tiles".into(), item.tiles.iter().map(tile).collect());
        fields.insert("range".into(), json!(item.range));
        fields
    }

    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<Dashboard, Problem> {
        Ok(Dashboard {
            name: text(form, "name")?,
            description: text(form, "description")?,
            tiles: tiles(reading, form)?,
            range: form.get("range").map(|range| of_range(reading, range)).transpose()?,
        })
    }

    fn tell(
        catalog: &Catalog,
        tenant: &TenantId,
        kept: &Kept<Dashboard>,
    ) -> Result<Map<String, Value>, Problem> {
        let told = |one: &Tile| -> Result<Value, Problem> {
            let mut told = tile(one);
            told["missing"] = (!is_there(catalog, tenant, one.question)?).into();
            Ok(told)
        };
        let tiles: Result<Vec<Value>, Problem> = kept.item.tiles.iter().map(told).collect();
        Ok(Map::from_iter([("tiles".to_owned(), tiles?.into())]))
    }
}

fn tile(tile: &Tile) -> Value {
    json!({
        "question": tile.question.to_string(),
        "x": tile.x,
        "y": tile.y,
        "w": tile.w,
        "h": tile.h,
        "title": tile.title,
    })
}

fn tiles(reading: &Reading<'_, Dashboards>, form: &Form<'_>) -> Result<Vec<Tile>, Problem> {
    let Some(items) = form.get("tiles") else { return Ok(Vec::new()) };
    let wrong = || Problem::new(Code::InvalidType, "tiles must be a list").about("tiles");
    let items = items.as_array().ok_or_else(wrong)?;
    let each = items.iter().enumerate().map(|(at, item)| {
        let path = format!("tiles[{at}]");
        of_tile(reading, item).map_err(|problem| within(&path, problem))
    });
    each.collect()
}

fn of_tile(reading: &Reading<'_, Dashboards>, item: &Value) -> Result<Tile, Problem> {
    let known = ["question", "x", "y", "w", "h", "title"];
    let form = Form::of_known(item, &known, &["missing"])?;
    let question = reference(&form, "question")?;
    // A tile whose question was removed meanwhile may stay.
    let had = |tile: &Tile| tile.question == question;
    let had = reading.before.is_some_and(|before| before.tiles.iter().any(had));
    if !had && !is_there(reading.catalog, reading.tenant, question)? {
        let detail = format!("there is no question {question}");
        return Err(Problem::new(Code::InvalidValue, detail).about("question"));
    }
    // What is too large is told by the bounds of a tile.
    let whole = |field, default| -> Result<u32, Problem> {
        Ok(form.whole(field, u64::from(u32::MAX))?.map_or(default, |number| number as u32))
    };
    Ok(Tile {
        question,
        x: whole("x", 0)?,
        y: whole("y", 0)?,
        w: whole("w", 6)?,
        h: whole("h", 4)?,
        title: Some(text(&form, "title")?).filter(|title| !title.is_empty()),
    })
}

fn is_there(catalog: &Catalog, tenant: &TenantId, id: u64) -> Result<bool, Problem> {
    match catalog.kept::<SavedQuestion>(tenant, id) {
        Ok(_) => Ok(true),
        Err(CatalogError::NoThing { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A range, as questions have it.
fn of_range(reading: &Reading<'_, Dashboards>, range: &Value) -> Result<Value, Problem> {
    let asked = json!({"kind": "counts", "range": range});
    let question = read::question(&asked, &reading.context).map_err(problem_of)?;
    Ok(write::question(&question)["range"].take())
}
