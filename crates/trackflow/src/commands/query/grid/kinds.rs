//! Which tables an answer makes.

use serde_json::Value as Json;

use super::{Grid, text};

/// The tables of an answer, by its kind; those not known here are shown as they are nested.
pub(crate) fn tables(answer: &Json) -> Option<Vec<(String, Grid)>> {
    let result = &answer["result"];
    let one = |grid: Grid| vec![(String::new(), grid)];
    match answer["question"]["kind"].as_str()? {
        "counts" => Grid::counts(result).map(one),
        "trend" => Grid::trend(result).map(one),
        "events" => Grid::events(result).map(one),
        "funnel" => funnel(result),
        "retention" | "cohort" if result["cohorts"].is_array() => triangle(result).map(one),
        _ => Some(nested(result)),
    }
}

/// The label of breakdown values: `DE / pro`.
pub(super) fn label(values: &Json) -> String {
    let one = |value: &Json| match value["kind"].as_str() {
        Some(kind) => format!("({kind})"),
        None if value["value"].is_null() => "null".to_owned(),
        None => text(&value["value"]),
    };
    let all: Vec<String> = values.as_array().into_iter().flatten().map(one).collect();
    all.join(" / ")
}

fn funnel(result: &Json) -> Option<Vec<(String, Grid)>> {
    let mut out = vec![(String::new(), steps(&result["steps"])?)];
    for part in result["breakdown"].as_array().into_iter().flatten() {
        out.push((label(&part["value"]), steps(&part["steps"])?));
    }
    if let Some(points) = result["trend"].as_array() {
        out.push(("trend".to_owned(), list(points)));
    }
    Some(out)
}

fn steps(steps: &Json) -> Option<Grid> {
    let mut grid = Grid::new(&[
        ("step", true),
        ("name", false),
        ("count", true),
        ("of previous", true),
        ("of first", true),
        ("median s", true),
    ]);
    for (index, step) in steps.as_array()?.iter().enumerate() {
        grid.rows.push(vec![
            (index + 1).to_string(),
            text(&step["name"]),
            text(&step["count"]),
            percent(&step["from_previous"]),
            percent(&step["from_first"]),
            text(&step["median_seconds"]),
        ]);
    }
    Some(grid)
}

/// A row per cohort, a column per period; cells that have not begun are empty.
fn triangle(result: &Json) -> Option<Grid> {
    let cohorts = result["cohorts"].as_array()?;
    let values = |row: &Json| row["values"].as_array().or(row["activity"].as_array()).cloned();
    let rows: Vec<Vec<Json>> = cohorts.iter().map(values).collect::<Option<_>>()?;
    let average = result["average"].as_array()?;
    let periods = rows.iter().map(Vec::len).max().unwrap_or(0).max(average.len());
    let mut grid = Grid::new(&[("start", false), ("size", true)]);
    for period in 0..periods {
        grid.header.push(period.to_string());
        grid.numbers.push(true);
    }
    for (cohort, cells) in cohorts.iter().zip(&rows) {
        let start = cohort["start"].as_str().or(cohort["cohort"].as_str()).unwrap_or_default();
        let mut row = vec![start.to_owned(), text(&cohort["size"])];
        row.extend(cells.iter().map(|cell| {
            let mark = if cell["partial"] == true { "*" } else { "" };
            percent(&cell["rate"]) + mark
        }));
        row.resize(periods + 2, String::new());
        grid.rows.push(row);
    }
    let mut all = vec!["(average)".to_owned(), String::new()];
    all.extend(average.iter().map(|cell| percent(&cell["rate"])));
    all.resize(periods + 2, String::new());
    grid.rows.push(all);
    Some(grid)
}

/// Single figures as one table, then a table per list.
fn nested(result: &Json) -> Vec<(String, Grid)> {
    let mut figures = Grid::new(&[("figure", false), ("value", true)]);
    let mut lists = Vec::new();
    for (name, value) in result.as_object().into_iter().flatten() {
        match value {
            Json::Array(items) if items.is_empty() => {}
            Json::Array(items) => lists.push((name.clone(), list(items))),
            Json::Null => {}
            // The footer has it.
            _ if name == "next_cursor" => {}
            Json::Object(map) => {
                for (inner, value) in map {
                    figures.rows.push(vec![format!("{name}.{inner}"), text(value)]);
                }
            }
            value => figures.rows.push(vec![name.clone(), text(value)]),
        }
    }
    if !figures.rows.is_empty() || lists.is_empty() {
        lists.insert(0, (String::new(), figures));
    }
    lists
}

/// A row per item, a column per field any of them has.
fn list(items: &[Json]) -> Grid {
    let mut names: Vec<&String> = Vec::new();
    for name in items.iter().filter_map(Json::as_object).flat_map(serde_json::Map::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // What a line is about comes first, its figures behind.
    let is_number = |name: &String| {
        let mut values = items.iter().map(|item| &item[name]).filter(|value| !value.is_null());
        values.clone().next().is_some() && values.all(Json::is_number)
    };
    names.sort_by_key(|name| is_number(name));
    let header: Vec<(&str, bool)> =
        names.iter().map(|name| (name.as_str(), is_number(name))).collect();
    let mut grid = Grid::new(&header);
    for item in items {
        grid.rows.push(names.iter().map(|name| text(&item[*name])).collect());
    }
    grid
}

fn percent(rate: &Json) -> String {
    rate.as_f64().map_or(String::new(), |rate| format!("{:.1}%", rate * 100.0))
}
