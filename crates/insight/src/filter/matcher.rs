//! A filter compiled once: regexes built, texts lowered, the columns it needs listed.

use std::borrow::Cow;

use event::{Timestamp, Value};
use regex::{Regex, RegexBuilder};

use super::{Columns, Filter, Op, Operand, Predicate, Row, RowSet, Subject};
use crate::{Column, Definition};

/// Bytes a compiled regex may take.
const REGEX_BYTES: usize = 256 * 1024;

/// A compiled filter.
#[derive(Clone, Debug)]
pub struct Matcher(Node);

#[derive(Clone, Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Leaf(Subject, Test),
    Cohort(std::sync::Arc<Definition>, bool),
}

#[derive(Clone, Debug)]
enum Test {
    In(Vec<Operand>, bool),
    Contains(String, bool),
    StartsWith(String),
    EndsWith(String),
    Regex(Regex, bool),
    Number(fn(f64, f64) -> bool, f64),
    Between(f64, f64),
    Set(bool),
    Before(Timestamp),
    After(Timestamp),
}

/// Builds a regex of bounded size; the error is one line.
fn regex(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(REGEX_BYTES)
        .build()
        .map_err(|e| e.to_string().lines().last().unwrap_or("is not a regex").trim().to_owned())
}

impl Matcher {
    /// Compiles a filter; the error says what is wrong with an operand.
    pub fn new(filter: &Filter) -> Result<Self, String> {
        node(filter).map(Self)
    }

    /// Whether it holds for every row.
    pub fn is_trivial(&self) -> bool {
        matches!(&self.0, Node::All(n) | Node::Any(n) if n.is_empty())
    }

    /// The built-in columns it looks at.
    pub fn columns(&self) -> Vec<Column> {
        let mut found = Vec::new();
        walk(&self.0, &mut |subject| {
            if let Subject::Field(column) = subject
                && !found.contains(column)
            {
                found.push(*column);
            }
        });
        found
    }

    /// Whether it looks at properties.
    pub fn needs_properties(&self) -> bool {
        let mut needs = false;
        walk(&self.0, &mut |subject| needs |= matches!(subject, Subject::Property(_)));
        needs
    }

    /// Whether it looks at properties of persons.
    pub fn needs_person(&self) -> bool {
        let mut needs = false;
        walk(&self.0, &mut |subject| needs |= matches!(subject, Subject::Person(_)));
        needs
    }

    /// The cohorts it asks for.
    pub fn cohorts(&self) -> Vec<&Definition> {
        fn collect<'a>(node: &'a Node, found: &mut Vec<&'a Definition>) {
            match node {
                Node::All(nodes) | Node::Any(nodes) => {
                    nodes.iter().for_each(|node| collect(node, found));
                }
                Node::Cohort(cohort, _) => found.push(&**cohort),
                Node::Leaf(..) => {}
            }
        }
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found
    }

    /// The rows of a stretch for which it holds.
    pub fn rows<C: Columns>(&self, columns: &mut C) -> Result<RowSet, C::Error> {
        rows_of(&self.0, columns)
    }

    /// Whether it holds for a row.
    pub fn matches(&self, row: &dyn Row) -> bool {
        holds(&self.0, row)
    }
}

fn rows_of<C: Columns>(node: &Node, columns: &mut C) -> Result<RowSet, C::Error> {
    match node {
        Node::All(nodes) => {
            let mut found = RowSet::new(columns.rows(), true);
            for node in nodes {
                if !found.is_empty() {
                    found.and(&rows_of(node, columns)?);
                }
            }
            Ok(found)
        }
        Node::Any(nodes) => {
            let mut found = RowSet::new(columns.rows(), nodes.is_empty());
            for node in nodes {
                found.or(&rows_of(node, columns)?);
            }
            Ok(found)
        }
        Node::Leaf(subject, test) => columns.test(subject, &|value| passes(test, value)),
        Node::Cohort(cohort, true) => columns.cohort(cohort),
        Node::Cohort(cohort, false) => {
            let inside = columns.cohort(cohort)?;
            Ok(RowSet::of(inside.rows(), |row| !inside.has(row)))
        }
    }
}

fn walk(node: &Node, visit: &mut dyn FnMut(&Subject)) {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|n| walk(n, visit)),
        Node::Leaf(subject, _) => visit(subject),
        Node::Cohort(..) => {}
    }
}

fn node(filter: &Filter) -> Result<Node, String> {
    let list = |filters: &[Filter]| filters.iter().map(node).collect::<Result<Vec<_>, _>>();
    Ok(match filter {
        Filter::All(filters) => Node::All(list(filters)?),
        Filter::Any(filters) => Node::Any(list(filters)?),
        Filter::InCohort(cohort, inside) => Node::Cohort(cohort.clone(), *inside),
        Filter::Is(predicate) => Node::Leaf(predicate.subject.clone(), test(predicate)?),
    })
}

