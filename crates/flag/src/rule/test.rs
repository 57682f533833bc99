//! A rule on a property, parsed once and asked of many values.

use std::cmp::Ordering;

use event::Timestamp;
use regex::Regex;
use semver::{Version, VersionReq};
use serde_json::Value as Json;

use super::{
    Operator, date,
    date::When,
    text::{contains, ends_with, fold, is, number_of, starts_with, text_of},
    version,
};

/// Values of one list.
pub const VALUES_MAX: usize = 1_000;
/// Characters of a regex.
pub const PATTERN_CHARS_MAX: usize = 1_000;
/// Bytes of a compiled regex: they bound what one evaluation can cost.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// What is asked of a value, and whether the answer is turned around.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    asks: Asks,
    /// The operator is a negative one: it holds where the asked does not, and for no value.
    negative: bool,
}

#[derive(Clone, Debug)]
enum Asks {
    Set,
    Among(Vec<String>),
    Contains(Vec<String>),
    StartsWith(String),
    EndsWith(String),
    Matches(Regex),
    Compares(Relation, Option<f64>, String),
    /// From, to, and whether to lie outside.
    Between(f64, f64, bool),
    Moment(Ordering, When),
    Version(Relation, Version),
    Compatible(VersionReq),
}

/// Which orders satisfy a comparison.
#[derive(Clone, Copy, Debug)]
enum Relation {
    Eq,
    Neq,
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Relation {
    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Neq => order.is_ne(),
            Self::Gt => order.is_gt(),
            Self::Gte => order.is_ge(),
            Self::Lt => order.is_lt(),
            Self::Lte => order.is_le(),
        }
    }
}

/// The test of a rule, or what its value must be: the end of a sentence.
type Parsed = Result<Test, String>;

/// Parses the value of a rule on a property.
pub(crate) fn parse(operator: Operator, value: &Json) -> Parsed {
    use Operator as Op;
    let asks = match operator {
        Op::IsSet | Op::IsNotSet => Asks::Set,
        Op::Exact | Op::IsNot | Op::IcontainsMulti | Op::NotIcontainsMulti => {
            let folded = folded_list(value)?;
            let exact = matches!(operator, Op::Exact | Op::IsNot);
            if exact { Asks::Among(folded) } else { Asks::Contains(folded) }
        }
        Op::Icontains | Op::NotIcontains => Asks::Contains(vec![folded(value)?]),
        Op::StartsWith | Op::NotStartsWith => Asks::StartsWith(folded(value)?),
        Op::EndsWith | Op::NotEndsWith => Asks::EndsWith(folded(value)?),
        Op::Regex | Op::NotRegex => Asks::Matches(pattern(value)?),
        Op::Gt | Op::Gte | Op::Lt | Op::Lte => {
            let text = scalar(value)?.into_owned();
            Asks::Compares(relation(operator), number_of(value), text)
        }
        Op::Between | Op::NotBetween => between(operator, value)?,
        Op::IsDateExact | Op::IsDateBefore | Op::IsDateAfter => {
            let order = match operator {
                Op::IsDateBefore => Ordering::Less,
                Op::IsDateAfter => Ordering::Greater,
                _ => Ordering::Equal,
            };
            let when =
                When::parse(value).ok_or("a time, or a distance like -7d (h, d, w, m, y)")?;
            Asks::Moment(order, when)
        }
        Op::SemverTilde => Asks::Compatible(requirement("~", value, "a version like 1.2.3")?),
        Op::SemverCaret => Asks::Compatible(requirement("^", value, "a version like 1.2.3")?),
        Op::SemverWildcard => Asks::Compatible(requirement("", value, "a pattern like 1.2.*")?),
        Op::SemverEq | Op::SemverNeq | Op::SemverGt => of_version(operator, value)?,
        Op::SemverGte | Op::SemverLt | Op::SemverLte => of_version(operator, value)?,
        Op::In | Op::NotIn | Op::FlagEvaluatesTo => return Err("of a property".to_owned()),
    };
    Ok(Test { asks, negative: is_negative(operator) })
}

fn is_negative(operator: Operator) -> bool {
    use Operator as Op;
    matches!(operator, Op::IsNot | Op::IsNotSet | Op::NotIcontains | Op::NotIcontainsMulti)
        || matches!(operator, Op::NotStartsWith | Op::NotEndsWith | Op::NotRegex)
}

fn scalar(value: &Json) -> Result<std::borrow::Cow<'_, str>, String> {
    match value {
        Json::Null | Json::Array(_) | Json::Object(_) => {
            Err("a string, a number or a boolean".to_owned())
        }
        _ => Ok(text_of(value)),
    }
}

