//! The person tables: links as they were told, and what is set under each id.

use insight::{Link, Told};
use rusqlite::{Row, Transaction, params};

use super::{CommitError, Manifest, PEOPLE_STALE, failed};
use crate::{
    OpenError,
    local::people::{Folding, PeopleChange},
};

/// `links.kind`; the numbers are on disk.
const USER: u8 = 0;
const JOIN: u8 = 1;
const FORCE: u8 = 2;

/// Makes the part of a change that is about persons.
pub(super) fn change(step: &Transaction<'_>, change: &PeopleChange) -> Result<(), CommitError> {
    if change.whole {
        step.execute_batch("DELETE FROM links; DELETE FROM traits;")?;
        step.execute("DELETE FROM meta WHERE key = ?1", [PEOPLE_STALE])?;
    }
    let mut insert = step.prepare_cached("INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in &change.links {
        let (kind, a, b) = match &row.link {
            Link::User(id) => (USER, id.as_str(), ""),
            Link::Join(a, b) => (JOIN, a.as_str(), b.as_str()),
            Link::Force(a, b) => (FORCE, a.as_str(), b.as_str()),
        };
        insert.execute(params![&*row.tenant, row.position as i64, kind, a, b])?;
    }
    let mut replace = step.prepare_cached("INSERT OR REPLACE INTO traits VALUES (?1, ?2, ?3)")?;
    for row in &change.traits {
        replace.execute(params![&*row.tenant, &*row.id, &*row.bytes])?;
    }
    Ok(())
}

impl Manifest {
    /// Whether the person tables have to be made of the part files: they were not kept by the
    /// version that wrote this manifest, or it was made anew.
    pub(crate) fn are_people_stale(&self) -> Result<bool, OpenError> {
        Ok(self.blob(PEOPLE_STALE)?.is_some())
    }

    /// Has the next start make the person tables of the part files.
    pub(crate) fn set_people_stale(&self) -> Result<(), OpenError> {
        let sql = "INSERT OR REPLACE INTO meta VALUES (?1, x'01')";
        self.db.execute(sql, [PEOPLE_STALE]).map(drop).map_err(failed)
    }

    /// Reads the person tables into an empty fold.
    pub(crate) fn load_people(&self, folding: &mut Folding) -> Result<(), OpenError> {
        let sql = "SELECT tenant, position, kind, a, b FROM links ORDER BY rowid";
        let mut links = self.db.prepare(sql).map_err(failed)?;
        let mut rows = links.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            load_link(row, folding).map_err(failed)?;
        }
        let mut traits = self.db.prepare("SELECT tenant, id, data FROM traits").map_err(failed)?;
        let mut rows = traits.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            load_traits(row, folding).map_err(failed)?.map_err(OpenError::Manifest)?;
        }
        Ok(())
    }
}

fn load_link(row: &Row<'_>, folding: &mut Folding) -> rusqlite::Result<()> {
    let (a, b) = (text(row, 3)?, text(row, 4)?);
    let (told, force) = match row.get(2)? {
        USER => (Told::User(a), false),
        JOIN => (Told::Join(a.into(), b), false),
        FORCE => (Told::Join(a.into(), b), true),
        kind => return Err(rusqlite::Error::IntegralValueOutOfRange(2, kind.into())),
    };
    folding.load_link(text(row, 0)?, row.get::<_, i64>(1)? as u64, &told, force);
    Ok(())
}

fn load_traits(row: &Row<'_>, folding: &mut Folding) -> rusqlite::Result<Result<(), String>> {
    Ok(folding.load_traits(text(row, 0)?, text(row, 1)?, row.get_ref(2)?.as_blob()?))
}

/// A text, where SQLite has it.
fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    Ok(row.get_ref(column)?.as_str()?)
}