fn test(predicate: &Predicate) -> Result<Test, String> {
    let Predicate { op, operands, .. } = predicate;
    Ok(match op {
        Op::Is | Op::In => Test::In(operands.clone(), true),
        Op::IsNot | Op::NotIn => Test::In(operands.clone(), false),
        Op::Contains => Test::Contains(lowered(operands)?, true),
        Op::NotContains => Test::Contains(lowered(operands)?, false),
        Op::StartsWith => Test::StartsWith(lowered(operands)?),
        Op::EndsWith => Test::EndsWith(lowered(operands)?),
        Op::Regex => Test::Regex(regex(&text(operands)?)?, true),
        Op::NotRegex => Test::Regex(regex(&text(operands)?)?, false),
        Op::Gt => Test::Number(|a, b| a > b, number(operands, 0)?),
        Op::Gte => Test::Number(|a, b| a >= b, number(operands, 0)?),
        Op::Lt => Test::Number(|a, b| a < b, number(operands, 0)?),
        Op::Lte => Test::Number(|a, b| a <= b, number(operands, 0)?),
        Op::Between => Test::Between(number(operands, 0)?, number(operands, 1)?),
        Op::IsSet => Test::Set(true),
        Op::IsNotSet => Test::Set(false),
        Op::Before => Test::Before(moment(operands)?),
        Op::After => Test::After(moment(operands)?),
    })
}

fn text(operands: &[Operand]) -> Result<String, String> {
    match operands {
        [Operand::Text(text)] => Ok(text.clone()),
        _ => Err("must be a string".into()),
    }
}

fn lowered(operands: &[Operand]) -> Result<String, String> {
    text(operands).map(|t| t.to_ascii_lowercase())
}

fn number(operands: &[Operand], at: usize) -> Result<f64, String> {
    match operands.get(at) {
        Some(Operand::Number(n)) => Ok(*n),
        _ => Err("must be a number".into()),
    }
}

fn moment(operands: &[Operand]) -> Result<Timestamp, String> {
    match operands {
        [Operand::Text(text)] => Timestamp::parse(text).map_err(|e| e.to_string()),
        [Operand::Number(n)] => Timestamp::from_number(*n).map_err(|e| e.to_string()),
        _ => Err("must be a time".into()),
    }
}

fn holds(node: &Node, row: &dyn Row) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|n| holds(n, row)),
        Node::Any(nodes) => nodes.is_empty() || nodes.iter().any(|n| holds(n, row)),
        Node::Leaf(subject, test) => passes(test, &subject.value(row)),
        Node::Cohort(cohort, inside) => row.in_cohort(cohort) == *inside,
    }
}

fn passes(test: &Test, value: &Value<'_>) -> bool {
    match test {
        Test::In(operands, wanted) => operands.iter().any(|o| equal(o, value)) == *wanted,
        Test::Contains(part, wanted) => {
            as_text(value).is_some_and(|t| t.to_ascii_lowercase().contains(part)) == *wanted
        }
        Test::StartsWith(part) => {
            as_text(value).is_some_and(|t| t.to_ascii_lowercase().starts_with(part))
        }
        Test::EndsWith(part) => {
            as_text(value).is_some_and(|t| t.to_ascii_lowercase().ends_with(part))
        }
        Test::Regex(regex, wanted) => as_text(value).is_some_and(|t| regex.is_match(&t)) == *wanted,
        Test::Number(relation, bound) => number_of(value).is_some_and(|n| relation(n, *bound)),
        Test::Between(low, high) => number_of(value).is_some_and(|n| *low <= n && n <= *high),
        Test::Set(wanted) => value.is_set() == *wanted,
        Test::Before(bound) => as_moment(value).is_some_and(|at| at < *bound),
        Test::After(bound) => as_moment(value).is_some_and(|at| at > *bound),
    }
}

fn equal(operand: &Operand, value: &Value<'_>) -> bool {
    match (operand, value) {
        (Operand::Text(a), Value::Text(b)) => a == b,
        (Operand::Text(a), Value::BigNumber(b)) => a == b,
        (Operand::Number(a), Value::Number(b, _)) => a == b,
        (Operand::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}

fn as_text<'a>(value: &'a Value<'_>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::BigNumber(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// The number a value is, or that its text spells: for numeric relations and for measures.
pub fn number_of(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(n, _) => Some(*n),
        Value::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

fn as_moment(value: &Value<'_>) -> Option<Timestamp> {
    match value {
        Value::Number(n, _) => Timestamp::from_number(*n).ok(),
        Value::Text(text) => Timestamp::parse(text).ok(),
        _ => None,
    }
}
