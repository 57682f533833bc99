use super::*;

/// A file of places for tests: networks of IPv4 in a tree of IPv6, as the real ones are.
mod mmdb {
    /// A value of the data section.
    pub(super) enum Value<'a> {
        Text(&'a str),
        U16(u16),
        U32(u32),
        U64(u64),
        Map(Vec<(&'a str, Value<'a>)>),
        Array(Vec<Value<'a>>),
    }

    fn put(out: &mut Vec<u8>, value: &Value<'_>) {
        let control = |out: &mut Vec<u8>, kind: u8, size: usize| {
            assert!(size < 29, "small values only");
            if kind < 8 {
                out.push(kind << 5 | size as u8);
            } else {
                out.extend([size as u8, kind - 7]);
            }
        };
        match value {
            Value::Text(text) => {
                control(out, 2, text.len());
                out.extend(text.as_bytes());
            }
            Value::U16(number) => {
                control(out, 5, 2);
                out.extend(number.to_be_bytes());
            }
            Value::U32(number) => {
                control(out, 6, 4);
                out.extend(number.to_be_bytes());
            }
            Value::U64(number) => {
                control(out, 9, 8);
                out.extend(number.to_be_bytes());
            }
            Value::Map(entries) => {
                control(out, 7, entries.len());
                for (key, value) in entries {
                    put(out, &Value::Text(key));
                    put(out, value);
                }
            }
            Value::Array(items) => {
                control(out, 11, items.len());
                items.iter().for_each(|item| put(out, item));
            }
        }
    }

    /// The bytes of a file with one record for `a.b.0.0/16`.
    pub(super) fn file(network: [u8; 2], record: &Value<'_>) -> Vec<u8> {
        let bits = (0..96).map(|_| 0).chain((0..16).map(|at| network[at / 8] >> (7 - at % 8) & 1));
        let bits: Vec<u8> = bits.collect();
        let count = bits.len() as u32;
        let mut out = Vec::new();
        for (node, bit) in (0u32..).zip(&bits) {
            // The record begins 16 bytes behind the tree, at its offset 0.
            let next = if node + 1 == count { count + 16 } else { node + 1 };
            let records = if *bit == 0 { [next, count] } else { [count, next] };
            records.iter().for_each(|record| out.extend(&record.to_be_bytes()[1..]));
        }
        out.extend([0; 16]);
        put(&mut out, record);
        out.extend(b"\xab\xcd\xefMaxMind.com");
        let meta = [
            ("binary_format_major_version", Value::U16(2)),
            ("binary_format_minor_version", Value::U16(0)),
            ("build_epoch", Value::U64(1)),
            ("database_type", Value::Text("Test-City")),
            ("description", Value::Map(Vec::new())),
            ("ip_version", Value::U16(6)),
            ("languages", Value::Array(Vec::new())),
            ("node_count", Value::U32(count)),
            ("record_size", Value::U16(24)),
        ];
        put(&mut out, &Value::Map(meta.into()));
        out
    }
}

use mmdb::Value::{Array, Map, Text};

fn city(country: &str, city: &str) -> Vec<u8> {
    let named = |name| Map(vec![("names", Map(vec![("de", Text("x")), ("en", Text(name))]))]);
    let record = Map(vec![
        ("city", named(city)),
        ("country", Map(vec![("iso_code", Text(country))])),
        ("subdivisions", Array(vec![named("Region"), named("Part")])),
    ]);
    mmdb::file([203, 0], &record)
}

fn shown(places: &Places, address: &str, now: i64) -> String {
    let place = places.of(address.parse().unwrap(), Timestamp(now)).unwrap_or_default();
    let part = |text: &Option<Box<str>>| text.as_deref().unwrap_or("-").to_owned();
    [part(&place.country), part(&place.region), part(&place.city)].join(" ")
}

#[test]
fn addresses_are_looked_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("city.mmdb");
    fs::write(&path, city("JP", "Kyoto")).unwrap();
    let places = Places::open(&path).unwrap();
    assert_eq!(shown(&places, "203.0.113.7", 0), "JP Region Kyoto");
    assert_eq!(shown(&places, "::ffff:203.0.113.7", 0), "JP Region Kyoto");
    assert_eq!(shown(&places, "198.51.100.1", 0), "- - -");
    assert_eq!(shown(&places, "2001:db8::1", 0), "- - -");

    let country = Map(vec![("country", Map(vec![("iso_code", Text("JP"))]))]);
    fs::write(&path, mmdb::file([203, 0], &country)).unwrap();
    assert_eq!(shown(&Places::open(&path).unwrap(), "203.0.113.7", 0), "JP - -");
    fs::write(&path, mmdb::file([203, 0], &Text("odd"))).unwrap();
    assert_eq!(shown(&Places::open(&path).unwrap(), "203.0.113.7", 0), "- - -");
}

#[test]
fn a_wrong_file_is_told_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("city.mmdb");
    let problem = |path: &Path| Places::open(path).map(drop).unwrap_err();
    assert!(problem(&path).contains("cannot be read"), "{}", problem(&path));
    for bytes in [&b""[..], b"no such format", b"\xab\xcd\xefMaxMind.com"] {
        fs::write(&path, bytes).unwrap();
        assert!(problem(&path).contains("is not in MaxMind's format"), "{}", problem(&path));
    }
    let whole = city("JP", "Kyoto");
    fs::write(&path, &whole[whole.len() - 200..]).unwrap();
    assert!(problem(&path).contains("is not in MaxMind's format"), "{}", problem(&path));
}

#[test]
fn a_new_file_is_taken_within_a_minute_and_a_broken_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("city.mmdb");
    let replace = |bytes: &[u8]| {
        fs::write(dir.path().join("next"), bytes).unwrap();
        fs::rename(dir.path().join("next"), &path).unwrap();
    };
    replace(&city("JP", "Kyoto"));
    let places = Places::open(&path).unwrap();
    assert_eq!(shown(&places, "203.0.113.7", 1), "JP Region Kyoto");
    replace(&city("JP", "Nara is older"));
    assert_eq!(shown(&places, "203.0.113.7", LOOK_EVERY_MS), "JP Region Kyoto", "not yet");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut now = LOOK_EVERY_MS;
    while shown(&places, "203.0.113.7", now) != "JP Region Nara is older" {
        assert!(std::time::Instant::now() < deadline, "the new file is not taken");
        std::thread::yield_now();
        now += 1;
    }
    replace(b"broken");
    now += LOOK_EVERY_MS;
    assert_eq!(shown(&places, "203.0.113.7", now), "JP Region Nara is older");
}
