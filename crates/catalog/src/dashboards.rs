//! Dashboards: saved questions in a grid.

use event::Code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    CatalogError, Item, Shelf,
    library::{check_chars, check_description, check_name, wrong},
};

/// Tiles of a dashboard.
const TILES_MAX: usize = 50;
/// Columns of the grid.
const COLUMNS: u32 = 48;
const ROW_MAX: u32 = 9_999;
const HEIGHT_MAX: u32 = 100;
const TITLE_CHARS_MAX: usize = 200;

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// A name for people.
    pub name: String,
    /// A few sentences.
    pub description: String,
    /// What is on it.
    pub tiles: Vec<Tile>,
    /// The range of all its questions, as questions have it; None where each has its own.
    pub range: Option<Value>,
}

/// One saved question on a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// The number of the saved question.
    pub question: u64,
    /// Its first column, from 0.
    pub x: u32,
    /// Its first row, from 0.
    pub y: u32,
    /// Columns.
    pub w: u32,
    /// Rows.
    pub h: u32,
    /// In place of the name of the question.
    pub title: Option<String>,
}

impl Item for Dashboard {
    const SHELF: Shelf = Shelf::Dashboards;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), CatalogError> {
        check_name(&self.name)?;
        check_description(&self.description)?;
        let (count, limit) = (self.tiles.len(), TILES_MAX);
        if count > limit {
            return Err(CatalogError::TooMany { what: "tiles", count, limit });
        }
        self.tiles.iter().enumerate().try_for_each(|(at, tile)| tile.check(at))
    }
}

impl Tile {
    fn check(&self, at: usize) -> Result<(), CatalogError> {
        let bounds = [
            ("x", self.x, 0, COLUMNS - 1),
            ("y", self.y, 0, ROW_MAX),
            ("w", self.w, 1, COLUMNS),
            ("h", self.h, 1, HEIGHT_MAX),
        ];
        for (name, value, min, max) in bounds {
            if !(min..=max).contains(&value) {
                let field = format!("tiles[{at}].{name}");
                let message = format!("{field} is {value}, it must be {min} to {max}");
                return Err(wrong(&field, Code::InvalidValue, message));
            }
        }
        let title = self.title.as_deref().unwrap_or("");
        check_chars(&format!("tiles[{at}].title"), title, TITLE_CHARS_MAX)
    }
}
