//! An answer as rows and columns.

mod kinds;

use std::fmt::Write;

use serde_json::Value as Json;

pub(super) use self::kinds::tables;

/// Rows of texts under a header.
#[derive(Debug)]
pub(crate) struct Grid {
    header: Vec<String>,
    /// Columns of numbers, which stand at the right.
    numbers: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// A table cell is cut here; CSV never is.
const CELL_CHARS_MAX: usize = 60;

impl Grid {
    /// An empty one; of each column its name, and whether it is numbers.
    pub(crate) fn new(header: &[(&str, bool)]) -> Self {
        Self {
            header: header.iter().map(|(name, _)| (*name).to_owned()).collect(),
            numbers: header.iter().map(|(_, number)| *number).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, with a text per column.
    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    fn counts(result: &Json) -> Option<Self> {
        let mut grid =
            Self::new(&[("event_type", false), ("count", true), ("unique_persons", true)]);
        for line in result["events"].as_array()? {
            grid.rows.push(
                ["event_type", "count", "unique_persons"].map(|name| text(&line[name])).into(),
            );
        }
        grid.rows.push(vec![
            "(all)".into(),
            text(&result["total"]),
            text(&result["unique_persons"]),
        ]);
        Some(grid)
    }

    /// One row per bucket, one column per series.
    fn trend(result: &Json) -> Option<Self> {
        let series = result["series"].as_array()?;
        let mut grid = Self::new(&[("t", false)]);
        for line in series {
            let of = kinds::label(&line["breakdown"]);
            let name = text(&line["name"]);
            grid.header.push(if of.is_empty() { name } else { format!("{name}: {of}") });
            grid.numbers.push(true);
            if line["previous"].is_object() {
                grid.header.push("before".to_owned());
                grid.numbers.push(true);
            }
        }
        let mut lines: Vec<&Json> = Vec::new();
        for line in series {
            lines.push(line);
            lines.extend(line.get("previous"));
        }
        let points: Vec<&Vec<Json>> =
            lines.iter().map(|line| line["data"].as_array()).collect::<Option<_>>()?;
        for (index, point) in points.first().into_iter().flat_map(|data| data.iter()).enumerate() {
            let mark = if point["partial"] == true { " (partial)" } else { "" };
            let mut row = vec![text(&point["t"]) + mark];
            row.extend(
                points.iter().map(|data| data.get(index).map_or(String::new(), |p| text(&p["v"]))),
            );
            grid.rows.push(row);
        }
        let mut all = vec!["(all)".to_owned()];
        all.extend(lines.iter().map(|line| text(&line["total"])));
        grid.rows.push(all);
        Some(grid)
    }

    fn events(result: &Json) -> Option<Self> {
        let names = ["timestamp", "event_type", "distinct_id", "event_id", "properties"];
        let mut grid = Self::new(&names.map(|name| (name, false)));
        for item in result["events"].as_array()? {
            grid.rows.push(names.map(|name| text(&item[name])).into());
        }
        Some(grid)
    }

    /// Aligned columns for a person.
    pub(crate) fn table(&self) -> String {
        let cut: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect();
        let width = |column: usize| {
            let cells = cut.iter().filter_map(|row| row.get(column));
            cells.chain([&self.header[column]]).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let mut out = String::new();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        for row in [&self.header, &rule].into_iter().chain(&cut) {
            let mut line = String::new();
            for ((cell, width), number) in row.iter().zip(&widths).zip(&self.numbers) {
                let _ = match number {
                    true => write!(line, "{cell:>width$}  "),
                    false => write!(line, "{cell:<width$}  "),
                };
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }

    /// RFC 4180, for a program.
    pub(super) fn csv(&self) -> String {
        let mut out = String::new();
        for row in [&self.header].into_iter().chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
            out += &cells.join(",");
            out += "\r\n";
        }
        out
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A cell on one line, without characters that would move the cursor of a terminal.
pub(super) fn cell(cell: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    if cell.chars().count() <= CELL_CHARS_MAX {
        return cell.chars().map(plain).collect();
    }
    cell.chars().take(CELL_CHARS_MAX - 1).map(plain).chain(['…']).collect()
}

fn csv_cell(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
