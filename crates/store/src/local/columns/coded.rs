//! One column of a unit: per row the number of its value.

use std::collections::HashMap;

use event::Value;

use super::Codes;

/// What the values are.
#[derive(Clone, Debug)]
enum Values {
    /// Texts.
    Texts(Texts),
    /// Raw JSON.
    Json(Texts),
    /// Numbers.
    Numbers(Vec<f64>),
}

/// Texts, one behind the other.
#[derive(Clone, Debug, Default)]
struct Texts {
    buffer: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.buffer.push_str(text);
        self.ends.push(self.buffer.len());
    }

    fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.buffer[from..self.ends[at]]
    }

    fn bytes(&self) -> usize {
        self.buffer.len() + self.ends.len() * 8
    }
}

/// A column; code 0 is a missing value.
#[derive(Clone, Debug)]
pub(crate) struct Coded {
    /// Per row the code of its value.
    pub(crate) codes: Codes,
    values: Values,
}

impl Coded {
    /// Of texts.
    pub(crate) fn of_texts<'a>(rows: impl Iterator<Item = Option<&'a str>>) -> Self {
        let (codes, texts) = numbered(rows);
        Self { codes, values: Values::Texts(texts) }
    }

    /// Of raw JSON values.
    pub(crate) fn of_json<'a>(rows: impl Iterator<Item = Option<&'a str>>) -> Self {
        let (codes, texts) = numbered(rows);
        Self { codes, values: Values::Json(texts) }
    }

    /// Of numbered values; code 0 is a missing one.
    pub(crate) fn of_dictionary<'a>(
        codes: Vec<u32>,
        values: impl Iterator<Item = &'a str>,
        json: bool,
    ) -> Self {
        let mut texts = Texts::default();
        values.for_each(|text| texts.push(text));
        let codes = Codes::new(codes, texts.ends.len() + 1);
        let values = if json { Values::Json(texts) } else { Values::Texts(texts) };
        Self { codes, values }
    }

    /// Of numbers.
    pub(crate) fn of_numbers(rows: impl Iterator<Item = Option<f64>>) -> Self {
        let mut numbers: HashMap<u64, u32> = HashMap::new();
        let mut values = Vec::new();
        let code = |number: Option<f64>| {
            let Some(number) = number else { return 0 };
            *numbers.entry(number.to_bits()).or_insert_with(|| {
                values.push(number);
                values.len() as u32
            })
        };
        let codes: Vec<u32> = rows.map(code).collect();
        Self { codes: Codes::new(codes, values.len() + 1), values: Values::Numbers(values) }
    }

    /// How many codes there are, that of missing included.
    pub(crate) fn len(&self) -> usize {
        1 + match &self.values {
            Values::Texts(texts) | Values::Json(texts) => texts.ends.len(),
            Values::Numbers(numbers) => numbers.len(),
        }
    }

    /// The value of a code.
    pub(crate) fn value(&self, code: usize) -> Value<'_> {
        let Some(at) = code.checked_sub(1) else { return Value::Missing };
        match &self.values {
            Values::Texts(texts) => Value::Text(texts.get(at).into()),
            Values::Json(texts) => Value::from_json(texts.get(at)),
            Values::Numbers(numbers) => Value::Number(numbers[at], ""),
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.codes.bytes()
            + match &self.values {
                Values::Texts(texts) | Values::Json(texts) => texts.bytes(),
                Values::Numbers(numbers) => size_of_val(numbers.as_slice()),
            }
    }
}

/// Numbers texts in the order they come. Equal values of a dictionary share their bytes, so the
/// last few are found by address.
fn numbered<'a>(rows: impl Iterator<Item = Option<&'a str>>) -> (Codes, Texts) {
    let mut known: HashMap<&'a str, u32> = HashMap::new();
    let mut recent = [(std::ptr::null::<u8>(), 0, 0); 64];
    let mut texts = Texts::default();
    let mut codes = Vec::with_capacity(rows.size_hint().0);
    for text in rows {
        let Some(text) = text else {
            codes.push(0);
            continue;
        };
        let slot = &mut recent[(text.as_ptr() as usize >> 2) % 64];
        if slot.0 != text.as_ptr() || slot.1 != text.len() {
            let next = known.len() as u32 + 1;
            let code = *known.entry(text).or_insert(next);
            if code == next {
                texts.push(text);
            }
            *slot = (text.as_ptr(), text.len(), code);
        }
        codes.push(slot.2);
    }
    texts.buffer.shrink_to_fit();
    (Codes::new(codes, known.len() + 1), texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let texts = ["x", "", "x", "yé"].map(str::to_owned);
        let rows =
            || [Some(&*texts[0]), None, Some(&*texts[1]), Some(&*texts[2]), Some(&*texts[3])];
        let column = Coded::of_texts(rows().into_iter());
        assert_eq!(column.len(), 4);
        for (row, text) in rows().into_iter().enumerate() {
            let expected = text.map_or(Value::Missing, |t| Value::Text(t.into()));
            assert_eq!(column.value(column.codes.get(row)), expected);
        }
        let json = Coded::of_json([Some("1"), Some("1.0"), Some("null"), None].into_iter());
        let is = |row: usize| json.value(json.codes.get(row));
        assert!(matches!((is(0), is(1)), (Value::Number(a, _), Value::Number(b, _)) if a == b));
        assert_eq!((is(2), is(3)), (Value::Null, Value::Missing));
        let numbers = Coded::of_numbers([Some(2.5), None, Some(2.5)].into_iter());
        assert_eq!((numbers.len(), numbers.value(1)), (2, Value::Number(2.5, "")));
    }

    #[test]
    fn codes_widen() {
        for count in [200usize, 300, 70_000] {
            let texts: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            let column = Coded::of_texts(texts.iter().map(|t| Some(t.as_str())));
            let last = column.value(column.codes.get(count - 1));
            assert_eq!(last, Value::Text(texts[count - 1].as_str().into()));
        }
    }
}
