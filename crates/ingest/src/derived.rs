//! Fields that steps found, written into the event in one pass.

use std::ops::Range;

use event::{Field, Fields, FieldsRef};

/// Fields found for one event. Kept between events, so that finding costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    text: String,
    /// Where the text of a field stands; None takes the field away.
    found: Vec<(Field, Option<Range<usize>>)>,
}

impl Derived {
    /// Forgets the event before.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
    }

    /// The event has the field with this text.
    pub(crate) fn set(&mut self, field: Field, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.put(field, Some(start..self.text.len()));
    }

    /// The event does not have the field.
    pub(crate) fn remove(&mut self, field: Field) {
        self.put(field, None);
    }

    fn put(&mut self, field: Field, span: Option<Range<usize>>) {
        match self.found.iter_mut().find(|(known, _)| *known == field) {
            Some(known) => known.1 = span,
            None => self.found.push((field, span)),
        }
    }

    /// The text of a field of an event that has `fields`; None when it is absent or empty.
    pub(crate) fn get<'a>(&'a self, fields: FieldsRef<'a>, field: Field) -> Option<&'a str> {
        let text = match self.found.iter().find(|(known, _)| *known == field) {
            Some((_, span)) => span.clone().map(|span| &self.text[span]),
            None => fields.get(field),
        };
        text.filter(|text| !text.is_empty())
    }

    /// Writes what was found into the fields of the event.
    pub(crate) fn apply(&mut self, fields: &mut Fields) {
        if self.found.is_empty() {
            return;
        }
        self.found.sort_unstable_by_key(|(field, _)| field.code());
        let headers = self.found.len() * 6;
        let mut all = Fields::with_capacity(fields.as_bytes().len() + self.text.len() + headers);
        let mut found = self.found.iter().peekable();
        let mut add = |all: &mut Fields, below: u8| {
            while let Some((field, span)) = found.next_if(|(field, _)| field.code() < below) {
                all.set_some(*field, span.clone().map(|span| &self.text[span]));
            }
        };
        for (field, text) in fields.view().iter() {
            add(&mut all, field.code());
            if !self.found.iter().any(|(known, _)| *known == field) {
                all.set(field, text);
            }
        }
        add(&mut all, u8::MAX);
        *fields = all;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_written_in_order_and_wins() {
        let mut fields = Fields::new();
        fields.set(Field::DeviceId, "d");
        fields.set(Field::Os, "");
        fields.set(Field::Ip, "1.2.3.4");
        let mut derived = Derived::default();
        derived.set(Field::City, "Kyoto");
        derived.set(Field::UserId, "first");
        derived.set(Field::UserId, "u");
        derived.set(Field::Os, "Linux");
        derived.remove(Field::Ip);
        assert_eq!(derived.get(fields.view(), Field::Os), Some("Linux"));
        assert_eq!(derived.get(fields.view(), Field::Ip), None);
        assert_eq!(derived.get(fields.view(), Field::DeviceId), Some("d"));
        derived.apply(&mut fields);
        let got: Vec<_> =
            fields.view().iter().map(|(f, t)| format!("{}={t}", f.as_str())).collect();
        assert_eq!(got, ["user_id=u", "device_id=d", "os=Linux", "city=Kyoto"]);
        derived.clear();
        let before = fields.clone();
        derived.apply(&mut fields);
        assert_eq!(fields, before);
    }
}