fn folded(value: &Json) -> Result<String, String> {
    scalar(value).map(|text| fold(&text))
}

fn folded_list(value: &Json) -> Result<Vec<String>, String> {
    let expected = || format!("a value, or a list of 1 to {VALUES_MAX} values");
    match value {
        Json::Array(items) if items.is_empty() || items.len() > VALUES_MAX => Err(expected()),
        Json::Array(items) => {
            items.iter().map(folded).collect::<Result<_, _>>().map_err(|_| expected())
        }
        _ => folded(value).map(|text| vec![text]).map_err(|_| expected()),
    }
}

fn pattern(value: &Json) -> Result<Regex, String> {
    let Json::String(pattern) = value else { return Err("a regex as a string".to_owned()) };
    let chars = pattern.chars().count();
    if chars > PATTERN_CHARS_MAX {
        return Err(format!("a regex of at most {PATTERN_CHARS_MAX} characters, it has {chars}"));
    }
    let builder = regex::RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build();
    builder.map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("a regex of at most {limit} bytes when compiled, it is larger")
        }
        // The last line says what is wrong, those before it point at the place.
        other => {
            let text = other.to_string();
            let what = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("a regex without look-around and back-references, it has a fault: {what}")
        }
    })
}

fn between(operator: Operator, value: &Json) -> Result<Asks, String> {
    let bounds = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let [low, high] = bounds else { return Err("a list of two numbers".to_owned()) };
    match (number_of(low), number_of(high)) {
        (Some(low), Some(high)) if low <= high => {
            Ok(Asks::Between(low, high, operator == Operator::NotBetween))
        }
        _ => Err("a list of two numbers, the smaller one first".to_owned()),
    }
}

fn of_version(operator: Operator, value: &Json) -> Result<Asks, String> {
    let version = version::parse(value).ok_or("a version like 1.2.3")?;
    Ok(Asks::Version(relation(operator), version))
}

fn requirement(sign: &str, value: &Json, expected: &str) -> Result<VersionReq, String> {
    version::requirement(sign, value).ok_or_else(|| expected.to_owned())
}

fn relation(operator: Operator) -> Relation {
    match operator {
        Operator::Gt | Operator::SemverGt => Relation::Gt,
        Operator::Gte | Operator::SemverGte => Relation::Gte,
        Operator::Lt | Operator::SemverLt => Relation::Lt,
        Operator::Lte | Operator::SemverLte => Relation::Lte,
        Operator::SemverNeq => Relation::Neq,
        _ => Relation::Eq,
    }
}

impl Test {
    /// Whether it holds for a value; `None` where there is none.
    pub(crate) fn holds(&self, value: Option<&Json>, now: Timestamp) -> bool {
        let asked = match (&self.asks, value) {
            (Asks::Set, value) => value.is_some(),
            (_, None | Some(Json::Null)) => false,
            (asks, Some(value)) => asks.holds(value, now),
        };
        asked != self.negative
    }
}

impl Asks {
    fn holds(&self, value: &Json, now: Timestamp) -> bool {
        match self {
            Self::Set => true,
            Self::Among(list) => any(list, value, is),
            Self::Contains(list) => any(list, value, contains),
            Self::StartsWith(prefix) => starts_with(&text_of(value), prefix),
            Self::EndsWith(suffix) => ends_with(&text_of(value), suffix),
            Self::Matches(regex) => regex.is_match(&text_of(value)),
            Self::Compares(relation, Some(right), _) => number_of(value)
                .and_then(|left| left.partial_cmp(right))
                .is_some_and(|order| relation.allows(order)),
            Self::Compares(relation, None, text) => relation.allows((*text_of(value)).cmp(text)),
            Self::Between(low, high, outside) => {
                number_of(value).is_some_and(|n| (*low <= n && n <= *high) != *outside)
            }
            Self::Moment(order, when) => match (date::moment(value), when.at(now)) {
                (Some(left), Some(right)) => left.cmp(&right) == *order,
                _ => false,
            },
            Self::Version(relation, right) => version::parse(value)
                .is_some_and(|left| relation.allows(left.cmp_precedence(right))),
            Self::Compatible(requirement) => {
                version::parse(value).is_some_and(|version| requirement.matches(&version))
            }
        }
    }
}

fn any(list: &[String], value: &Json, relation: fn(&str, &str) -> bool) -> bool {
    let text = text_of(value);
    list.iter().any(|folded| relation(&text, folded))
}

#[cfg(test)]
mod tests;
