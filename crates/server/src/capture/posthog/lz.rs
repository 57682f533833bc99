//! Unpacking of lz-string, which old PostHog clients pack bodies with.
//!
//! It is LZW over UTF-16 units, written as bits in base64 digits. Every word of its dictionary is a
//! piece of what was written so far, so a word is kept as a place and a length, and memory grows
//! with the output alone.

/// Why a text could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LzError {
    /// It ends early, or is of another form.
    Broken,
    /// It unpacks to more than the limit.
    TooLong,
}

/// Codes that are no words: a new unit of 8 bits, one of 16 bits, the end.
const NARROW: usize = 0;
const WIDE: usize = 1;
const END: usize = 2;

/// Unpacks what `compressToBase64` made, to at most `units_max` UTF-16 units.
pub(super) fn unpack(packed: &[u8], units_max: usize) -> Result<String, LzError> {
    let mut bits = Bits { digits: packed, at: 0, left: 0, value: 0 };
    let mut out: Vec<u16> = Vec::new();
    let first = match bits.take(2)? {
        NARROW => bits.take(8)?,
        WIDE => bits.take(16)?,
        _ => return Ok(String::new()),
    };
    out.push(first as u16);
    let mut words = Words::new();
    let mut last = (0, 1);
    loop {
        if out.len() > units_max {
            return Err(LzError::TooLong);
        }
        let start = out.len();
        match bits.take(words.width)? {
            END => break,
            code @ (NARROW | WIDE) => {
                let unit = bits.take(if code == NARROW { 8 } else { 16 })?;
                words.add((start, 1));
                out.push(unit as u16);
            }
            code => match words.all.get(code) {
                Some(&(from, len)) => out.extend_from_within(from..from + len),
                // The word that is being made right now: the last one and its own first unit.
                None if code == words.all.len() => {
                    out.extend_from_within(last.0..last.0 + last.1);
                    out.push(out[last.0]);
                }
                None => return Err(LzError::Broken),
            },
        }
        words.add((last.0, last.1 + 1));
        last = (start, out.len() - start);
    }
    String::from_utf16(&out).map_err(|_| LzError::Broken)
}

/// The dictionary: place and length in the output per code.
struct Words {
    all: Vec<(usize, usize)>,
    /// Bits of a code.
    width: u32,
    /// Words to come until codes get one bit longer.
    room: usize,
}

impl Words {
    fn new() -> Self {
        // Three codes are no words, the fourth is the first unit.
        Self { all: vec![(0, 0), (0, 0), (0, 0), (0, 1)], width: 3, room: 4 }
    }

    fn add(&mut self, word: (usize, usize)) {
        self.all.push(word);
        self.room -= 1;
        if self.room == 0 {
            self.room = 1 << self.width;
            self.width += 1;
        }
    }
}

/// Numbers, lowest bit first, out of base64 digits, highest bit first.
struct Bits<'a> {
    digits: &'a [u8],
    at: usize,
    left: u32,
    value: u8,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Result<usize, LzError> {
        let mut number = 0;
        for place in 0..count {
            if self.left == 0 {
                self.value = self.next_digit().ok_or(LzError::Broken)?;
                self.left = 6;
            }
            self.left -= 1;
            number |= usize::from(self.value >> self.left & 1) << place;
        }
        Ok(number)
    }

    fn next_digit(&mut self) -> Option<u8> {
        let byte = *self.digits.get(self.at)?;
        self.at += 1;
        match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            // A form turned the plus into a space.
            b'+' | b' ' => Some(62),
            b'/' => Some(63),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(packed: &str, plain: &str) {
        assert_eq!(unpack(packed.as_bytes(), 1 << 20).as_deref(), Ok(plain));
    }

    // Made by lz-string 1.5.0.
    #[test]
    fn what_the_original_packs_is_unpacked() {
        check("Q===", "");
        check("IZA=", "a");
        check("BYUwNmD2AEoTcpA=", "hello hello hello");
        let plain = format!(
            r#"{{"api_key":"phc_test","batch":[{{"event":"$pageview","distinct_id":"ü–日本語😀","properties":{{"a":1,"b":[1,2,3],"c":"{}"}}}}]}}"#,
            "x".repeat(300)
        );
        let packed = include_str!("lz/unicode.txt").trim();
        check(packed, &plain);
        check(&packed.replace('+', " "), &plain);
        let events: Vec<String> = (0..400u64)
            .map(|i| {
                format!(r#"{{"event":"e{i}","distinct_id":"u{}","n":{}}}"#, i * 7919 % 97, i * i)
            })
            .collect();
        check(include_str!("lz/many.txt").trim(), &format!("[{}]", events.join(",")));
    }

    #[test]
    fn the_limit_holds_and_damage_is_told() {
        let packed = include_str!("lz/many.txt").trim();
        assert_eq!(unpack(packed.as_bytes(), 1_000), Err(LzError::TooLong));
        for cut in [0, 1, 7, packed.len() / 2, packed.len() - 8] {
            assert_eq!(unpack(&packed.as_bytes()[..cut], 1 << 20), Err(LzError::Broken), "{cut}");
        }
        for text in ["{}", "hello!", "äöü"] {
            assert!(unpack(text.as_bytes(), 1 << 20).is_err(), "{text}");
        }
    }
}
