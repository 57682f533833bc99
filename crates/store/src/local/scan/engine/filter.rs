//! A unit as filters ask for its columns: once per distinct value, not once per row.

use event::Value;
use insight::{Column, Definition, RowSet, Subject, filter};

use super::{
    LocalSource,
    prepare::Compiled,
    roster::{NOBODY, Numbers, Roster},
};
use crate::{
    AskError,
    local::{columns::Base, scan::Unit},
};

/// The columns of a unit as filters ask for them.
pub(super) struct UnitColumns<'a, 'b> {
    pub(super) source: &'a LocalSource<'b>,
    pub(super) compiled: &'a Compiled<'a>,
    pub(super) roster: &'a Roster,
    pub(super) unit: &'a Unit,
    pub(super) base: &'a Base,
    pub(super) numbers: &'a Numbers,
    /// Bytes of columns looked at.
    pub(super) bytes: usize,
}

impl UnitColumns<'_, '_> {
    /// The rows whose person passes.
    fn persons(&self, passes: impl Fn(u32) -> bool) -> RowSet {
        let stretches = 0..self.base.keys.len();
        let passing: Vec<bool> = stretches.map(|s| passes(self.numbers.person(s))).collect();
        let mut stretch = 0;
        RowSet::of(self.base.rows(), |row| {
            while self.base.stretch(stretch).end <= row {
                stretch += 1;
            }
            passing[stretch]
        })
    }
}

impl filter::Columns for UnitColumns<'_, '_> {
    type Error = AskError;

    fn rows(&self) -> usize {
        self.base.rows()
    }

    fn test(
        &mut self,
        subject: &Subject,
        passes: &dyn Fn(&Value<'_>) -> bool,
    ) -> Result<RowSet, AskError> {
        match subject {
            Subject::Person(path) => Ok(self.persons(|person| {
                self.source.person_value(self.roster, person, path, |value| passes(value))
            })),
            Subject::Field(Column::Timestamp) => Ok(RowSet::of(self.base.rows(), |row| {
                passes(&Value::Number(self.base.time(row) as f64, ""))
            })),
            subject => {
                let coded = self.source.scanner.coded(self.unit, subject)?;
                self.bytes += coded.bytes();
                let passing: Vec<bool> =
                    (0..coded.len()).map(|code| passes(&coded.value(code))).collect();
                Ok(RowSet::of(self.base.rows(), |row| passing[coded.codes.get(row)]))
            }
        }
    }

    fn cohort(&mut self, cohort: &Definition) -> Result<RowSet, AskError> {
        let members = self.compiled.members(cohort);
        Ok(self.persons(|person| person != NOBODY && members.has(person)))
    }
}
