//! The columns of a part file.

use std::{fmt::Write, sync::Arc};

use event::Field;
use parquet::{
    basic::{Compression, Encoding, LogicalType, Repetition, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
    schema::{
        parser::parse_message_type,
        types::{ColumnPath, Type},
    },
};

use super::PropertyColumns;
use crate::local::head::Filled;

/// A column, by the name it has in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ColumnName {
    /// 16 bytes.
    EventId,
    /// Text, the same for all rows of a group.
    Tenant,
    /// Text.
    EventType,
    /// ms UTC.
    Timestamp,
    /// ms UTC.
    ReceivedAt,
    /// `Dialect::code`.
    Dialect,
    /// `Source::code`.
    Source,
    /// `Marks::bits`.
    Marks,
    /// Millionths, may be null.
    Revenue,
    /// Key of the event's own distinct id, null without one.
    IdKey,
    /// Key of the person, null without one.
    PersonKey,
    /// Lane of the journal.
    Lane,
    /// Position in it.
    Position,
    /// A text field, may be null.
    Text(Field),
    /// JSON text.
    Properties,
}

impl ColumnName {
    /// The name in the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "event_id",
            Self::Tenant => "tenant",
            Self::EventType => "event_type",
            Self::Timestamp => "timestamp",
            Self::ReceivedAt => "received_at",
            Self::Dialect => "dialect",
            Self::Source => "source",
            Self::Marks => "marks",
            Self::Revenue => "revenue_micros",
            Self::IdKey => "id_key",
            Self::PersonKey => "person_key",
            Self::Lane => "lane",
            Self::Position => "position",
            Self::Text(field) => field.as_str(),
            Self::Properties => "properties",
        }
    }

    fn declaration(self) -> &'static str {
        match self {
            Self::EventId => "required fixed_len_byte_array(16) {} (UUID)",
            Self::Tenant | Self::EventType => "required binary {} (STRING)",
            Self::Timestamp | Self::ReceivedAt => "required int64 {} (TIMESTAMP(MILLIS,true))",
            Self::Dialect | Self::Source => "required int32 {} (INTEGER(8,false))",
            Self::Marks | Self::Lane => "required int32 {} (INTEGER(32,false))",
            Self::Revenue => "optional int64 {}",
            Self::IdKey | Self::PersonKey => "optional int64 {} (INTEGER(64,false))",
            Self::Position => "required int64 {} (INTEGER(64,false))",
            Self::Text(_) => "optional binary {} (STRING)",
            Self::Properties => "required binary {} (JSON)",
        }
    }
}

/// The columns of a file whose events fill `filled`, in their order in the file.
pub(crate) fn columns(filled: Filled) -> Vec<ColumnName> {
    use ColumnName::*;
    let mut columns = vec![EventId, Tenant, EventType, Timestamp, ReceivedAt, Dialect, Source];
    columns.push(Marks);
    columns.extend(filled.revenue().then_some(Revenue));
    columns.extend([IdKey, PersonKey, Lane, Position]);
    columns.extend(Field::ALL.iter().filter(|f| filled.has(**f)).map(|f| Text(*f)));
    columns.push(Properties);
    columns
}

/// The Parquet schema of those columns, and of properties with columns of their own.
pub(crate) fn schema(columns: &[ColumnName], own: &PropertyColumns) -> Arc<Type> {
    let mut text = String::from("message event {\n");
    for column in columns {
        let line = column.declaration().replace("{}", column.as_str());
        writeln!(text, "  {line};").expect("writing to a string");
    }
    text.push('}');
    let fixed = parse_message_type(&text).expect("the schema is well-formed");
    let own = own.names().map(|name| {
        // Built, not parsed: a key may hold whatever the schema's language gives a meaning to.
        let column = Type::primitive_type_builder(&name, parquet::basic::Type::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::Json))
            .build();
        Arc::new(column.expect("a text column is well-formed"))
    });
    let fields = fixed.get_fields().iter().cloned().chain(own).collect();
    let all = Type::group_type_builder("event").with_fields(fields).build();
    Arc::new(all.expect("a group of columns is well-formed"))
}

/// How each column is written. Statistics are kept for the numbers only; the text columns would
/// pay for them on every value. There is no page index: a group is read whole.
pub(crate) fn properties(columns: &[ColumnName], zstd_level: i32) -> WriterProperties {
    let level = ZstdLevel::try_new(zstd_level.clamp(1, 22)).unwrap_or_default();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_write_batch_size(8192)
        .set_data_page_row_count_limit(usize::MAX)
        .set_created_by("trackflow".into());
    for column in columns {
        let path = ColumnPath::from(column.as_str());
        let (dictionary, encoding, statistics) = match column {
            ColumnName::EventId | ColumnName::Properties => (false, Some(Encoding::PLAIN), false),
            ColumnName::Timestamp | ColumnName::ReceivedAt | ColumnName::Position => {
                (false, Some(Encoding::DELTA_BINARY_PACKED), true)
            }
            ColumnName::IdKey | ColumnName::PersonKey | ColumnName::Revenue => {
                (false, Some(Encoding::PLAIN), true)
            }
            ColumnName::Text(Field::IdempotencyKey) => (false, Some(Encoding::PLAIN), false),
            _ => (true, None, false),
        };
        properties = properties.set_column_dictionary_enabled(path.clone(), dictionary);
        if let Some(encoding) = encoding {
            properties = properties.set_column_encoding(path.clone(), encoding);
        }
        if statistics {
            properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
        }
    }
    properties.build()
}
