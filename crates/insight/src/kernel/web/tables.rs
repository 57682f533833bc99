//! The tables of a site: views by their own values, visits by those of their first or last view.

use event::Field;

use crate::{
    BreakdownValue, WebLine,
    kernel::{
        Mark, Source, Values, Wanted,
        class::VIEW,
        session::Session,
        table::{self, Table},
        visits,
    },
};

/// Tables by a field of views.
const VIEW_TABLES: [(&str, Field); 9] = [
    ("pages", Field::PagePath),
    ("countries", Field::Country),
    ("regions", Field::Region),
    ("devices", Field::DeviceType),
    ("browsers", Field::Browser),
    ("os", Field::Os),
    ("utm_source", Field::UtmSource),
    ("utm_medium", Field::UtmMedium),
    ("utm_campaign", Field::UtmCampaign),
];

/// Columns behind those of sessions: the fields of views, then these two.
const OF_VISITS: [Field; 2] = [Field::ReferrerSource, Field::Referrer];

/// The source of a visit that came from nowhere.
const DIRECT: &str = "direct";

/// The columns of all tables, behind [`visits::columns`].
pub(super) fn columns() -> Vec<Wanted> {
    let of_views = VIEW_TABLES.iter().map(|(_, field)| *field);
    of_views.chain(OF_VISITS).map(|field| Wanted::Value(table::field(field))).collect()
}

/// All tables.
#[derive(Default)]
pub(super) struct Tables {
    of_views: [Table; VIEW_TABLES.len()],
    entries: Table,
    exits: Table,
    /// Code 0 is direct, others are one more than in the column: visits without a source and
    /// those that name it count together, and a person with both once.
    sources: Table,
    referrers: Table,
    /// By code of the column, whether it is direct.
    direct: Vec<Option<bool>>,
}

impl Tables {
    /// Counts a view.
    pub(super) fn view<V: Values>(&mut self, mark: &Mark, person: Option<u32>, values: &V) {
        for (table, column) in self.of_views.iter_mut().zip(visits::COLUMNS..) {
            table.add(values.code(column, mark), person);
        }
    }

    /// Counts a visit by its first and last view; it has one.
    pub(super) fn visit<V: Values>(&mut self, session: &Session<'_>, person: u32, values: &V) {
        let is_view = |mark: &&Mark| mark.is(VIEW);
        let first = session.marks.iter().find(is_view);
        let last = session.marks.iter().rfind(is_view);
        let (Some(first), Some(last)) = (first, last) else { return };
        let (paths, sources) = (visits::COLUMNS, visits::COLUMNS + VIEW_TABLES.len());
        self.entries.add(values.code(paths, first), Some(person));
        self.exits.add(values.code(paths, last), Some(person));
        let source = values.code(sources, first);
        let source = if self.is_direct(source, sources, values) { 0 } else { source + 1 };
        self.sources.add(source, Some(person));
        self.referrers.add(values.code(sources + 1, first), Some(person));
    }

    fn is_direct<V: Values>(&mut self, code: u32, column: usize, values: &V) -> bool {
        let at = code as usize;
        if self.direct.len() <= at {
            self.direct.resize(at + 1, None);
        }
        *self.direct[at].get_or_insert_with(|| match values.value(column, code) {
            BreakdownValue::Text(text) => text == DIRECT,
            _ => true,
        })
    }

    /// Adds what other persons did.
    pub(super) fn merge(self, other: Self) -> Self {
        let mut others = other.of_views.into_iter();
        let of_views = self.of_views.map(|table| table.merge(others.next().unwrap_or_default()));
        Self {
            of_views,
            entries: self.entries.merge(other.entries),
            exits: self.exits.merge(other.exits),
            sources: self.sources.merge(other.sources),
            referrers: self.referrers.merge(other.referrers),
            direct: self.direct,
        }
    }

    /// The tables as they are answered.
    pub(super) fn shown<S: Source>(
        &self,
        limit: usize,
        source: &S,
    ) -> Vec<(&'static str, Vec<WebLine>)> {
        let by = |table: &Table, field: Field| table.of(&table::field(field), limit, source);
        let named = VIEW_TABLES.iter().zip(&self.of_views);
        let mut shown: Vec<_> =
            named.map(|((name, field), table)| (*name, by(table, *field))).collect();
        shown.push(("entry_pages", by(&self.entries, Field::PagePath)));
        shown.push(("exit_pages", by(&self.exits, Field::PagePath)));
        let sources = table::field(Field::ReferrerSource);
        let of_source = |code: u32| match code.checked_sub(1) {
            Some(code) => source.value(&sources, code),
            None => BreakdownValue::Text(DIRECT.to_owned()),
        };
        shown.push(("sources", self.sources.largest(limit, of_source)));
        shown.push(("referrers", by(&self.referrers, Field::Referrer)));
        shown
    }
}
