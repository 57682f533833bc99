//! Decoded columns.

use parquet::data_type::ByteArray;

/// Texts of a stretch of rows; a row may have none.
#[derive(Debug, Default)]
pub(crate) struct TextColumn {
    /// Per row 1 + the index of its value, 0 for none; empty when every row has one.
    slots: Vec<u32>,
    values: Vec<ByteArray>,
}

impl TextColumn {
    /// From Parquet's form: a level per row (none when all rows have a value), packed values.
    pub(super) fn new(levels: &[i16], values: Vec<ByteArray>) -> Self {
        let mut at = 0;
        let slots = levels.iter().map(|level| {
            at += u32::from(*level != 0);
            if *level != 0 { at } else { 0 }
        });
        Self { slots: slots.collect(), values }
    }

    /// The text of a row.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        std::str::from_utf8(self.value(row)?.data()).ok()
    }

    /// The value of a row, which may be handed on without copying it.
    pub(crate) fn value(&self, row: usize) -> Option<&ByteArray> {
        let at = match self.slots.get(row) {
            None if !self.slots.is_empty() => return None,
            None => row,
            Some(0) => return None,
            Some(slot) => *slot as usize - 1,
        };
        // Columns without a value anywhere are not in the file: an empty list has no rows.
        self.values.get(at)
    }

    /// Replaces the text of a row that has one; None takes it away.
    pub(super) fn replace(&mut self, row: usize, text: Option<&str>) {
        if self.value(row).is_none() {
            return;
        }
        if self.slots.is_empty() {
            self.slots = (1..=self.values.len() as u32).collect();
        }
        match text {
            Some(text) => {
                self.values[self.slots[row] as usize - 1] = text.as_bytes().to_vec().into();
            }
            None => self.slots[row] = 0,
        }
    }

    /// All values, packed; rows without one are left out.
    pub(crate) fn values(&self) -> &[ByteArray] {
        &self.values
    }
}

/// Numbers of a stretch of rows; a row may have none.
#[derive(Debug, Default)]
pub(crate) struct NumberColumn {
    values: Vec<Option<i64>>,
}

impl NumberColumn {
    /// From Parquet's form.
    pub(super) fn new(levels: &[i16], values: &[i64]) -> Self {
        let mut rest = values.iter().copied();
        Self {
            values: levels
                .iter()
                .map(|level| if *level != 0 { rest.next() } else { None })
                .collect(),
        }
    }

    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        self.values.get(row).copied().flatten()
    }
}
